import { SageMaker } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { type Credentials, clientConfig, policy } from '../../harness.ts';
import { accessDenied, allow, refused, stage } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole } from './stage.ts';

const s = stage();
const all = { all: JSON.parse(allow('*')) };
const HOUR = 3_600_000;

const identityOf = async (who: Credentials) => s.sts(who).getCallerIdentity({});
/** AWS ends the sentence with a full stop for long-term keys, and without one for sessions. */
const isUnknown = (who: Credentials) =>
  refused(
    identityOf(who),
    'InvalidClientTokenId',
    403,
    `The security token included in the request is invalid${who.sessionToken === undefined ? '.' : ''}`,
  );
const hasEnded = (who: Credentials) =>
  refused(identityOf(who), 'ExpiredToken', 403, 'The security token included in the request is expired');

async function deleteUser(UserName: string): Promise<void> {
  for (const { AccessKeyId } of (await s.iam.listAccessKeys({ UserName })).AccessKeyMetadata ?? [])
    await s.iam.deleteAccessKey({ UserName, AccessKeyId });
  await s.iam.deleteUserPolicy({ UserName, PolicyName: 'all' });
  await s.iam.deleteUser({ UserName });
}

async function deleteRole(RoleName: string): Promise<void> {
  await s.iam.deleteRolePolicy({ RoleName, PolicyName: 'may' });
  await s.iam.deleteRole({ RoleName });
}

/** One session of each kind, each having been used, so that all of them are at hand in the server's caches. */
async function sessions(name = fresh('user')) {
  const user = await s.account.user(name, { inline: all });
  const role = await makeRole(s, { may: allow('*') });
  const made = {
    user,
    name,
    role,
    ofRole: credentialsOf(await role.assume(user)),
    ofUser: credentialsOf(await s.sts(user).getSessionToken({})),
    federated: credentialsOf(await s.sts(user).getFederationToken({ Name: 'Bob', Policy: allow('*') })),
  };
  for (const each of [made.ofRole, made.ofUser, made.federated]) await identityOf(each);
  return made;
}

describe('T07: when the principal is gone', () => {
  it('its sessions are refused with the next request, also after its name is taken anew', async () => {
    const { name, role, ofRole, ofUser, federated } = await sessions();
    await deleteRole(role.name);
    await isUnknown(ofRole);
    await makeRole(s, { name: role.name, may: allow('*') });
    await isUnknown(ofRole);
    await identityOf(ofUser);
    await deleteUser(name);
    await isUnknown(ofUser);
    await isUnknown(federated);
    await s.account.user(name, { inline: all });
    await isUnknown(ofUser);
    await isUnknown(federated);
  });

  it('the sessions of a role outlive the user who assumed it', async () => {
    const { name, ofRole } = await sessions();
    await deleteUser(name);
    await identityOf(ofRole);
  });

  it('a key that is switched off or deleted is refused at once; sessions it asked for go on', async () => {
    const { user, name, ofRole, ofUser } = await sessions();
    await identityOf(user);
    await s.iam.updateAccessKey({ UserName: name, AccessKeyId: user.accessKeyId, Status: 'Inactive' });
    await isUnknown(user);
    await identityOf(ofRole);
    await identityOf(ofUser);
    await s.iam.updateAccessKey({ UserName: name, AccessKeyId: user.accessKeyId, Status: 'Active' });
    await identityOf(user);
    await s.iam.deleteAccessKey({ UserName: name, AccessKeyId: user.accessKeyId });
    await isUnknown(user);
    await identityOf(ofUser);
  });

  it('a renamed user keeps its sessions, under the new name', async () => {
    const { name, ofUser } = await sessions();
    const NewUserName = `${name}-renamed`;
    await s.iam.updateUser({ UserName: name, NewUserName });
    expect((await identityOf(ofUser)).Arn).toBe(`arn:aws:iam::${s.account.id}:user/${NewUserName}`);
  });
});

describe('T08: what changes reaches sessions with the next request', () => {
  const lists = (who: Credentials) => s.as(who).listUsers({});

  it('the role’s policies, its boundary and its tags', async () => {
    const { role, ofRole } = await sessions();
    await lists(ofRole);
    await s.iam.putRolePermissionsBoundary({ RoleName: role.name, PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly' });
    await accessDenied(lists(ofRole), / because no permissions boundary allows the iam:ListUsers action$/);
    await s.iam.deleteRolePermissionsBoundary({ RoleName: role.name });
    await lists(ofRole);
    const tagged = allow('iam:ListUsers', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } });
    await s.iam.putRolePolicy({ RoleName: role.name, PolicyName: 'may', PolicyDocument: tagged });
    await accessDenied(lists(ofRole), / because no identity-based policy allows the iam:ListUsers action$/);
    await s.iam.tagRole({ RoleName: role.name, Tags: [{ Key: 'team', Value: 'a' }] });
    await lists(ofRole);
  });

  it('session policies and tags stay as they were given', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    const role = await makeRole(s, { may: allow('*') });
    const limited = credentialsOf(await role.assume(user, { Policy: allow('iam:ListRoles') }));
    await accessDenied(lists(limited), / because no session policy allows the iam:ListUsers action$/);
    await s.iam.putRolePolicy({ RoleName: role.name, PolicyName: 'more', PolicyDocument: allow('*') });
    await accessDenied(lists(limited), / because no session policy allows the iam:ListUsers action$/);
    await s.iam.deleteRolePolicy({ RoleName: role.name, PolicyName: 'more' });
  });

  it('a deny on aws:TokenIssueTime stops older sessions, later ones not, and the next hop’s not', async () => {
    const { user, role, ofRole } = await sessions();
    const next = await makeRole(s, { may: allow('*') });
    const hop = credentialsOf(await next.assume(ofRole));
    await lists(hop);
    s.advance(2000);
    const before = new Date(s.server.clock.now()).toISOString();
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': before } } };
    await s.iam.putRolePolicy({ RoleName: role.name, PolicyName: 'AWSRevokeOlderSessions', PolicyDocument: JSON.stringify(policy(deny)) });
    await accessDenied(lists(ofRole), / with an explicit deny in an identity-based policy$/);
    s.advance(2000);
    await lists(credentialsOf(await role.assume(user)));
    await lists(hop);
  });
});

describe('T06: when it ends', () => {
  it('a session is refused at its expiration to the millisecond, and again accepted only when the clock was wrong', async () => {
    s.server.clock.freeze(s.server.clock.now());
    const { ofRole, user, role } = await sessions();
    const { Credentials } = await role.assume(user, { DurationSeconds: 900 });
    const short = credentialsOf({ Credentials });
    const ends = Credentials?.Expiration?.getTime() ?? 0;
    await identityOf(short);
    s.advance(ends - s.server.clock.now() - 1);
    await identityOf(short);
    s.advance(1);
    await hasEnded(short);
    await identityOf(ofRole);
    s.advance(HOUR);
    await hasEnded(short);
    await hasEnded(ofRole);
    s.advance(-HOUR - 1000);
    await identityOf(short);
  });
});

describe('a federated session', () => {
  const sageMaker = (who: Credentials) =>
    new SageMaker({ ...clientConfig(s.server, who), systemClockOffset: s.server.clock.now() - Date.now() });

  it('E18, T09: may what user and session policies both allow, and without a policy nothing', async () => {
    const user = await s.account.user(fresh(), { inline: { p: JSON.parse(allow(['sts:*', 'sagemaker:List*'])) } });
    const make = async (more: object) => sageMaker(credentialsOf(await s.sts(user).getFederationToken({ Name: 'Bob', ...more })));
    const who = `arn:aws:sts::${s.account.id}:federated-user/Bob`;
    const denied = (call: Promise<unknown>, action: string, because: string) =>
      refused(
        call,
        'AccessDeniedException',
        400,
        `User: ${who} is not authorized to perform: ${action} because no ${because} policy allows the ${action} action`,
      );
    const limited = await make({ Policy: allow(['sagemaker:ListModels', 'sagemaker:DeleteModel']) });
    expect((await limited.listModels({})).Models).toEqual([]);
    await denied(limited.listTrainingJobs({}), 'sagemaker:ListTrainingJobs', 'session');
    await refused(limited.deleteModel({ ModelName: 'x' }), 'AccessDeniedException', 400, / because no identity-based policy allows /);
    await denied((await make({})).listModels({}), 'sagemaker:ListModels', 'session');
    expect(
      (await (await make({ PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonSageMakerReadOnly' }] })).listModels({})).Models,
    ).toEqual([]);
  });

  it('gets into nothing by trust in its ARN, as AssumeRole is not for it', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    const session = credentialsOf(await s.sts(user).getFederationToken({ Name: 'Bob', Policy: allow('*') }));
    const role = await makeRole(s, { trusts: JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' })) });
    await accessDenied(role.assume(session), 'Cannot call AssumeRole with session credentials');
  });
});
