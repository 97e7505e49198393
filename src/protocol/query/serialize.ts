import type { ModelFile, Reference, ShapeEntry } from '../../model/model-file.ts';
import { formatIso, formatIsoSeconds } from '../scalar.ts';
import { nameOf, shapeOf, wireNameOf } from '../shapes.ts';
import { escapeXml } from './xml.ts';

/** Where IAM prints milliseconds; everywhere else it prints whole seconds, as recorded. */
const WITH_MILLISECONDS: ReadonlySet<string> = new Set([
  'GetSAMLProviderResponse',
  'SAMLProviderListEntry',
  'GetOpenIDConnectProviderResponse',
]);

/** The inside of an element. */
type Write = (value: unknown) => string;

/** Writes XML outputs, member by member in the model's order; what the model does not know is not written. */
export class XmlWriter {
  readonly #model: ModelFile;
  readonly #writers = new Map<string, Write>();

  constructor(model: ModelFile) {
    this.#model = model;
  }

  /** The members of an output structure as elements. */
  write(output: string | undefined, value: object): string {
    return output === undefined ? '' : this.#writer(output)(value);
  }

  #writer(shape: string): Write {
    let write = this.#writers.get(shape);
    if (!write) {
      this.#writers.set(shape, (value) => (this.#writers.get(shape) as Write)(value));
      write = this.#compile(shape, shapeOf(this.#model, shape));
      this.#writers.set(shape, write);
    }
    return write;
  }

  #compile(name: string, shape: ShapeEntry): Write {
    switch (shape.type) {
      case 'structure':
        return this.#structure(Object.entries(shape.members), name);
      case 'list':
        return this.#list(shape.member);
      case 'map':
        return this.#map(shape.key, shape.value);
      case 'timestamp':
        // EC2 prints milliseconds always.
        return this.#model.protocol === 'ec2' ? (value) => (value as Date).toISOString() : (value) => formatIsoSeconds(value as Date);
      case 'blob':
        return (value) => Buffer.from(value as Uint8Array).toString('base64');
      case 'string':
        return (value) => escapeXml(value as string);
      default:
        return String;
    }
  }

  #structure(members: readonly [string, Reference][], structureName: string): Write {
    const writers = members.map(([name, reference]) => {
      const element = wireNameOf(name, reference);
      const isExact = WITH_MILLISECONDS.has(structureName) && shapeOf(this.#model, nameOf(reference)).type === 'timestamp';
      const write = isExact ? (value: unknown) => formatIso(value as Date) : this.#writer(nameOf(reference));
      return { name, open: `<${element}>`, close: `</${element}>`, write };
    });
    return (value) => {
      const structure = value as Readonly<Record<string, unknown>>;
      let xml = '';
      for (const { name, open, close, write } of writers) {
        const member = structure[name];
        if (member !== undefined && member !== null) xml += open + write(member) + close;
      }
      return xml;
    };
  }

  #list(member: Reference): Write {
    const element = (typeof member === 'object' ? member.locationName : undefined) ?? (this.#model.protocol === 'ec2' ? 'item' : 'member');
    const write = this.#writer(nameOf(member));
    return (value) => {
      let xml = '';
      for (const item of value as readonly unknown[]) xml += `<${element}>${write(item)}</${element}>`;
      return xml;
    };
  }

  #map(key: Reference, value: Reference): Write {
    const [keyElement, valueElement] = [wireNameOf('key', key), wireNameOf('value', value)];
    const [writeKey, writeValue] = [this.#writer(nameOf(key)), this.#writer(nameOf(value))];
    return (map) => {
      let xml = '';
      for (const [name, member] of Object.entries(map as object)) {
        xml += `<entry><${keyElement}>${writeKey(name)}</${keyElement}><${valueElement}>${writeValue(member)}</${valueElement}></entry>`;
      }
      return xml;
    };
  }
}
