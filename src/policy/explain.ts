import type { CompiledPolicy } from './compiled-policy.ts';
import { type Condition, isAbsent } from './condition.ts';
import { type DecidingKind, decide, layersOf, type PolicySources } from './decide.ts';
import { toDenialMessage } from './denial-message.ts';
import type {
  ExplainedCondition,
  ExplainedLayer,
  ExplainedPolicy,
  ExplainedRequest,
  ExplainedStatement,
  Explanation,
  MatchedStatement,
} from './explanation.ts';
import { actionName } from './match/action.ts';
import { takesVariables } from './operator.ts';
import type { PolicySet } from './policy-set.ts';
import { type Position, positionsIn } from './position.ts';
import type { AuthorizationRequest, RequestContext } from './request.ts';
import { toSentence } from './sentence.ts';
import { type CompiledStatement, Evaluation } from './statement.ts';
import { expandVariables } from './template.ts';

/**
 * Decides again, slowly, and keeps all of it: looks at every element of every statement. For denials that somebody asks about and for the
 * simulator, not for the path of live calls. Cost grows with the size of all policies.
 */
export function explain(request: AuthorizationRequest, sources: PolicySources): Explanation {
  const decision = decide(request, sources);
  const applicable = layersOf(request, sources);
  const evaluation = new Evaluation(request, applicable.boundary !== undefined);
  const missing = new Map<string, string>();
  const layers: ExplainedLayer[] = [];
  const add = (kind: DecidingKind, set: PolicySet | undefined, level?: number): void => {
    if (!set) return;
    const policies = set.policies.map((policy) => explainPolicy(policy, request, evaluation, missing));
    layers.push({ kind, ...(level === undefined ? {} : { level }), verdict: verdictOf(policies), policies });
  };
  for (const [level, set] of (applicable.rcp ?? []).entries()) add('rcp', set, level);
  for (const [level, set] of (applicable.scp ?? []).entries()) add('scp', set, level);
  add('endpoint', applicable.endpoint);
  add(applicable.resource?.kind ?? 'resource', applicable.resource?.policies);
  add('identity', applicable.identity);
  add('boundary', applicable.boundary);
  add('session', applicable.session);

  const { principal, action, resource, resourceAccount } = request;
  const explained: ExplainedRequest = { caller: principal.arn, action, resource, resourceAccount };
  const data = { request: explained, decision, layers, matchedStatements: matchedIn(layers), missingKeys: [...missing.values()] };
  return {
    ...data,
    toDenialMessage: (options = {}) => toDenialMessage(decision, { ...explained, ...options }),
    toSentence: () => toSentence(data),
    toJSON: () => data,
  };
}

function verdictOf(policies: readonly ExplainedPolicy[]): ExplainedLayer['verdict'] {
  const applying = policies.flatMap(({ statements }) => statements.filter(({ applies }) => applies));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denies';
  return applying.length > 0 ? 'allows' : 'silent';
}

function matchedIn(layers: readonly ExplainedLayer[]): MatchedStatement[] {
  return layers.flatMap(({ kind, policies }) =>
    policies.flatMap(({ source, statements }) =>
      statements
        .filter(({ applies }) => applies)
        .map(({ index, sid, effect, start, end }) => ({ kind, policy: source, index, sid, effect, start, end })),
    ),
  );
}

function explainPolicy(
  policy: CompiledPolicy,
  request: AuthorizationRequest,
  evaluation: Evaluation,
  missing: Map<string, string>,
): ExplainedPolicy {
  const { content, source } = policy;
  const place = positionsIn(content.document?.text ?? '');
  return {
    source,
    ...(content.error ? { error: `${content.error.message} (${content.error.detail})` } : {}),
    statements: content.statements.map((statement) =>
      explainStatement(statement, place, content.document?.version, request, evaluation, missing),
    ),
  };
}

function explainStatement(
  statement: CompiledStatement,
  place: (offset: number) => Position,
  version: string | undefined,
  request: AuthorizationRequest,
  evaluation: Evaluation,
  missing: Map<string, string>,
): ExplainedStatement {
  const { source } = statement;
  const { context } = request;
  const expand = (value: string): string => (version === '2012-10-17' ? expandVariables(value, context) : value);
  const conditions = statement.conditions.map((condition) => explainCondition(condition, context, expand));
  const elements = {
    principal: statement.ways(evaluation) !== 0,
    action: statement.matchesAction(actionName(request.action)),
    resource: statement.matchesResource(evaluation),
    condition: conditions.every(({ holds }) => holds),
  };
  if (elements.principal && elements.action && elements.resource) {
    for (const [i, { key, actual }] of conditions.entries()) {
      const folded = statement.conditions[i]?.key ?? key;
      if (actual === undefined && !missing.has(folded)) missing.set(folded, key);
    }
  }
  const failed = (['principal', 'action', 'resource', 'condition'] as const).filter((element) => !elements[element]);
  return {
    index: source.index,
    sid: source.sid?.text,
    effect: statement.effect,
    start: place(source.start),
    end: place(source.end),
    applies: failed.length === 0,
    failed,
    actions: (source.action ?? source.notAction ?? []).map((value) => value.text),
    resources: (source.resource ?? source.notResource ?? []).map((value) => expand(value.text)),
    conditions,
  };
}

function explainCondition(
  { element, operator, key, holds }: Condition,
  context: RequestContext,
  expand: (value: string) => string,
): ExplainedCondition {
  const actual = context.get(key);
  const variables = operator !== undefined && takesVariables(operator.family);
  return {
    operator: element.operator.text,
    key: element.key.text,
    expected: element.values.map(({ text }) => (variables ? expand(text) : text)),
    actual: isAbsent(actual) ? undefined : typeof actual === 'string' ? [actual] : actual,
    holds: holds(context),
  };
}
