import { valuesAt } from '../../../src/services/sagemaker/member-path.ts';
import { isoOf } from '../aws/json-call.ts';
import type { Described } from './family.ts';

/** A text of a description; empty when there is none. */
export const textAt = (described: Described, member: string | undefined): string => {
  const value = member === undefined ? undefined : described[member];
  return typeof value === 'string' ? value : '';
};

/** What stands at a path, each value as people read it. */
export const textsAt = (described: Described, path: string): readonly string[] =>
  valuesAt(path)(described).map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)));

/** The same, in one text; empty when there is none. */
export const at = (described: Described, path: string): string => textsAt(described, path).join(', ');

/** A moment of a description, in seconds since the epoch. */
export const secondsAt = (described: Described, member: string | undefined): number | undefined => {
  const value = member === undefined ? undefined : described[member];
  return typeof value === 'number' ? value : undefined;
};

/** Everything that a description says, with moments as people can read them. */
export function Everything({ of }: { of: object }) {
  const text = JSON.stringify(
    of,
    (name, value: unknown) => (typeof value === 'number' && /Time(stamp)?$/.test(name) ? isoOf(value) : value),
    2,
  );
  return <pre className="document">{text}</pre>;
}
