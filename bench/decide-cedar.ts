import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { ReferencePolicy, ReferenceRequest, ReferenceStatement } from '../test/reference/evaluator.ts';

/*
 * IAM policies told to Cedar, as a neighbour to measure by: one statement becomes one policy, texts stay texts (`like`), literal actions become
 * action entities. Only what the workloads use is translated; everything else stops with an error, so that nothing is measured that was
 * dropped on the way. Cedar has no variables in patterns: such a resource matches nothing here, as it does in the workloads for want of the key.
 */

let sets = 0;

/** Parses the policies once, as a server would, and gives back how to ask them. */
export function prepareCedar(policies: readonly ReferencePolicy[]): (request: CedarRequest) => boolean {
  const id = `set${++sets}`;
  const text = policies.flatMap(({ Statement }) => listOf(Statement).map(translate)).join('\n');
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: text });
  if (parsed.type === 'failure') throw new Error(`cedar: ${JSON.stringify(parsed.errors.slice(0, 3))}`);
  return (request) => {
    const answer = cedar.statefulIsAuthorized({ ...request, preparsedPolicySetId: id, entities: [] });
    if (answer.type === 'failure') throw new Error(`cedar: ${JSON.stringify(answer.errors)}`);
    if (answer.response.diagnostics.errors.length > 0) throw new Error(`cedar: ${JSON.stringify(answer.response.diagnostics.errors[0])}`);
    return answer.response.decision === 'allow';
  };
}

export type CedarRequest = Pick<cedar.StatefulAuthorizationCall, 'principal' | 'action' | 'resource' | 'context'>;

export function toCedar(request: ReferenceRequest): CedarRequest {
  const context: cedar.Context = { action: request.action.toLowerCase(), resource: request.resource };
  for (const [name, value] of Object.entries(request.context)) {
    const key = name.toLowerCase();
    if (key === 'aws:sourceip' && typeof value === 'string') context[key] = { __extn: { fn: 'ip', arg: value } };
    else if (key === 'sagemaker:maxruntimeinseconds') context[key] = Number(value);
    else context[key] = typeof value === 'string' ? value : [...value];
  }
  return {
    principal: { type: 'Principal', id: request.principal.arn },
    action: { type: 'Action', id: request.action.toLowerCase() },
    resource: { type: 'Resource', id: 'r' },
    context,
  };
}

type OneOrMany<T> = T | readonly T[];
const listOf = <T>(value: OneOrMany<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];
const quote = (text: string): string => JSON.stringify(text);
const any = (parts: readonly string[]): string =>
  parts.length === 0 ? 'false' : parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' || ')})`;

function translate(statement: ReferenceStatement): string {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const tests: string[] = [];
  const actions = listOf(Action);
  const literal = actions.length > 0 && !actions.some((action) => action.includes('*') || action.includes('?'));
  const scope = literal ? `action in [${actions.map((action) => `Action::${quote(action.toLowerCase())}`).join(', ')}]` : 'action';
  if (!literal && Action !== undefined) tests.push(any(actions.map((pattern) => like('context.action', pattern.toLowerCase()))));
  if (NotAction !== undefined) tests.push(`!(${any(listOf(NotAction).map((pattern) => like('context.action', pattern.toLowerCase())))})`);
  if (Resource !== undefined) tests.push(any(listOf(Resource).map((pattern) => like('context.resource', pattern))));
  if (NotResource !== undefined) tests.push(`!(${any(listOf(NotResource).map((pattern) => like('context.resource', pattern)))})`);
  for (const [operator, block] of Object.entries(Condition ?? {})) {
    for (const [key, values] of Object.entries(block)) tests.push(condition(operator, key.toLowerCase(), listOf(values).map(String)));
  }
  const body = tests.filter((test) => test !== 'true').join(' && ') || 'true';
  return `${statement.Effect === 'Allow' ? 'permit' : 'forbid'} (principal, ${scope}, resource) when { ${body} };`;
}

function like(subject: string, pattern: string): string {
  if (pattern === '*') return 'true';
  if (pattern.includes('${')) return 'false';
  return pattern.includes('*') ? `${subject} like ${quote(pattern)}` : `${subject} == ${quote(pattern)}`;
}

function condition(operator: string, key: string, values: readonly string[]): string {
  const present = `context has ${quote(key)}`;
  const value = `context[${quote(key)}]`;
  const ifPresent = (test: string): string => `(${present} && ${test})`;
  switch (operator) {
    case 'StringEquals':
    case 'StringEqualsIgnoreCase':
    case 'Bool':
      return ifPresent(any(values.map((one) => (one.includes('${') ? 'false' : `${value} == ${quote(one)}`))));
    case 'StringEqualsIfExists':
      return `(!(${present}) || ${any(values.map((one) => `${value} == ${quote(one)}`))})`;
    case 'StringLike':
    case 'ArnLike':
      return ifPresent(any(values.map((one) => like(value, one))));
    case 'StringNotLike':
      return `!(${present} && ${any(values.map((one) => like(value, one)))})`;
    case 'IpAddress':
      return ifPresent(any(values.map((one) => `${value}.isInRange(ip(${quote(one)}))`)));
    case 'Null':
      return values[0] === 'true' ? `!(${present})` : present;
    case 'NumericGreaterThan':
      return ifPresent(`${value} > ${values[0]}`);
    case 'ForAllValues:StringEquals':
      return `(!(${present}) || [${values.map(quote).join(', ')}].containsAll(${value}))`;
    default:
      throw new Error(`the benchmark does not translate ${operator}`);
  }
}
