import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { hexadecimal, type Random } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Listener, type ListenerLimits, listen } from '../listener.ts';

/** Requests here carry no body, and no header longer than a token. */
const LIMITS: ListenerLimits = {
  maxBodyBytes: 1024,
  maxHeaderBytes: 8 * 1024,
  maxConnections: 128,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
};

/** Listeners that are open at once. */
const MAX_LISTENERS = 256;

/** Whoever can connect gets credentials, so there is no other address. */
const HOST = '127.0.0.1';

export interface LeasedListener {
  readonly listenerId: string;
  readonly port: number;
  /** `http://127.0.0.1:40961` */
  readonly url: string;
}

interface Open extends LeasedListener {
  readonly listener: Listener;
  readonly leaseSeconds: number;
  /** What is told of it whenever its lease is renewed. */
  readonly describe: () => Promise<object>;
  timer: NodeJS.Timeout;
}

/**
 * Ports of the loopback interface on which credentials are given out, each for as long as somebody says that it is still wanted: the command
 * that opened one may be gone without a word, and what it left open would go on giving them to whoever connects.
 */
export class LeasedListeners {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #logError: (error: unknown, where: string) => void;
  readonly #open = new Map<string, Open>();
  #opening = 0;

  constructor(parts: { random: Random; now: () => number; logError: (error: unknown, where: string) => void }) {
    this.#random = parts.random;
    this.#now = parts.now;
    this.#logError = parts.logError;
  }

  /**
   * @param port  0 takes any free one
   * @throws LimitExceededException  400  256 are open
   * @throws ResourceInUseException  409  the port is taken
   */
  async open(
    options: { readonly port: number; readonly leaseSeconds: number; readonly describe: () => Promise<object> },
    answer: (request: HttpRequest) => Promise<HttpResponse> | HttpResponse,
  ): Promise<LeasedListener> {
    if (this.#open.size + this.#opening >= MAX_LISTENERS)
      throw new ServiceError('LimitExceededException', `${MAX_LISTENERS} such endpoints are open already.`, { status: 400 });
    this.#opening++;
    try {
      const listener = await listen({
        host: HOST,
        port: options.port,
        limits: LIMITS,
        now: this.#now,
        answer,
        // A target may hold what the container endpoint keeps secret.
        logError: (error) => this.#logError(error, 'an endpoint of credentials'),
      });
      const listenerId = hexadecimal(32, this.#random);
      const { port, url } = listener;
      const { leaseSeconds, describe } = options;
      this.#open.set(listenerId, {
        listenerId,
        port,
        url,
        listener,
        leaseSeconds,
        describe,
        timer: this.#expiry(listenerId, leaseSeconds),
      });
      return { listenerId, port, url };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE' || code === 'EACCES')
        throw new ServiceError('ResourceInUseException', `Port ${options.port} cannot be had.`, { status: 409 });
      throw error;
    } finally {
      this.#opening--;
    }
  }

  /** Lets a listener live for another lease. @throws ResourceNotFoundException  404 */
  async renew(listenerId: string): Promise<object> {
    const found = this.#open.get(listenerId);
    if (!found) throw noSuchListener();
    clearTimeout(found.timer);
    found.timer = this.#expiry(listenerId, found.leaseSeconds);
    const { port, url, leaseSeconds } = found;
    return { listenerId, port, url, leaseSeconds, ...(await found.describe()) };
  }

  /** @throws ResourceNotFoundException  404 */
  async close(listenerId: string): Promise<void> {
    const found = this.#open.get(listenerId);
    if (!found) throw noSuchListener();
    this.#open.delete(listenerId);
    clearTimeout(found.timer);
    await found.listener.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((listenerId) => this.close(listenerId)));
  }

  #expiry(listenerId: string, leaseSeconds: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.close(listenerId).catch((error: unknown) => this.#logError(error, 'an endpoint of credentials'));
    }, leaseSeconds * 1000);
    timer.unref();
    return timer;
  }
}

const noSuchListener = (): ServiceError =>
  new ServiceError('ResourceNotFoundException', 'There is no such endpoint, or its lease has ended.', { status: 404 });
