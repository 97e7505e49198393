import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { constraint, invalid, NO_PERMISSION, pages, refused, stage } from './stage.ts';

const SSO = 'sso.amazonaws.com';
const CONFIG = 'config.amazonaws.com';

describe('trusted access', () => {
  const s = stage();

  it('is enabled, listed and disabled, each as often as one likes', async () => {
    for (const ServicePrincipal of [SSO, CONFIG, SSO]) await s.org.enableAWSServiceAccess({ ServicePrincipal });
    const found = await pages((page) => s.org.listAWSServiceAccessForOrganization(page), 1);
    expect(found.flatMap((each) => each.EnabledServicePrincipals ?? [])).toEqual([
      { ServicePrincipal: CONFIG, DateEnabled: expect.any(Date) },
      { ServicePrincipal: SSO, DateEnabled: expect.any(Date) },
    ]);
    for (let i = 0; i < 2; i++) await s.org.disableAWSServiceAccess({ ServicePrincipal: CONFIG });
    for (const ServicePrincipal of ['nothing.amazonaws.com', 'sso', 'sso.amazonaws.com.cn']) {
      await invalid(s.org.enableAWSServiceAccess({ ServicePrincipal }), 'UNRECOGNIZED_SERVICE_PRINCIPAL');
      await invalid(s.org.disableAWSServiceAccess({ ServicePrincipal }), 'UNRECOGNIZED_SERVICE_PRINCIPAL');
      await invalid(s.org.listDelegatedAdministrators({ ServicePrincipal }), 'UNRECOGNIZED_SERVICE_PRINCIPAL');
    }
  });

  it('needs all features', async () => {
    const { org } = await s.elsewhere('CONSOLIDATED_BILLING');
    await constraint(org.enableAWSServiceAccess({ ServicePrincipal: SSO }), 'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
  });
});

describe('delegated administrators', () => {
  const s = stage({ quotas: { DelegatedAdministratorsPerService: 2 } });

  it('are members, registered for services that have access', async () => {
    const member = await s.member();
    const register = (AccountId: string, ServicePrincipal = SSO) => s.org.registerDelegatedAdministrator({ AccountId, ServicePrincipal });
    await constraint(
      register(member.id),
      'SERVICE_ACCESS_NOT_ENABLED',
      'You must enable service access before you delegate an administrator for this service. Call the AWS API EnableAWSServiceAccess first.',
    );
    for (const ServicePrincipal of [SSO, CONFIG]) await s.org.enableAWSServiceAccess({ ServicePrincipal });
    await constraint(register(s.management.id), 'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR');
    await refused(register('999999999999'), 'AccountNotFoundException');
    await invalid(register(member.id, 'nothing.amazonaws.com'), 'UNRECOGNIZED_SERVICE_PRINCIPAL');
    await refused(s.org.listDelegatedServicesForAccount({ AccountId: member.id }), 'AccountNotRegisteredException');
    await refused(s.org.listDelegatedServicesForAccount({ AccountId: '999999999999' }), 'AccountNotFoundException');
    await register(member.id);
    await register(member.id, CONFIG);
    await refused(
      register(member.id),
      'AccountAlreadyRegisteredException',
      'The provided account is already a delegated administrator for your organization.',
    );
    const other = await s.member();
    await register(other.id);
    await constraint(register((await s.member()).id), 'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED');
    const found = await pages((page) => s.org.listDelegatedAdministrators(page), 1);
    expect(found.flatMap((each) => each.DelegatedAdministrators?.map(({ Id }) => Id) ?? []).sort()).toEqual([member.id, other.id].sort());
    expect((await s.org.listDelegatedAdministrators({ ServicePrincipal: CONFIG })).DelegatedAdministrators).toMatchObject([
      { Id: member.id, Status: 'ACTIVE', DelegationEnabledDate: expect.any(Date) },
    ]);
    const services = await pages((page) => s.org.listDelegatedServicesForAccount({ AccountId: member.id, ...page }), 1);
    expect(services.flatMap((each) => each.DelegatedServices?.map(({ ServicePrincipal }) => ServicePrincipal) ?? [])).toEqual([
      CONFIG,
      SSO,
    ]);
    await constraint(s.org.disableAWSServiceAccess({ ServicePrincipal: SSO }), 'DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE');
    await constraint(s.org.removeAccountFromOrganization({ AccountId: member.id }), 'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
    const deregister = (AccountId: string, ServicePrincipal = SSO) =>
      s.org.deregisterDelegatedAdministrator({ AccountId, ServicePrincipal });
    await deregister(member.id);
    await refused(deregister(member.id), 'AccountNotRegisteredException');
    await refused(deregister('999999999999'), 'AccountNotFoundException');
  });

  it('may read what Organizations knows, and change nothing', async () => {
    const member = await s.member();
    const theirs = s.as(member.root);
    const unit = await s.unit(s.rootId, 'read');
    const { Policy } = await s.org.createPolicy({ Name: 'p', Content: '{"tags":{}}', Type: 'TAG_POLICY', Description: '' });
    const PolicyId = Policy?.PolicySummary?.Id;
    const invited = await s.org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: 'invited@example.com' } });
    const reads: (() => Promise<unknown>)[] = [
      () => theirs.listAccounts({}),
      () => theirs.listRoots({}),
      () => theirs.describeAccount({ AccountId: s.management.id }),
      () => theirs.listAccountsForParent({ ParentId: s.rootId }),
      () => theirs.listChildren({ ParentId: s.rootId, ChildType: 'ACCOUNT' }),
      () => theirs.listParents({ ChildId: unit }),
      () => theirs.describeOrganizationalUnit({ OrganizationalUnitId: unit }),
      () => theirs.listOrganizationalUnitsForParent({ ParentId: s.rootId }),
      () => theirs.listPolicies({ Filter: 'TAG_POLICY' }),
      () => theirs.describePolicy({ PolicyId }),
      () => theirs.listPoliciesForTarget({ TargetId: unit, Filter: 'TAG_POLICY' }),
      () => theirs.listTargetsForPolicy({ PolicyId }),
      () => theirs.listTagsForResource({ ResourceId: unit }),
      () => theirs.listDelegatedAdministrators({}),
      () => theirs.listAWSServiceAccessForOrganization({}),
      () => theirs.listHandshakesForOrganization({}),
      () => theirs.listCreateAccountStatus({}),
      () => theirs.describeHandshake({ HandshakeId: invited.Handshake?.Id }),
    ];
    for (const read of reads) await refused(read(), 'AccessDeniedException', NO_PERMISSION);
    // What any member may.
    expect((await theirs.describeOrganization({})).Organization?.Id).toBe(s.organizationId);
    expect((await theirs.listHandshakesForAccount({})).Handshakes).toHaveLength(1);
    await s.org.registerDelegatedAdministrator({ AccountId: member.id, ServicePrincipal: CONFIG });
    for (const read of reads) await read();
    await refused(theirs.describeResourcePolicy({}), 'ResourcePolicyNotFoundException');
    const writes: (() => Promise<unknown>)[] = [
      () => theirs.createOrganizationalUnit({ ParentId: s.rootId, Name: 'x' }),
      () => theirs.deletePolicy({ PolicyId }),
      () => theirs.moveAccount({ AccountId: member.id, SourceParentId: s.rootId, DestinationParentId: unit }),
      () => theirs.tagResource({ ResourceId: unit, Tags: [{ Key: 'a', Value: 'b' }] }),
      () => theirs.createAccount({ AccountName: 'x', Email: 'x@members.example.com' }),
      () => theirs.putResourcePolicy({ Content: '{}' }),
      () => theirs.deleteOrganization({}),
    ];
    for (const write of writes) await refused(write(), 'AccessDeniedException', NO_PERMISSION);
    // Each within its own policies.
    const user = s.as(await member.user('nobody'));
    await refused(user.listAccounts({}), 'AccessDeniedException', /because no identity-based policy allows/);
  });
});

describe('the resource policy', () => {
  const s = stage();
  const grant = (account: string, more: object = {}) =>
    JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { AWS: account },
        Action: ['organizations:CreatePolicy', 'organizations:ListPolicies', 'organizations:AttachPolicy'],
        Resource: '*',
        ...more,
      }),
    );

  it('lets members in, at once, and within its conditions', async () => {
    const member = await s.member();
    const theirs = s.as(member.root);
    await refused(s.org.describeResourcePolicy({}), 'ResourcePolicyNotFoundException');
    await refused(s.org.deleteResourcePolicy({}), 'ResourcePolicyNotFoundException');
    const Condition = { StringEquals: { 'organizations:PolicyType': 'TAG_POLICY' } };
    const { ResourcePolicy } = await s.org.putResourcePolicy({
      Content: grant(member.id, { Condition }),
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    const id = ResourcePolicy?.ResourcePolicySummary?.Id;
    expect(ResourcePolicy?.ResourcePolicySummary).toEqual({
      Id: expect.stringMatching(/^rp-[0-9a-z]{8}$/),
      Arn: `arn:aws:organizations::${s.management.id}:resourcepolicy/${s.organizationId}/${id}`,
    });
    const create = (Type: 'TAG_POLICY' | 'BACKUP_POLICY', Content: string) =>
      theirs.createPolicy({ Name: 'theirs', Type, Content, Description: '' });
    const { Policy } = await create('TAG_POLICY', '{"tags":{}}');
    await refused(create('BACKUP_POLICY', '{"plans":{}}'), 'AccessDeniedException', NO_PERMISSION);
    await theirs.listPolicies({ Filter: 'TAG_POLICY' });
    await refused(theirs.listPolicies({ Filter: 'BACKUP_POLICY' }), 'AccessDeniedException', NO_PERMISSION);
    await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: 'TAG_POLICY' });
    await theirs.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: s.rootId });
    await refused(theirs.detachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: s.rootId }), 'AccessDeniedException', NO_PERMISSION);
    // Besides, IAM of the member.
    const user = s.as(await member.user('nobody'));
    await refused(user.listPolicies({ Filter: 'TAG_POLICY' }), 'AccessDeniedException', /because no identity-based policy allows/);
    // And nobody else.
    await refused(s.as((await s.member()).root).listPolicies({ Filter: 'TAG_POLICY' }), 'AccessDeniedException', NO_PERMISSION);

    const replaced = await s.org.putResourcePolicy({ Content: grant(member.id) });
    expect(replaced.ResourcePolicy?.ResourcePolicySummary?.Id).toBe(id);
    expect((await s.org.listTagsForResource({ ResourceId: id })).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
    await invalid(
      s.org.putResourcePolicy({ Content: grant(member.id), Tags: [{ Key: 'c', Value: 'd' }] }),
      'UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED',
    );
    await create('BACKUP_POLICY', '{"plans":{}}');
    await s.org.deleteResourcePolicy({});
    await refused(theirs.listPolicies({ Filter: 'TAG_POLICY' }), 'AccessDeniedException', NO_PERMISSION);
  });

  it('denies too, delegated administrators as well, but never the management account', async () => {
    const member = await s.member();
    const theirs = s.as(member.root);
    await s.org.enableAWSServiceAccess({ ServicePrincipal: SSO });
    await s.org.registerDelegatedAdministrator({ AccountId: member.id, ServicePrincipal: SSO });
    await theirs.listAccounts({});
    await s.org.putResourcePolicy({
      Content: JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: 'organizations:ListAccounts', Resource: '*' })),
    });
    await refused(theirs.listAccounts({}), 'AccessDeniedException', /with an explicit deny in a resource-based policy$/);
    await s.org.listAccounts({});
    await s.org.deleteResourcePolicy({});
  });

  it.each<[what: string, reason: string, content: (member: string) => string]>([
    ['no JSON', 'INVALID_RESOURCE_POLICY_JSON', () => 'x'],
    ['no statement', 'INVALID_RESOURCE_POLICY_JSON', () => '{"Version":"2012-10-17"}'],
    ['an account outside', 'INVALID_PRINCIPAL', () => grant('999999999999')],
    ['a role', 'INVALID_PRINCIPAL', (member) => grant(`arn:aws:iam::${member}:role/r`)],
    ['all of Organizations', 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY', (member) => grant(member, { Action: 'organizations:*' })],
    ['everything', 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY', (member) => grant(member, { Action: '*' })],
    ['another service', 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY', (member) => grant(member, { Action: 'iam:GetUser' })],
    ['closing accounts', 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY', (member) => grant(member, { Action: 'organizations:CloseAccount' })],
    [
      'all but something',
      'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
      (member) => grant(member, { Action: undefined, NotAction: 'organizations:CloseAccount' }),
    ],
    ['somebody else’s resources', 'UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY', (member) => grant(member, { Resource: 'arn:aws:s3:::b' })],
  ])('does not take %s', async (_, reason, content) => {
    const member = await s.member();
    await invalid(s.org.putResourcePolicy({ Content: content(member.id) }), reason);
  });
});

describe('tags', () => {
  const s = stage();

  it('are on the root, OUs, accounts, policies and the resource policy', async () => {
    const unit = await s.unit(s.rootId, 'tagged');
    const { Policy } = await s.org.createPolicy({ Name: 'p', Content: '{"tags":{}}', Type: 'TAG_POLICY', Description: '' });
    const { ResourcePolicy } = await s.org.putResourcePolicy({
      Content: JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: 'organizations:ListRoots', Resource: '*' })),
    });
    for (const ResourceId of [
      s.rootId,
      unit,
      s.management.id,
      Policy?.PolicySummary?.Id ?? '',
      ResourcePolicy?.ResourcePolicySummary?.Id ?? '',
    ]) {
      const tags = async () => (await s.org.listTagsForResource({ ResourceId })).Tags;
      expect(await tags()).toEqual([]);
      await s.org.tagResource({
        ResourceId,
        Tags: [
          { Key: 'Team', Value: 'a' },
          { Key: 'team', Value: '' },
        ],
      });
      await s.org.tagResource({ ResourceId, Tags: [{ Key: 'Team', Value: 'b' }] });
      await s.org.tagResource({ ResourceId, Tags: [] });
      expect(await tags()).toEqual([
        { Key: 'Team', Value: 'b' },
        { Key: 'team', Value: '' },
      ]);
      await s.org.untagResource({ ResourceId, TagKeys: ['Team', 'none'] });
      await s.org.untagResource({ ResourceId, TagKeys: [] });
      expect(await tags()).toEqual([{ Key: 'team', Value: '' }]);
    }
  });

  it('are unique, at most 50, and not AWS’s', async () => {
    const tag = (...keys: string[]) => s.org.tagResource({ ResourceId: s.rootId, Tags: keys.map((Key) => ({ Key, Value: 'v' })) });
    await invalid(tag('a', 'a'), 'DUPLICATE_TAG_KEY', 'Your request includes duplicate tag keys.');
    await invalid(tag('a', 'AWS:x'), 'INVALID_SYSTEM_TAGS_PARAMETER');
    await invalid(s.org.untagResource({ ResourceId: s.rootId, TagKeys: ['aws:x'] }), 'INVALID_SYSTEM_TAGS_PARAMETER');
    expect((await s.org.listTagsForResource({ ResourceId: s.rootId })).Tags).not.toContainEqual({ Key: 'a', Value: 'v' });
    await constraint(tag(...Array.from({ length: 51 }, (_, i) => `k${i}`)), 'MAX_TAG_LIMIT_EXCEEDED');
    await invalid(s.org.tagResource({ ResourceId: s.rootId } as never), 'INPUT_REQUIRED:TAGS');
    for (const ResourceId of ['r-zzzz', 'ou-zzzz-12345678', '999999999999', 'p-zzzzzzzz', 'rp-zzzzzzzz', 'rt-zzzzzzzz', 'p-FullAWSAccess'])
      await refused(s.org.listTagsForResource({ ResourceId }), 'TargetNotFoundException');
    await invalid(s.org.listTagsForResource({ ResourceId: 'x' }), 'INVALID_PATTERN:RESOURCE_ID');
  });

  it('are conditions on what carries them, and on what is asked for', async () => {
    const [red, blue] = [await s.unit(s.rootId, 'red'), await s.unit(s.rootId, 'blue')];
    await s.org.tagResource({ ResourceId: red, Tags: [{ Key: 'colour', Value: 'red' }] });
    const allow = (Action: string, Condition: object) => ({ Effect: 'Allow', Action, Resource: '*', Condition });
    const key = await s.management.user('painter', {
      inline: {
        p: policy(
          allow('organizations:UpdateOrganizationalUnit', { StringEquals: { 'aws:ResourceTag/colour': 'red' } }),
          allow('organizations:CreateOrganizationalUnit', { Null: { 'aws:RequestTag/colour': 'true' } }),
          allow('organizations:EnableAWSServiceAccess', { StringEquals: { 'organizations:ServicePrincipal': SSO } }),
        ),
      },
    });
    const painter = s.as(key);
    await painter.updateOrganizationalUnit({ OrganizationalUnitId: red, Name: 'crimson' });
    await refused(
      painter.updateOrganizationalUnit({ OrganizationalUnitId: blue, Name: 'navy' }),
      'AccessDeniedException',
      /organizations:UpdateOrganizationalUnit on resource: arn:aws:organizations::\d+:ou\/o-[a-z0-9]+\/ou-/,
    );
    await painter.createOrganizationalUnit({ ParentId: s.rootId, Name: 'plain' });
    const Tags = [{ Key: 'colour', Value: 'green' }];
    await refused(painter.createOrganizationalUnit({ ParentId: s.rootId, Name: 'green', Tags }), 'AccessDeniedException');
    await painter.enableAWSServiceAccess({ ServicePrincipal: SSO });
    await refused(painter.enableAWSServiceAccess({ ServicePrincipal: CONFIG }), 'AccessDeniedException');
  });
});
