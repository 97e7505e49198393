/**
 * One HTTP request, read to its end. The listener has already refused what HTTP itself forbids (smuggling forms, absolute targets,
 * oversize) and every header that steers a call and was sent more than once, so each reading below is the only reading.
 */
export interface HttpRequest {
  /** Upper-case method as sent. */
  readonly method: string;
  /** Origin-form request target exactly as received, for example `/path?x=1`. Never decoded here. */
  readonly target: string;
  /** Names and values in arrival order, `[name, value, name, value, …]`, spelled as received. Signature verification reads these. */
  readonly rawHeaders: readonly string[];
  /** The names among `rawHeaders` in lower case, in the same order, where whoever made the request has them at hand. */
  readonly headerNames?: readonly string[];
  /** Lower-case name → value; a repeated header is joined with `,` in arrival order. Null prototype. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw body; empty when there is none. */
  readonly body: Uint8Array;
  /** Peer address as text, IPv4-mapped IPv6 already reduced to IPv4; behind a trusted proxy, the client's. */
  readonly remoteAddress: string;
  /** Whether the client spoke TLS. */
  readonly secure: boolean;
}

/** One HTTP answer. Header names are spelled as they are sent. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Cookies to be set beside the one that the headers may set: values of Set-Cookie. */
  readonly cookies?: readonly string[];
  /** Complete; empty where the answer is sent piece by piece. */
  readonly body: string | Uint8Array;
  /** What is sent instead of the body, each piece as soon as it is there: its length is not known before. Read once, or returned from. */
  readonly pieces?: AsyncIterable<Uint8Array>;
}
