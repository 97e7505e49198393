import type { HttpRequest } from '../core/http.ts';
import type { ModelFile, Reference } from '../model/model-file.ts';
import { jsonReaders, jsonWriters } from './aws-json.ts';
import { parseForm } from './form.ts';
import { readJson } from './json/read-json.ts';
import type { Codec } from './match.ts';
import { formatIso, malformed, parseBase64, parseDecimal, parseTimestamp, parseWhole } from './scalar.ts';
import { nameOf, shapeOf, structureOf, wireNameOf } from './shapes.ts';

/**
 * SageMaker Runtime, Access Analyzer and other REST services: members in the path, the query string, headers and the body.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export const restJson: Codec = {
  parse({ model, operation, parameters }, request) {
    const input: Record<string, unknown> = Object.create(null);
    if (operation.input === undefined) return input;
    const shape = structureOf(model, operation.input);
    const query = queryOf(request);
    for (const [name, reference] of Object.entries(shape.members)) {
      const value = boundValue(model, name, reference, request, parameters, query);
      if (value !== undefined) input[name] = value;
    }
    if (shape.payload === undefined) {
      const hasBodyMembers = Object.values(shape.members).some(
        (reference) => typeof reference === 'string' || reference.location === undefined,
      );
      if (hasBodyMembers) Object.assign(input, jsonReaders(model).read(operation.input, readJson(request.body)));
    } else {
      const payload = payloadOf(model, shape.members[shape.payload], request);
      if (payload !== undefined) input[shape.payload] = payload;
    }
    return input;
  },

  serialize({ model, operation }, output, requestId) {
    const headers: Record<string, string> = { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId };
    const status = operation.status ?? 200;
    if (operation.output === undefined) return { status, headers, body: '' };
    const shape = structureOf(model, operation.output);
    const values = output as Readonly<Record<string, unknown>>;
    for (const [name, reference] of Object.entries(shape.members)) {
      const value = values[name];
      if (typeof reference === 'string' || reference.location !== 'header' || value === undefined) continue;
      headers[wireNameOf(name, reference)] = headerText(value);
    }
    if (shape.payload !== undefined) {
      const value = values[shape.payload];
      const reference = shape.members[shape.payload];
      if (value instanceof Uint8Array || typeof value === 'string') return { status, headers, body: value };
      return {
        status,
        headers,
        body: value === undefined || !reference ? '' : JSON.stringify(jsonWriters(model).write(nameOf(reference), value)),
      };
    }
    return { status, headers, body: JSON.stringify(jsonWriters(model).write(operation.output, output)) };
  },

  serializeError({ code, status, message, fields, messageMember }, _model, requestId) {
    return {
      status,
      headers: { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId, 'x-amzn-ErrorType': code },
      body: JSON.stringify({ [messageMember ?? 'message']: message, ...fields }),
    };
  },
};

function queryOf(request: HttpRequest): Map<string, string[]> {
  const question = request.target.indexOf('?');
  const query = new Map<string, string[]>();
  if (question === -1) return query;
  // The signature's reader has refused repeated names; lists are the one place where they would be meant.
  for (const [name, value] of parseForm(request.target.slice(question + 1))) query.set(name, [...(query.get(name) ?? []), value]);
  return query;
}

function boundValue(
  model: ModelFile,
  name: string,
  reference: Reference,
  request: HttpRequest,
  labels: ReadonlyMap<string, string> | undefined,
  query: ReadonlyMap<string, readonly string[]>,
): unknown {
  if (typeof reference === 'string' || reference.location === undefined) return undefined;
  const wireName = wireNameOf(name, reference);
  const shape = shapeOf(model, reference.shape);
  if (reference.location === 'querystring' && shape.type === 'list') {
    return query.get(wireName)?.map((text) => textValue(model, nameOf(shape.member), text));
  }
  const text =
    reference.location === 'uri'
      ? labels?.get(wireName)
      : reference.location === 'querystring'
        ? query.get(wireName)?.[0]
        : request.headers[wireName.toLowerCase()];
  return text === undefined ? undefined : textValue(model, reference.shape, text);
}

/** A member that travels as text: path, query string, header. */
function textValue(model: ModelFile, name: string, text: string): unknown {
  const shape = shapeOf(model, name);
  const parsed = (() => {
    switch (shape.type) {
      case 'boolean':
        return text === 'true' ? true : text === 'false' ? false : undefined;
      case 'integer':
      case 'long':
        return parseWhole(text, shape.type);
      case 'float':
      case 'double':
        return parseDecimal(text);
      case 'timestamp':
        return parseTimestamp(text);
      case 'blob':
        return parseBase64(text);
      default:
        return text;
    }
  })();
  if (parsed === undefined) throw malformed(`'${text.slice(0, 64)}' is not a valid value.`);
  return parsed;
}

function payloadOf(model: ModelFile, reference: Reference | undefined, request: HttpRequest): unknown {
  if (!reference) return undefined;
  const shape = shapeOf(model, nameOf(reference));
  if (shape.type === 'blob') return request.body;
  if (shape.type === 'string') return Buffer.from(request.body).toString('utf8');
  return request.body.length === 0 ? undefined : jsonReaders(model).read(nameOf(reference), readJson(request.body));
}

const headerText = (value: unknown): string => (value instanceof Date ? formatIso(value) : String(value)).replace(/[\r\n]+/g, ' ');
