/**
 * Calls that this installation makes to servers of others. One guarded implementation (server/guarded-fetch.ts) serves them all, so that nobody
 * below decides where such a call may lead (threat V08).
 */
export interface Outbound {
  /**
   * A document, by GET. Redirects are not followed.
   * @throws OutboundError
   */
  get(url: string, rules: OutboundRules): Promise<OutboundDocument>;
  /**
   * SHA-1 fingerprint, in hexadecimal, of the certificate that vouches for an https server: the last of the chain it shows.
   * @throws OutboundError
   */
  thumbprint(url: string): Promise<string>;
  /** Whether who runs this installation lets it speak plain HTTP with the server of this URL: one on this very machine. */
  allowsPlain(url: string): boolean;
}

/** As `Outbound`, where something is sent. */
export interface OutboundPosts {
  /**
   * What a server answers to a POST, whatever its status. The body comes as it is sent: it must be read to its end, or returned from.
   * @throws OutboundError  also while the body is read
   */
  post(url: string, message: OutboundMessage): Promise<OutboundAnswer>;
}

export interface OutboundRules {
  /** Bytes; a longer document is an error. */
  readonly maxBytes: number;
  /** SHA-1 fingerprints, lower case, of certificates that may vouch for a server for which no authority that we trust does. */
  readonly thumbprints?: readonly string[];
}

export interface OutboundDocument {
  readonly status: number;
  readonly body: Uint8Array;
  /** Seconds for which the server lets the document be kept (`Cache-Control: max-age`); undefined when it does not say. */
  readonly maxAge: number | undefined;
}

export interface OutboundMessage {
  /** Those of the message alone: what HTTP itself needs comes from below. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Bytes; a longer answer is an error. */
  readonly maxBytes: number;
  /** Milliseconds until the last byte of the answer. */
  readonly patience: number;
  /** See OutboundRules. */
  readonly thumbprints?: readonly string[];
}

export interface OutboundAnswer {
  readonly status: number;
  /** Lower-case names; repeated ones joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Why there is no document. `refused`: a place that calls may not lead to. `certificate`: nobody vouches for the server. `unreachable`: it cannot
 * be reached at this moment, or answers with an error of its own. `late`: it answers too slowly. `unfit`: what it says is not a document that we take.
 */
export type OutboundProblem = 'refused' | 'certificate' | 'unreachable' | 'late' | 'unfit';

/** The message is for the log of who runs this installation, not for callers: it tells of networks. */
export class OutboundError extends Error {
  readonly problem: OutboundProblem;

  constructor(problem: OutboundProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutboundError';
    this.problem = problem;
  }
}

const calledNobody = (url: string): Promise<never> =>
  Promise.reject(new OutboundError('refused', `${url} is not reached: this installation calls nobody`));

/** Where nothing may be reached. */
export const nothingOutbound: Outbound & OutboundPosts = {
  get: calledNobody,
  post: calledNobody,
  thumbprint: calledNobody,
  allowsPlain: () => false,
};

/** Where nothing may be sent. */
export const nothingPosted: OutboundPosts = { post: calledNobody };
