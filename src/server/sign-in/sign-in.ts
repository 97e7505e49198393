import type { AuditSink } from '../../audit/event.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { type Random, uuid } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type HostRules, refusalOfForeign, refusalOfHost } from '../foreign-request.ts';
import { json } from '../json-body.ts';
import { type PageCall, readFields, readForm, refusalPage, refuse, type SignInPage } from './sign-in-page.ts';

export interface SignInParts {
  readonly pages: readonly SignInPage[];
  readonly hosts: HostRules;
  readonly audit: AuditSink;
  readonly random: Random;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logError: (error: unknown, where: string) => void;
}

/**
 * The doors by which people come in: the broker's endpoint, identity providers' answers, the directory, the portal, and the first page of the
 * console. On AWS these are hosts of their own (signin.aws.amazon.com); here they are paths that no operation of AWS has.
 */
export class SignIn {
  readonly #parts: SignInParts;
  /** By first part of the path. */
  readonly #pages = new Map<string, { readonly wanted: readonly string[]; readonly page: SignInPage }[]>();

  constructor(parts: SignInParts) {
    this.#parts = parts;
    for (const page of parts.pages) {
      const wanted = page.path.split('/');
      const first = wanted[1] ?? '';
      this.#pages.set(first, [...(this.#pages.get(first) ?? []), { wanted, page }]);
    }
  }

  /** The answer; undefined when the request is for something else. */
  answer(request: HttpRequest): Promise<HttpResponse> | undefined {
    const { target, headers } = request;
    // INVARIANT: what a client of AWS signs never ends here.
    if (headers.authorization !== undefined) return undefined;
    const question = target.indexOf('?');
    const path = question === -1 ? target : target.slice(0, question);
    const parts = path.split('/');
    const known = this.#pages.get(parts[1] ?? '');
    if (!known) return undefined;
    const matching = known.filter(({ wanted }) => isMatch(wanted, parts));
    if (matching.length === 0) return undefined;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    // The first in the list that takes the method: exact paths stand before open ones.
    const found = matching.find(({ page }) => page.method === method);
    return this.#walk(request, found, parts, question === -1 ? '' : target.slice(question + 1));
  }

  async #walk(
    request: HttpRequest,
    found: { readonly wanted: readonly string[]; readonly page: SignInPage } | undefined,
    parts: readonly string[],
    queryText: string,
  ): Promise<HttpResponse> {
    const requestId = uuid(this.#parts.random);
    const page = found?.page;
    try {
      this.#refuseForeign(request, page);
      if (!found) throw refuse(405, 'UnknownOperationException', 'This page is not to be asked in that way.');
      const call: PageCall = {
        request,
        part: parts[found.wanted.indexOf('*')] ?? '',
        query: readFields(queryText),
        form: found.page.method === 'POST' ? readForm(request, found.page.maxBytes) : new Map(),
        origin: `${request.secure ? 'https' : 'http'}://${request.headers.host}`,
        requestId,
      };
      const { response, ...what } = await found.page.handle(call);
      if (found.page.isQuiet !== true || response.status >= 400)
        this.#record(request, found.page.operation, requestId, response.status, what);
      return response;
    } catch (error) {
      const known =
        error instanceof ServiceError
          ? error
          : new ServiceError('InternalFailure', 'Something went wrong here. Try again.', { status: 500 });
      if (known !== error) this.#parts.logError(error, `sign-in ${page?.operation ?? ''}`);
      const status = known.status ?? 400;
      this.#record(request, page?.operation, requestId, status, { errorCode: known.code });
      return page?.forPrograms
        ? json(status, { __type: known.code, message: known.message }, { 'x-amzn-RequestId': requestId })
        : refusalPage(status, known.message, requestId);
    }
  }

  #refuseForeign(request: HttpRequest, page: SignInPage | undefined): void {
    const { hosts } = this.#parts;
    const refused = page?.fromElsewhere === true ? refusalOfHost(request, hosts) : refusalOfForeign(request, hosts, page?.method === 'GET');
    if (refused !== undefined) throw refuse(403, 'AccessDeniedException', refused);
  }

  #record(
    request: HttpRequest,
    operation: string | undefined,
    requestId: string,
    status: number,
    what: { caller?: { arn: string; account: string } | undefined; errorCode?: string },
  ): void {
    this.#parts.audit.record({
      requestId,
      time: this.#parts.now(),
      service: 'signin',
      operation,
      sourceIp: request.remoteAddress,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 256),
      status,
      ...what,
    });
  }
}

function isMatch(wanted: readonly string[], parts: readonly string[]): boolean {
  const open = wanted.at(-1) === '**';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  return (
    (open ? parts.length > fixed.length : parts.length === fixed.length) &&
    fixed.every((each, i) => (each === '*' ? parts[i] !== '' : each === parts[i]))
  );
}
