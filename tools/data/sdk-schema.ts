import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type {
  ModelFile,
  OperationEntry,
  Provenance,
  Reference,
  ReferenceTraits,
  ShapeEntry,
  StructureEntry,
} from '../../src/model/model-file.ts';
import type { ServiceSource } from './services.ts';

/**
 * The schemas that `@aws-sdk/client-*` export, as tuples. All knowledge of that form is in this file.
 * @see https://github.com/smithy-lang/smithy-typescript/blob/main/packages/types/src/schema/static-schemas.ts
 */
type Traits = number | Readonly<Record<string, unknown>>;
type Lazy = () => Schema;
type Simple = number | 'unit';
type Schema =
  | readonly [9, string, string, Traits, SchemaReference, SchemaReference]
  | readonly [3 | 4 | -3, string, string, Traits, readonly string[], readonly SchemaReference[], number?]
  | readonly [1, string, string, Traits, SchemaReference]
  | readonly [2, string, string, Traits, SchemaReference, SchemaReference]
  | readonly [0, string, string, Traits, SchemaReference];
type SchemaReference = Simple | Lazy | Schema | readonly [Simple | Lazy | Schema, Traits];

const BIT_TRAITS = ['httpLabel', 'idempotent', 'idempotencyToken', 'sensitive', 'httpPayload', 'httpResponseCode', 'httpQueryParams'];

function readTraits(traits: Traits): Readonly<Record<string, unknown>> {
  if (typeof traits !== 'number') return traits;
  return Object.fromEntries(BIT_TRAITS.filter((_, bit) => traits & (1 << bit)).map((name) => [name, 1]));
}

/** What SDK schemas call a number does not tell integers from fractions; such members accept both. */
const SIMPLE: Readonly<Record<number, readonly [string, ShapeEntry]>> = {
  0: ['SdkString', { type: 'string' }],
  1: ['SdkNumber', { type: 'double' }],
  2: ['SdkBoolean', { type: 'boolean' }],
  4: ['SdkTimestamp', { type: 'timestamp' }],
  5: ['SdkDateTime', { type: 'timestamp', format: 'iso8601' }],
  15: ['SdkDocument', { type: 'document' }],
  21: ['SdkBlob', { type: 'blob' }],
  42: ['SdkStream', { type: 'blob' }],
};
const LIST_OF = 64;
const MAP_OF = 128;

/** Where the two differ without consequence: this structure is only sent in requests, whose names agree. */
const HARMLESS = new Set(['NewDhcpConfiguration.Key: name Key, key']);

/** Adds what the JavaScript SDK knows and `model` does not. Throws where the two contradict each other. */
export async function fillFromSdk(model: ModelFile, { client }: ServiceSource & { client: string }): Promise<ModelFile> {
  const require = createRequire(new URL('../../package.json', import.meta.url));
  const { version, license } = JSON.parse(readFileSync(join(packageRoot(require.resolve(client)), 'package.json'), 'utf8')) as {
    version: string;
    license: string;
  };
  const exported = Object.values(require(client) as Record<string, unknown>).filter(
    (value): value is Schema => Array.isArray(value) && typeof value[1] === 'string' && value[1].startsWith('com.amazonaws.'),
  );
  const provenance: Provenance = { package: client, version, license };
  const fill = new Fill(model);
  for (const schema of exported) fill.add(schema);
  if (fill.contradictions.length > 0)
    throw new Error(`${model.service}: botocore and ${client} disagree\n  ${fill.contradictions.join('\n  ')}`);
  return { ...model, provenance: [...model.provenance, provenance], operations: fill.operations, shapes: fill.shapes };
}

function packageRoot(entry: string): string {
  let folder = dirname(entry);
  while (!/[/\\]client-[a-z0-9-]+$/.test(folder)) folder = dirname(folder);
  return folder;
}

class Fill {
  readonly operations: Record<string, OperationEntry>;
  readonly shapes: Record<string, ShapeEntry>;
  readonly contradictions: string[] = [];
  readonly #protocol: ModelFile['protocol'];
  readonly #seen = new Set<Schema>();

  constructor(model: ModelFile) {
    this.operations = { ...model.operations };
    this.shapes = { ...model.shapes };
    this.#protocol = model.protocol;
  }

  /** Adds a schema and everything it refers to; answers the name of its shape. */
  add(schema: Schema): string {
    const name = schema[2];
    if (this.#seen.has(schema)) return name;
    this.#seen.add(schema);
    switch (schema[0]) {
      case 9:
        this.#operation(schema);
        return name;
      case 1: {
        const member = this.#reference(schema[4], 'member');
        this.shapes[name] ??= { type: 'list', member };
        return name;
      }
      case 2: {
        const [key, value] = [this.#reference(schema[4], 'key'), this.#reference(schema[5], 'value')];
        this.shapes[name] ??= { type: 'map', key, value };
        return name;
      }
      case 0: {
        const target = this.shapes[this.#target(schema[4])];
        if (target === undefined) throw new Error(`${name}: no such simple shape.`);
        const { sensitive } = readTraits(schema[3]);
        this.shapes[name] ??= { ...target, ...(sensitive ? { sensitive: true as const } : {}) } as ShapeEntry;
        return name;
      }
      default:
        this.#structure(schema);
        return name;
    }
  }

  #operation([, , name, traits, input, output]: Schema & { 0: 9 }): void {
    const [from, to] = [this.#unit(input as SchemaReference), this.#unit(output as SchemaReference)];
    const known = this.operations[name as string];
    const { http } = readTraits(traits as Traits) as { http?: readonly [string, string, number] };
    if (known) {
      // Smithy gives every operation an input and output; botocore leaves an empty one out.
      if (from !== undefined && known.input !== undefined && from !== known.input)
        this.contradictions.push(`${name}: input ${from}, ${known.input}`);
      return;
    }
    const path = http && this.#protocol === 'rest-json' ? `${http[0]} ${http[1]}` : 'POST /';
    this.operations[name as string] = {
      ...(from !== undefined && { input: from }),
      ...(to !== undefined && { output: to }),
      ...(path !== 'POST /' && { http: path }),
      ...(http && http[2] !== 200 && { status: http[2] }),
    };
  }

  #unit(reference: SchemaReference): string | undefined {
    const schema = typeof reference === 'function' ? reference() : reference;
    return schema === 'unit' ? undefined : this.add(schema as Schema);
  }

  #structure(schema: Schema): void {
    const [kind, , name, traits, names, references, required = 0] = schema as readonly [
      3 | 4 | -3,
      string,
      string,
      Traits,
      readonly string[],
      readonly SchemaReference[],
      number?,
    ];
    const known = this.shapes[name];
    if (known !== undefined && known.type !== 'structure') {
      if (known.type !== 'document') this.contradictions.push(`${name}: a structure, ${known.type}`);
      return;
    }
    // Before its members: a structure may hold itself.
    const members: Record<string, Reference> = { ...known?.members };
    const trait = readTraits(traits);
    const payload = names.find((_, i) => this.#memberTraits(references[i]).httpPayload);
    const entry: StructureEntry = known
      ? { ...known, members, ...(kind === 4 && { union: true as const }) }
      : {
          type: 'structure',
          ...(required > 0 && { required: names.slice(0, required) }),
          members,
          ...(kind === 4 && { union: true as const }),
          ...(trait.sensitive ? { sensitive: true as const } : {}),
          ...(trait.streaming ? { eventStream: true as const } : {}),
          ...(payload !== undefined && { payload }),
          ...(kind === -3 && { error: this.#error(name, trait) }),
        };
    this.shapes[name] = entry;
    // The older model does not know of every union that it is one.
    if (known?.union && kind !== 4) this.contradictions.push(`${name}: union`);
    names.forEach((memberName, i) => {
      const reference = this.#reference(references[i] ?? 0, memberName);
      const own = members[memberName];
      if (own === undefined) members[memberName] = reference;
      else this.#compare(`${name}.${memberName}`, memberName, own, reference);
    });
  }

  #error(name: string, traits: Readonly<Record<string, unknown>>): NonNullable<StructureEntry['error']> {
    const [code, queryStatus] = (traits.awsQueryError ?? []) as [string?, number?];
    const query = this.#protocol === 'query' || this.#protocol === 'ec2';
    // awsJson answers every error of the caller with 400, whatever the trait says.
    const fault = traits.error === 'server' ? 500 : 400;
    const status = query ? (queryStatus ?? fault) : this.#protocol === 'json' ? fault : Number(traits.httpError ?? fault);
    return { ...(query && code !== undefined && code !== name && { code }), ...(status !== 400 && { status }) };
  }

  #memberTraits(reference: SchemaReference | undefined): Readonly<Record<string, unknown>> {
    return Array.isArray(reference) && reference.length === 2 ? readTraits(reference[1] as Traits) : {};
  }

  #reference(reference: SchemaReference, memberName: string): Reference {
    const all = this.#memberTraits(reference);
    const target = this.#target(Array.isArray(reference) && reference.length === 2 ? (reference[0] as SchemaReference) : reference);
    // awsJson ignores where REST would put a member.
    const trait: Readonly<Record<string, unknown>> =
      this.#protocol === 'json' ? { ...all, httpLabel: 0, httpQuery: undefined, httpHeader: undefined } : all;
    const wire = trait.httpQuery ?? trait.httpHeader ?? trait.xmlName ?? (this.#protocol === 'rest-json' ? trait.jsonName : undefined);
    const wireName = typeof wire === 'string' && wire !== memberName ? wire : undefined;
    const capital = capitalise(wireName ?? memberName);
    const queryName = trait.ec2QueryName;
    const traits: ReferenceTraits = {
      shape: target,
      ...(trait.httpLabel ? { location: 'uri' as const } : {}),
      ...(trait.httpQuery !== undefined && { location: 'querystring' as const }),
      ...(trait.httpHeader !== undefined && { location: 'header' as const }),
      ...(wireName !== undefined && { locationName: wireName }),
      ...(typeof queryName === 'string' && queryName !== capital && { queryName }),
      ...(trait.idempotencyToken ? { idempotencyToken: true as const } : {}),
      ...(trait.eventPayload ? { eventPayload: true as const } : {}),
    };
    return Object.keys(traits).length === 1 ? target : traits;
  }

  #target(reference: SchemaReference): string {
    if (typeof reference === 'function') return this.add(reference());
    if (typeof reference !== 'number') return this.add(reference as Schema);
    const container = reference >= MAP_OF ? MAP_OF : reference >= LIST_OF ? LIST_OF : 0;
    const [element, entry] = SIMPLE[reference - container] ?? [];
    if (element === undefined || entry === undefined) throw new Error(`Unknown simple schema ${reference}.`);
    if (container === 0) this.shapes[element] ??= entry;
    else {
      this.shapes[element] ??= entry;
      const name = container === LIST_OF ? `${element}List` : `${element}Map`;
      if (container === MAP_OF) this.shapes.SdkString ??= { type: 'string' };
      this.shapes[name] ??= container === LIST_OF ? { type: 'list', member: element } : { type: 'map', key: 'SdkString', value: element };
      return name;
    }
    return element;
  }

  /** Both must put the same kind of value at the same place on the wire. */
  #compare(where: string, memberName: string, own: Reference, other: Reference): void {
    const a = wire(own, memberName);
    const b = wire(other, memberName);
    const differs = (what: string, x: unknown, y: unknown) => {
      const difference = `${where}: ${what} ${String(x)}, ${String(y)}`;
      if (x !== y && !HARMLESS.has(difference)) this.contradictions.push(difference);
    };
    differs('location', a.location, b.location);
    if (this.#protocol === 'ec2') differs('request name', a.queryName, b.queryName);
    if (a.location !== 'uri') differs('name', a.name, b.name);
    differs('kind', kindOf(this.shapes[a.shape]), kindOf(this.shapes[b.shape]));
  }
}

function wire(reference: Reference, memberName: string) {
  const traits: ReferenceTraits = typeof reference === 'string' ? { shape: reference } : reference;
  const name = traits.locationName ?? memberName;
  return { shape: traits.shape, location: traits.location, name, queryName: traits.queryName ?? capitalise(name) };
}

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function kindOf(shape: ShapeEntry | undefined): string | undefined {
  if (shape === undefined) return undefined;
  return ['integer', 'long', 'float', 'double'].includes(shape.type) ? 'number' : shape.type;
}
