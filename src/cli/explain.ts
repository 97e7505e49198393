import { AwsClient } from './aws-client.ts';
import { type Connection, type ConnectionOptions, findConnection } from './credentials.ts';
import type { Environment } from './environment.ts';
import { type ExplainedDecision, explanationText } from './explanation-text.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions, Refused } from './local-client.ts';
import { columns, plain, type Terminal } from './terminal.ts';

export interface ExplainOptions extends LocalClientOptions, ConnectionOptions {
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const DECISION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `sagegate explain <decision id | encoded authorization message>` */
export async function explain(text: string, options: ExplainOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const what = text.trim();
  if (DECISION_ID.test(what)) return explainDecision(what.toLowerCase(), options, terminal, environment);
  // A whole denial may be pasted as well.
  const encoded = /Encoded authorization failure message: ([A-Za-z0-9_-]+)/.exec(what)?.[1] ?? what;
  if (!/^[A-Za-z0-9_-]{64,10240}$/.test(encoded))
    throw new Failure('Give the id of a decision (the header x-sagegate-decision-id of a denial) or an encoded authorization message.', 2);
  return explainMessage(encoded, options, terminal, environment);
}

interface ShownDecision {
  readonly decisionId: string;
  readonly time: string;
  readonly operation: string;
  readonly sentence: string;
  readonly message: string;
  readonly explanation?: ExplainedDecision;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly withheld?: string;
}

async function explainDecision(id: string, options: ExplainOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const decision = (await fetchDecision(id, options, environment)) as unknown as ShownDecision; // What server/decisions.ts sends.
  if (options.json) return terminal.print(JSON.stringify(decision));
  const { explanation, context, withheld } = decision;
  terminal.print(plain(decision.sentence));
  const rows = [
    ['When', decision.time],
    ['Called', decision.operation],
    ...(explanation
      ? [
          ['Caller', explanation.request.caller],
          ['Action', explanation.request.action],
          ['Resource', explanation.request.resource],
        ]
      : []),
    ['Told', decision.message],
  ];
  terminal.print(`\n${columns(rows.map(([name = '', value = '']) => [`  ${name}`, plain(value)]))}`);
  if (withheld !== undefined) terminal.print(`\n${plain(withheld)}`);
  if (explanation) terminal.print(`\n${explanationText(explanation, options.all)}`);
  if (context) terminal.print(`\nThe request\n${contextText(Object.entries(context))}`);
}

const contextText = (entries: readonly (readonly [string, string | readonly string[]])[]): string =>
  columns(
    entries.map(([key, value]) => [`  ${plain(key)}`, (typeof value === 'string' ? [value] : value).map((each) => plain(each)).join(', ')]),
  );

/** As the caller whose keys are at hand, when a profile is named; else as the operator, and then as whoever has keys here. */
async function fetchDecision(id: string, options: ExplainOptions, environment: Environment): Promise<object> {
  const connection = findConnection(options, environment);
  if (options.profile !== undefined && connection) return signed(id, connection);
  const { endpoint = connection?.endpoint } = options;
  try {
    return await new LocalClient({ ...options, endpoint }, environment).get(`decisions/${id}`);
  } catch (error) {
    if (!(error instanceof Refused) || !connection) throw error;
    return signed(id, connection);
  }
}

async function signed(id: string, { endpoint, credentials, region }: Connection): Promise<object> {
  const answer = await new AwsClient(endpoint, credentials).show(`/_sagegate/decisions/${id}`, region).catch(() => {
    throw new Failure(`No Sagegate answers at ${endpoint}. Start one with: npx sagegate serve`);
  });
  if (answer.errorCode !== undefined) throw new Failure(plain(answer.message ?? answer.errorCode));
  return answer.output;
}

interface Items<T> {
  readonly items: readonly T[];
}
type Values = Items<{ readonly value: string }>;
interface Conditions extends Items<{ readonly key: string; readonly values: Values }> {}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
interface DecodedMessage {
  readonly explicitDeny: boolean;
  readonly matchedStatements: Items<{
    readonly statementId: string;
    readonly actions: Values;
    readonly resources: Values;
    readonly conditions: Conditions;
  }>;
  readonly context: {
    readonly principal: { readonly arn: string };
    readonly action: string;
    readonly resource: string;
    readonly conditions: Conditions;
  };
}

async function explainMessage(encoded: string, options: ExplainOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const connection = findConnection(options, environment);
  if (!connection) throw new Failure('Messages are decoded for callers of their account: say --profile NAME, or set AWS_ACCESS_KEY_ID.', 2);
  const client = new AwsClient(connection.endpoint, connection.credentials);
  const { errorCode, message, output } = await client
    .call('sts', 'DecodeAuthorizationMessage', { EncodedMessage: encoded }, connection.region)
    .catch(() => {
      throw new Failure(`No Sagegate answers at ${connection.endpoint}. Start one with: npx sagegate serve`);
    });
  if (errorCode !== undefined) throw new Failure(`${plain(errorCode)}: ${plain(message ?? '')}`);
  const text = String(output.DecodedMessage);
  if (options.json) return terminal.print(text);
  const { explicitDeny, matchedStatements, context } = JSON.parse(text) as DecodedMessage;
  const asked = `${plain(context.action)} on ${plain(context.resource)}`;
  terminal.print(
    explicitDeny
      ? `denied: a statement denies ${asked} to ${plain(context.principal.arn)}`
      : `denied: nothing allows ${asked} to ${plain(context.principal.arn)}`,
  );
  for (const { statementId, actions, resources, conditions } of matchedStatements.items) {
    terminal.print(`\nDenied by statement ${plain(statementId) || 'without Sid'}`);
    const required = conditions.items.map(({ key, values }) => [`  ${plain(key)}`, listed(values)]);
    terminal.print(columns([['  Action', listed(actions)], ['  Resource', listed(resources)], ...required]));
  }
  terminal.print(`\nThe request\n${columns(context.conditions.items.map(({ key, values }) => [`  ${plain(key)}`, listed(values)]))}`);
}

const listed = ({ items }: Values): string => items.map(({ value }) => plain(value)).join(', ');
