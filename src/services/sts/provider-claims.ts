import { isRecord, type JsonRecord, type JsonValue } from '../../authentication/strict-json.ts';

const GITHUB = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
];
const GITLAB = [
  'namespace_id',
  'pipeline_source',
  'project_id',
  'ref_protected',
  'runner_environment',
  'user_access_level',
  'user_email',
  'user_id',
  'user_login',
];
const BUILDKITE = ['build_branch', 'cluster_id', 'cluster_name', 'organization_id', 'organization_slug', 'pipeline_id', 'pipeline_slug'];

/**
 * The claims that become condition keys besides the usual ones, by issuer, as the Service Authorization Reference lists them. Every other claim is
 * ignored: an issuer cannot make up keys.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
const CLAIMS: readonly (readonly [issuer: string, claims: readonly string[]])[] = [
  ['accounts.google.com', ['google/organization_number']],
  ['agent.buildkite.com', BUILDKITE],
  ['agent.${Domain}.buildkite.dev', BUILDKITE],
  ['agent.${Domain}.buildkite.site', BUILDKITE],
  ['github.com/enterprises/${EnterpriseName}', GITHUB],
  ['gitlab.com', GITLAB],
  ['idcs-${OciUniqueIdentifier}.identity.oraclecloud.com', ['rpst_id']],
  ['oidc.circleci.com/org/${OrgId}', ['oidc.circleci.com/project-id']],
  ['token.actions.${Domain}.ghe.com', GITHUB],
  ['token.actions.githubusercontent.com', GITHUB],
  ['token.actions.githubusercontent.com/${SubPath}', GITHUB],
];

/** As the reference writes them. Of OpenID Connect providers in general it lists none, as theirs are named after their own URLs. */
export const PROVIDER_KEYS: readonly string[] = [
  'accounts.google.com:aud',
  'accounts.google.com:oaud',
  'accounts.google.com:sub',
  'cognito-identity.amazonaws.com:amr',
  'cognito-identity.amazonaws.com:aud',
  'cognito-identity.amazonaws.com:sub',
  'graph.facebook.com:app_id',
  'graph.facebook.com:id',
  'www.amazon.com:app_id',
  'www.amazon.com:user_id',
  ...CLAIMS.flatMap(([issuer, claims]) => claims.map((claim) => `${issuer}:${claim}`)),
];

/** A variable is one label of a host or one part of a path. */
const toPattern = (issuer: string): RegExp => new RegExp(`^${issuer.replace(/[.]/g, '\\.').replace(/\$\{\w+\}/g, '[A-Za-z0-9_-]+')}$`);

const PATTERNS = CLAIMS.map(([issuer, claims]) => ({ pattern: toPattern(issuer), claims }));

/** The condition keys of an issuer's own claims. `url` is without scheme; a claim that is not text, number or truth value is left out. */
export function providerClaims(url: string, claims: JsonRecord): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { pattern, claims: names } of PATTERNS) {
    if (!pattern.test(url)) continue;
    for (const name of names) {
      const value = claimOf(claims, name);
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values[`${url}:${name}`] = String(value);
    }
  }
  return values;
}

/** A claim by its name, or within another: `google/organization_number`. */
function claimOf(claims: JsonRecord, name: string): JsonValue | undefined {
  if (claims[name] !== undefined) return claims[name];
  const slash = name.indexOf('/');
  const outer = slash === -1 ? undefined : claims[name.slice(0, slash)];
  return isRecord(outer) ? outer[name.slice(slash + 1)] : undefined;
}
