import fc from 'fast-check';
import type { MapEntry, Reference, ShapeEntry, StructureEntry } from '../../src/model/model-file.ts';
import type { ServiceModel } from '../../src/model/service-model.ts';

/**
 * Random values of a model's shapes: any that the wire can carry. Constraints are not kept to: they are validation's affair, not a codec's.
 *
 * What no query request or XML answer can carry is left out: empty structures and maps, characters that XML 1.0 does not have.
 */
export interface Side {
  readonly model: ServiceModel;
  readonly direction: 'request' | 'response';
}

/** A structure's value, as plain members. */
export const structureValue = (side: Side, name: string): fc.Arbitrary<Record<string, unknown>> =>
  arbitraryOfShape(side, name, 0).map((value) => (prune(side, name, value) ?? {}) as Record<string, unknown>);

const DEEPEST = 5;
const MOST_ITEMS = 3;

const nameOf = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.shape);

const isXml = ({ model }: Side): boolean => model.protocol === 'query' || model.protocol === 'ec2';

function shapeOf({ model }: Side, name: string): ShapeEntry {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`no shape ${name}`);
  return shape;
}

function arbitraryOfShape(side: Side, name: string, depth: number): fc.Arbitrary<unknown> {
  const shape = shapeOf(side, name);
  switch (shape.type) {
    case 'structure':
      return structure(side, shape, depth);
    case 'list':
      return depth > DEEPEST
        ? fc.constant([])
        : fc.array(arbitraryOfShape(side, nameOf(shape.member), depth + 1), { maxLength: MOST_ITEMS });
    case 'map':
      return map(side, shape, depth);
    case 'string':
      // The SDK reads this one as JSON.
      return name === 'HumanLoopActivationConditions' ? fc.constantFrom('{"Conditions":[]}', '[]') : text(side);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer();
    case 'long':
      return fc.maxSafeInteger();
    case 'float':
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
    case 'timestamp':
      return timestamp(side);
    case 'blob':
      // Depth 1 is a whole body: an empty one is none.
      return fc
        .uint8Array({ minLength: side.model.protocol === 'rest-json' && depth === 1 ? 1 : 0, maxLength: 32 })
        .map((bytes) => new Uint8Array(bytes));
    case 'document':
      // Null is absence, and the SDK makes other numbers of very large ones.
      return fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 2 },
          fc.string(),
          fc.boolean(),
          fc.integer(),
          fc.array(tie('value'), { maxLength: 2 }),
          fc.dictionary(
            fc.string().filter((key) => key !== '__proto__'),
            tie('value'),
            { maxKeys: 2, noNullPrototype: true },
          ),
        ),
      })).value;
    default:
      throw new Error(`shape ${name}`);
  }
}

/** Any text that the protocol can carry; mostly plain, so that failures can be read. */
const text = (side: Side): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', ' ', 'a b', '<&>"\'', ']]>', '%2F+&=', 'a\r\nb\tc', '__proto__', 'K\u212a', '\u2028', '\u{1f600}'),
      },
    )
    .map((value) => (isXml(side) ? onlyXml(value) : value).toWellFormed());

// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML 1.0 lacks.
const onlyXml = (value: string): string => value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

/** Where times are text they have whole seconds on some of AWS's services, so here too. */
const timestamp = (side: Side): fc.Arbitrary<Date> =>
  fc
    .integer({ min: 0, max: 4_102_444_800_000 })
    .map((time) => new Date(isXml(side) || side.model.protocol === 'rest-json' ? Math.floor(time / 1000) * 1000 : time));

/** Members at once, by depth: enough to meet each other, few enough to be read when something fails. */
const MOST_MEMBERS = [8, 4, 4, 2];

function structure(side: Side, shape: StructureEntry, depth: number): fc.Arbitrary<unknown> {
  const members = Object.entries(shape.members);
  if (members.length === 0 || depth > DEEPEST) return fc.constant({});
  const arbitraryOf = (reference: Reference): fc.Arbitrary<unknown> => {
    const location = typeof reference === 'string' ? undefined : reference.location;
    return location === undefined ? arbitraryOfShape(side, nameOf(reference), depth + 1) : bound(side, location, nameOf(reference));
  };
  if (shape.eventStream) {
    // Errors in a stream are thrown, not read; they have a test of their own.
    const events = members.filter(([, reference]) => !('error' in shapeOf(side, nameOf(reference))));
    const event = fc.constantFrom(...events).chain(([name, reference]) => fc.record({ [name]: arbitraryOf(reference) }, NO_PROTOTYPE));
    return fc.array(event, { maxLength: MOST_ITEMS });
  }
  if (shape.union)
    return fc.constantFrom(...members).chain(([name, reference]) => fc.record({ [name]: arbitraryOf(reference) }, NO_PROTOTYPE));
  // Clients fill these in when they are left out, and refuse to go without a label.
  const always = members.filter(([name, reference]) => {
    if (typeof reference === 'string') return name === shape.payload;
    return (
      reference.idempotencyToken ||
      reference.eventPayload ||
      (reference.location !== undefined && shape.required?.includes(name)) ||
      reference.locationName === 'Content-Type'
    );
  });
  return fc
    .subarray(members, { maxLength: Math.min(members.length, MOST_MEMBERS[depth] ?? 1) })
    .chain((some) =>
      fc.record(Object.fromEntries([...some, ...always].map(([name, reference]) => [name, arbitraryOf(reference)])), NO_PROTOTYPE),
    );
}

const NO_PROTOTYPE = { noNullPrototype: true } as const;

/** Members outside the body travel as text: what a header, label or query string can carry. */
function bound(side: Side, location: string, name: string): fc.Arbitrary<unknown> {
  const shape = shapeOf(side, name);
  if (shape.type === 'list') return fc.array(bound(side, location, nameOf(shape.member)), { minLength: 1, maxLength: MOST_ITEMS });
  if (shape.type !== 'string') return arbitraryOfShape(side, name, 0);
  const plain = fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/);
  return location === 'header'
    ? plain
    : fc.oneof(
        plain,
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).map((value) => value.toWellFormed()),
      );
}

function map(side: Side, shape: MapEntry, depth: number): fc.Arbitrary<unknown> {
  if (depth > DEEPEST) return fc.constant({});
  // The SDK's own maps lose a key named __proto__; malformed.test.ts sends one.
  const keys = text(side).filter((key) => key !== '__proto__');
  return fc.dictionary(keys, arbitraryOfShape(side, nameOf(shape.value), depth + 1), { maxKeys: MOST_ITEMS, noNullPrototype: true });
}

/** Takes out what the wire cannot tell from nothing. */
function prune(side: Side, name: string, value: unknown): unknown {
  const shape = shapeOf(side, name);
  const empty = isXml(side);
  if (value === undefined) return undefined;
  if (shape.type === 'structure') {
    if (shape.eventStream) return value;
    const members = Object.entries(value as object)
      .map(([member, item]) => [member, prune(side, nameOf(shape.members[member] ?? ''), item)] as const)
      .filter(([, item]) => item !== undefined);
    return members.length === 0 && (empty || shape.union) ? undefined : Object.fromEntries(members);
  }
  if (shape.type === 'list') {
    const items = (value as unknown[]).map((item) => prune(side, nameOf(shape.member), item)).filter((item) => item !== undefined);
    return items.length === 0 && side.model.protocol === 'ec2' ? undefined : items;
  }
  if (shape.type === 'map') {
    const entries = Object.entries(value as object)
      .map(([key, item]) => [key, prune(side, nameOf(shape.value), item)] as const)
      .filter(([, item]) => item !== undefined);
    return entries.length === 0 && empty ? undefined : Object.fromEntries(entries);
  }
  return value;
}
