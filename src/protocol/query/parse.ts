import type { ModelFile, Reference, ShapeEntry } from '../../model/model-file.ts';
import { malformed, parseBase64, parseDecimal, parseTimestamp, parseWhole } from '../scalar.ts';
import { shapeOf } from '../shapes.ts';

/** Parameters as a tree: `Tags.member.1.Key` is three steps down. */
interface Node {
  value?: string;
  children?: Map<string, Node>;
}

type Read = (node: Node, name: string) => unknown;

/** Steps of a parameter's name; deeper than any modelled input. */
const MAX_DEPTH = 64;
/** How far an index may lie past the end of its list so far, as on AWS. */
const MAX_GAP = 10;

/** Reads awsQuery and ec2Query inputs: same tree, other spelling of lists and names. */
export class QueryReader {
  readonly #model: ModelFile;
  readonly #ec2: boolean;
  readonly #readers = new Map<string, Read>();

  constructor(model: ModelFile) {
    this.#model = model;
    this.#ec2 = model.protocol === 'ec2';
  }

  /** @throws ServiceError MalformedInput */
  read(input: string | undefined, parameters: ReadonlyMap<string, string>): object {
    if (input === undefined) return Object.create(null);
    return this.#reader(input)(treeOf(parameters), '') as object;
  }

  #reader(shape: string): Read {
    let read = this.#readers.get(shape);
    if (!read) {
      // Registered before it is complete: shapes may contain themselves.
      this.#readers.set(shape, (node, name) => (this.#readers.get(shape) as Read)(node, name));
      read = this.#compile(shapeOf(this.#model, shape));
      this.#readers.set(shape, read);
    }
    return read;
  }

  #compile(shape: ShapeEntry): Read {
    switch (shape.type) {
      case 'structure':
        return this.#structure(Object.entries(shape.members));
      case 'list':
        return this.#list(shape.member);
      case 'map':
        return this.#map(shape.key, shape.value);
      case 'boolean':
        return scalar((text) => (text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined));
      case 'integer':
      case 'long':
        return scalar((text) => parseWhole(text, shape.type));
      case 'float':
      case 'double':
        return scalar(parseDecimal);
      case 'timestamp':
        return scalar(parseTimestamp);
      case 'blob':
        return scalar(parseBase64);
      default:
        return scalar((text) => text);
    }
  }

  #structure(members: readonly [string, Reference][]): Read {
    const readers = members.map(([name, reference]) => ({
      name,
      wireName: this.#wireName(name, reference),
      read: this.#reader(shapeName(reference)),
    }));
    return (node, path) => {
      const value: Record<string, unknown> = Object.create(null);
      if (!node.children) return value;
      for (const { name, wireName, read } of readers) {
        const child = node.children.get(wireName);
        if (child) value[name] = read(child, path === '' ? wireName : `${path}.${wireName}`);
      }
      return value;
    };
  }

  #list(member: Reference): Read {
    const read = this.#reader(shapeName(member));
    const step = this.#ec2 ? undefined : ((typeof member === 'object' ? member.locationName : undefined) ?? 'member');
    return (node, path) => {
      // `Tags=` is the empty list.
      const items = step === undefined ? node.children : node.children?.get(step)?.children;
      if (!items) {
        if (node.children || node.value !== '') throw malformed(`Unexpected list element termination in ${path}`);
        return [];
      }
      const list: unknown[] = [];
      const indexes = [...items.keys()].map((text) => ({ text, index: indexOf(text, path) })).sort((a, b) => a.index - b.index);
      for (const { text, index } of indexes) {
        if (index > list.length + MAX_GAP) throw malformed(`Invalid index in ${path}`);
        if (index <= list.length) throw malformed(`Duplicate index in ${path}`);
        // A gap is kept: it fails validation as a member that must not be null.
        while (list.length < index - 1) list.push(undefined);
        list.push(read(items.get(text) as Node, `${path}.${text}`));
      }
      return list;
    };
  }

  #map(key: Reference, value: Reference): Read {
    const [readKey, readValue] = [this.#reader(shapeName(key)), this.#reader(shapeName(value))];
    return (node, path) => {
      const map: Record<string, unknown> = Object.create(null);
      const indexes = new Set<number>();
      for (const [text, entry] of node.children?.get('entry')?.children ?? []) {
        const index = indexOf(text, path);
        if (indexes.has(index)) throw malformed(`Duplicate index in ${path}`);
        indexes.add(index);
        const [keyNode, valueNode] = [entry.children?.get('key'), entry.children?.get('value')];
        if (!keyNode || !valueNode) throw malformed(`Incomplete map entry in ${path}`);
        const name = String(readKey(keyNode, path));
        if (Object.hasOwn(map, name)) throw malformed(`Duplicate map entry in ${path}`);
        map[name] = readValue(valueNode, path);
      }
      return map;
    };
  }

  #wireName(name: string, reference: Reference): string {
    const traits = typeof reference === 'object' ? reference : undefined;
    if (!this.#ec2) return traits?.locationName ?? name;
    if (traits?.queryName !== undefined) return traits.queryName;
    const wireName = traits?.locationName ?? name;
    return wireName.charAt(0).toUpperCase() + wireName.slice(1);
  }
}

const shapeName = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.shape);

function indexOf(text: string, path: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) === 0) throw malformed(`Invalid index in ${path}`);
  return Number(text);
}

const scalar =
  (parse: (text: string) => unknown): Read =>
  (node, path) => {
    const value = node.value === undefined ? undefined : parse(node.value);
    if (value === undefined) throw malformed(`Invalid value for ${path}`);
    return value;
  };

function treeOf(parameters: ReadonlyMap<string, string>): Node {
  const root: Node = {};
  for (const [name, value] of parameters) {
    const steps = name.split('.', MAX_DEPTH + 1);
    if (steps.length > MAX_DEPTH) throw malformed('A parameter is nested too deeply.');
    let node = root;
    for (const step of steps) {
      node.children ??= new Map();
      let next = node.children.get(step);
      if (!next) {
        next = {};
        node.children.set(step, next);
      }
      node = next;
    }
    node.value = value;
  }
  return root;
}
