import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openManagedPolicies } from '../../src/model/managed-policies.ts';
import {
  createPolicyCompiler,
  createRequestContext,
  decideAll,
  explain,
  type PolicyKind,
  type PolicySet,
  type PolicySources,
  type Principal,
  validatePolicy,
} from '../../src/policy/index.ts';
import { evaluate, type ReferencePolicy, type ReferencePrincipal, type ReferenceSources } from '../reference/evaluator.ts';

/*
 * Every scenario in the JSON files of this folder, decided by the engine and by the plain evaluator of test/reference. A new case is a new
 * object; README.md says what it may hold.
 */

/** A policy: the document itself, or the name of one of the file's `policies`, or `aws:Name` for an AWS managed policy. */
type PolicyRef = string | ReferencePolicy;

interface Request {
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly identity?: readonly PolicyRef[];
  readonly boundary?: PolicyRef;
  readonly session?: readonly PolicyRef[];
  readonly scp?: readonly (readonly PolicyRef[])[];
  readonly rcp?: readonly (readonly PolicyRef[])[];
  readonly endpoint?: PolicyRef;
  readonly trust?: PolicyRef;
  readonly resourcePolicy?: PolicyRef;
  /** The resource's policy must allow, also in its own account. */
  readonly mandatory?: boolean;
}

interface Scenario extends Request {
  readonly name: string;
  /** `allowed`, `explicitDeny scp`, `implicitDeny identity` …: the outcome, and the layer that decides where it matters. */
  readonly expect?: string;
  /** The statement that decides: `policy#0` or `policy#Sid`. */
  readonly statement?: string;
  /** Part of AWS's denial message. */
  readonly message?: string;
  /** The same scenario for several values: each object is laid over it. */
  readonly each?: readonly (Partial<Scenario> & { readonly name: string })[];
  /** One call that needs several things: each object is laid over the scenario; `expect` is what comes of the first that fails. */
  readonly tuples?: readonly Request[];
}

interface ScenarioFile {
  readonly about: string;
  readonly source: string;
  readonly standing: 'documented' | 'observed' | 'inferred';
  readonly principals: Readonly<Record<string, Principal>>;
  readonly policies?: Readonly<Record<string, ReferencePolicy>>;
  /** What every scenario of the file has unless it says otherwise. */
  readonly defaults?: Request;
  readonly scenarios?: readonly Scenario[];
  /** Documents that are refused; `text` when it is no JSON that could stand here. */
  readonly documents?: readonly {
    readonly name: string;
    readonly kind: PolicyKind;
    readonly document?: unknown;
    readonly text?: string;
    readonly error: string | null;
  }[];
}

const folder = new URL('.', import.meta.url);
const data = new URL('../../data/managed-policies/', import.meta.url);
/** The documents of AWS's managed policies, where the checkout has them. */
const managedPolicies = existsSync(data) ? openManagedPolicies(data.pathname) : undefined;

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const read = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ScenarioFile;
  describe(`${file}: ${read.about}`, () => {
    for (const scenario of read.scenarios ?? []) {
      for (const one of scenario.each ?? [undefined]) {
        const whole = { ...read.defaults, ...scenario, ...one, name: one ? `${scenario.name}: ${one.name}` : scenario.name };
        const missing = [whole, ...(whole.tuples ?? [])]
          .flatMap(({ identity }) => identity ?? [])
          .some((ref) => isAwsManaged(ref) && !managedPolicies);
        it.skipIf(missing)(missing ? `${whole.name} (needs data/managed-policies)` : whole.name, () => check(read, whole));
      }
    }
    for (const { name, kind, document, text, error } of read.documents ?? []) {
      it(name, () => expect(validatePolicy(text ?? JSON.stringify(document), kind)?.message ?? null).toBe(error));
    }
  });
}

function check(file: ScenarioFile, scenario: Scenario): void {
  const { expect: expected, statement, message } = scenario;
  if (!expected) throw new Error('the scenario expects nothing');
  const requests = (scenario.tuples ?? [{}]).map((tuple) => ({ ...scenario, ...tuple }));
  const tuples = requests.map((request) => toEngine(file, request));
  const { decision, failed } = decideAll(tuples);
  const decided = `${decision?.outcome} ${decision?.decidedBy}`;
  expect(decided.startsWith(expected) ? expected : decided).toBe(expected);
  if (statement !== undefined) {
    const found = decision?.statement;
    expect(`${found?.policy.name}#${statement.endsWith(`#${found?.index}`) ? found?.index : found?.sid}`).toBe(statement);
  }
  const explained = tuples[failed ?? tuples.length - 1];
  if (message !== undefined && explained) expect(explain(explained.request, explained.sources).toDenialMessage()).toContain(message);

  const plain = requests[failed ?? requests.length - 1];
  if (plain) {
    const reference = evaluate(...toReference(file, plain));
    expect(`${reference.outcome} ${reference.decidedBy}`, 'the plain evaluator').toBe(decided);
  }
}

function toEngine(file: ScenarioFile, request: Request) {
  const compiler = createPolicyCompiler();
  const set = (kind: PolicyKind, refs: readonly PolicyRef[]): PolicySet =>
    compiler.set(
      refs.map((ref, i) => compiler.compile(textOf(file, ref), { kind, source: typeof ref === 'string' ? ref : `${kind}${i}` })),
    );
  const resource = request.trust ?? request.resourcePolicy;
  const kind = request.trust === undefined ? 'resource' : 'trust';
  const sources: PolicySources = {
    identity: request.identity && set('identity', request.identity),
    boundary: request.boundary === undefined ? undefined : set('boundary', [request.boundary]),
    session: request.session && set('session', request.session),
    scp: request.scp?.map((level) => set('scp', level)),
    rcp: request.rcp?.map((level) => set('rcp', level)),
    endpoint: request.endpoint === undefined ? undefined : set('endpoint', [request.endpoint]),
    resource: resource === undefined ? undefined : { kind, mandatory: request.mandatory, policies: set(kind, [resource]) },
  };
  return {
    request: {
      principal: principalOf(file, request),
      action: request.action ?? '',
      resource: request.resource ?? '*',
      resourceAccount: request.resourceAccount,
      context: createRequestContext(request.context ?? {}),
    },
    sources,
  };
}

function toReference(file: ScenarioFile, request: Request): Parameters<typeof evaluate> {
  const document = (ref: PolicyRef): ReferencePolicy => JSON.parse(textOf(file, ref)) as ReferencePolicy;
  const principal = principalOf(file, request) as ReferencePrincipal;
  const resource = request.trust ?? request.resourcePolicy;
  const sources: { -readonly [K in keyof ReferenceSources]: ReferenceSources[K] } = {};
  if (request.identity) sources.identity = request.identity.map(document);
  if (request.boundary) sources.boundary = document(request.boundary);
  if (request.session) sources.session = request.session.map(document);
  if (request.scp) sources.scp = request.scp.map((level) => level.map(document));
  if (request.rcp) sources.rcp = request.rcp.map((level) => level.map(document));
  if (request.endpoint) sources.endpoint = document(request.endpoint);
  if (resource) {
    sources.resource = {
      kind: request.trust === undefined ? 'resource' : 'trust',
      mandatory: request.mandatory ?? false,
      policy: document(resource),
    };
  }
  const { action = '', resource: arn = '*', resourceAccount = principal.account, context = {} } = request;
  return [{ principal, action, resource: arn, resourceAccount, context }, sources];
}

function principalOf(file: ScenarioFile, request: Request): Principal {
  const principal = file.principals[request.principal ?? ''];
  if (!principal) throw new Error(`the file has no principal ${request.principal}`);
  return principal;
}

const isAwsManaged = (ref: PolicyRef): ref is string => typeof ref === 'string' && ref.startsWith('aws:');

function textOf(file: ScenarioFile, ref: PolicyRef): string {
  if (typeof ref !== 'string') return JSON.stringify({ Version: '2012-10-17', ...ref });
  if (isAwsManaged(ref)) {
    const document = managedPolicies?.document(`arn:aws:iam::aws:policy/${ref.slice('aws:'.length)}`);
    if (document === undefined) throw new Error(`AWS has no managed policy ${ref}`);
    return document;
  }
  const document = file.policies?.[ref];
  if (!document) throw new Error(`the file has no policy ${ref}`);
  return JSON.stringify({ Version: '2012-10-17', ...document });
}
