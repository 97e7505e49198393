import type { ModelFile, Reference, ShapeEntry, StructureEntry } from '../../model/model-file.ts';
import { dateOf, isWhole, malformed, parseBase64, parseTimestamp } from '../scalar.ts';
import { nameOf, shapeOf } from '../shapes.ts';

type Read = (value: unknown) => unknown;

/** Reads JSON values by the model: exactly the model's types, nothing converted, null as absent, unknown members ignored. */
export class JsonReader {
  readonly #model: ModelFile;
  readonly #readers = new Map<string, Read>();

  constructor(model: ModelFile) {
    this.#model = model;
  }

  /** @throws ServiceError MalformedInput */
  read(shape: string | undefined, value: unknown): unknown {
    return shape === undefined ? Object.create(null) : this.#reader(shape)(value);
  }

  #reader(shape: string): Read {
    let read = this.#readers.get(shape);
    if (!read) {
      this.#readers.set(shape, (value) => (this.#readers.get(shape) as Read)(value));
      read = this.#compile(shapeOf(this.#model, shape));
      this.#readers.set(shape, read);
    }
    return read;
  }

  #compile(shape: ShapeEntry): Read {
    switch (shape.type) {
      case 'structure':
        return this.#structure(shape);
      case 'list': {
        const read = this.#reader(nameOf(shape.member));
        // A null in a list stays a missing element, for validation to name.
        return (value) =>
          Array.isArray(value) ? value.map((item) => (item === null ? undefined : read(item))) : wrongType(value, 'a list');
      }
      case 'map':
        return this.#map(this.#reader(nameOf(shape.value)));
      case 'string':
        return (value) => (typeof value === 'string' ? wellFormed(value) : wrongType(value, 'a String'));
      case 'boolean':
        return (value) => (typeof value === 'boolean' ? value : wrongType(value, 'a Boolean'));
      case 'integer':
      case 'long':
        return (value) =>
          typeof value === 'number' && isWhole(value, shape.type)
            ? value
            : wrongType(value, shape.type === 'long' ? 'a Long' : 'an Integer');
      case 'float':
      case 'double':
        return (value) => {
          if (typeof value === 'number' && Number.isFinite(value)) return value;
          return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : wrongType(value, 'a Double');
        };
      case 'timestamp':
        return (value) => {
          const date =
            typeof value === 'number' ? dateOf(Math.round(value * 1000)) : typeof value === 'string' ? parseTimestamp(value) : undefined;
          return date ?? wrongType(value, 'a Timestamp');
        };
      case 'blob':
        return (value) => (typeof value === 'string' ? (parseBase64(value) ?? wrongType(value, 'a Blob')) : wrongType(value, 'a Blob'));
      default:
        return (value) => value;
    }
  }

  #structure(shape: StructureEntry): Read {
    const readers = Object.entries(shape.members)
      .filter(([, reference]) => typeof reference === 'string' || reference.location === undefined)
      .map(([name, reference]: [string, Reference]) => ({
        name,
        wireName: typeof reference === 'string' ? name : (reference.locationName ?? name),
        read: this.#reader(nameOf(reference)),
      }));
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongType(value, 'a structure');
      const members = value as Readonly<Record<string, unknown>>;
      const structure: Record<string, unknown> = Object.create(null);
      let count = 0;
      for (const { name, wireName, read } of readers) {
        const member = Object.hasOwn(members, wireName) ? members[wireName] : undefined;
        if (member === undefined || member === null) continue;
        structure[name] = read(member);
        count++;
      }
      if (shape.union && count !== 1) throw malformed('Exactly one member of a union must be set.');
      return structure;
    };
  }

  #map(read: Read): Read {
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrongType(value, 'a map');
      const map: Record<string, unknown> = Object.create(null);
      for (const [name, member] of Object.entries(value)) if (member !== null) map[wellFormed(name)] = read(member);
      return map;
    };
  }
}

/** Half a character would be stored, shown and compared as something else (threat P10). */
function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw malformed('A string holds half of a surrogate pair.');
  return text;
}

/** In the words of AWS's JSON services. */
function wrongType(value: unknown, wanted: string): never {
  if (Array.isArray(value)) throw malformed('Start of list found where not expected');
  if (typeof value === 'object' && value !== null) throw malformed('Start of structure or map found where not expected.');
  if (wanted === 'a list' || wanted === 'a map' || wanted === 'a structure') throw malformed('Unexpected field type');
  const kind =
    typeof value === 'string'
      ? 'STRING_VALUE'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'NUMBER_VALUE'
          : 'DECIMAL_VALUE'
        : value === true
          ? 'TRUE_VALUE'
          : 'FALSE_VALUE';
  throw malformed(`${kind} can not be converted to ${wanted}`);
}
