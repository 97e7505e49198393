import { IAM } from '@aws-sdk/client-iam';
import type { PolicyType } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/authentication/session-token.ts';
import { Guardrails } from '../../../src/authorization/guardrails.ts';
import { accessKeyId, secretAccessKey, systemRandom } from '../../../src/core/id.ts';
import { createPolicyCompiler } from '../../../src/policy/index.ts';
import { roles } from '../../../src/store/tables/iam.ts';
import { type Credentials, clientConfig, policy, type TestAccount } from '../../harness.ts';
import { refused, stage } from './stage.ts';

/*
 * What organizations hold their accounts to, told by calls: threats E17 (ways around an SCP or RCP), T08 (a policy changed under a session) and
 * R12 (members that would change their own limits).
 */

const s = stage();
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';

const iam = (credentials: Credentials): IAM => new IAM(clientConfig(s.server, credentials));

let made = 0;

/** An SCP or RCP attached to a target; call the result to take it away. */
async function guard(target: string, statement: object, Type: PolicyType = 'SERVICE_CONTROL_POLICY'): Promise<() => Promise<unknown>> {
  const Content = JSON.stringify(policy(statement));
  const { Policy } = await s.org.createPolicy({ Name: `${Type} ${++made}`, Type, Content, Description: '' });
  const attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId: target };
  await s.org.attachPolicy(attachment);
  return () => s.org.detachPolicy(attachment);
}

const enable = async (...types: PolicyType[]): Promise<void> => {
  for (const PolicyType of types) await s.org.enablePolicyType({ RootId: s.rootId, PolicyType });
};

const denied = (call: Promise<unknown>, message: string | RegExp): Promise<void> =>
  call.then(
    () => expect.unreachable('the call was allowed'),
    (error: Error) => {
      expect(error.name).toBe('AccessDenied');
      expect(error.message).toMatch(message);
    },
  );

const BY_SCP = /with an explicit deny in a service control policy$/;
const NO_SCP = /because no service control policy allows the iam:ListUsers action$/;
const LIST_USERS = { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' };

/** A role's session, as the service that the role belongs to would hold one. */
async function sessionOf(account: TestAccount, RoleName: string): Promise<Credentials> {
  const { installation, clock } = s.server;
  const role = await installation.store.get(roles, [account.id, RoleName.toLowerCase()]);
  if (!role) throw new Error(`no role ${RoleName}`);
  const now = clock.now() - (clock.now() % 1000);
  const session: Session = {
    kind: 'AssumeRole',
    accessKeyId: accessKeyId('ASIA', account.id, systemRandom),
    secretAccessKey: secretAccessKey(systemRandom),
    principal: { kind: 'role', account: account.id, uniqueId: role.roleId, path: role.path, name: role.roleName, sessionName: 'sn' },
    issuedAt: now,
    expiresAt: now + 3_600_000,
    chained: false,
    policies: { managedArns: [] },
    tags: [],
    transitiveTagKeys: [],
    context: {},
  };
  const sessionToken = installation.sessionTokens.issueSessionToken(session);
  return { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey, sessionToken };
}

async function assumed(by: Credentials, RoleArn: string): Promise<Credentials> {
  const { Credentials: keys } = await s.sts(by).assumeRole({ RoleArn, RoleSessionName: 'session' });
  return { accessKeyId: keys?.AccessKeyId ?? '', secretAccessKey: keys?.SecretAccessKey ?? '', sessionToken: keys?.SessionToken ?? '' };
}

const trusting = (Principal: object, Condition?: object): string =>
  JSON.stringify(policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition ? { Condition } : {}) }));

describe('service control policies', () => {
  it('E17: hold a member’s root user, users and roles, not the management account, and only while enabled', async () => {
    const unit = await s.unit(s.rootId, 'held');
    const member = await s.member(unit);
    const user = await member.user('admin', { managed: [ADMIN] });
    await enable('SERVICE_CONTROL_POLICY');
    const release = await guard(s.rootId, LIST_USERS);
    for (const key of [member.root, user]) {
      await denied(iam(key).listUsers({}), BY_SCP);
      await iam(key).listRoles({});
      // What asks for no permission, no policy takes away.
      expect((await s.sts(key).getCallerIdentity({})).Account).toBe(member.id);
    }
    await iam(s.management.root).listUsers({});
    await release();
    await iam(user).listUsers({});
    await guard(unit, LIST_USERS);
    await denied(iam(user).listUsers({}), BY_SCP);
    await s.org.disablePolicyType({ RootId: s.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    await iam(user).listUsers({});
    await enable('SERVICE_CONTROL_POLICY');
    await iam(user).listUsers({});
  });

  it('E17: must allow at every level', async () => {
    const outer = await s.unit(s.rootId, 'outer');
    const unit = await s.unit(outer, 'inner');
    const member = await s.member(unit);
    const user = await member.user('admin', { managed: [ADMIN] });
    for (const target of [outer, unit, member.id]) {
      await iam(user).listUsers({});
      const release = await guard(target, { Effect: 'Allow', Action: 's3:*', Resource: '*' });
      await s.org.detachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: target });
      await denied(iam(user).listUsers({}), NO_SCP);
      await denied(iam(member.root).listUsers({}), NO_SCP);
      await s.org.attachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: target });
      await release();
    }
    // They never grant.
    const nobody = await member.user('nobody');
    await guard(member.id, { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' });
    await denied(iam(nobody).listUsers({}), /because no identity-based policy allows/);
  });

  it('E17, T08: follow an account that moves, joins or leaves, also under sessions that are older', async () => {
    const strict = await s.unit(s.rootId, 'strict');
    await guard(strict, LIST_USERS);
    const member = await s.member();
    const user = await member.user('admin', { managed: [ADMIN] });
    await member.asRoot('iam', 'CreateRole', {
      RoleName: 'R',
      AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${member.id}:root` }),
    });
    await member.asRoot('iam', 'AttachRolePolicy', { RoleName: 'R', PolicyArn: ADMIN });
    const session = await assumed(user, `arn:aws:iam::${member.id}:role/R`);
    await iam(session).listUsers({});
    const move = (SourceParentId: string, DestinationParentId: string) =>
      s.org.moveAccount({ AccountId: member.id, SourceParentId, DestinationParentId });
    await move(s.rootId, strict);
    for (const key of [user, session]) await denied(iam(key).listUsers({}), BY_SCP);
    await move(strict, s.rootId);
    for (const key of [user, session]) await iam(key).listUsers({});
    await move(s.rootId, strict);
    await denied(iam(session).listUsers({}), BY_SCP);
    await s.as(member.root).leaveOrganization({});
    for (const key of [user, session]) await iam(key).listUsers({});
  });

  it('E17: do not hold service-linked roles; whatever is called like one, they do', async () => {
    const unit = await s.unit(s.rootId, 'linked');
    const member = await s.member(unit);
    await guard(unit, { Effect: 'Deny', Action: 'organizations:DescribeOrganization', Resource: '*' });
    const imitation = 'AWSServiceRoleForImitation';
    await member.asRoot('iam', 'CreateRole', { RoleName: imitation, AssumeRolePolicyDocument: trusting({ Service: 'ec2.amazonaws.com' }) });
    await member.asRoot('iam', 'AttachRolePolicy', { RoleName: imitation, PolicyArn: ADMIN });
    const describeAs = async (role: string) => s.as(await sessionOf(member, role)).describeOrganization({});
    await refused(describeAs(imitation), 'AccessDeniedException', BY_SCP);
    // The role of IAM Identity Center may describe the organization, by its own policy.
    await member.asRoot('iam', 'CreateServiceLinkedRole', { AWSServiceName: 'sso.amazonaws.com' });
    const role = await s.server.installation.store.get(roles, [member.id, 'awsserviceroleforsso']);
    expect(role?.serviceLinkedFor).toBe('sso.amazonaws.com');
    expect((await describeAs('AWSServiceRoleForSSO')).Organization?.Id).toBe(s.organizationId);
  });

  it('R12: are out of a member’s reach, and hold its calls to Organizations', async () => {
    const unit = await s.unit(s.rootId, 'reach');
    const member = await s.member(unit);
    const own = s.as(member.root);
    const release = await guard(unit, { Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' });
    const { Policies } = await s.org.listPoliciesForTarget({ TargetId: unit, Filter: 'SERVICE_CONTROL_POLICY' });
    const PolicyId = Policies?.find(({ AwsManaged }) => !AwsManaged)?.Id;
    await refused(own.detachPolicy({ PolicyId, TargetId: unit }), 'AccessDeniedException');
    await refused(own.updatePolicy({ PolicyId, Name: 'x' }), 'AccessDeniedException');
    await refused(own.deletePolicy({ PolicyId }), 'AccessDeniedException');
    await refused(own.disablePolicyType({ RootId: s.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }), 'AccessDeniedException');
    await refused(own.moveAccount({ AccountId: member.id, SourceParentId: unit, DestinationParentId: s.rootId }), 'AccessDeniedException');
    await refused(own.leaveOrganization({}), 'AccessDeniedException', BY_SCP);
    await release();
    await own.leaveOrganization({});
  });

  it('T08: hold from the next request on when their document changes', async () => {
    const member = await s.member();
    await guard(member.id, { Effect: 'Deny', Action: 's3:*', Resource: '*' });
    await iam(member.root).listUsers({});
    const { Policies } = await s.org.listPoliciesForTarget({ TargetId: member.id, Filter: 'SERVICE_CONTROL_POLICY' });
    const PolicyId = Policies?.find(({ AwsManaged }) => !AwsManaged)?.Id;
    await s.org.updatePolicy({ PolicyId, Content: JSON.stringify(policy(LIST_USERS)) });
    await denied(iam(member.root).listUsers({}), BY_SCP);
  });
});

describe('resource control policies', () => {
  const ONLY_US = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sts:AssumeRole',
    Resource: '*',
    get Condition() {
      return {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': s.organizationId },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      };
    },
  };

  it('E17: keep outsiders off the roles of members, whatever the roles trust; not of the management account', async () => {
    await enable('RESOURCE_CONTROL_POLICY');
    const unit = await s.unit(s.rootId, 'resources');
    const [owner, neighbour] = [await s.member(unit), await s.member()];
    const outsider = await s.server.account();
    const visitors = {
      outside: await outsider.user('visitor', { managed: [ADMIN] }),
      inside: await neighbour.user('visitor', { managed: [ADMIN] }),
      management: await s.management.user('visitor', { managed: [ADMIN] }),
    };
    const everyone = trusting({ AWS: [outsider.id, neighbour.id, s.management.id, owner.id] });
    for (const account of [owner, s.management])
      await account.asRoot('iam', 'CreateRole', { RoleName: 'Open', AssumeRolePolicyDocument: everyone });
    const role = `arn:aws:iam::${owner.id}:role/Open`;
    for (const visitor of Object.values(visitors)) await assumed(visitor, role);
    const release = await guard(s.rootId, ONLY_US, 'RESOURCE_CONTROL_POLICY');
    await assumed(visitors.inside, role);
    await assumed(visitors.management, role);
    await denied(
      assumed(visitors.outside, role),
      /^User: \S+ is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::\d+:role\/Open/,
    );
    await assumed(visitors.outside, `arn:aws:iam::${s.management.id}:role/Open`);
    await release();
    await guard(unit, { ...ONLY_US, Condition: ONLY_US.Condition }, 'RESOURCE_CONTROL_POLICY');
    await denied(assumed(visitors.outside, role), /sts:AssumeRole/);
    await s.org.moveAccount({ AccountId: owner.id, SourceParentId: unit, DestinationParentId: s.rootId });
    await assumed(visitors.outside, role);
  });

  it('hold services too, but not on their own service-linked roles', async () => {
    const unit = await s.unit(s.rootId, 'services');
    const member = await s.member(unit);
    const { installation, clock } = s.server;
    await member.asRoot('iam', 'CreateRole', {
      RoleName: 'Exec',
      AssumeRolePolicyDocument: trusting({ Service: 'sagemaker.amazonaws.com' }),
    });
    await member.asRoot('iam', 'CreateServiceLinkedRole', { AWSServiceName: 'sagemaker.amazonaws.com' });
    const may = async (name: string): Promise<boolean> => {
      const role = await installation.store.get(roles, [member.id, name.toLowerCase()]);
      if (!role) throw new Error(`no role ${name}`);
      const source = { sourceArn: `arn:aws:sagemaker:us-east-1:${member.id}:notebook-instance/n`, sourceAccount: member.id };
      const when = { now: clock.now(), region: 'us-east-1' };
      return installation.serviceMayAssume(installation.store, role, 'sagemaker.amazonaws.com', source, when);
    };
    const linked = 'AWSServiceRoleForAmazonSageMakerNotebooks';
    expect([await may('Exec'), await may(linked)]).toEqual([true, true]);
    await guard(unit, { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }, 'RESOURCE_CONTROL_POLICY');
    expect([await may('Exec'), await may(linked)]).toEqual([false, true]);
  });

  it('say nothing about services that have none', async () => {
    const member = await s.member();
    await guard(member.id, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }, 'RESOURCE_CONTROL_POLICY');
    await iam(member.root).listUsers({});
  });
});

describe('the condition keys of organizations', () => {
  it('tell where the caller’s account is', async () => {
    const unit = await s.unit(s.rootId, 'keys');
    const deep = await s.unit(unit, 'deep');
    const member = await s.member(deep);
    const owner = await s.server.account();
    const outsider = await s.server.account();
    const caller = await member.user('caller', { managed: [ADMIN] });
    const stranger = await outsider.user('caller', { managed: [ADMIN] });
    const boss = await s.management.user('boss', { managed: [ADMIN] });
    const role = async (RoleName: string, Condition: object): Promise<string> => {
      await owner.asRoot('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trusting({ AWS: '*' }, Condition) });
      return `arn:aws:iam::${owner.id}:role/${RoleName}`;
    };
    const byId = await role('ById', { StringEquals: { 'aws:PrincipalOrgID': s.organizationId } });
    await assumed(caller, byId);
    await assumed(boss, byId);
    await denied(assumed(stranger, byId), /sts:AssumeRole/);
    const paths = (pattern: string) => ({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': pattern } });
    const exactly = `${s.organizationId}/${s.rootId}/${unit}/${deep}/`;
    const byPath = await role('ByPath', paths(exactly));
    await assumed(caller, byPath);
    await denied(assumed(boss, byPath), /sts:AssumeRole/);
    await assumed(caller, await role('Below', paths(`${s.organizationId}/${s.rootId}/${unit}/*`)));
    // Absent outside of organizations.
    const outside = await role('Outside', { Null: { 'aws:PrincipalOrgID': 'true' } });
    await assumed(stranger, outside);
    await denied(assumed(caller, outside), /sts:AssumeRole/);
  });

  it('tell where the resource is', async () => {
    const unit = await s.unit(s.rootId, 'owners');
    const [caller, owner, outsider] = [await s.member(), await s.member(unit), await s.server.account()];
    const allow = (Condition: object) => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*', Condition });
    const byId = await caller.user('by-id', { inline: { p: allow({ StringEquals: { 'aws:ResourceOrgID': s.organizationId } }) } });
    const byPath = await caller.user('by-path', {
      inline: { p: allow({ 'ForAnyValue:StringEquals': { 'aws:ResourceOrgPaths': `${s.organizationId}/${s.rootId}/${unit}/` } }) },
    });
    for (const account of [owner, outsider, s.management])
      await account.asRoot('iam', 'CreateRole', { RoleName: 'Wide', AssumeRolePolicyDocument: trusting({ AWS: caller.id }) });
    const wide = (account: TestAccount) => `arn:aws:iam::${account.id}:role/Wide`;
    await assumed(byId, wide(owner));
    await assumed(byId, wide(s.management));
    await denied(assumed(byId, wide(outsider)), /sts:AssumeRole/);
    await assumed(byPath, wide(owner));
    await denied(assumed(byPath, wide(s.management)), /sts:AssumeRole/);
  });

  it('tell where that is for which a service acts', async () => {
    const unit = await s.unit(s.rootId, 'sources');
    const [member, outsider] = [await s.member(unit), await s.server.account()];
    const { installation, clock } = s.server;
    const conditions = {
      StringEquals: { 'aws:SourceOrgID': s.organizationId },
      'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': `${s.organizationId}/*/${unit}/*` },
    };
    await member.asRoot('iam', 'CreateRole', {
      RoleName: 'Source',
      AssumeRolePolicyDocument: trusting({ Service: 'sagemaker.amazonaws.com' }, conditions),
    });
    const role = await installation.store.get(roles, [member.id, 'source']);
    const mayFor = (sourceAccount: string) =>
      role &&
      installation.serviceMayAssume(
        installation.store,
        role,
        'sagemaker.amazonaws.com',
        { sourceArn: `arn:aws:sagemaker:us-east-1:${sourceAccount}:model/m`, sourceAccount },
        { now: clock.now(), region: 'us-east-1' },
      );
    expect([await mayFor(member.id), await mayFor(outsider.id), await mayFor(s.management.id)]).toEqual([true, false, false]);
  });
});

describe('the guardrails of an account', () => {
  it('are at hand after the first question, also that there are none; of accounts only named, nothing is kept', async () => {
    const { store } = s.server.installation;
    const guardrails = new Guardrails(store, createPolicyCompiler());
    const [member, outsider] = [await s.member(), await s.server.account()];
    for (const account of [member.id, outsider.id]) {
      expect(guardrails.of(account)).toBeInstanceOf(Promise);
      const known = await guardrails.of(account);
      expect(guardrails.of(account)).toBe(known);
      expect(guardrails.ofNamed(account)).toBe(known);
    }
    expect(await guardrails.of(outsider.id)).toEqual({ organization: undefined, scp: undefined, rcp: undefined });
    await guardrails.ofNamed('999999999999');
    expect(guardrails.ofNamed('999999999999')).toBeInstanceOf(Promise);
    // What they were read from drops them: here that the outsider has become a member.
    const { Handshake } = await s.org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: outsider.id } });
    await s.as(outsider.root).acceptHandshake({ HandshakeId: Handshake?.Id });
    expect((await guardrails.of(outsider.id)).organization).toEqual({ id: s.organizationId, path: `${s.organizationId}/${s.rootId}/` });
    // One level each for the root and the account.
    expect((await guardrails.of(member.id)).scp).toHaveLength(2);
    expect((await guardrails.of(s.management.id)).scp).toBeUndefined();
  });
});
