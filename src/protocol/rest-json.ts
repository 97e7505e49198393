import type { HttpRequest } from '../core/http.ts';
import type { ModelFile, Reference, ReferenceTraits, StructureEntry } from '../model/model-file.ts';
import { jsonReaders, jsonWriters } from './aws-json.ts';
import { type Event, encodeComing, encodeEvents } from './event-stream.ts';
import { parseFormLists, repeated } from './form.ts';
import { readJson } from './json/read-json.ts';
import type { Codec } from './match.ts';
import { formatIso, malformed, parseBase64, parseDecimal, parseTimestamp, parseWhole } from './scalar.ts';
import { nameOf, perModel, shapeOf, structureOf, wireNameOf } from './shapes.ts';

/** What a request is taken apart into before its members are read. */
interface RequestParts {
  readonly request: HttpRequest;
  readonly labels: ReadonlyMap<string, string> | undefined;
  readonly query: ReadonlyMap<string, readonly string[]>;
}

/** Where a structure's members are: outside the body one by one, the rest in the body. */
interface Bindings {
  readonly shape: StructureEntry;
  /** Members in the path, the query string and headers. */
  readonly read: readonly { readonly name: string; readonly read: (parts: RequestParts) => unknown }[];
  readonly usesQuery: boolean;
  /** Members in headers, for answers. */
  readonly headers: readonly { readonly name: string; readonly header: string; readonly write: (value: unknown) => string }[];
  /** Whether some member is in a JSON object as the body. */
  readonly inBody: boolean;
}

const bindings = perModel((model) => {
  const known = new Map<string, Bindings>();
  return (structure: string): Bindings => {
    let found = known.get(structure);
    if (!found) {
      found = bind(model, structureOf(model, structure));
      known.set(structure, found);
    }
    return found;
  };
});

/**
 * SageMaker Runtime, Access Analyzer and other REST services: members in the path, the query string, headers and the body.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export const restJson: Codec = {
  parse({ model, operation, parameters }, request) {
    const input: Record<string, unknown> = Object.create(null);
    if (operation.input === undefined) return input;
    const { shape, read, usesQuery, inBody } = bindings(model)(operation.input);
    const parts = { request, labels: parameters, query: usesQuery ? queryOf(request) : NO_QUERY };
    for (const member of read) {
      const value = member.read(parts);
      if (value !== undefined) input[member.name] = value;
    }
    if (shape.payload !== undefined) {
      const payload = payloadOf(model, shape.members[shape.payload], request);
      if (payload !== undefined) input[shape.payload] = payload;
    } else if (inBody) Object.assign(input, jsonReaders(model).read(operation.input, readJson(request.body)));
    return input;
  },

  serialize({ model, operation }, output, requestId) {
    const headers: Record<string, string> = { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId };
    const status = operation.status ?? 200;
    if (operation.output === undefined) return { status, headers, body: '' };
    const { shape, headers: bound } = bindings(model)(operation.output);
    const values = output as Readonly<Record<string, unknown>>;
    for (const { name, header, write } of bound) {
      const value = values[name];
      if (value !== undefined && value !== null) headers[header] = write(value);
    }
    if (shape.payload === undefined) return { status, headers, body: JSON.stringify(jsonWriters(model).write(operation.output, output)) };
    const value = values[shape.payload];
    const reference = shape.members[shape.payload];
    if (value === undefined || !reference) return { status, headers, body: '' };
    if (value instanceof Uint8Array || typeof value === 'string') return { status, headers, body: value };
    const payload = shapeOf(model, nameOf(reference));
    if (payload.type === 'structure' && payload.eventStream) {
      headers['Content-Type'] = 'application/vnd.amazon.eventstream';
      return Symbol.asyncIterator in (value as object)
        ? { status, headers, body: '', pieces: encodeComing(model, payload, value as AsyncIterable<Event>) }
        : { status, headers, body: encodeEvents(model, payload, value as Iterable<Event>) };
    }
    return { status, headers, body: JSON.stringify(jsonWriters(model).write(nameOf(reference), value)) };
  },

  serializeError({ code, shape, status, message, fields, messageMember }, model, requestId) {
    const headers: Record<string, string> = { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId, 'x-amzn-ErrorType': code };
    const body: Record<string, unknown> = { [messageMember ?? 'message']: message };
    if (model === undefined || shape === undefined) return { status, headers, body: JSON.stringify({ ...body, ...fields }) };
    for (const { name, header, write } of bindings(model)(shape).headers) {
      const value = fields?.[name];
      if (value !== undefined) headers[header] = write(value);
    }
    return { status, headers, body: JSON.stringify({ ...body, ...(fields && (jsonWriters(model).write(shape, fields) as object)) }) };
  },
};

const NO_QUERY: ReadonlyMap<string, readonly string[]> = new Map();

function queryOf(request: HttpRequest): ReadonlyMap<string, readonly string[]> {
  const question = request.target.indexOf('?');
  return question === -1 ? NO_QUERY : parseFormLists(request.target.slice(question + 1));
}

function bind(model: ModelFile, shape: StructureEntry): Bindings {
  const members = Object.entries(shape.members);
  const bound = members.flatMap(([name, reference]) =>
    typeof reference === 'string' || reference.location === undefined ? [] : [{ name, reference, wireName: wireNameOf(name, reference) }],
  );
  return {
    shape,
    read: bound.map(({ name, reference, wireName }) => ({ name, read: readerOf(model, reference, wireName) })),
    usesQuery: bound.some(({ reference }) => reference.location === 'querystring'),
    headers: bound
      .filter(({ reference }) => reference.location === 'header')
      .map(({ name, reference, wireName }) => {
        const target = shapeOf(model, reference.shape);
        const isIso = target.type === 'timestamp' && target.format === 'iso8601';
        return { name, header: wireName, write: (value: unknown) => headerText(value, isIso) };
      }),
    inBody: shape.payload === undefined && bound.length < members.length,
  };
}

function readerOf(model: ModelFile, reference: ReferenceTraits, wireName: string): (parts: RequestParts) => unknown {
  const shape = shapeOf(model, reference.shape);
  const item = shape.type === 'list' ? textReader(model, nameOf(shape.member)) : undefined;
  const read = item ? undefined : textReader(model, reference.shape);
  const one = (text: string | undefined): unknown => {
    if (text === undefined || !read) return undefined;
    return read(text);
  };
  switch (reference.location) {
    case 'uri':
      return ({ labels }) => one(labels?.get(wireName));
    case 'querystring':
      return ({ query }) => {
        const texts = query.get(wireName);
        if (item) return texts?.map(item);
        if (texts && texts.length > 1) throw repeated();
        return one(texts?.[0]);
      };
    default: {
      const header = wireName.toLowerCase();
      return ({ request }) => one(request.headers[header]);
    }
  }
}

/** Reads a member that travels as text: path, query string, header. */
function textReader(model: ModelFile, name: string): (text: string) => unknown {
  const shape = shapeOf(model, name);
  const parse = ((): ((text: string) => unknown) => {
    switch (shape.type) {
      case 'boolean':
        return (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
      case 'integer':
      case 'long':
        return (text) => parseWhole(text, shape.type);
      case 'float':
      case 'double':
        return parseDecimal;
      case 'timestamp':
        return parseTimestamp;
      case 'blob':
        return parseBase64;
      default:
        return (text) => text;
    }
  })();
  return (text) => {
    const value = parse(text);
    if (value === undefined) throw malformed(`'${text.slice(0, 64).toWellFormed()}' is not a valid value.`);
    return value;
  };
}

function payloadOf(model: ModelFile, reference: Reference | undefined, request: HttpRequest): unknown {
  if (!reference) return undefined;
  const shape = shapeOf(model, nameOf(reference));
  if (shape.type === 'blob') return request.body;
  if (shape.type === 'string') return Buffer.from(request.body).toString('utf8');
  return request.body.length === 0 ? undefined : jsonReaders(model).read(nameOf(reference), readJson(request.body));
}

/** What a header can carry: a line of visible ASCII. Anything else would end the header, or the process's patience with it (threat P11). */
function headerText(value: unknown, isIso: boolean): string {
  const text = value instanceof Date ? (isIso ? formatIso(value) : value.toUTCString()) : String(value);
  return text.replace(/[^\x20-\x7e]/g, '?');
}
