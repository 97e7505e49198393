import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ManagedPolicies, openManagedPolicies } from '../model/managed-policies.ts';
import { PolicyError, type PolicyKind, parsePolicy } from '../policy/index.ts';
import { packageData } from '../server/package-data.ts';
import { Failure } from './failure.ts';
import { plain } from './terminal.ts';

/** A policy as somebody gave it. */
export interface PolicyText {
  /** What results call it. */
  readonly name: string;
  readonly text: string;
  /** AWS's managed policies. */
  readonly arn?: string;
}

const MAX_BYTES = 1024 * 1024;
const AWS_MANAGED = 'arn:aws:iam::aws:policy/';

let managed: ManagedPolicies | undefined;

/** AWS's own managed policies, of this package's data. */
export function awsManagedPolicy(arn: string): PolicyText | undefined {
  managed ??= openManagedPolicies(join(packageData(), 'managed-policies'));
  const text = managed.document(arn);
  return text === undefined ? undefined : { name: arn.slice(arn.lastIndexOf('/') + 1), text, arn };
}

export const isAwsManagedArn = (reference: string): boolean => reference.startsWith(AWS_MANAGED);

/**
 * The policy of a file, of standard input (`-`) or, by ARN, one of AWS's own.
 * @throws Failure  2  there is none
 */
export function readPolicyText(reference: string): PolicyText {
  if (isAwsManagedArn(reference)) {
    const found = awsManagedPolicy(reference);
    if (found) return found;
    throw new Failure(`AWS has no managed policy ${plain(reference)}, as far as this version knows.`, 2);
  }
  return { name: reference === '-' ? 'standard input' : basename(reference), text: readText(reference) };
}

/** @throws Failure  2  the file cannot be read, or is too large */
export function readText(path: string): string {
  try {
    if (path !== '-' && statSync(path).size > MAX_BYTES) throw new Error('it is larger than 1 MB');
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a directory' : error instanceof Error ? error.message : '';
    throw new Failure(`${plain(path)} cannot be read: ${plain(reason)}.`, 2);
  }
}

/** The kind that a document has by its looks: with principals and without resources a trust policy, with both a resource-based one. */
export function kindOfText(text: string): PolicyKind {
  try {
    const { statements } = parsePolicy(text);
    if (!statements.some(({ principal, notPrincipal }) => principal ?? notPrincipal)) return 'identity';
    return statements.some(({ resource, notResource }) => resource ?? notResource) ? 'resource' : 'trust';
  } catch (error) {
    if (error instanceof PolicyError) return 'identity';
    throw error;
  }
}
