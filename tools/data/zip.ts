import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** `2026-10-26`, as recorded in the archive. */
  readonly date: string;
  read(): Buffer;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/**
 * The files of a zip archive, by name. Enough of the format for the archives read here: no zip64, no encryption.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readZip(archive: Buffer): Map<string, ZipEntry> {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error('Not a zip archive.');
  const entries = new Map<string, ZipEntry>();
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('The zip archive is damaged.');
    const method = archive.readUInt16LE(at + 10);
    const day = archive.readUInt16LE(at + 14);
    const size = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const offset = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const date = `${1980 + (day >> 9)}-${String((day >> 5) & 15).padStart(2, '0')}-${String(day & 31).padStart(2, '0')}`;
    entries.set(name, {
      name,
      date,
      read: () => {
        const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
        const bytes = archive.subarray(start, start + size);
        return method === 0 ? bytes : inflateRawSync(bytes);
      },
    });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
