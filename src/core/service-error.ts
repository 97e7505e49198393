/**
 * A caller's mistake, in AWS's words: the pipeline turns it into the answer of the request's protocol.
 *
 * `code` is either the name of an error *shape* in the service's model (`NoSuchEntityException`, `ResourceInUse`) or one of the codes every
 * service shares (`AccessDenied`, `ValidationError`, …: protocol/common-errors.ts). The codec derives the code on the wire and the HTTP
 * status from it, so a handler never writes either.
 */
export class ServiceError extends Error {
  readonly code: string;
  /** Further members of the error's shape, by their wire names. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** Overrides the HTTP status of the model, where AWS is known to answer otherwise. */
  readonly status: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { fields?: Readonly<Record<string, unknown>>; status?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.fields = options.fields;
    this.status = options.status;
  }
}
