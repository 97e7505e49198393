import { describe, expect, it } from 'vitest';
import { parsePolicy } from './document.ts';
import { evaluatesKey, neededKey } from './shared-provider.ts';

const arn = (url: string): string => `arn:aws:iam::111122223333:oidc-provider/${url}`;

describe('the key that must be looked at', () => {
  it.each<[string, string | undefined]>([
    [arn('agent.buildkite.com'), 'agent.buildkite.com:sub'],
    [arn('api.pulumi.com/oidc'), 'api.pulumi.com/oidc:aud'],
    [arn('app.terraform.io'), 'app.terraform.io:sub'],
    ['cognito-identity.amazonaws.com', 'cognito-identity.amazonaws.com:aud'],
    [arn('gitlab.com'), 'gitlab.com:sub'],
    [arn('oidc-configuration.audit-log.githubusercontent.com'), 'oidc-configuration.audit-log.githubusercontent.com:sub'],
    [arn('oidc.codefresh.io'), 'oidc.codefresh.io:sub'],
    [arn('oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb'), 'oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb:sub'],
    [arn('oidc.vercel.com'), 'oidc.vercel.com:aud'],
    [arn('proidc.upbound.io'), 'proidc.upbound.io:sub'],
    [arn('sandboxes.cloud'), 'sandboxes.cloud:aud'],
    [arn('scalr.io'), 'scalr.io:sub'],
    [arn('sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d'), 'sts:RoleSessionName'],
    [arn('studio.datachain.ai/api'), 'studio.datachain.ai/api:sub'],
    [arn('token.actions.githubusercontent.com'), 'token.actions.githubusercontent.com:sub'],
    [arn('token.actions.githubusercontent.com/company'), 'token.actions.githubusercontent.com/company:sub'],
    [arn('tokens.cloud.shisho.dev'), 'tokens.cloud.shisho.dev:sub'],
    [arn('vstoken.actions.githubusercontent.com'), 'vstoken.actions.githubusercontent.com:sub'],
    [arn('token.actions.githubusercontent.company'), undefined],
    [arn('token.actions.githubusercontent.com.example'), undefined],
    [arn('gitlab.com/group'), undefined],
    [arn('gitlab.example.com'), undefined],
    [arn('oidc.vercel.com/team'), undefined],
    [arn('constructor'), undefined],
    [arn('__proto__'), undefined],
    ['accounts.google.com', undefined],
    ['arn:aws:iam::111122223333:saml-provider/gitlab.com', undefined],
  ])('%s: %s', (principal, key) => expect(neededKey(principal)).toBe(key));
});

describe('a statement looks at it', () => {
  const looks = (members: object): boolean => {
    const document = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', ...members } };
    const [statement] = parsePolicy(JSON.stringify(document)).statements;
    return statement !== undefined && evaluatesKey(statement, 'gitlab.com:sub');
  };

  it.each<[string, unknown, boolean]>([
    ['StringEquals', 'a', true],
    ['StringLike', 'a:*', true],
    ['StringEqualsIgnoreCase', ['a', 'b'], true],
    ['ForAnyValue:StringEquals', 'a', true],
    ['ForAnyValue:StringLike', 'a*', true],
    ['ForAnyValue:StringEqualsIgnoreCase', 'a', true],
    ['StringLike', '*', false],
    ['StringLike', '?*', false],
    ['StringLike', '**', false],
    ['StringLike', ['a', '*'], false],
    ['StringEquals', '', false],
    ['StringEquals', [], false],
    ['StringNotEquals', 'a', false],
    ['StringEqualsIfExists', 'a', false],
    ['ForAllValues:StringEquals', 'a', false],
    ['Null', 'false', false],
  ])('%s %j: %s', (operator, values, expected) => {
    expect(looks({ Condition: { [operator]: { 'gitlab.com:sub': values } } })).toBe(expected);
    expect(looks({ Condition: { [operator]: { 'x:y': 'a', 'GitLab.com:SUB': values } } })).toBe(expected);
    expect(looks({ Condition: { [operator]: { 'gitlab.com:aud': values } } })).toBe(false);
  });

  it.each<[unknown, boolean]>([
    ['sts:TagSession', true],
    ['STS:SetSourceIdentity', true],
    [['sts:TagSession', 'sts:SetSourceIdentity'], true],
    [['sts:TagSession', 'sts:AssumeRoleWithWebIdentity'], false],
    ['sts:*', false],
  ])('or lets nobody in: %j: %s', (action, expected) => expect(looks({ Action: action })).toBe(expected));

  it('not for being about all but some actions', () => expect(looks({ Action: undefined, NotAction: 'sts:TagSession' })).toBe(false));
});
