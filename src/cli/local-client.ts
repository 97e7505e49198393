import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { standardDataDirectory } from '../server/data-directory.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { plain } from './terminal.ts';

export const STANDARD_ENDPOINT = 'http://127.0.0.1:4566';

/** Where a running server is, and the operator's secret for it. */
export interface LocalClientOptions {
  readonly endpoint?: string | undefined;
  readonly token?: string | undefined;
  readonly data?: string | undefined;
}

/** A refusal of the local API, by its code. */
export class Refused extends Failure {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.status = status;
  }
}

/** Speaks with the local API of a running server. */
export class LocalClient {
  readonly endpoint: string;
  readonly #token: string | undefined;

  constructor(options: LocalClientOptions, environment: Environment) {
    this.endpoint = (options.endpoint ?? environment.SAGEGATE_ENDPOINT ?? STANDARD_ENDPOINT).replace(/\/+$/, '');
    if (!/^https?:\/\/[^/?#@]+$/.test(this.endpoint)) throw new Failure('The endpoint must look like http://127.0.0.1:4566.', 2);
    this.#token = options.token ?? environment.SAGEGATE_OPERATOR_TOKEN ?? readToken(options.data ?? standardDataDirectory(environment));
  }

  get(path: string): Promise<Record<string, unknown>> {
    return this.#send('GET', path, undefined);
  }

  post(path: string, body: object): Promise<Record<string, unknown>> {
    return this.#send('POST', path, body);
  }

  delete(path: string): Promise<Record<string, unknown>> {
    return this.#send('DELETE', path, undefined);
  }

  async #send(method: string, path: string, body: object | undefined): Promise<Record<string, unknown>> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${this.endpoint}/_sagegate/${path}`, {
        method,
        headers: {
          Accept: 'application/json',
          ...(body && { 'Content-Type': 'application/json' }),
          ...(this.#token !== undefined && { Authorization: `Bearer ${this.#token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(60_000),
      });
      answer = await response.json();
    } catch {
      throw new Failure(`No Sagegate answers at ${this.endpoint}. Start one with: npx sagegate serve`);
    }
    const value = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
    if (response.ok) return value;
    throw new Refused(String(value.__type ?? 'Unknown'), response.status, plain(String(value.message ?? `Answered ${response.status}.`)));
  }
}

function readToken(directory: string): string | undefined {
  const file = join(directory, 'operator-token');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
