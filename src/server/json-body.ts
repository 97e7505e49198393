import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import { PRIVATE_HEADERS } from './page.ts';
import { checkShape, formatPath, type Shape } from './shape.ts';

const MAX_BODY_BYTES = 16 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body of JSON, of so many bytes at most; an empty one reads as `{}`. The media type is insisted on, as no web form can send it. */
export function readBody<T>(request: HttpRequest, shape: Shape<T>, maxBytes = MAX_BODY_BYTES): T {
  const { body, headers } = request;
  if (body.byteLength > maxBytes) throw new ServiceError('SerializationException', 'The body is too large.', { status: 413 });
  if (body.byteLength > 0 && !/^application\/json(; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '')) {
    throw new ServiceError('SerializationException', 'Send the body as application/json.', { status: 415 });
  }
  return checkFields(body.byteLength === 0 ? {} : parseJson(body), shape);
}

/** A value that is what the shape says. @throws ServiceError  400  with everything that is wrong */
export function checkFields<T>(value: unknown, shape: Shape<T>): T {
  const checked = checkShape(value, shape);
  if ('value' in checked) return checked.value;
  const sentences = checked.problems.map(({ path, sentence }) => `${formatPath(path)}: ${sentence}`);
  throw new ServiceError('ValidationException', `${sentences.join('; ')}.`, { status: 400 });
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The body is not valid JSON.', { status: 400 });
  }
}

/** An answer of JSON. */
export const json = (status: number, value: object, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers: {
    ...PRIVATE_HEADERS,
    'Content-Type': 'application/json',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    ...headers,
  },
  body: `${JSON.stringify(value)}\n`,
});
