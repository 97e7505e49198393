import { parseArn } from '../core/arn.ts';
import {
  type ContextValue,
  compilePolicy,
  createRequestContext,
  type Explanation,
  explain,
  type PolicyKind,
  type PolicySet,
  policySet,
} from '../policy/index.ts';
import { kindOfText, type PolicyText } from './policy-file.ts';
import type { GivenPrincipal } from './policy-principal.ts';

/** Policies and a caller, without a server. */
export interface Scenario {
  readonly caller: GivenPrincipal;
  readonly identity: readonly PolicyText[];
  readonly boundary?: PolicyText | undefined;
  readonly session?: readonly PolicyText[] | undefined;
  /** By level, from the root of the organization down to the account. */
  readonly scps?: readonly (readonly PolicyText[])[] | undefined;
  readonly resourcePolicy?: PolicyText | undefined;
  /** Of resources whose ARN names none; the caller's when absent. */
  readonly resourceAccount?: string | undefined;
  /** Beyond what is known of the caller, which it may replace. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

const compile = (kind: PolicyKind, texts: readonly PolicyText[]): PolicySet =>
  policySet(texts.map(({ name, arn, text }) => compilePolicy(text, { kind, source: { name, arn } })));

/** What the engine says of one action on one resource, and why. */
export function explainScenario(scenario: Scenario, action: string, resource: string): Explanation {
  const { caller, identity, boundary, session, scps, resourcePolicy } = scenario;
  const named = parseArn(resource)?.account;
  const resourceAccount = named && /^\d{12}$/.test(named) ? named : (scenario.resourceAccount ?? (caller.principal.account || undefined));
  // Given keys come first: of keys that differ by case only, the first counts.
  const context = createRequestContext({
    ...scenario.context,
    ...without(caller.context, scenario.context),
    'aws:ResourceAccount': resourceAccount,
  });
  return explain(
    { principal: caller.principal, action, resource, resourceAccount, context },
    {
      identity: compile('identity', identity),
      boundary: boundary && compile('boundary', [boundary]),
      session: session && compile('session', session),
      scp: scps?.map((level) => compile('scp', level)),
      resource: resourcePolicy && resourceLayer(resourcePolicy),
    },
  );
}

function resourceLayer(policy: PolicyText) {
  const kind = kindOfText(policy.text) === 'trust' ? ('trust' as const) : ('resource' as const);
  return { kind, policies: compile(kind, [policy]) };
}

/** What of the caller's keys is not given otherwise, whatever the case. */
function without(known: Scenario['context'], given: Scenario['context']): Scenario['context'] {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.has(name.toLowerCase())));
}
