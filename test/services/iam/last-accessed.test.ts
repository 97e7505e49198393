import { EC2 } from '@aws-sdk/client-ec2';
import type { AccessAdvisorUsageGranularityType as Granularity } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { clientConfig, policy } from '../../harness.ts';
import { allow, invalidInput, noPolicyAllows, noSuchEntity, pages, stage, trust, validationError } from './stage.ts';

const s = stage();

const userArn = (name: string) => `arn:aws:iam::${s.account.id}:user/${name}`;

async function generate(Arn: string, granularity?: Granularity) {
  const { JobId = '' } = await s.iam.generateServiceLastAccessedDetails({ Arn, ...(granularity && { Granularity: granularity }) });
  return { JobId, report: await s.iam.getServiceLastAccessedDetails({ JobId }) };
}

const serviceOf = async (Arn: string, namespace: string, granularity?: Granularity) =>
  (await generate(Arn, granularity)).report.ServicesLastAccessed?.find((service) => service.ServiceNamespace === namespace);

beforeAll(async () => {
  await s.iam.createGroup({ GroupName: 'Team' });
  await s.iam.putGroupPolicy({ GroupName: 'Team', PolicyName: 'ec2', PolicyDocument: allow('ec2:Describe*') });
  const key = await s.account.user('Worker', { inline: { own: policy({ Effect: 'Allow', Action: 'iam:Get*', Resource: '*' }) } });
  await s.iam.addUserToGroup({ GroupName: 'Team', UserName: 'Worker' });
  await s.account.user('Idle');
  await s.iam.addUserToGroup({ GroupName: 'Team', UserName: 'Idle' });
  await s.as(key).getUser({});
  // Denied, and counted all the same.
  await noPolicyAllows(s.as(key).listUsers({}), userArn('Worker'), 'iam:ListUsers', `arn:aws:iam::${s.account.id}:user/`);
  await new EC2(clientConfig(s.server, key, 'eu-west-1')).describeRegions({});
});

describe('service last accessed details', () => {
  it('say what a user may reach, and when it tried', async () => {
    await vi.waitFor(async () => expect((await serviceOf(userArn('Worker'), 'ec2'))?.TotalAuthenticatedEntities).toBe(1), 20_000);
    const { report } = await generate(userArn('Worker'));
    expect(report).toMatchObject({
      JobStatus: 'COMPLETED',
      JobType: 'SERVICE_LEVEL',
      JobCreationDate: expect.any(Date),
      JobCompletionDate: expect.any(Date),
      IsTruncated: false,
    });
    expect(report.ServicesLastAccessed).toEqual([
      {
        ServiceName: 'Amazon EC2',
        ServiceNamespace: 'ec2',
        TotalAuthenticatedEntities: 1,
        LastAuthenticated: expect.any(Date),
        LastAuthenticatedEntity: userArn('Worker'),
        LastAuthenticatedRegion: 'eu-west-1',
      },
      expect.objectContaining({ ServiceNamespace: 'iam', TotalAuthenticatedEntities: 1, LastAuthenticatedRegion: 'us-east-1' }),
    ]);
  });

  it('go down to actions, of those that are granted', async () => {
    const iam = await serviceOf(userArn('Worker'), 'iam', 'ACTION_LEVEL');
    const actions = Object.fromEntries((iam?.TrackedActionsLastAccessed ?? []).map((action) => [action.ActionName, action]));
    expect(actions.GetUser).toEqual({
      ActionName: 'GetUser',
      LastAccessedEntity: userArn('Worker'),
      LastAccessedTime: expect.any(Date),
      LastAccessedRegion: 'us-east-1',
    });
    expect(actions.GetRole).toEqual({ ActionName: 'GetRole' });
    expect(actions).not.toHaveProperty('ListUsers');
  });

  it('are those of a group’s members, and name who did and who did not', async () => {
    const { JobId, report } = await generate(`arn:aws:iam::${s.account.id}:group/Team`);
    expect(report.ServicesLastAccessed).toMatchObject([{ ServiceNamespace: 'ec2', TotalAuthenticatedEntities: 1 }]);
    const { items, pages: count } = await pages(
      (Marker) => s.iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'ec2', MaxItems: 1, Marker }),
      (page) => page.EntityDetailsList,
    );
    expect(count).toBe(2);
    expect(items).toEqual([
      {
        EntityInfo: { Arn: userArn('Worker'), Name: 'Worker', Type: 'USER', Id: expect.stringMatching(/^AIDA/), Path: '/' },
        LastAuthenticated: expect.any(Date),
      },
      { EntityInfo: expect.objectContaining({ Name: 'Idle' }) },
    ]);
    await noSuchEntity(
      s.iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'sqs' }),
      'The service namespace sqs cannot be found.',
    );
  });

  it('are those of whoever holds a policy: users, roles, members of groups', async () => {
    const { Policy } = await s.iam.createPolicy({ PolicyName: 'Reach', PolicyDocument: allow('iam:*') });
    const PolicyArn = Policy?.Arn ?? '';
    await s.iam.attachGroupPolicy({ GroupName: 'Team', PolicyArn });
    await s.iam.attachUserPolicy({ UserName: 'Worker', PolicyArn });
    await s.iam.createRole({ RoleName: 'Acting', AssumeRolePolicyDocument: trust({ AWS: s.account.id }) });
    await s.iam.attachRolePolicy({ RoleName: 'Acting', PolicyArn });
    const caller = await s.account.user('Assumer', { inline: { p: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }) } });
    const { Credentials } = await s.sts(caller).assumeRole({
      RoleArn: `arn:aws:iam::${s.account.id}:role/Acting`,
      RoleSessionName: 'session',
    });
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    await s.as(session).listUsers({});
    await vi.waitFor(async () => expect((await serviceOf(PolicyArn, 'iam'))?.TotalAuthenticatedEntities).toBe(2), 20_000);
    const { JobId } = await generate(PolicyArn);
    const { EntityDetailsList } = await s.iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'iam' });
    expect(EntityDetailsList?.map(({ EntityInfo }) => [EntityInfo?.Name, EntityInfo?.Type])).toEqual([
      ['Acting', 'ROLE'],
      ['Worker', 'USER'],
      ['Idle', 'USER'],
    ]);
    expect(await serviceOf(`arn:aws:iam::${s.account.id}:role/Acting`, 'iam', 'ACTION_LEVEL')).toMatchObject({
      LastAuthenticatedEntity: `arn:aws:iam::${s.account.id}:role/Acting`,
    });
  });

  it('come page by page, two hundred by default', async () => {
    const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const { JobId, report } = await generate(administrator);
    expect(report.ServicesLastAccessed).toHaveLength(200);
    const { items } = await pages(
      (Marker) => s.iam.getServiceLastAccessedDetails({ JobId, MaxItems: 150, Marker }),
      (page) => page.ServicesLastAccessed,
    );
    const names = items.map((service) => service.ServiceNamespace ?? '');
    expect(names.length).toBeGreaterThan(400);
    expect(names).toEqual([...names].sort());
    await validationError(s.iam.getServiceLastAccessedDetails({ JobId, Marker: 'nonsense' }), 'Invalid Marker.');
  });

  it('belong to who asked', async () => {
    const { JobId } = await generate(userArn('Idle'));
    const managed = ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'];
    const iam = s.as(await s.account.user('Reader', { managed }));
    const missing = `The job with id ${JobId} cannot be found.`;
    await noSuchEntity(iam.getServiceLastAccessedDetails({ JobId }), missing);
    await noSuchEntity(iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'iam' }), missing);
    await noSuchEntity(iam.getOrganizationsAccessReport({ JobId }), missing);
    await noSuchEntity(s.iam.getOrganizationsAccessReport({ JobId }), missing);
    const own = await iam.generateServiceLastAccessedDetails({ Arn: userArn('Idle') });
    await iam.getServiceLastAccessedDetails({ JobId: own.JobId });
  });

  it('need an entity that exists', async () => {
    await noSuchEntity(
      s.iam.generateServiceLastAccessedDetails({ Arn: userArn('Absent') }),
      `The entity with arn ${userArn('Absent')} cannot be found.`,
    );
    await noSuchEntity(
      s.iam.generateServiceLastAccessedDetails({ Arn: `arn:aws:iam::${s.account.id}:policy/Absent` }),
      `The entity with arn arn:aws:iam::${s.account.id}:policy/Absent cannot be found.`,
    );
    const provider = `arn:aws:iam::${s.account.id}:saml-provider/x`;
    await invalidInput(s.iam.generateServiceLastAccessedDetails({ Arn: provider }), `ARN ${provider} is not valid.`);
    await validationError(s.iam.generateServiceLastAccessedDetails({ Arn: 'x'.repeat(20) }), 'Invalid ARN:  Could not be parsed!');
    const iam = s.as(await s.account.user('Nobody'));
    await noPolicyAllows(
      iam.generateServiceLastAccessedDetails({ Arn: userArn('Worker') }),
      userArn('Nobody'),
      'iam:GenerateServiceLastAccessedDetails',
      userArn('Worker'),
    );
  });

  it('forget who is deleted', async () => {
    const { actionUses } = await import('../../../src/store/tables/iam.ts');
    const key = await s.account.user('Gone');
    await s
      .as(key)
      .getUser({})
      .catch(() => undefined);
    const { User } = await s.iam.getUser({ UserName: 'Gone' });
    const uses = () => s.server.installation.store.list(actionUses, { prefix: [User?.UserId ?? ''] });
    await vi.waitFor(async () => expect(await uses()).toMatchObject([{ service: 'iam', operation: 'GetUser' }]), 20_000);
    await s.iam.deleteAccessKey({ UserName: 'Gone', AccessKeyId: key.accessKeyId });
    await s.iam.deleteUser({ UserName: 'Gone' });
    expect(await uses()).toEqual([]);
  });

  it('are followed for 400 days', async () => {
    s.advance(401 * 86_400_000);
    const worker = await serviceOf(userArn('Worker'), 'ec2');
    expect(worker).toEqual({ ServiceName: 'Amazon EC2', ServiceNamespace: 'ec2', TotalAuthenticatedEntities: 0 });
  });
});

describe('a report that takes its time', () => {
  const slow = stage({ pace: 1 });
  it('tells its state alone while it is made', async () => {
    await slow.iam.createUser({ UserName: 'U' });
    const { JobId } = await slow.iam.generateServiceLastAccessedDetails({ Arn: `arn:aws:iam::${slow.account.id}:user/U` });
    const running = { JobStatus: 'IN_PROGRESS', JobCreationDate: expect.any(Date) };
    const { $metadata: _, ...one } = await slow.iam.getServiceLastAccessedDetails({ JobId });
    expect(one).toEqual(running);
    const { $metadata, ...two } = await slow.iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'iam' });
    expect(two).toEqual(running);
    slow.advance(10_000);
    expect(await slow.iam.getServiceLastAccessedDetails({ JobId })).toMatchObject({ JobStatus: 'COMPLETED', ServicesLastAccessed: [] });
  });
});

describe('ListPoliciesGrantingServiceAccess', () => {
  it('names inline policies by their owner, managed ones by ARN, in the order asked', async () => {
    const user = `arn:aws:iam::${s.account.id}:user/Worker`;
    const answer = await s.iam.listPoliciesGrantingServiceAccess({
      Arn: user,
      ServiceNamespaces: ['sqs', 'ec2', 'iam', 'ec2', 'nonsense'],
    });
    expect(answer.PoliciesGrantingServiceAccess).toEqual([
      { ServiceNamespace: 'sqs', Policies: [] },
      {
        ServiceNamespace: 'ec2',
        Policies: [{ PolicyName: 'ec2', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'Team' }],
      },
      {
        ServiceNamespace: 'iam',
        Policies: [
          { PolicyName: 'own', PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'Worker' },
          // Attached to the user and to its group, and one policy all the same.
          { PolicyName: 'Reach', PolicyType: 'MANAGED', PolicyArn: `arn:aws:iam::${s.account.id}:policy/Reach` },
        ],
      },
      { ServiceNamespace: 'nonsense', Policies: [] },
    ]);
    expect(answer.IsTruncated).toBe(false);
    const many = Array.from({ length: 150 }, (_, i) => `x${i}`);
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listPoliciesGrantingServiceAccess({ Arn: user, ServiceNamespaces: many, Marker }),
      (page) => page.PoliciesGrantingServiceAccess,
    );
    expect([items.map((item) => item.ServiceNamespace), count]).toEqual([many, 2]);
    await noSuchEntity(
      s.iam.listPoliciesGrantingServiceAccess({ Arn: userArn('Absent'), ServiceNamespaces: ['iam'] }),
      `The entity with arn ${userArn('Absent')} cannot be found.`,
    );
    const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await invalidInput(
      s.iam.listPoliciesGrantingServiceAccess({ Arn: policyArn, ServiceNamespaces: ['iam'] }),
      `Invalid Entity Arn: ${policyArn} does not clearly define entity type and name.`,
    );
  });
});
