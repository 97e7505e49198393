import type { HttpRequest, HttpResponse } from '../../src/core/http.ts';
import { ServiceError } from '../../src/core/service-error.ts';
import { refuseInvalidInput } from '../../src/model/validate.ts';
import type { Match } from '../../src/protocol/index.ts';
import { router } from './models.ts';
import { requestOf } from './sdk.ts';

const REQUEST_ID = '11111111-2222-4333-8444-555555555555';

export interface Answer {
  /** `iam:CreateUser`, when the request was understood. */
  readonly operation?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Otherwise the refusal, as sent. */
  readonly refusal?: HttpResponse;
}

/** Routes, reads and validates a request, and writes the refusal if there is one. Anything but a ServiceError falls through. */
export function ask(request: HttpRequest): Answer {
  let match: Match | undefined;
  try {
    match = router.match(request);
    const input = match.codec.parse(match, request);
    refuseInvalidInput(match.model, match.operation, input);
    return { operation: `${match.model.service}:${match.operation.name}`, input: input as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { refusal: router.refuse(error, match, request, REQUEST_ID) };
  }
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
const scope = (service: string) => ({
  Authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** A form body, sent to `service` as its credential scope claims. */
export const form = (service: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): HttpRequest =>
  requestOf('POST', '/', { ...FORM, ...scope(service), ...headers }, body);

export const iam = (body: string): HttpRequest => form('iam', `Version=2010-05-08&${body}`);

export const json = (target: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): HttpRequest =>
  requestOf('POST', '/', { 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.1', ...scope('sagemaker'), ...headers }, body);

export const rest = (
  method: string,
  target: string,
  service: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): HttpRequest => requestOf(method, target, { ...scope(service), ...headers }, body);

/** `400 MalformedInput` of an XML or JSON refusal; what was understood otherwise. */
export function verdict(request: HttpRequest): string {
  const { operation, refusal } = ask(request);
  if (!refusal) return operation ?? '';
  const body = refusal.body.toString();
  const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? refusal.headers['x-amzn-ErrorType'];
  return `${refusal.status} ${code}`;
}
