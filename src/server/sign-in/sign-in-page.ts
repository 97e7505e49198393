import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import { escapeHtml, PRIVATE_HEADERS, page } from '../page.ts';

/** One request to a page of the sign-in. */
export interface PageCall {
  readonly request: HttpRequest;
  /** What stands where the page's path says `*`. */
  readonly part: string;
  /** Of the target; of the form when the page was posted to. A name given twice is refused before. */
  readonly query: ReadonlyMap<string, string>;
  readonly form: ReadonlyMap<string, string>;
  /** As the browser knows us: `http://localhost:4566`. */
  readonly origin: string;
  /** By which the audit knows this call. */
  readonly requestId: string;
}

/** What came of it, and whom the audit should name. */
export interface PageAnswer {
  readonly response: HttpResponse;
  readonly caller?: { readonly arn: string; readonly account: string } | undefined;
  /** Set when the page says that something was wrong. */
  readonly errorCode?: string;
}

/** A page of the sign-in, under its own path: plain forms, and a script only where those cannot do it. */
export interface SignInPage {
  readonly method: 'GET' | 'POST';
  /** `/federation`, `/saml/acs/*`: `*` is one part, `**` at the end whatever follows. */
  readonly path: string;
  /** As the audit names it: AWS's own event names where it has them. */
  readonly operation: string;
  /**
   * Whether it may be posted to from another site, as identity providers do. What it is given then proves itself; everything else that changes
   * something takes requests of our own pages only (threat C13).
   */
  readonly fromElsewhere?: boolean;
  /** Whether programs ask it, and get errors as JSON. */
  readonly forPrograms?: boolean;
  /** Not written down when it succeeds: asked for every few seconds by a page. */
  readonly isQuiet?: boolean;
  /** Bytes of a form; 16 KiB when absent. */
  readonly maxBytes?: number;
  /** @throws ServiceError  becomes a page that says so */
  readonly handle: (call: PageCall) => Promise<PageAnswer>;
}

/** A refusal that a person reads. `status` is that of the page. */
export const refuse = (status: number, code: string, message: string): ServiceError => new ServiceError(code, message, { status });

/** The page of a refusal. */
export const refusalPage = (status: number, message: string, requestId: string): HttpResponse =>
  page(
    'Sign-in · Sagegate',
    `<main><h1>You are not signed in</h1><p class="alert" role="alert">${escapeHtml(message)}</p>
<p><a href="/console/">Back to the beginning</a></p><footer>Request ${escapeHtml(requestId)}</footer></main>`,
    { status },
  );

/** A redirect after a form: the browser asks for the next page by GET. */
export const seeOther = (location: string, setCookie?: string): HttpResponse => ({
  status: 303,
  headers: { ...PRIVATE_HEADERS, Location: location, ...(setCookie !== undefined && { 'Set-Cookie': setCookie }) },
  body: '',
});

const MAX_FIELDS = 50;
const MAX_FORM_BYTES = 16 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The fields of a query or form. One reading only (threat P01).
 * @throws ServiceError  400  it does not decode, a name comes twice, too many fields
 */
export function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (text === '') return fields;
  const pairs = text.split('&');
  if (pairs.length > MAX_FIELDS) throw refuse(400, 'ValidationException', 'The form has too many fields.');
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (fields.has(name)) throw refuse(400, 'ValidationException', 'The form has a field twice.');
    fields.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1)));
  }
  return fields;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refuse(400, 'ValidationException', 'The form does not decode.');
  }
}

/** The fields of a form. @throws ServiceError  400, 413, 415 */
export function readForm({ body, headers }: HttpRequest, maxBytes = MAX_FORM_BYTES): ReadonlyMap<string, string> {
  if (body.byteLength > maxBytes) throw refuse(413, 'ValidationException', 'The form is too large.');
  if (body.byteLength > 0 && !/^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i.test(headers['content-type'] ?? ''))
    throw refuse(415, 'ValidationException', 'Send the form as application/x-www-form-urlencoded.');
  try {
    return readFields(utf8.decode(body));
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw refuse(400, 'ValidationException', 'The form is not UTF-8.');
  }
}
