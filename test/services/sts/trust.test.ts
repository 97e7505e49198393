import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { allow, malformedPolicy, stage, trust } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole, notAuthorized, sessionArn, userArn } from './stage.ts';

const s = stage();
const assumeAny = JSON.parse(allow('sts:AssumeRole'));
const deny = (Action: string, Resource = '*') => policy({ Effect: 'Deny', Action, Resource });

/** Users of the stage's account: one whose policies let it assume every role, one who has none. */
const granted = (name = fresh('granted')) => s.account.user(name, { inline: { assume: assumeAny } });
const ungranted = (name = fresh('ungranted')) => s.account.user(name);
/** Their refusal, by name. */
const refuse = (call: Promise<unknown>, name: string, role: { arn: string }) =>
  notAuthorized(call, userArn(s, name), 'sts:AssumeRole', role.arn);

describe('R05: who gets into a role of the same account', () => {
  it.each([
    ['the account id', () => s.account.id, true],
    ["the account's root ARN", () => `arn:aws:iam::${s.account.id}:root`, true],
    ["the user's ARN", (name: string) => userArn(s, name), false],
    ['everybody', () => '*', false],
  ])('trust in %s', async (_what, principal, needsIdentitySide) => {
    const [withGrant, without] = [fresh('with'), fresh('without')];
    const [first, second] = [await granted(withGrant), await ungranted(without)];
    const role = await makeRole(s, { trusts: trust({ AWS: [principal(withGrant), principal(without)] }) });
    await role.assume(first);
    if (needsIdentitySide) await refuse(role.assume(second), without, role);
    else await role.assume(second);
  });

  it.each([
    ['nobody', () => JSON.stringify(policy())],
    ['a service', () => trust()],
    ['another account', () => trust({ AWS: '111111111111' })],
    ['somebody else', () => trust({ AWS: `arn:aws:sts::${s.account.id}:assumed-role/other/session` })],
    ['a federated provider', () => trust({ Federated: 'accounts.google.com' }, 'sts:AssumeRoleWithWebIdentity')],
    ['the caller, for another action', () => trust({ AWS: '*' }, 'sts:TagSession')],
  ])('trust in %s refuses an administrator', async (_what, trusts) => {
    const name = fresh('administrator');
    const administrator = await s.account.user(name, { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    const document = trusts();
    // A policy without statements cannot be saved; a role that denies everybody stands for it.
    const role = await makeRole(s, {
      trusts: document.includes('"Statement":[]')
        ? JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }))
        : document,
    });
    await refuse(role.assume(administrator), name, role);
  });

  it.each([
    ['an identity-based policy', { inline: { assume: assumeAny, no: deny('sts:*') } }],
    ['a boundary that denies', { inline: { assume: assumeAny }, boundary: 'arn:aws:iam::aws:policy/AWSDenyAll' }],
  ])('an explicit deny in %s wins over trust in the user', async (_what, policies) => {
    const name = fresh('denied');
    const user = await s.account.user(name, policies);
    const role = await makeRole(s, { trusts: trust({ AWS: userArn(s, name) }) });
    await refuse(role.assume(user), name, role);
  });

  it('an explicit deny in the trust policy wins', async () => {
    const name = fresh('user');
    const user = await granted(name);
    const trusts = JSON.stringify(
      policy(
        { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
        { Effect: 'Deny', Principal: { AWS: userArn(s, name) }, Action: 'sts:AssumeRole' },
      ),
    );
    const role = await makeRole(s, { trusts });
    await refuse(role.assume(user), name, role);
    await role.assume(await ungranted());
  });

  it('a boundary that does not allow limits trust in the account, not trust in the user', async () => {
    const name = fresh('bounded');
    const user = await s.account.user(name, { inline: { assume: assumeAny }, boundary: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly' });
    const delegating = await makeRole(s);
    await refuse(delegating.assume(user), name, delegating);
    await (await makeRole(s, { trusts: trust({ AWS: userArn(s, name) }) })).assume(user);
  });
});

describe('sessions of roles', () => {
  it('get in by their role, within its boundary and their session policy; and by their own ARN, whatever those leave out', async () => {
    const user = await granted();
    const base = await makeRole(s, { name: 'Base' });
    const byRole = await makeRole(s, { trusts: trust({ AWS: base.arn }) });
    const bySession = await makeRole(s, { trusts: trust({ AWS: sessionArn(s, 'Base', 'named') }) });
    const byAccount = await makeRole(s);
    const plain = credentialsOf(await base.assume(user));
    const limited = credentialsOf(await base.assume(user, { RoleSessionName: 'named', Policy: allow('iam:ListUsers') }));
    await byRole.assume(plain);
    const named = sessionArn(s, 'Base', 'named');
    await notAuthorized(byRole.assume(limited), named, 'sts:AssumeRole', byRole.arn);
    await notAuthorized(byAccount.assume(plain), sessionArn(s, 'Base'), 'sts:AssumeRole', byAccount.arn);
    await bySession.assume(limited);
    await notAuthorized(bySession.assume(plain), sessionArn(s, 'Base'), 'sts:AssumeRole', bySession.arn);
    await s.iam.putRolePermissionsBoundary({ RoleName: 'Base', PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly' });
    await notAuthorized(byRole.assume(plain), sessionArn(s, 'Base'), 'sts:AssumeRole', byRole.arn);
  });

  it('E18: keep to their session policy; its denials count; the next role is not limited by it', async () => {
    const user = await granted();
    const base = await makeRole(s, { name: 'Limited', may: allow('*') });
    const next = await makeRole(s, { name: 'Next', trusts: trust({ AWS: s.account.id }), may: allow('iam:*') });
    const may = async (Policy: string) => credentialsOf(await base.assume(user, { Policy }));
    const withoutIt = await may(allow('iam:ListUsers'));
    await notAuthorized(next.assume(withoutIt), sessionArn(s, 'Limited'), 'sts:AssumeRole', next.arn);
    const denied = await may(
      JSON.stringify(
        policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: next.arn }),
      ),
    );
    await notAuthorized(next.assume(denied), sessionArn(s, 'Limited'), 'sts:AssumeRole', next.arn);
    const inNext = credentialsOf(await next.assume(await may(allow('sts:AssumeRole'))));
    expect((await s.as(inNext).listRoles({})).Roles?.length).toBeGreaterThan(0);
  });

  it('of a role that does not name itself in its trust policy do not assume it again', async () => {
    const user = await ungranted('starter');
    const role = await makeRole(s, { name: 'Self', trusts: trust({ AWS: userArn(s, 'starter') }), may: allow('sts:AssumeRole') });
    const session = credentialsOf(await role.assume(user));
    await notAuthorized(role.assume(session), sessionArn(s, 'Self'), 'sts:AssumeRole', role.arn);
    await s.iam.updateAssumeRolePolicy({ RoleName: 'Self', PolicyDocument: trust({ AWS: [userArn(s, 'starter'), role.arn] }) });
    await role.assume(session);
  });
});

describe('roles of other accounts', () => {
  it('take both halves, whatever way trust names the caller', async () => {
    const other = await s.server.account();
    const roleArn = `arn:aws:iam::${other.id}:role/far/away`;
    const [has, lacks] = [await granted('has'), await ungranted('lacks')];
    const assume = (who: typeof has) => s.sts(who).assumeRole({ RoleArn: roleArn, RoleSessionName: 'session' });
    const target = { arn: roleArn };
    await other.asRoot('iam', 'CreateRole', { RoleName: 'away', Path: '/far/', AssumeRolePolicyDocument: trust({ AWS: other.id }) });
    await refuse(assume(has), 'has', target);
    for (const principal of [s.account.id, [userArn(s, 'has'), userArn(s, 'lacks')], '*']) {
      await other.asRoot('iam', 'UpdateAssumeRolePolicy', { RoleName: 'away', PolicyDocument: trust({ AWS: principal }) });
      const { AssumedRoleUser, Credentials } = await assume(has);
      expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${other.id}:assumed-role/away/session`);
      expect((await s.sts(credentialsOf({ Credentials })).getCallerIdentity({})).Account).toBe(other.id);
      await refuse(assume(lacks), 'lacks', target);
    }
    // In the wrong case, under another path and without one it is another role, and there is none.
    for (const resource of ['role/far/Away', 'role/away', 'role/near/away']) {
      const arn = `arn:aws:iam::${other.id}:${resource}`;
      await refuse(s.sts(has).assumeRole({ RoleArn: arn, RoleSessionName: 'session' }), 'has', { arn });
    }
  });

  it('do not tell whether they exist', async () => {
    const other = await s.server.account();
    await other.asRoot('iam', 'CreateRole', { RoleName: 'there', AssumeRolePolicyDocument: trust({ AWS: other.id }) });
    const user = await granted('curious');
    for (const arn of [`arn:aws:iam::${other.id}:role/there`, `arn:aws:iam::${other.id}:role/absent`, 'arn:aws:iam::999999999999:role/x'])
      await refuse(s.sts(user).assumeRole({ RoleArn: arn, RoleSessionName: 'session' }), 'curious', { arn });
  });
});

describe('E14: who gets a deleted principal’s name', () => {
  it('a user is refused, and the document shows the old id until it is saved anew', async () => {
    const name = 'Renewed';
    const first = await ungranted(name);
    const role = await makeRole(s, { trusts: trust({ AWS: userArn(s, name) }) });
    await role.assume(first);
    const id = (await s.iam.getUser({ UserName: name })).User?.UserId;
    await s.iam.deleteAccessKey({ UserName: name, AccessKeyId: first.accessKeyId });
    await s.iam.deleteUser({ UserName: name });
    const second = await granted(name);
    await refuse(role.assume(second), name, role);
    const shown = decodeURIComponent((await s.iam.getRole({ RoleName: role.name })).Role?.AssumeRolePolicyDocument ?? '');
    expect(JSON.parse(shown).Statement[0].Principal).toEqual({ AWS: id });
    await malformedPolicy(
      s.iam.updateAssumeRolePolicy({ RoleName: role.name, PolicyDocument: shown }),
      `Invalid principal in policy: "AWS":"${id}"`,
    );
    await s.iam.updateAssumeRolePolicy({ RoleName: role.name, PolicyDocument: trust({ AWS: userArn(s, name) }) });
    await role.assume(second);
  });

  it('a role is refused; a condition on aws:PrincipalArn goes by name', async () => {
    const user = await granted();
    const old = await makeRole(s, { name: 'Reborn' });
    const bound = await makeRole(s, { trusts: trust({ AWS: old.arn }) });
    const byName = await makeRole(s, {
      trusts: JSON.stringify(
        policy({
          Effect: 'Allow',
          Principal: { AWS: s.account.id },
          Action: 'sts:AssumeRole',
          Condition: { ArnEquals: { 'aws:PrincipalArn': old.arn } },
        }),
      ),
    });
    await bound.assume(credentialsOf(await old.assume(user)));
    await s.iam.deleteRole({ RoleName: 'Reborn' });
    const reborn = await makeRole(s, { name: 'Reborn', may: allow('sts:AssumeRole') });
    expect(reborn.id).not.toBe(old.id);
    const session = credentialsOf(await reborn.assume(user));
    await notAuthorized(bound.assume(session), sessionArn(s, 'Reborn'), 'sts:AssumeRole', bound.arn);
    await byName.assume(session);
    const shown = decodeURIComponent((await s.iam.getRole({ RoleName: bound.name })).Role?.AssumeRolePolicyDocument ?? '');
    expect(shown).toContain(`"${old.id}"`);
  });
});
