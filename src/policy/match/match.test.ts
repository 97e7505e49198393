import { describe, expect, it } from 'vitest';
import { createRequestContext, type Principal, parsePolicy } from '../index.ts';
import { actionName, compileAction, matchesAction, matchesActionText } from './action.ts';
import { accountOfRoot, compilePrincipal, exempts, isAccountId, isUniqueId, WAYS, waysOf } from './principal.ts';
import { compileResource, matchesResource, Target } from './resource.ts';

describe('actions, compiled and from the text', () => {
  it.each<[string, string, boolean]>([
    ['*', 's3:GetObject', true],
    ['*:*', 's3:GetObject', true],
    ['*:GetObject', 's3:GetObject', true],
    ['*:Get*', 's3:PutObject', false],
    ['s3:*', 's3:GetObject', true],
    ['S3:GETOBJECT', 's3:getObject', true],
    ['s3:Get*', 's3:GetObject', true],
    ['s3:*Object', 's3:GetObject', true],
    ['s3:Get?bject', 's3:GetObject', true],
    ['s3:Get?Object', 's3:GetObject', false],
    ['s3:GetObject', 's3:GetObjectAcl', false],
    ['s3:GetObjectAcl', 's3:GetObject', false],
    ['s3:', 's3:GetObject', false],
    ['s3:', 's3:', true],
    ['s:*', 's3:GetObject', false],
    ['s3x:*', 's3:GetObject', false],
    ['s*:GetObject', 's3:GetObject', false],
    ['?3:GetObject', 's3:GetObject', false],
    ['GetObject', 's3:GetObject', false],
    ['**', 's3:GetObject', false],
    ['*-*', 's3:GetObject', false],
    ['s3*', 's3:GetObject', false],
    ['s3-*', 's3:GetObject', false],
    ['s3:QUIZ', 's3:quiz', true],
    ['s3:quiz', 's3:QUIZ', true],
    ['', 's3:GetObject', false],
    ['*', 'nonsense', true],
    ['s3:*', 'nonsense', false],
  ])('%s takes %s: %s', (text, action, expected) => {
    const pattern = compileAction(text);
    expect(pattern !== undefined && matchesAction(pattern, actionName(action))).toBe(expected);
    expect(matchesActionText(text, actionName(action))).toBe(expected);
  });
});

it('an action without a service is of none', () => expect(actionName('Nonsense')).toEqual({ service: '', name: 'nonsense' }));

describe('resources', () => {
  const context = createRequestContext({ 'aws:username': 'jane', 'x:star': '*', 'x:list': ['a'] });
  it.each<[string, string, boolean]>([
    ['*', '*', true],
    ['*', 'anything', true],
    ['arn:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b', 'arn:aws:s3:::c', false],
    ['arn:aws:s3:::b', 'arn:aws:s3:::', false],
    ['arn:aws:s3:::', 'arn:aws:s3:::', true],
    ['arn:aws:s3:::b', 'arn:aws:s3:eu:1:b', false],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3:eu:1:b', true],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:e?:*:b', 'arn:aws:s3:eu:1:b', true],
    ['arn:aws:s3:e?:*:b', 'arn:aws:s3:us:1:b', false],
    ['arn:aws:s3:*:1:b', 'arn:aws:s3:eu:1:b', true],
    ['arn:aws:s3:*:1:b', 'arn:aws:s3:eu:2:b', false],
    ['arn:aws:s3:eu:*:b', 'arn:aws:s3:eu:1:b', true],
    ['arn:aws:s3:eu:*:b', 'arn:aws:s3:us:1:b', false],
    ['arn:aws:s3:*:*:b', 'arn:aws:s4:eu:1:b', false],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3x:eu:1:b', false],
    ['arn:aws:s3:*:*:b', 'arn:aws-cn:s3:eu:1:b', false],
    ['arn:*:s3:*:*:b', 'arn:aws-cn:s3:eu:1:b', true],
    ['arn:aws*:s3:::b', 'arn:aws-cn:s3:::b', true],
    ['arn:aws-*:s3:::b', 'arn:aws:s3:::b', false],
    ['arn:*:s3:*:*:b', 'arn:aws:s3x:eu:1:b', false],
    ['arn:*:s3:*:*:b', 'arn:aws:x3:eu:1:b', false],
    ['arn:*:s3:e*:*:b', 'arn:aws:s3:us:1:b', false],
    ['arn:*:s3:*:1:b', 'arn:aws:s3:us:2:b', false],
    ['arn:*:s3:*:*:b', 'arn:aws:s3:us:2:c', false],
    ['arn:*:s3:*:*:b', 'xrn:aws:s3:us:2:b', false],
    ['arn:aws:s3', 'arn:aws:s3:eu:1:b/c:d', true],
    ['arn:aws:s3:eu', 'arn:aws:s3:eu:1:b', true],
    ['arn:aws:s3:eu', 'arn:aws:s3:us:1:b', false],
    ['arn:aws', 'arn:aws:s3:eu:1:b', false],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/c:d/e', true],
    ['arn:aws:s3:::*:d/e', 'arn:aws:s3:::b/c:d/e', true],
    ['arn:aws:s3:::b/${aws:username}/*', 'arn:aws:s3:::b/jane/x', true],
    ['arn:aws:s3:::b/${AWS:UserName}/*', 'arn:aws:s3:::b/jane/x', true],
    ['arn:aws:s3:::b/${aws:username}/*', 'arn:aws:s3:::b/bob/x', false],
    ['arn:aws:s3:::${x:star}', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::${x:star}', 'arn:aws:s3:::*', true],
    ['arn:aws:s3:::${x:none}', 'arn:aws:s3:::', false],
    ["arn:aws:s3:::${x:none, 'd*'}", 'arn:aws:s3:::d*', true],
    ["arn:aws:s3:::${x:none, 'd*'}", 'arn:aws:s3:::dx', false],
    ["arn:aws:s3:::${x:none, ''}x", 'arn:aws:s3:::x', true],
    ["arn:aws:s3:::${x:list, 'd'}", 'arn:aws:s3:::d', false],
    ['arn:aws:s3:::${*}', 'arn:aws:s3:::*', true],
    ['arn:aws:s3:::${*}', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::${?}${$}', 'arn:aws:s3:::?$', true],
    ['arn:aws:s3:::${aws:username', 'arn:aws:s3:::${aws:username', true],
    ['arn:aws:s3:::${}', 'arn:aws:s3:::${}', true],
    ["arn:aws:s3:::${x:none,'d'}", "arn:aws:s3:::${x:none,'d'}", true],
    ["arn:aws:s3:::${x:none, 'd}", "arn:aws:s3:::${x:none, 'd}", true],
    ['arn:aws:s3:${aws:username}::b', 'arn:aws:s3:jane::b', false],
    ['b*', 'b', false],
    ['b', 'arn:aws:s3:::', false],
    ['x:aws:s3:::b', 'x:aws:s3:::b', false],
    ['x:aws:s3:::b', 'arn:aws:s3:::b', false],
    ['arn:*:s3:*:*:*', 'arn:aws:s3:eu:1', false],
    ['arn:aws:s3:*:*:*', 'arn:aws:s3:eu:1', false],
    ['arn:aws:s3:*:*:*', 'arn:aws:s3:eu', false],
  ])('%s and %s: %s', (pattern, resource, expected) =>
    expect(matchesResource(compileResource(pattern, true), new Target(resource), context)).toBe(expected),
  );

  it('know no variables where the document does not', () => {
    expect(matchesResource(compileResource('arn:aws:s3:::${aws:username}', false), new Target('arn:aws:s3:::jane'), context)).toBe(false);
    expect(matchesResource(compileResource('arn:aws:s3:::${*}', false), new Target('arn:aws:s3:::${x}'), context)).toBe(true);
  });
});

describe('principals', () => {
  const element = (principal: unknown) => {
    const found = parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Principal: principal } })).statements[0]?.principal;
    if (!found) throw new Error('no principal');
    return compilePrincipal(found);
  };
  const A = '111122223333';
  const root: Principal = { kind: 'root', account: A, arn: `arn:aws:iam::${A}:root`, uniqueId: A };
  const user: Principal = { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/p/jane`, uniqueId: 'AIDAJANEEXAMPLE000001' };
  const role: Principal = {
    kind: 'role',
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/R/s`,
    uniqueId: 'AROAROLEEXAMPLE000001:s',
    roleArn: `arn:aws:iam::${A}:role/p/R`,
  };
  const federated: Principal = {
    kind: 'federated-user',
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/f`,
    uniqueId: `${A}:f`,
    userArn: user.arn,
    userId: user.uniqueId,
  };
  const service: Principal = {
    kind: 'service',
    account: '',
    arn: 'a.amazonaws.com',
    uniqueId: 'a',
    serviceNames: ['a.amazonaws.com', 'a.eu-west-1.amazonaws.com'],
  };
  const web: Principal = {
    kind: 'anonymous',
    account: '',
    arn: 'anonymous',
    uniqueId: 'anonymous',
    federatedProvider: 'accounts.google.com',
  };
  const { account, everyone, user: byUser, role: byRole, session, federatedUser, service: byService, provider } = WAYS;

  it.each<[string, unknown, Principal, number]>([
    ['everyone', '*', web, everyone],
    ['everyone, typed', { AWS: '*' }, service, everyone],
    ['an account', { AWS: A }, root, account],
    ['an account by ARN', { AWS: root.arn }, user, account],
    ['an account of another partition', { AWS: `arn:aws-cn:iam::${A}:root` }, user, 0],
    ['an account of both partitions', { AWS: [`arn:aws-cn:iam::${A}:root`, A] }, user, account],
    ['an account of both partitions, the other way round', { AWS: [A, `arn:aws-cn:iam::${A}:root`] }, user, account],
    ['another account', { AWS: '444455556666' }, user, 0],
    ['an account, for a service', { AWS: [A, ''] }, service, 0],
    ['a user', { AWS: user.arn }, user, byUser],
    ['a user by id', { AWS: user.uniqueId }, user, byUser],
    ['a user in other case', { AWS: user.arn.toUpperCase() }, user, 0],
    ['a user and its account', { AWS: [user.arn, A] }, user, byUser | account],
    ['a role', { AWS: role.roleArn }, role, byRole],
    ['a role by id', { AWS: 'AROAROLEEXAMPLE000001' }, role, byRole],
    ['a session', { AWS: role.arn }, role, session],
    ['another session', { AWS: `arn:aws:sts::${A}:assumed-role/R/t` }, role, 0],
    ['a federated user', { AWS: federated.arn }, federated, federatedUser],
    ['the user behind a federated one', { AWS: user.arn }, federated, byUser],
    ['the user behind a federated one, by id', { AWS: user.uniqueId }, federated, byUser],
    ['the account behind a federated one', { AWS: A }, federated, account],
    ['an account that an ARN without partition names', { AWS: `arn::iam::${A}:root` }, user, 0],
    ['a service', { Service: 'a.amazonaws.com' }, service, byService],
    ['a service without names', { Service: 'a.amazonaws.com' }, { ...service, serviceNames: undefined }, 0],
    ['a service by a regional name', { Service: ['b', 'a.eu-west-1.amazonaws.com'] }, service, byService],
    ['a service, for a user of that name', { Service: user.arn }, user, 0],
    ['a provider', { Federated: 'accounts.google.com' }, web, provider],
    ['another provider', { Federated: 'www.amazon.com' }, web, 0],
    ['a provider, for somebody who came by none', { Federated: 'accounts.google.com' }, { ...web, federatedProvider: undefined }, 0],
    ['a provider, for a user', { Federated: 'accounts.google.com' }, { ...user, federatedProvider: 'accounts.google.com' }, 0],
    ['nobody', {}, user, 0],
    ['a canonical user', { CanonicalUser: 'a'.repeat(64) }, user, 0],
    ['a canonical user by what names an AWS one', { CanonicalUser: ['*', A, user.arn, user.uniqueId] }, user, 0],
  ])('%s', (_, given, principal, ways) => expect(waysOf(element(given), principal)).toBe(ways));

  it.each<[string, unknown, Principal, boolean]>([
    ['everyone', '*', user, true],
    ['the root user by its account', { AWS: A }, root, true],
    ['a user by its account alone', { AWS: A }, user, false],
    ['a user with its account', { AWS: [A, user.arn] }, user, true],
    ['a session by account and role', { AWS: [A, role.roleArn] }, role, false],
    ['a session with account and role', { AWS: [A, role.roleArn, role.arn] }, role, true],
    ['a session by role and session', { AWS: [role.roleArn, role.arn] }, role, false],
    ['a federated user with its account', { AWS: [A, federated.arn] }, federated, true],
    ['a federated user by itself', { AWS: federated.arn }, federated, false],
    ['a service', { Service: 'a.amazonaws.com' }, service, true],
    ['a provider', { Federated: 'accounts.google.com' }, web, true],
    ['nobody', {}, web, false],
  ])('NotPrincipal spares %s: %s', (_, given, principal, spared) => expect(exempts(element(given), principal)).toBe(spared));

  it.each<[string, boolean]>([
    ['AIDAJANEEXAMPLE000001', true],
    ['AROAJANEEXAMPLE000001', true],
    ['AKIAJANEEXAMPLE000001', false],
    ['AIDAJANEEXAMPL1', false],
    ['AIDAJANEEXAMPLE00000a', false],
    ['AIDAJANEEXAMPLE0000*1', false],
    ['AIDAJANEEXAMPLE09AZ', true],
    [`AIDA${'A'.repeat(12)}`, true],
    [`AIDA${'A'.repeat(124)}`, true],
    [`AIDA${'A'.repeat(125)}`, false],
  ])('%s is a unique id: %s', (text, expected) => expect(isUniqueId(text)).toBe(expected));

  it.each<[string, boolean]>([
    ['000000000000', true],
    ['999999999999', true],
    ['11112222333/', false],
    ['11112222333:', false],
    ['11112222333', false],
  ])('%s is an account: %s', (text, expected) => expect(isAccountId(text)).toBe(expected));

  it.each<[string, ReturnType<typeof accountOfRoot>]>([
    [`arn:aws-cn:iam::${A}:root`, { account: A, partition: 'aws-cn' }],
    [`x:aws:iam::${A}:root`, undefined],
    [`arn::iam::${A}:root`, undefined],
    ['arn:aws:iam:::root', undefined],
    [`arn:aws:iam::${A}`, undefined],
    [`arn:aws:iam::${A}:root:`, undefined],
  ])('%s is the root of %s', (text, expected) => expect(accountOfRoot(text)).toEqual(expected));
});
