/**
 * What a document from outside must look like, said once and read both by the checker and by TypeScript: request bodies of the local API and
 * seed files. Unknown members are refused: a misspelt one would otherwise do nothing, silently.
 */
export type Shape<T> = (value: unknown, at: Path, problems: Problem[]) => T;

export type Path = readonly (string | number)[];

export interface Problem {
  readonly path: Path;
  /** `expected text of 1 to 64 characters, found a number` */
  readonly sentence: string;
}

export type ShapeOf<S> = S extends Shape<infer T> ? T : never;

/** Problems named of one document; more are of no use to anybody. */
const MAX_PROBLEMS = 20;

/** The value, or everything that is wrong with it. */
export function checkShape<T>(value: unknown, shape: Shape<T>): { readonly value: T } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const checked = shape(value, [], problems);
  return problems.length === 0 ? { value: checked } : { problems: problems.slice(0, MAX_PROBLEMS) };
}

/** `accounts[0].users[1].name`, or `the document` for the whole. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text === '' ? 'the document' : text;
}

/** What a shape gives back where the value is wrong: never seen, as `checkShape` then gives no value. */
function wrong<T>(path: Path, sentence: string, problems: Problem[]): T {
  if (problems.length < MAX_PROBLEMS) problems.push({ path, sentence });
  return undefined as T;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'other text' : `a ${typeof value}`;
}

/** Text of so many characters, matching a pattern of ours when there is one. `what` names it: `a 12-digit account id, in quotes`. */
export function text(options: { min?: number; max: number; matches?: (text: string) => boolean; what?: string }): Shape<string> {
  const { min = 1, max, matches, what = `text of ${min} to ${max} characters` } = options;
  return (value, path, problems) => {
    if (typeof value === 'string' && value.length >= min && value.length <= max && (matches?.(value) ?? true)) return value;
    return wrong(path, `expected ${what}, found ${kindOf(value)}`, problems);
  };
}

export const integer =
  (min: number, max: number): Shape<number> =>
  (value, path, problems) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : wrong(
          path,
          `expected a whole number from ${min} to ${max}, found ${typeof value === 'number' ? 'another' : kindOf(value)}`,
          problems,
        );

export const boolean: Shape<boolean> = (value, path, problems) =>
  typeof value === 'boolean' ? value : wrong(path, `expected true or false, found ${kindOf(value)}`, problems);

export const oneOf =
  <const T extends string>(...values: readonly T[]): Shape<T> =>
  (value, path, problems) =>
    values.find((each) => each === value) ?? wrong(path, `expected ${values.join(' or ')}, found ${kindOf(value)}`, problems);

/** The one value that may stand here. */
export const exactly =
  <const T extends number | boolean>(only: T): Shape<T> =>
  (value, path, problems) =>
    value === only ? only : wrong(path, `expected ${only}, found ${typeof value === typeof only ? 'another' : kindOf(value)}`, problems);

export const list =
  <T>(element: Shape<T>, max: number): Shape<readonly T[]> =>
  (value, path, problems) => {
    if (!Array.isArray(value)) return wrong(path, `expected a list, found ${kindOf(value)}`, problems);
    if (value.length > max) return wrong(path, `expected a list of at most ${max}, found ${value.length}`, problems);
    return value.map((each, i) => element(each, [...path, i], problems));
  };

/** Any object, its members not looked at: policy documents, which have a judge of their own. */
export const anyObject: Shape<object> = (value, path, problems) =>
  isObject(value) ? value : wrong(path, `expected an object, found ${kindOf(value)}`, problems);

type Members = Readonly<Record<string, Shape<unknown>>>;
type Required<M> = { readonly [K in keyof M]: ShapeOf<M[K]> };
type Optional<M> = { readonly [K in keyof M]?: ShapeOf<M[K]> };

/** An object with these members and no other. */
export const object =
  <R extends Members, const O extends Members = Record<never, never>>(required: R, optional?: O): Shape<Required<R> & Optional<O>> =>
  (value, path, problems) => {
    if (!isObject(value)) return wrong(path, `expected an object, found ${kindOf(value)}`, problems);
    const known = new Map(Object.entries({ ...required, ...optional }));
    const result: Record<string, unknown> = Object.create(null);
    for (const [name, member] of Object.entries(value)) {
      const shape = known.get(name);
      if (shape) result[name] = shape(member, [...path, name], problems);
      else wrong([...path, name], `is not a member here; known are ${[...known.keys()].join(', ')}`, problems);
    }
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(value, name)) wrong([...path, name], 'is missing', problems);
    }
    return result as Required<R> & Optional<O>;
  };

/** As `object`, with unknown members passed over: what AWS prints, which has more members as time goes by. */
export function known<R extends Members, const O extends Members = Record<never, never>>(
  required: R,
  optional?: O,
): Shape<Required<R> & Optional<O>> {
  const shape = object(required, optional);
  const names = new Set([...Object.keys(required), ...Object.keys(optional ?? {})]);
  return (value, path, problems) =>
    shape(isObject(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name))) : value, path, problems);
}

/** Text → text, such as tags. */
export const textMap =
  (key: Shape<string>, element: Shape<string>, max: number): Shape<Readonly<Record<string, string>>> =>
  (value, path, problems) => {
    if (!isObject(value)) return wrong(path, `expected an object, found ${kindOf(value)}`, problems);
    const entries = Object.entries(value);
    if (entries.length > max) return wrong(path, `expected at most ${max} members, found ${entries.length}`, problems);
    const result: Record<string, string> = Object.create(null);
    for (const [name, member] of entries) result[key(name, [...path, name], problems)] = element(member, [...path, name], problems);
    return result;
  };

/** Name → anything of one shape. */
export const mapOf =
  <T>(element: Shape<T>, max: number): Shape<Readonly<Record<string, T>>> =>
  (value, path, problems) => {
    if (!isObject(value)) return wrong(path, `expected an object, found ${kindOf(value)}`, problems);
    const entries = Object.entries(value);
    if (entries.length > max) return wrong(path, `expected at most ${max} members, found ${entries.length}`, problems);
    const result: Record<string, T> = Object.create(null);
    for (const [name, member] of entries) result[name] = element(member, [...path, name], problems);
    return result;
  };

/** One or the other: an object, or what is none. */
export const objectOr =
  <T, U>(object: Shape<T>, other: Shape<U>): Shape<T | U> =>
  (value, path, problems) =>
    isObject(value) ? object(value, path, problems) : other(value, path, problems);

/** One of these, or a list of them. */
export const oneOrMore =
  <T>(element: Shape<T>, max: number): Shape<readonly T[]> =>
  (value, path, problems) =>
    Array.isArray(value) ? list(element, max)(value, path, problems) : [element(value, path, problems)];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
