import type { EvaluationResult, PermissionsBoundaryDecisionDetail, ResourceSpecificResult, Statement } from '@aws-sdk/client-iam';
import { parseArn } from '../../core/arn.ts';
import {
  type AuthorizationRequest,
  type DecidingKind,
  documentContextKeys,
  type Explanation,
  explain,
  foldCase,
  type Outcome,
  type PolicySet,
  type PolicySources,
  type Principal,
  type RequestContext,
} from '../../policy/index.ts';

/*
 * The policy simulator: the engine that guards live calls, asked about calls that nobody makes.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */

/** Whose policies, in which circumstances. */
export interface Simulation {
  readonly principal: Principal;
  readonly context: RequestContext;
  readonly sources: PolicySources;
  /** Account of resources whose ARN names none. */
  readonly owner: string;
  /** Whether the principal's account is in an organization, SCPs or not. */
  readonly inOrganization: boolean;
  /** The ARN templates of an action's resource types, as AWS publishes them. */
  readonly templates: (action: string) => readonly string[];
}

/** As on the wire, which is not what the model's enumeration lists. */
const SOURCE_TYPES = {
  identity: 'IAM Policy',
  resource: 'Resource Policy',
  trust: 'Resource Policy',
  boundary: 'Permissions Boundary Policy',
} as const;
type SourceType = (typeof SOURCE_TYPES)[keyof typeof SOURCE_TYPES];
const sourceTypeOf = (kind: DecidingKind): SourceType | undefined =>
  Object.hasOwn(SOURCE_TYPES, kind) ? SOURCE_TYPES[kind as keyof typeof SOURCE_TYPES] : undefined;

type MatchedStatement = Omit<Statement, 'SourcePolicyType'> & { readonly SourcePolicyType: SourceType };
type Details = Partial<Record<SourceType, Outcome>>;

/** The model's result with the types of policy as they go over the wire. */
export type SimulatedAction = Omit<EvaluationResult, 'MatchedStatements' | 'ResourceSpecificResults' | 'EvalDecisionDetails'> & {
  readonly MatchedStatements: readonly MatchedStatement[];
  readonly EvalDecisionDetails?: Details;
  readonly ResourceSpecificResults?: readonly (Omit<ResourceSpecificResult, 'MatchedStatements' | 'EvalDecisionDetails'> & {
    readonly MatchedStatements: readonly MatchedStatement[];
    readonly EvalDecisionDetails?: Details;
  })[];
};

/** What one resource comes to. */
interface OnResource {
  readonly arn: string;
  readonly outcome: Outcome;
  readonly statements: readonly MatchedStatement[];
  readonly missing: readonly string[];
  /** Undefined when both sides are one account. */
  readonly details: Details | undefined;
  readonly allowedByBoundary: boolean | undefined;
  readonly allowedByOrganizations: boolean;
}

/** Statements listed of one resource; a document can be made of thousands that all apply. */
const MOST_STATEMENTS = 100;

/** An action on every resource: the most restrictive outcome, and all of them. Resources that are `*` alone have no results of their own. */
export function simulateAction(simulation: Simulation, action: string, resources: readonly string[]): SimulatedAction {
  const results = resources.map((arn) => simulateOn(simulation, action, arn));
  const everything = resources.length === 1 && resources[0] === '*';
  const organizationsDeny = results.some(({ allowedByOrganizations }) => !allowedByOrganizations);
  const bounded = results.every(({ allowedByBoundary }) => allowedByBoundary !== undefined);
  return {
    EvalActionName: action,
    EvalResourceName: everything ? '*' : templateOf(simulation.templates(action), resources),
    EvalDecision: strictest(results.map(({ outcome }) => outcome)),
    MatchedStatements: distinct(results.flatMap(({ statements }) => statements)).slice(0, MOST_STATEMENTS),
    MissingContextValues: [...new Set(results.flatMap(({ missing }) => missing))],
    ...(simulation.inOrganization ? { OrganizationsDecisionDetail: { AllowedByOrganizations: !organizationsDeny } } : {}),
    ...(bounded ? boundaryDetail(results.every(({ allowedByBoundary }) => allowedByBoundary === true)) : {}),
    ...(everything || organizationsDeny ? {} : { EvalDecisionDetails: strictestDetails(results) }),
    ...(everything ? {} : { ResourceSpecificResults: results.map(resultOf) }),
  };
}

const boundaryDetail = (allowed: boolean): { PermissionsBoundaryDecisionDetail: PermissionsBoundaryDecisionDetail } => ({
  PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowed },
});

const resultOf = ({ arn, outcome, statements, missing, details, allowedByBoundary }: OnResource) => ({
  EvalResourceName: arn,
  EvalResourceDecision: outcome,
  MatchedStatements: statements.slice(0, MOST_STATEMENTS),
  MissingContextValues: [...missing],
  ...(details ? { EvalDecisionDetails: details } : {}),
  ...(allowedByBoundary === undefined ? {} : boundaryDetail(allowedByBoundary)),
});

function simulateOn({ principal, context, sources, owner }: Simulation, action: string, resource: string): OnResource {
  const named = parseArn(resource)?.account;
  // AWS's own managed policies count as the caller's, as in live calls.
  const resourceAccount = named === 'aws' ? principal.account : named && /^\d{12}$/.test(named) ? named : owner;
  const request: AuthorizationRequest = { principal, action, resource, resourceAccount, context };
  const explanation = explain(request, sources);
  const { decision, layers } = explanation;
  const byOrganizations = decision.decidedBy === 'scp' && decision.outcome !== 'allowed';
  const boundary = layers.find(({ kind }) => kind === 'boundary');
  return {
    arn: resource,
    outcome: decision.outcome,
    // What an SCP denies is evaluated no further: neither statements nor missing keys.
    statements: byOrganizations ? [] : statementsOf(explanation),
    missing: byOrganizations ? [] : missingIn(explanation, sources, context),
    details: byOrganizations || resourceAccount === principal.account ? undefined : detailsOf(explanation),
    allowedByBoundary: boundary && boundary.verdict === 'allows',
    allowedByOrganizations: layers.every(({ kind, verdict }) => kind !== 'scp' || verdict === 'allows'),
  };
}

/** The statements that determine the result: those that deny when one does, else those that allow. SCPs are not shown. */
function statementsOf({ decision, matchedStatements }: Explanation): MatchedStatement[] {
  const effect = decision.outcome === 'explicitDeny' ? 'Deny' : 'Allow';
  return matchedStatements.flatMap(({ kind, policy, effect: its, start, end }) => {
    const type = sourceTypeOf(kind);
    if (type === undefined || its !== effect) return [];
    return {
      SourcePolicyId: policy.name,
      SourcePolicyType: type,
      StartPosition: { Line: start.line, Column: start.column },
      // One past the brace (unverified).
      EndPosition: { Line: end.line, Column: end.column },
    };
  });
}

/** Keys that a statement about this action reads, in conditions and variables, and the request does not have. SCPs' do not count. */
function missingIn({ layers }: Explanation, sources: PolicySources, context: RequestContext): string[] {
  const missing = new Map<string, string>();
  for (const { kind, policies } of layers) {
    const set = setOf(sources, kind);
    for (const [at, { statements }] of policies.entries()) {
      const document = set?.policies[at]?.content.document;
      for (const { index, failed } of statements) {
        const statement = document?.statements[index];
        if (!document || !statement || failed.includes('principal') || failed.includes('action')) continue;
        const absentIn = (conditions: typeof statement.conditions): string[] =>
          documentContextKeys({ ...document, statements: [{ ...statement, conditions }] }).filter((key) => isAbsent(context, key));
        // Where the resource does not match, a key may be what it lacks: one that stands in the resource itself.
        if (failed.includes('resource') && absentIn([]).length === 0) continue;
        for (const key of absentIn(statement.conditions)) if (!missing.has(foldCase(key))) missing.set(foldCase(key), key);
      }
    }
  }
  return [...missing.values()];
}

function isAbsent(context: RequestContext, key: string): boolean {
  const value = context.get(foldCase(key));
  return value === undefined || value.length === 0;
}

function setOf(sources: PolicySources, kind: DecidingKind): PolicySet | undefined {
  if (kind === 'identity' || kind === 'boundary' || kind === 'session') return sources[kind];
  return kind === 'resource' || kind === 'trust' ? sources.resource?.policies : undefined;
}

/** What each kind of policy says of a call from one account to another. */
function detailsOf({ layers }: Explanation): Details {
  const details: Details = { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'implicitDeny' };
  for (const { kind, verdict } of layers) {
    const type = sourceTypeOf(kind);
    if (type) details[type] = verdict === 'denies' ? 'explicitDeny' : verdict === 'allows' ? 'allowed' : 'implicitDeny';
  }
  return details;
}

function strictestDetails(results: readonly OnResource[]): Details {
  const all = results.flatMap(({ details }) => (details ? [details] : []));
  const merged: Details = {};
  for (const type of new Set(all.flatMap((details) => Object.keys(details) as SourceType[]))) {
    merged[type] = strictest(all.flatMap((details) => details[type] ?? []));
  }
  return merged;
}

const ORDER: readonly Outcome[] = ['explicitDeny', 'implicitDeny', 'allowed'];
const strictest = (outcomes: readonly Outcome[]): Outcome => ORDER.find((outcome) => outcomes.includes(outcome)) ?? 'implicitDeny';

function distinct(statements: readonly MatchedStatement[]): MatchedStatement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}

/**
 * How the result of an action names its resource: by the template of the resource type, `*` where AWS defines none. Of actions whose service
 * is not in our data the one resource is named instead.
 */
function templateOf(templates: readonly string[], resources: readonly string[]): string {
  const [only] = resources;
  if (templates.length === 0) return resources.length === 1 && only !== undefined ? only : '*';
  return templates.find((template) => resources.some((arn) => fits(template, arn))) ?? templates[0] ?? '*';
}

/** Whether an ARN may be one of a template's: the same service and the same literal beginning of the resource. */
function fits(template: string, arn: string): boolean {
  // Variables hold no colon: `arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/${EndpointName}`.
  const [wanted, given] = [template.split(':'), arn.split(':')];
  const [resource, rest] = [wanted.slice(5).join(':'), given.slice(5).join(':')];
  return wanted[2] === given[2] && rest.startsWith(resource.slice(0, resource.search(/\$|$/)));
}
