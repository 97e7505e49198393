import { totpCode } from '../authentication/totp.ts';
import type { Explanation } from '../policy/index.ts';
import { PRIVATE_SERVER, startServer } from '../server/serve.ts';
import type { ClientCredentials } from '../sigv4/index.ts';
import { type Answer, AwsClient, type TourService } from './aws-client.ts';
import { awsCommand } from './aws-command.ts';
import { LocalClient } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface TourOptions {
  /** Print what was expected and came, and nothing of the answers. */
  readonly brief?: boolean | undefined;
}

/** What a call of the tour is expected to come to. */
export type Expected =
  /** Goes through, and what came back passes the check; the check says what is wrong. */
  | { readonly ok: true; readonly check?: ((output: Readonly<Record<string, unknown>>) => string | undefined) | undefined }
  /** Is refused with this code, and words of this in the message. */
  | { readonly code: string; readonly says?: string };

/** Somebody who calls, with credentials. */
export interface Actor {
  readonly name: string;
  readonly credentials: ClientCredentials;
}

/** Leads through the story: makes the calls, prints them, and keeps count of what was not as expected. */
export class Guide {
  readonly #terminal: Terminal;
  readonly #options: TourOptions;
  readonly #reasons: Explanation[] = [];
  readonly #errors: unknown[] = [];
  #stop: () => Promise<void> = async () => undefined;
  endpoint = '';
  calls = 0;
  readonly surprises: string[] = [];

  private constructor(options: TourOptions, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
  }

  static async start(options: TourOptions, terminal: Terminal): Promise<Guide> {
    const guide = new Guide(options, terminal);
    const server = await startServer({
      ...PRIVATE_SERVER,
      logError: (error) => guide.#errors.push(error),
      observe: (_, explain) => guide.#reasons.push(explain()),
    });
    guide.endpoint = server.url;
    guide.#stop = () => server.close();
    return guide;
  }

  async stop(): Promise<void> {
    await this.#stop();
    for (const error of this.#errors) this.surprises.push(`the server failed: ${plain(String(error))}`);
  }

  chapter(number: number, title: string, text: string): void {
    this.#terminal.print(`\n${number}. ${title}\n${'─'.repeat(title.length + 3)}\n${text}`);
  }

  say(text: string): void {
    this.#terminal.print(`\n${text}`);
  }

  local(): LocalClient {
    return new LocalClient({ endpoint: this.endpoint, token: '-' }, {});
  }

  client(credentials: ClientCredentials): AwsClient {
    return new AwsClient(this.endpoint, credentials);
  }

  /** One call, as somebody; the output, empty when it was refused. `typed` is what the AWS CLI wants besides the input. */
  async call(
    actor: Actor,
    service: TourService,
    operation: string,
    input: object,
    expected: Expected = { ok: true },
    { region = 'us-east-1', typed = '' }: { readonly region?: string; readonly typed?: string } = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const options = ['--profile', actor.name, ...(region === 'us-east-1' ? [] : ['--region', region])];
    this.#reasons.length = 0;
    const answer = await this.client(actor.credentials).call(service, operation, input, region);
    return this.#show(awsCommand(service, operation, input, options) + typed, answer, expected);
  }

  async invoke(actor: Actor, endpointName: string, body: string, expected: Expected, region: string): Promise<void> {
    this.#reasons.length = 0;
    const answer = await this.client(actor.credentials).invokeEndpoint(endpointName, body, region);
    const command = `aws --profile ${actor.name} --region ${region} sagemaker-runtime invoke-endpoint --endpoint-name ${endpointName} --content-type text/csv --body fileb://in.csv out.json`;
    this.#show(command, answer, expected);
  }

  #show(command: string, answer: Answer, expected: Expected): Readonly<Record<string, unknown>> {
    this.calls++;
    this.#terminal.print(`\n$ ${plain(command)}`);
    const { status, errorCode, message, output } = answer;
    if (errorCode !== undefined) this.#terminal.print(`  ${status} ${plain(errorCode)}: ${plain(message ?? '')}`);
    else if (this.#options.brief) this.#terminal.print(`  ${status}`);
    else this.#terminal.print(`  ${status} ${plain(shorten(JSON.stringify(output, hideSecrets)))}`);
    for (const reason of this.#reasons)
      this.#terminal.print(`  ${reason.decision.outcome === 'allowed' ? '✓' : '✗'} ${plain(reason.toSentence())}`);
    const surprise = surpriseIn(answer, expected);
    if (surprise !== undefined) {
      this.surprises.push(`${plain(command)}\n      ${plain(surprise)}`);
      this.#terminal.print(`  !! ${plain(surprise)}`);
    }
    return output;
  }
}

/** What is not as expected of an answer; undefined when all is. */
export function surpriseIn({ errorCode, message = '', output }: Answer, expected: Expected): string | undefined {
  if ('ok' in expected)
    return errorCode === undefined ? expected.check?.(output) : `expected it to go through, and it was refused: ${errorCode}`;
  if (errorCode === undefined) return `expected ${expected.code}, and it went through`;
  if (errorCode !== expected.code) return `expected ${expected.code}, and it was ${errorCode}`;
  const { says } = expected;
  return says === undefined || message.includes(says) ? undefined : `expected the message to say: ${says}`;
}

const MOST_SHOWN = 300;

const shorten = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)} …` : text);

const SECRETS = new Set(['SecretAccessKey', 'SessionToken', 'Base32StringSeed', 'QRCodePNG']);

/** Keys of an hour's life on a server in this process are no secret, but habits are formed by examples. */
const hideSecrets = (name: string, value: unknown): unknown => (SECRETS.has(name) ? '…' : value);

/** The code that an MFA device of this seed shows, so many steps of 30 seconds from now. */
export const codeOf = (seed: string, steps = 0): string => totpCode(seed, Date.now() + steps * 30_000);
