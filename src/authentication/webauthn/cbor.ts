/** What the CBOR of WebAuthn is made of: whole numbers, texts, bytes, lists, maps. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
export type CborMap = ReadonlyMap<number | string, CborValue>;

const MAX_DEPTH = 6;
const MAX_ITEMS = 64;

/**
 * Reads one value and tells where it ends. Definite lengths only, no tags and no floating numbers, as CTAP2 writes it; a key that comes twice is refused
 * like everything else that could be read in two ways. Undefined when it is not such. Never throws.
 * @see https://www.rfc-editor.org/rfc/rfc8949
 */
export function readCbor(bytes: Uint8Array, start = 0): { readonly value: CborValue; readonly end: number } | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;

  /** The number that follows a first byte. */
  const count = (kind: number): number | undefined => {
    if (kind < 24) return kind;
    const size = { 24: 1, 25: 2, 26: 4 }[kind];
    if (size === undefined || at + size > view.length) return undefined;
    const value = view.readUIntBE(at, size);
    at += size;
    return value;
  };

  const read = (depth: number): CborValue | undefined => {
    if (depth > MAX_DEPTH || at >= view.length) return undefined;
    const first = view.readUInt8(at++);
    const [major, kind] = [first >> 5, first & 31];
    if (major === 7) return kind === 20 ? false : kind === 21 ? true : kind === 22 ? null : undefined;
    const number = count(kind);
    if (number === undefined) return undefined;
    if (major === 0) return number;
    if (major === 1) return -1 - number;
    if (major === 2 || major === 3) {
      if (at + number > view.length) return undefined;
      const part = Uint8Array.from(view.subarray(at, at + number));
      at += number;
      return major === 2 ? part : Buffer.from(part).toString('utf8');
    }
    if (number > MAX_ITEMS) return undefined;
    if (major === 4) return readList(number, depth);
    return major === 5 ? readMap(number, depth) : undefined;
  };

  const readList = (length: number, depth: number): readonly CborValue[] | undefined => {
    const list: CborValue[] = [];
    for (let i = 0; i < length; i++) {
      const value = read(depth + 1);
      if (value === undefined) return undefined;
      list.push(value);
    }
    return list;
  };

  const readMap = (length: number, depth: number): CborMap | undefined => {
    const map = new Map<number | string, CborValue>();
    for (let i = 0; i < length; i++) {
      const key = read(depth + 1);
      if ((typeof key !== 'number' && typeof key !== 'string') || map.has(key)) return undefined;
      const value = read(depth + 1);
      if (value === undefined) return undefined;
      map.set(key, value);
    }
    return map;
  };

  const value = read(0);
  return value === undefined ? undefined : { value, end: at };
}
