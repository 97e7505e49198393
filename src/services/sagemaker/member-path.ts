/**
 * Where in a request something stands: `ResourceConfig.InstanceGroups[].InstanceType`. `[]` goes through a list. Every path that is used is
 * held against the model by a test.
 */
export type MemberPath = string;

export type Scalar = string | number | boolean;

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Everything that stands at a path, whatever it is; what is not sent is left out. */
export function valuesAt(path: MemberPath): (input: object) => unknown[] {
  const steps = path
    .split('.')
    .map((step) => (step.endsWith('[]') ? { name: step.slice(0, -2), each: true } : { name: step, each: false }));
  return (input) => {
    let found: unknown[] = [input];
    for (const { name, each } of steps) {
      const next: unknown[] = [];
      for (const value of found) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) continue;
        const member: unknown = (value as Readonly<Record<string, unknown>>)[name];
        if (!each) next.push(member);
        else if (Array.isArray(member)) next.push(...member);
      }
      found = next;
    }
    return found.filter((value) => value !== undefined && value !== null);
  };
}

/** The texts, numbers and truth values at a path. */
export function pathReader(path: MemberPath): (input: object) => Scalar[] {
  const read = valuesAt(path);
  return (input) => read(input).filter(isScalar);
}

/** As `pathReader`, for several paths together. */
export function pathsReader(paths: readonly MemberPath[]): (input: object) => Scalar[] {
  const readers = paths.map(pathReader);
  return (input) => readers.flatMap((read) => read(input));
}
