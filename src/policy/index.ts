/**
 * IAM's policy language, alone: read, validate, compile, decide, explain. No dependency, no I/O; runs wherever JavaScript does.
 *
 *     const policy = compilePolicy(text, { kind: 'identity', source: 'Developers' });
 *     const sources = { identity: policySet([policy]) };
 *     decide({ principal, action: 's3:GetObject', resource, context: createRequestContext({ 'aws:SourceIp': '203.0.113.7' }) }, sources);
 */
export type { CompiledPolicy, PolicySource } from './compiled-policy.ts';
export { type CompilerOptions, compilePolicy, createPolicyCompiler, type PolicyCompiler, policySet } from './compiler.ts';
export { contextKeys, documentContextKeys } from './context-keys.ts';
export {
  type DecidingKind,
  type DecidingStatement,
  type Decision,
  decide,
  decideAll,
  type Outcome,
  type PolicySources,
  type ResourcePolicies,
} from './decide.ts';
export { type DenialOptions, toDenialMessage } from './denial-message.ts';
export {
  type ConditionElement,
  type Located,
  type PolicyDocument,
  type PrincipalElement,
  type PrincipalEntry,
  type PrincipalType,
  parsePolicy,
  type Statement,
} from './document.ts';
export { explain } from './explain.ts';
export type {
  ExplainedCondition,
  ExplainedLayer,
  ExplainedPolicy,
  ExplainedRequest,
  ExplainedStatement,
  Explanation,
  MatchedStatement,
} from './explanation.ts';
export { foldCase } from './fold-case.ts';
export type { PolicyKind } from './kind.ts';
export { PolicyError } from './policy-error.ts';
export type { PolicySet } from './policy-set.ts';
export { type Position, positionAt } from './position.ts';
export type { Principal } from './principal.ts';
export { listPrincipals, principalProblem } from './principal-value.ts';
export { type AuthorizationRequest, type ContextValue, createRequestContext, type RequestContext } from './request.ts';
export { policySize } from './size.ts';
export { type ValidateOptions, validatePolicy } from './validate.ts';
