import type { ContextValue, Explanation, Outcome } from '../policy/index.ts';
import { validatePolicy } from '../policy/index.ts';
import { AwsClient } from './aws-client.ts';
import { type ConnectionOptions, findConnection } from './credentials.ts';
import type { Environment } from './environment.ts';
import { excerpt } from './excerpt.ts';
import { explanationText } from './explanation-text.ts';
import { Failure } from './failure.ts';
import { kindOfText, type PolicyText, readPolicyText } from './policy-file.ts';
import { PRINCIPAL_FORMS, readPrincipal } from './policy-principal.ts';
import { explainScenario, type Scenario } from './policy-scenario.ts';
import { columns, plain, type Terminal } from './terminal.ts';

/** What `sagegate policy simulate` and `sagegate policy explain` take. */
export interface SimulateOptions extends ConnectionOptions {
  readonly policy?: readonly string[] | undefined;
  readonly boundary?: string | undefined;
  readonly session?: readonly string[] | undefined;
  /** One file a level. */
  readonly scp?: readonly string[] | undefined;
  readonly resourcePolicy?: string | undefined;
  readonly principal?: string | undefined;
  readonly action: readonly string[];
  readonly resource?: readonly string[] | undefined;
  readonly resourceAccount?: string | undefined;
  readonly context?: readonly string[] | undefined;
  readonly exitCode?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const SOMEBODY = 'arn:aws:iam::123456789012:user/somebody';

/** `sagegate policy simulate`: of files, or of a principal on a running server. */
export async function simulate(options: SimulateOptions, terminal: Terminal, environment: Environment): Promise<void> {
  if (options.profile !== undefined || options.endpoint !== undefined) return simulateOnServer(options, terminal, environment);
  const results = explainAll(options);
  if (options.json) terminal.print(JSON.stringify(results.map((each) => ({ ...dataOf(each), explanation: undefined }))));
  else {
    const rows = results.map(({ action, resource, explanation }) => [
      `${MARKS[explanation.decision.outcome]} ${plain(action)}`,
      plain(resource),
      explanation.decision.outcome,
      plain(explanation.toSentence()),
    ]);
    terminal.print(columns([['  ACTION', 'RESOURCE', 'OUTCOME', 'WHY'], ...rows]));
    noteMissing(
      results.flatMap(({ explanation }) => explanation.missingKeys),
      terminal,
    );
  }
  failIfDenied(
    results.map(({ explanation }) => explanation.decision.outcome),
    options,
  );
}

/** `sagegate policy explain`: the same with every reason. */
export function explainPolicies(options: SimulateOptions, terminal: Terminal): void {
  const results = explainAll(options);
  if (options.json) terminal.print(JSON.stringify(results.map(dataOf)));
  else {
    const texts = results.map(
      ({ explanation }) => `${plain(explanation.toSentence())}\n\n${explanationText(explanation.toJSON(), options.all)}`,
    );
    terminal.print(texts.join('\n\n'));
  }
  failIfDenied(
    results.map(({ explanation }) => explanation.decision.outcome),
    options,
  );
}

interface Result {
  readonly action: string;
  readonly resource: string;
  readonly explanation: Explanation;
}

const MARKS: Readonly<Record<Outcome, string>> = { allowed: '✓', explicitDeny: '✗', implicitDeny: '✗' };

const dataOf = ({ action, resource, explanation }: Result) => ({
  action,
  resource,
  outcome: explanation.decision.outcome,
  decidedBy: explanation.decision.decidedBy,
  sentence: explanation.toSentence(),
  missingKeys: explanation.missingKeys,
  explanation,
});

function noteMissing(keys: readonly string[], terminal: Terminal): void {
  const distinct = [...new Set(keys)];
  if (distinct.length > 0)
    terminal.note(
      `Not in the request, and read by a policy: ${distinct.map((key) => plain(key)).join(', ')}. Give them with --context KEY=VALUE.`,
    );
}

function failIfDenied(outcomes: readonly Outcome[], { exitCode }: SimulateOptions): void {
  const denied = outcomes.filter((outcome) => outcome !== 'allowed').length;
  if (exitCode && denied > 0) throw new Failure(`${denied} of ${outcomes.length} would be denied.`);
}

function explainAll(options: SimulateOptions): Result[] {
  const scenario = readScenario(options);
  const results: Result[] = [];
  for (const action of options.action) {
    if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action))
      throw new Failure(`${plain(action)} is no action: it must look like sagemaker:CreateModel.`, 2);
    for (const resource of options.resource ?? ['*'])
      results.push({ action, resource, explanation: explainScenario(scenario, action, resource) });
  }
  return results;
}

function readScenario(options: SimulateOptions): Scenario {
  const { policy = [], boundary, session, scp, resourcePolicy, principal = SOMEBODY } = options;
  if (policy.length === 0 && resourcePolicy === undefined)
    throw new Failure('Give policies with --policy FILE, or a running server with --profile NAME.', 2);
  const caller = readPrincipal(principal);
  if (!caller) throw new Failure(`${plain(principal)} is no principal. It must be ${PRINCIPAL_FORMS}.`, 2);
  return {
    caller,
    identity: policy.map((file) => checked(file, 'identity')),
    boundary: boundary === undefined ? undefined : checked(boundary, 'boundary'),
    session: session?.map((file) => checked(file, 'session')),
    scps: scp?.map((file) => [checked(file, 'scp')]),
    resourcePolicy: resourcePolicy === undefined ? undefined : checked(resourcePolicy, undefined),
    resourceAccount: options.resourceAccount,
    context: readContext(options.context ?? []),
  };
}

/** A policy that would be accepted; otherwise what is wrong with it. AWS's own are as they are. */
function checked(file: string, kind: 'identity' | 'boundary' | 'session' | 'scp' | undefined): PolicyText {
  const policy = readPolicyText(file);
  const error = policy.arn === undefined ? validatePolicy(policy.text, kind ?? kindOfText(policy.text)) : undefined;
  if (!error) return policy;
  const place = error.position ? `:${error.position.line}:${error.position.column}` : '';
  throw new Failure(`${plain(file)}${place}: ${error.detail}${error.position ? `\n${excerpt(policy.text, error.position)}` : ''}`, 2);
}

/** `KEY=VALUE`; a key that is given several times has several values, and `KEY=` one that is empty. */
export function readContext(entries: readonly string[]): Record<string, ContextValue> {
  const values: Record<string, string[]> = Object.create(null);
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals < 1) throw new Failure(`${plain(entry)} must look like aws:SourceIp=203.0.113.7.`, 2);
    const key = entry.slice(0, equals);
    values[key] = [...(values[key] ?? []), entry.slice(equals + 1)];
  }
  return Object.fromEntries(Object.entries(values).map(([key, list]) => [key, list.length === 1 ? list[0] : list]));
}

interface SimulatedAction {
  readonly EvalActionName: string;
  readonly EvalResourceName: string;
  readonly EvalDecision: Outcome;
  readonly MatchedStatements?: readonly { readonly SourcePolicyId: string }[] | '';
  readonly MissingContextValues?: readonly string[] | '';
  readonly ResourceSpecificResults?: readonly ResourceResult[] | '';
}

interface ResourceResult {
  readonly EvalResourceName: string;
  readonly EvalResourceDecision: Outcome;
  readonly MatchedStatements?: readonly { readonly SourcePolicyId: string }[] | '';
}

/** SimulatePrincipalPolicy, all pages. */
async function simulateOnServer(options: SimulateOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const { policy, boundary, session, scp, resourcePolicy, principal, resourceAccount } = options;
  if (principal === undefined) throw new Failure('Say whose policies: --principal ARN.', 2);
  if (session !== undefined || scp !== undefined) throw new Failure('--session and --scp are for files; a server has its own.', 2);
  const connection = findConnection(options, environment);
  if (!connection) throw new Failure('No keys to ask the server with. Say --profile NAME, or set AWS_ACCESS_KEY_ID.', 2);
  const client = new AwsClient(connection.endpoint, connection.credentials);
  const input = {
    PolicySourceArn: principal,
    ActionNames: options.action,
    ResourceArns: options.resource ?? ['*'],
    ...(policy && { PolicyInputList: policy.map((file) => readPolicyText(file).text) }),
    ...(boundary !== undefined && { PermissionsBoundaryPolicyInputList: [readPolicyText(boundary).text] }),
    ...(resourcePolicy !== undefined && { ResourcePolicy: readPolicyText(resourcePolicy).text }),
    ...(resourceAccount !== undefined && { ResourceOwner: `arn:aws:iam::${resourceAccount}:root` }),
    ContextEntries: Object.entries(readContext(options.context ?? [])).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyValues: typeof value === 'string' ? [value] : value,
      ContextKeyType: typeof value === 'string' ? 'string' : 'stringList',
    })),
  };
  const results: SimulatedAction[] = [];
  for (let marker: unknown; ; ) {
    const { errorCode, message, output } = await client
      .call('iam', 'SimulatePrincipalPolicy', { ...input, ...(marker === undefined ? {} : { Marker: marker }) }, connection.region)
      .catch(() => {
        throw new Failure(`No Sagegate answers at ${connection.endpoint}. Start one with: npx sagegate serve`);
      });
    if (errorCode !== undefined) throw new Failure(`${plain(errorCode)}: ${plain(message ?? '')}`);
    results.push(...listOf(output.EvaluationResults as SimulatedAction[] | ''));
    marker = output.Marker;
    if (output.IsTruncated !== 'true') break;
  }
  if (options.json) terminal.print(JSON.stringify(results));
  else {
    const rows = results.flatMap((result) => {
      const resources = listOf(result.ResourceSpecificResults);
      const all =
        resources.length > 0
          ? resources.map((each) => ({
              name: each.EvalResourceName,
              outcome: each.EvalResourceDecision,
              statements: each.MatchedStatements,
            }))
          : [{ name: result.EvalResourceName, outcome: result.EvalDecision, statements: result.MatchedStatements }];
      return all.map(({ name, outcome, statements }) => [
        `${MARKS[outcome]} ${plain(result.EvalActionName)}`,
        plain(name),
        outcome,
        [...new Set(listOf(statements).map(({ SourcePolicyId }) => plain(SourcePolicyId)))].join(', ') || '-',
      ]);
    });
    terminal.print(columns([['  ACTION', 'RESOURCE', 'OUTCOME', 'BY'], ...rows]));
    noteMissing(
      results.flatMap((result) => listOf(result.MissingContextValues)),
      terminal,
    );
  }
  failIfDenied(
    results.map(({ EvalDecision }) => EvalDecision),
    options,
  );
}

/** Empty lists come as empty elements. */
const listOf = <T>(list: readonly T[] | '' | undefined): readonly T[] => (Array.isArray(list) ? list : []);
