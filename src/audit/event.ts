/**
 * What is written down of one request, allowed or not, whatever became of it: exactly one event each. Holds no parameter values and no
 * secret; names in it come from verified credentials, never from what a request merely claims.
 */
export interface AuditEvent {
  /** The request id, as the client was told. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Absent when the request could not be routed. */
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly region?: string | undefined;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Absent when the request was not authenticated. */
  readonly caller?:
    | {
        readonly arn: string;
        readonly account: string;
        readonly accessKeyId?: string | undefined;
        /** `AIDA…`, `AROA…:session`: see Caller.userId. */
        readonly userId?: string | undefined;
      }
    | undefined;
  /** What it acted on or would have, as authorization saw it. Absent when the request did not come so far. */
  readonly resource?: { readonly arn: string; readonly account: string } | undefined;
  /** Set when authorization denied it: what was asked, on what, and which kind of policy decided. */
  readonly denied?: { readonly action: string; readonly resource: string; readonly reason: string } | undefined;
  /** By which the reasons of a denial may be asked for, as the client was told. */
  readonly decisionId?: string | undefined;
  /** HTTP status of the answer, and the error's code on the wire. */
  readonly status: number;
  readonly errorCode?: string | undefined;
}

/** Where events go. Must not throw and must not wait: a request is answered whether or not its event has been written. */
export interface AuditSink {
  record(event: AuditEvent): void;
}

/** Keeps the newest events in memory. */
export class RecentEvents implements AuditSink {
  readonly #events: (AuditEvent | undefined)[];
  #next = 0;

  constructor(capacity: number) {
    this.#events = new Array(capacity);
  }

  record(event: AuditEvent): void {
    this.#events[this.#next % this.#events.length] = event;
    this.#next++;
  }

  /** Newest first. */
  list(limit: number): AuditEvent[] {
    const events: AuditEvent[] = [];
    for (let i = 1; i <= Math.min(limit, this.#events.length, this.#next); i++) {
      const event = this.#events[(this.#next - i) % this.#events.length];
      if (event) events.push(event);
    }
    return events;
  }

  clear(): void {
    this.#events.fill(undefined);
    this.#next = 0;
  }
}

/** One sink that feeds several. */
export const toAll = (...sinks: readonly AuditSink[]): AuditSink => ({
  record(event) {
    for (const sink of sinks) sink.record(event);
  },
});
