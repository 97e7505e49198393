import type { Environment } from './environment.ts';
import { type ExplainedDecision, explanationText } from './explanation-text.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions, Refused } from './local-client.ts';
import { readText } from './policy-file.ts';
import { readContext } from './policy-simulate.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ServiceCallOptions extends LocalClientOptions {
  readonly as: string;
  readonly role?: string | undefined;
  readonly sessionName?: string | undefined;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  readonly onBehalfOf?: string | undefined;
  readonly region?: string | undefined;
  readonly sourceIp?: string | undefined;
  readonly input?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly resourceAccount?: string | undefined;
  readonly resourcePolicy?: string | undefined;
  readonly context?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What server/service-calls.ts answers. */
interface Called {
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly caller: string;
  readonly via?: string;
  readonly steps: readonly {
    readonly outcome: string;
    readonly sentence: string;
    readonly explanation: ExplainedDecision;
    readonly context: Context;
  }[];
  readonly output?: object;
  readonly error?: { readonly code: string; readonly message: string };
}

type Context = Readonly<Record<string, string | readonly string[]>>;

/** `sagegate service call --as SERVICE …`: 0 allowed, 1 denied, 2 asked wrongly, 3 allowed and failed. */
export async function callAsService(
  called: readonly [service?: string, operation?: string],
  options: ServiceCallOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const [service, operation] = called;
  const { as, role, sessionName, sourceArn, sourceAccount, onBehalfOf, region, sourceIp, action, resource, resourceAccount } = options;
  const asked = {
    ...{
      as,
      role,
      sessionName,
      sourceArn,
      sourceAccount,
      onBehalfOf,
      region,
      sourceIp,
      service,
      operation,
      action,
      resource,
      resourceAccount,
    },
    ...(options.input !== undefined && { input: readInput(options.input) }),
    ...(options.resourcePolicy !== undefined && { resourcePolicy: readText(options.resourcePolicy) }),
    ...(options.context !== undefined && { context: readContext(options.context) }),
  };
  const answer = (await new LocalClient(options, environment).post('service-calls', asked).catch((error: unknown) => {
    if (error instanceof Refused && error.code !== 'UnknownOperationException') throw new Failure(error.message, 2);
    if (error instanceof Refused)
      throw new Failure(service === undefined ? 'Calls as a service are for the operator: give the operator token.' : error.message, 2);
    throw error;
  })) as unknown as Called;
  if (options.json) terminal.print(JSON.stringify(answer));
  else tell(answer, options, terminal);
  if (answer.outcome === 'denied') process.exitCode = 1;
  if (answer.outcome === 'failed') process.exitCode = 3;
}

/** Text, or `@file`. */
function readInput(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('@') ? readText(text.slice(1)) : text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("The input is no JSON. Write it as --input '{…}' or --input @file.", 2);
  }
}

function tell({ outcome, caller, via, steps, output, error }: Called, { as, role, all }: ServiceCallOptions, terminal: Terminal): void {
  const blocks = steps.map(({ sentence, explanation, context }, i) => {
    const { caller: who, action, resource } = explanation.request;
    const heading = role !== undefined && i === 0 ? 'Taking up the role' : 'The call';
    const sources = [
      'aws:SourceArn',
      'aws:SourceAccount',
      'aws:CalledVia',
      'aws:ViaAWSService',
      'aws:PrincipalIsAWSService',
      'aws:PrincipalServiceName',
    ];
    const shown = sources.flatMap((key) => (context[key] === undefined ? [] : [`  ${key} = ${plain([context[key]].flat().join(', '))}`]));
    const asked = [`  ${plain(who)}`, `  ${plain(action)} on ${plain(resource)}`, ...shown];
    return `${heading}: ${plain(sentence)}\n${asked.join('\n')}\n\n${explanationText(explanation, all)}`;
  });
  // What an operation gives back is what pipes are for; how it came to be allowed is said beside it.
  const say = output === undefined ? terminal.print : terminal.note;
  if (blocks.length > 0) say(`${blocks.join('\n\n')}\n`);
  const who = via === undefined ? plain(caller) : `${plain(via)} on behalf of ${plain(caller)}`;
  if (output !== undefined) {
    say(`allowed: ${who}${as === caller || via !== undefined ? '' : ` (${plain(as)})`}`);
    terminal.print(plain(JSON.stringify(output, undefined, 2), true));
  } else say(`${outcome}: ${who}${error ? `\n${plain(error.code)}: ${plain(error.message)}` : ''}`);
}
