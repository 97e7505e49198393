import { isDeepStrictEqual } from 'node:util';

/*
 * What the tests of the policy engine use of Vitest, and nothing more. A run under Vitest costs seconds, one here milliseconds, and mutation
 * testing needs thousands. It has no snapshots, no hooks, no retries: the tests that need those are not run here.
 */

export interface Test {
  readonly name: string;
  readonly run: () => unknown;
}

const tests: Test[] = [];
const groups: { readonly name: string; readonly declare: () => void }[] = [];
let path = '';

/** Every test of the files that have been loaded. Groups are entered now: a file may declare further down what they use. */
export function collect(): readonly Test[] {
  for (const group of groups) {
    path = `${group.name} > `;
    group.declare();
  }
  return tests;
}

export function describe(name: string, declare: () => void): void {
  groups.push({ name: path + name, declare });
}
describe.skipIf = (skipped: boolean) => (skipped ? () => undefined : describe);

export function it(name: string, run: () => unknown): void {
  tests.push({ name: path + name, run });
}
it.skipIf = (skipped: boolean) => (skipped ? () => undefined : it);
it.each =
  (cases: readonly unknown[]) =>
  (name: string, run: (...values: unknown[]) => unknown): void => {
    for (const [row, given] of cases.entries()) it(`${name} #${row}`, () => (Array.isArray(given) ? run(...given) : run(given)));
  };
export const test = it;

class Failed extends Error {}

export function expect(actual: unknown, message?: string) {
  return { ...assertions(actual, message, true), not: assertions(actual, message, false) };
}
expect.unreachable = (): never => {
  throw new Failed('not to be reached');
};

function assertions(actual: unknown, message: string | undefined, wanted: boolean) {
  const check = (found: boolean, what: string, expected?: unknown): void => {
    if (found !== wanted) throw new Failed(`${message ?? ''} ${show(actual)} ${wanted ? '' : 'not '}${what} ${show(expected)}`);
  };
  const number = actual as number;
  return {
    toBe: (expected: unknown) => check(Object.is(actual, expected), 'to be', expected),
    toEqual: (expected: unknown) => check(isDeepStrictEqual(defined(actual), defined(expected)), 'to equal', expected),
    toMatchObject: (expected: unknown) => check(holds(actual, expected), 'to match', expected),
    toBeUndefined: () => check(actual === undefined, 'to be undefined'),
    toBeDefined: () => check(actual !== undefined, 'to be defined'),
    toBeInstanceOf: (expected: new (...values: never[]) => unknown) => check(actual instanceof expected, 'to be a', expected),
    toBeGreaterThan: (expected: number) => check(number > expected, 'to be greater than', expected),
    toBeGreaterThanOrEqual: (expected: number) => check(number >= expected, 'to be at least', expected),
    toBeLessThan: (expected: number) => check(number < expected, 'to be less than', expected),
    toBeLessThanOrEqual: (expected: number) => check(number <= expected, 'to be at most', expected),
    toHaveLength: (expected: number) => check((actual as unknown[]).length === expected, 'to have the length', expected),
    toContain: (expected: string) => check((actual as string | string[]).includes(expected), 'to contain', expected),
    toThrow: (expected?: unknown) => check(throws(actual as () => unknown, expected), 'to throw', expected),
  };
}

/** Members that are undefined do not count, nor do the classes of what is compared. */
function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (value === null || typeof value !== 'object' || value instanceof Map || value instanceof Set) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, defined(member)]));
}

function holds(actual: unknown, expected: unknown): boolean {
  if (expected === null || typeof expected !== 'object') return Object.is(actual, expected);
  if (actual === null || typeof actual !== 'object') return false;
  if (Array.isArray(expected) && (actual as unknown[]).length !== expected.length) return false;
  return Object.entries(expected).every(([name, member]) => holds((actual as Record<string, unknown>)[name], member));
}

function throws(run: () => unknown, expected: unknown): boolean {
  try {
    run();
  } catch (error) {
    if (expected === undefined) return true;
    const { message } = error as Error;
    if (typeof expected === 'string') return message.includes(expected);
    return expected instanceof RegExp ? expected.test(message) : error instanceof (expected as new () => Error);
  }
  return false;
}

function show(value: unknown): string {
  if (value === undefined) return '';
  const text =
    typeof value === 'function' ? value.name : JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? `${member}n` : member));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
