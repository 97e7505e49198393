import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Provenance } from './model-file.ts';

/** One of AWS's own managed policies. Times in milliseconds since the epoch. */
export interface AwsManagedPolicy {
  readonly arn: string;
  readonly policyName: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** Ours: AWS publishes no ids. Derived from the ARN, so it is the same everywhere and always. */
  readonly policyId: string;
  readonly defaultVersionId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Newest first. Some numbers are missing, and some times are only the earliest possible: see tools/data/managed-policies.ts. */
  readonly versions: readonly { readonly versionId: string; readonly createdAt: number }[];
}

export interface ManagedPolicies {
  get(arn: string): AwsManagedPolicy | undefined;
  /** All of them, by ARN. The same array every time. */
  list(): readonly AwsManagedPolicy[];
  /** JSON text of a version, of the default one when `versionId` is left out; undefined when there is none. */
  document(arn: string, versionId?: string): string | undefined;
}

/** `data/managed-policies/index.json`. Times in seconds; places are byte ranges of `documents.bin`. */
export interface ManagedPolicyIndex {
  readonly provenance: Provenance;
  readonly policies: readonly ManagedPolicyRow[];
}

export type ManagedPolicyRow = readonly [
  path: string,
  name: string,
  policyId: string,
  createdAt: number,
  updatedAt: number,
  /** Number and time of each version, newest first. */
  versions: readonly number[],
  /** Start and length of the default version's text, then of each group of older ones. */
  places: readonly number[],
];

/** Older versions are packed together, newest first, one text a line: they differ little. */
export const VERSIONS_PER_GROUP = 16;

const ARN_PREFIX = 'arn:aws:iam::aws:policy';

/**
 * Opens `data/managed-policies`. Nothing is read before the first question; then the index stays (about 1 MB), while documents are read from
 * their place in the file each time (some 0.1 ms): whoever asks often keeps what it made of them.
 */
export function openManagedPolicies(directory: string): ManagedPolicies {
  let opened: Opened | undefined;
  /** The last group of older versions: whoever asks for one asks for the next. */
  let unpacked: { readonly start: number; readonly lines: readonly string[] } | undefined;
  const open = (): Opened => {
    opened ??= readIndex(directory);
    return opened;
  };
  return {
    get: (arn) => open().byArn.get(arn)?.policy,
    list: () => open().policies,
    document(arn, versionId) {
      const { byArn, file } = open();
      const found = byArn.get(arn);
      if (!found) return undefined;
      const at = versionId === undefined ? 0 : found.policy.versions.findIndex((version) => version.versionId === versionId);
      if (at === -1) return undefined;
      const [group, line] = at === 0 ? [0, 0] : [1 + Math.floor((at - 1) / VERSIONS_PER_GROUP), (at - 1) % VERSIONS_PER_GROUP];
      const [start, length] = [found.places[2 * group], found.places[2 * group + 1]];
      if (start === undefined || length === undefined) throw new Error(`${arn} has no place for ${versionId} in ${file}`);
      if (unpacked?.start === start) return unpacked.lines[line];
      const lines = brotliDecompressSync(readRange(file, start, length))
        .toString('utf8')
        .split('\n');
      if (group > 0) unpacked = { start, lines };
      return lines[line];
    },
  };
}

interface Opened {
  readonly file: string;
  readonly policies: readonly AwsManagedPolicy[];
  readonly byArn: ReadonlyMap<string, { readonly policy: AwsManagedPolicy; readonly places: readonly number[] }>;
}

function readIndex(directory: string): Opened {
  const index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as ManagedPolicyIndex;
  const rows = index.policies.map((row) => ({ policy: readRow(row), places: row[6] }));
  return {
    file: join(directory, 'documents.bin'),
    policies: rows.map(({ policy }) => policy),
    byArn: new Map(rows.map((row) => [row.policy.arn, row])),
  };
}

function readRow([path, policyName, policyId, createdAt, updatedAt, numbers]: ManagedPolicyRow): AwsManagedPolicy {
  const versions: { versionId: string; createdAt: number }[] = [];
  for (let i = 0; i < numbers.length; i += 2) versions.push({ versionId: `v${numbers[i]}`, createdAt: (numbers[i + 1] ?? 0) * 1000 });
  return {
    arn: `${ARN_PREFIX}${path}${policyName}`,
    policyName,
    path,
    policyId,
    // AWS's newest version is always its default.
    defaultVersionId: versions[0]?.versionId ?? 'v1',
    createdAt: createdAt * 1000,
    updatedAt: updatedAt * 1000,
    versions,
  };
}

function readRange(file: string, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, bytes, 0, length, start) !== length) throw new Error(`${file} is shorter than its index says`);
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}
