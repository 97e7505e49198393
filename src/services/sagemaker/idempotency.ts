import { createHash } from 'node:crypto';
import type { Scope } from '../../authorization/operation.ts';
import type { Writer } from '../../store/store.ts';
import { GONE, isGone, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { conflict } from './errors.ts';
import { newRow } from './new-resource.ts';

/** How long a repetition is known, milliseconds (unverified). */
const KEPT = 8 * 3_600_000;

/** Among the resources, but of no family: what was answered to requests with tokens. */
const TYPE = '(answer)';

interface Kept {
  /** Of the request that was answered. */
  readonly digest: string;
  readonly answer: object;
}

interface WithToken {
  readonly ClientToken?: string | undefined;
  readonly ClientRequestToken?: string | undefined;
}

const tokenOf = (input: object): string | undefined => (input as WithToken).ClientToken ?? (input as WithToken).ClientRequestToken;

/** A request in one spelling, whatever the order of its members. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join()}}`;
}

const digestOf = (input: object): string => createHash('sha256').update(canonical(input)).digest('base64url');

/** A token is its caller's own: with somebody else's, nobody learns what that one was answered, nor that it was used (unverified). */
const idOfToken = ({ caller }: Scope, operation: string, token: string): string => `${operation}/${caller.userId}/${token}`;
const keyOfToken = (scope: Scope, operation: string, token: string) => [
  scope.account,
  scope.region,
  TYPE,
  idOfToken(scope, operation, token),
];

/**
 * What a request with this token was answered its caller the first time; undefined for requests without a token, and for the first. That the caller may
 * make the call has been decided before, as for any call.
 * @throws ConflictException  (unverified) the token came with another request
 */
export async function earlierAnswer(operation: string, input: object, scope: Scope): Promise<object | undefined> {
  const token = tokenOf(input);
  if (token === undefined) return undefined;
  const row = await scope.reader.get(sageMakerResources, keyOfToken(scope, operation, token));
  if (!row || isGone(row, scope.now)) return undefined;
  // Only keepAnswer stores rows of this type.
  const { digest, answer } = row.settings as Kept;
  if (digest !== digestOf(input)) throw conflict(`The token ${token} was used by a request with other parameters.`);
  return answer;
}

/** Keeps what a request with a token is answered. In the transaction of what it did. */
export async function keepAnswer(
  operation: string,
  input: object,
  answer: object,
  scope: Scope & { readonly reader: Writer },
): Promise<void> {
  const token = tokenOf(input);
  if (token === undefined) return;
  const { now, reader } = scope;
  const key = keyOfToken(scope, operation, token);
  // One whose time is over may still be stored.
  if (await reader.get(sageMakerResources, key)) await reader.delete(sageMakerResources, key);
  const settings: Kept = { digest: digestOf(input), answer };
  const phases = [
    { from: now, status: 'Kept' },
    { from: now + KEPT, status: GONE },
  ];
  await reader.insert(sageMakerResources, newRow(TYPE, idOfToken(scope, operation, token), scope, { settings, phases }));
}
