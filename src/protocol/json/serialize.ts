import type { ModelFile, ShapeEntry } from '../../model/model-file.ts';
import { formatIso } from '../scalar.ts';
import { nameOf, shapeOf, wireNameOf } from '../shapes.ts';

/** From a value of the model to one that JSON.stringify writes as AWS would. */
type Write = (value: unknown) => unknown;

/** Writes JSON outputs by the model: timestamps as epoch seconds (or as the shape says), blobs as base64; unknown members are not written. */
export class JsonWriter {
  readonly #model: ModelFile;
  readonly #writers = new Map<string, Write>();

  constructor(model: ModelFile) {
    this.#model = model;
  }

  write(shape: string, value: unknown): unknown {
    return this.#writer(shape)(value);
  }

  #writer(shape: string): Write {
    let write = this.#writers.get(shape);
    if (!write) {
      this.#writers.set(shape, (value) => (this.#writers.get(shape) as Write)(value));
      write = this.#compile(shapeOf(this.#model, shape));
      this.#writers.set(shape, write);
    }
    return write;
  }

  #compile(shape: ShapeEntry): Write {
    switch (shape.type) {
      case 'structure': {
        const writers = Object.entries(shape.members)
          .filter(([, reference]) => typeof reference === 'string' || reference.location === undefined)
          .map(([name, reference]) => ({ name, wireName: wireNameOf(name, reference), write: this.#writer(nameOf(reference)) }));
        return (value) => {
          const structure = value as Readonly<Record<string, unknown>>;
          const json: Record<string, unknown> = {};
          for (const { name, wireName, write } of writers) {
            const member = structure[name];
            if (member !== undefined && member !== null) json[wireName] = write(member);
          }
          return json;
        };
      }
      case 'list': {
        const write = this.#writer(nameOf(shape.member));
        return (value) => (value as readonly unknown[]).map(write);
      }
      case 'map': {
        const write = this.#writer(nameOf(shape.value));
        return (value) => {
          // A null prototype keeps a key named __proto__ a key.
          const json: Record<string, unknown> = Object.create(null);
          for (const [name, member] of Object.entries(value as object))
            if (member !== undefined && member !== null) json[name] = write(member);
          return json;
        };
      }
      case 'timestamp':
        return shape.format === 'iso8601' ? (value) => formatIso(value as Date) : (value) => (value as Date).getTime() / 1000;
      case 'blob':
        return (value) => Buffer.from(value as Uint8Array).toString('base64');
      case 'float':
      case 'double':
        return (value) => (Number.isFinite(value) ? value : String(value));
      default:
        return (value) => value;
    }
  }
}
