import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Client } from '../clients.ts';
import type { Credentials, TestServer } from '../harness.ts';
import { cleanEnvironment, type Outcome, type Output, type Teller } from './teller.ts';

type Answer = { output: Output } | { status: number; code: string; message: string } | { failure: string };

/** boto3, in one Python process that is asked line by line. */
export class PythonTeller implements Teller {
  readonly name: string;
  readonly #endpoint: string;
  readonly #process: ChildProcess & { stdin: NonNullable<ChildProcess['stdin']> };
  readonly #lines: Interface;
  /** Rejects, when the process ends. */
  readonly #ended: Promise<never>;

  constructor(client: Client, server: TestServer) {
    this.name = `boto3 ${client.version}`;
    this.#endpoint = server.url;
    const child = spawn(client.command, ['-u', fileURLToPath(new URL('boto3_teller.py', import.meta.url))], {
      env: cleanEnvironment({}),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`Python ended with ${code}`)));
    // Heard by whoever calls then; that it ends on being closed is nobody's error.
    this.#ended.catch(() => undefined);
  }

  async call(service: string, operation: string, input: object, credentials: Credentials, region: string): Promise<Outcome> {
    const answered = Promise.race([once(this.#lines, 'line'), this.#ended]);
    this.#process.stdin.write(`${JSON.stringify({ service, operation, input, credentials, region, endpoint: this.#endpoint })}\n`);
    const [line] = (await answered) as [string];
    const answer = JSON.parse(line) as Answer;
    if ('failure' in answer) throw new Error(`boto3 ${service} ${operation}: ${answer.failure}`);
    return 'output' in answer ? { succeeded: true, output: answer.output } : { succeeded: false, ...answer };
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.stdin.end();
    await ended;
  }
}
