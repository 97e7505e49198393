/** The time, given from above so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that tests and ephemeral servers can move. Runs with the system clock plus an offset, or stands still once frozen. */
export class MovableClock implements Clock {
  #offset = 0;
  #frozenAt: number | undefined;

  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }

  /** Moves the clock by `milliseconds`, forward or back. */
  advance(milliseconds: number): void {
    if (this.#frozenAt !== undefined) this.#frozenAt += milliseconds;
    else this.#offset += milliseconds;
  }

  /** Stops the clock at an instant. */
  freeze(at: number): void {
    this.#frozenAt = at;
  }

  /** Back to the system's time. */
  reset(): void {
    this.#offset = 0;
    this.#frozenAt = undefined;
  }
}

/** `2026-11-21T01:00:00Z`: whole seconds, as AWS's query protocol prints times. */
export const isoSeconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
