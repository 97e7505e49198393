/**
 * The sentences in which AWS's services report an input that breaks its model.
 * @see iam-api.md 1.2; the sentences for elements of lists and for maps are reported by many clients' logs (unverified here)
 */

/** What a constraint is about. */
export type ConstraintKind =
  | 'required'
  | 'max-length'
  | 'min-length'
  | 'max-value'
  | 'min-value'
  | 'pattern'
  | 'enum'
  /** One of the scalars in a list, or a key or value of a map, breaks one of its own. */
  | 'member';

/** One broken constraint. */
export interface Violation {
  readonly kind: ConstraintKind;
  /** `tags.1.member.key`: member names begin with a small letter, list positions with 1. */
  readonly path: string;
  /** As printed; undefined where it is hidden: secrets, structures, and everything in IAM. */
  readonly shown: string | undefined;
  /** `Member must not be null`. */
  readonly constraint: string;
  /** A sentence of its own that stands instead of the usual one. */
  readonly sentence?: string | undefined;
}

export const NOT_NULL = 'Member must not be null';
export const lengthAtMost = (max: number): string => `Member must have length less than or equal to ${max}`;
export const lengthAtLeast = (min: number): string => `Member must have length greater than or equal to ${min}`;
export const valueAtMost = (max: number): string => `Member must have value less than or equal to ${max}`;
export const valueAtLeast = (min: number): string => `Member must have value greater than or equal to ${min}`;
export const matchesPattern = (pattern: string): string => `Member must satisfy regular expression pattern: ${pattern}`;
export const isOneOf = (values: readonly string[]): string => `Member must satisfy enum value set: [${values.join(', ')}]`;

export const elements = (constraints: readonly string[]): string => `Member must satisfy constraint: [${constraints.join(', ')}]`;
export const mapKeys = (constraints: readonly string[]): string => `Map keys must satisfy constraint: [${constraints.join(', ')}]`;
export const mapValues = (constraints: readonly string[]): string => `Map value must satisfy constraint: [${constraints.join(', ')}]`;

/** `2 validation errors detected: …; …`. A sentence of its own is told only when nothing else is wrong (unverified). */
export function constraintMessage(violations: readonly Violation[]): string | undefined {
  const usual = violations.filter((violation) => violation.sentence === undefined);
  if (usual.length === 0) return violations[0]?.sentence;
  const sentences = usual.map(({ path, shown, constraint }) => {
    const value = constraint === NOT_NULL ? 'null ' : shown === undefined ? '' : `'${shown}' `;
    return `Value ${value}at '${path}' failed to satisfy constraint: ${constraint}`;
  });
  return `${usual.length} validation error${usual.length === 1 ? '' : 's'} detected: ${sentences.join('; ')}`;
}

/** Longest value repeated in a message. AWS prints all of it; a refusal should not be an amplifier. */
const LONGEST_ECHO = 256;

export const echo = (text: string): string => (text.length <= LONGEST_ECHO ? text : `${text.slice(0, LONGEST_ECHO).toWellFormed()}...`);

/** IAM has sentences of its own for names and paths. Undefined for everything else. */
export function iamSentence(member: string, pattern: string): string | undefined {
  const name = lowerFirst(member);
  if (member === 'PathPrefix')
    return `The specified value for ${name} is invalid. It must begin with / and contain only alphanumeric characters and/or / characters.`;
  if (member === 'Path' || member === 'NewPath')
    return `The specified value for ${name} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`;
  if (pattern === IAM_NAME && member.endsWith('Name') && member !== 'AWSServiceName')
    return `The specified value for ${name} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`;
  return undefined;
}

const IAM_NAME = '[\\w+=,.@-]+';

export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
