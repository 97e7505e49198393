import type { Statement } from './document.ts';
import { foldCase } from './fold-case.ts';

/**
 * Identity providers that many organizations share, and the condition key in which their tokens say whose they are: `sub` where none is given.
 * Whoever trusts such a provider and asks no more lets all of its customers in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const SHARED: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  'agent.buildkite.com': 'sub',
  'api.pulumi.com/oidc': 'aud',
  'app.terraform.io': 'sub',
  'cognito-identity.amazonaws.com': 'aud',
  'gitlab.com': 'sub',
  'oidc-configuration.audit-log.githubusercontent.com': 'sub',
  'oidc.codefresh.io': 'sub',
  'oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb': 'sub',
  'oidc.vercel.com': 'aud',
  'proidc.upbound.io': 'sub',
  'sandboxes.cloud': 'aud',
  'scalr.io': 'sub',
  'sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d': 'sts:RoleSessionName',
  'studio.datachain.ai/api': 'sub',
  'token.actions.githubusercontent.com': 'sub',
  'tokens.cloud.shisho.dev': 'sub',
  'vstoken.actions.githubusercontent.com': 'sub',
});

/** Has issuers of its own for enterprises, below its path; their tokens can be had as widely. */
const GITHUB = 'token.actions.githubusercontent.com';

/** The key that a statement for this Federated principal must look at; undefined when its provider is no shared one. */
export function neededKey(principal: string): string | undefined {
  const marker = ':oidc-provider/';
  const found = principal.indexOf(marker);
  const url = found === -1 ? principal : principal.slice(found + marker.length);
  const key = SHARED[url.startsWith(`${GITHUB}/`) ? GITHUB : url];
  return key === undefined || key.includes(':') ? key : `${url}:${key}`;
}

/** Operators that compare the key's value and fail without one. That the `ForAnyValue:` forms count is (unverified). */
const COMPARING: ReadonlySet<string> = new Set(
  ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'].flatMap((name) => [foldCase(name), foldCase(`ForAnyValue:${name}`)]),
);

/** Actions that let nobody in by themselves. */
const COMPANIONS: ReadonlySet<string> = new Set(['sts:tagsession', 'sts:setsourceidentity']);

/** Whether a statement looks at a key, for values that are not everybody's; or lets nobody in. */
export function evaluatesKey({ action, conditions }: Statement, key: string): boolean {
  if (action?.every(({ text }) => COMPANIONS.has(foldCase(text)))) return true;
  return conditions.some(
    (condition) =>
      COMPARING.has(foldCase(condition.operator.text)) &&
      foldCase(condition.key.text) === foldCase(key) &&
      condition.values.length > 0 &&
      condition.values.every(({ text }) => !isEverything(text)),
  );
}

/** Nothing but wildcards, or nothing at all. */
const isEverything = (text: string): boolean => text.replaceAll('*', '').replaceAll('?', '') === '';
