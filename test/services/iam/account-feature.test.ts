import { Organizations } from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { clientConfig, policy, type TestAccount } from '../../harness.ts';
import { accessDenied, allow, invalidInput, noPolicyAllows, noSuchEntity, pages, refused, stage, validationError } from './stage.ts';

const s = stage();

describe('outbound web identity federation', () => {
  const disabled = (call: Promise<unknown>) =>
    refused(call, 'FeatureDisabledException', 404, 'Outbound web identity federation is not enabled for this account.');

  it('is off, on, and off again with the same issuer', async () => {
    await disabled(s.iam.getOutboundWebIdentityFederationInfo({}));
    await disabled(s.iam.disableOutboundWebIdentityFederation({}));
    const { IssuerIdentifier } = await s.iam.enableOutboundWebIdentityFederation({});
    expect(IssuerIdentifier).toMatch(/^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/);
    expect(await s.iam.getOutboundWebIdentityFederationInfo({})).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: true });
    await refused(
      s.iam.enableOutboundWebIdentityFederation({}),
      'FeatureEnabledException',
      409,
      'Outbound web identity federation is already enabled for this account.',
    );
    await s.iam.disableOutboundWebIdentityFederation({});
    await disabled(s.iam.getOutboundWebIdentityFederationInfo({}));
    expect((await s.iam.enableOutboundWebIdentityFederation({})).IssuerIdentifier).toBe(IssuerIdentifier);
    const other = await s.server.account();
    await disabled(s.as(other.root).getOutboundWebIdentityFederationInfo({}));
  });
});

describe('SetSecurityTokenServicePreferences', () => {
  it('shows in the account’s summary', async () => {
    const version = async () => (await s.iam.getAccountSummary({})).SummaryMap?.GlobalEndpointTokenVersion;
    expect(await version()).toBe(1);
    await s.iam.setSecurityTokenServicePreferences({ GlobalEndpointTokenVersion: 'v2Token' });
    expect(await version()).toBe(2);
    await s.iam.setSecurityTokenServicePreferences({ GlobalEndpointTokenVersion: 'v1Token' });
    expect(await version()).toBe(1);
    await validationError(
      s.iam.setSecurityTokenServicePreferences({ GlobalEndpointTokenVersion: 'v3' as 'v1Token' }),
      "1 validation error detected: Value at 'globalEndpointTokenVersion' failed to satisfy constraint: Member must satisfy enum value set: [v1Token, v2Token]",
    );
  });
});

describe('account properties', () => {
  const put = (Properties: Record<string, string>) => s.iam.putAccountProperties({ Properties });
  it('are those of role manager', async () => {
    const properties = async () => (await s.iam.getAccountProperties({})).Properties;
    expect(await properties()).toEqual({ 'RoleManager/Enabled': 'false' });
    await put({ 'RoleManager/Enabled': 'true' });
    expect(await properties()).toEqual({ 'RoleManager/Enabled': 'true' });
    await invalidInput(put({ 'RoleManager/Enabled': 'yes' }), 'Account property RoleManager/Enabled must be true or false.');
    await invalidInput(put({ 'RoleManager/Other': 'true' }), 'Account property RoleManager/Other is not supported.');
    await invalidInput(put({ __proto__x: 'true' }), 'Account property __proto__x is not supported.');
    await invalidInput(
      put({ 'RoleManager/Enabled': 'true', 'Other/Enabled': 'true' }),
      'All account properties in a request must belong to the same namespace.',
    );
  });

  it('are granted by namespace', async () => {
    const only = policy({
      Effect: 'Allow',
      Action: ['iam:PutAccountProperties', 'iam:GetAccountProperties'],
      Resource: '*',
      Condition: { 'ForAllValues:StringEquals': { 'iam:AccountPropertyNamespaces': 'RoleManager' } },
    });
    const iam = s.as(await s.account.user('Manager', { inline: { only } }));
    await iam.getAccountProperties({});
    await iam.putAccountProperties({ Properties: { 'RoleManager/Enabled': 'false' } });
    await noPolicyAllows(
      iam.putAccountProperties({ Properties: { 'Other/Enabled': 'false' } }),
      `arn:aws:iam::${s.account.id}:user/Manager`,
      'iam:PutAccountProperties',
      '*',
    );
  });
});

describe('role templates', () => {
  const TemplateArn = 'arn:aws:iam::aws:role-template/sagemaker.amazonaws.com/Example:1';

  it('are AWS’s, and none is published', async () => {
    const missing = `The role template with arn ${TemplateArn} cannot be found.`;
    await noSuchEntity(s.iam.getRoleTemplateVersion({ TemplateArn }), missing);
    await noSuchEntity(s.iam.acquireRole({ TemplateArn }), missing);
    const role = `arn:aws:iam::${s.account.id}:role/x`;
    await invalidInput(s.iam.getRoleTemplateVersion({ TemplateArn: role }), `ARN ${role} is not valid.`);
    await invalidInput(s.iam.acquireRole({ TemplateArn: 'nonsense' }), 'ARN nonsense is not valid.');
  });

  it('need the permission to create roles, or to read templates', async () => {
    const inline = {
      p: policy({
        Effect: 'Allow',
        Action: 'iam:CreateRole',
        Resource: '*',
        Condition: { ArnEquals: { 'iam:RoleTemplateArn': TemplateArn } },
      }),
    };
    const iam = s.as(await s.account.user('Templater', { inline }));
    await noSuchEntity(iam.acquireRole({ TemplateArn }), `The role template with arn ${TemplateArn} cannot be found.`);
    await accessDenied(
      iam.acquireRole({ TemplateArn: `${TemplateArn}0` }),
      /iam:CreateRole on resource: arn:aws:iam::\d+:role\/\* because/,
    );
    await accessDenied(
      iam.getRoleTemplateVersion({ TemplateArn }),
      /iam:GetRoleTemplateVersion on resource: arn:aws:iam::aws:role-template/,
    );
  });
});

/** An organization of two accounts. */
interface Organized {
  readonly management: TestAccount;
  readonly member: TestAccount;
  readonly client: Organizations;
  readonly organizationId: string;
  readonly rootId: string;
}

async function organize(FeatureSet: 'ALL' | 'CONSOLIDATED_BILLING' = 'ALL'): Promise<Organized> {
  const [management, member] = [await s.server.account(), await s.server.account()];
  const client = new Organizations(clientConfig(s.server, management.root));
  const { Organization } = await client.createOrganization({ FeatureSet });
  const { Handshake } = await client.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
  await new Organizations(clientConfig(s.server, member.root)).acceptHandshake({ HandshakeId: Handshake?.Id });
  const { Roots } = await client.listRoots({});
  return { management, member, client, organizationId: Organization?.Id ?? '', rootId: Roots?.[0]?.Id ?? '' };
}

describe('central root access', () => {
  it('needs an organization', async () => {
    for (const name of [
      'listOrganizationsFeatures',
      'enableOrganizationsRootSessions',
      'disableOrganizationsRootSessions',
      'enableOrganizationsRootCredentialsManagement',
      'disableOrganizationsRootCredentialsManagement',
    ] as const)
      await refused(s.iam[name]({}), 'OrganizationNotFoundException', 400, `Organization of input account ${s.account.id} not found.`);
  });

  it('R12: needs trusted access, all features, and the right account', async () => {
    const { management, member, client, organizationId } = await organize();
    const iam = s.as(management.root);
    const memberIam = s.as(member.root);
    await refused(
      iam.listOrganizationsFeatures({}),
      'ServiceAccessNotEnabledException',
      400,
      `Trusted Access for IAM not enabled by organization of input account ${management.id}.`,
    );
    await client.enableAWSServiceAccess({ ServicePrincipal: 'iam.amazonaws.com' });
    const answer = (EnabledFeatures: string[]) => ({ OrganizationId: organizationId, EnabledFeatures });
    expect(await iam.listOrganizationsFeatures({})).toMatchObject(answer([]));
    expect(await iam.enableOrganizationsRootSessions({})).toMatchObject(answer(['RootSessions']));
    expect(await iam.enableOrganizationsRootCredentialsManagement({})).toMatchObject(answer(['RootCredentialsManagement', 'RootSessions']));
    await iam.enableOrganizationsRootSessions({});

    const notAdministrator = `Input account ${member.id} is not the management account or a delegated administrator for IAM.`;
    await refused(memberIam.listOrganizationsFeatures({}), 'AccountNotManagementOrDelegatedAdministratorException', 400, notAdministrator);
    await refused(
      memberIam.disableOrganizationsRootSessions({}),
      'AccountNotManagementOrDelegatedAdministratorException',
      400,
      notAdministrator,
    );
    await client.registerDelegatedAdministrator({ AccountId: member.id, ServicePrincipal: 'iam.amazonaws.com' });
    await refused(
      memberIam.enableOrganizationsRootSessions({}),
      'CallerIsNotManagementAccountException',
      400,
      `Input account ${member.id} is not the management account.`,
    );
    expect(await memberIam.disableOrganizationsRootSessions({})).toMatchObject(answer(['RootCredentialsManagement']));

    await client.deregisterDelegatedAdministrator({ AccountId: member.id, ServicePrincipal: 'iam.amazonaws.com' });
    await client.disableAWSServiceAccess({ ServicePrincipal: 'iam.amazonaws.com' });
    await client.enableAWSServiceAccess({ ServicePrincipal: 'iam.amazonaws.com' });
    expect(await iam.listOrganizationsFeatures({})).toMatchObject(answer(['RootCredentialsManagement']));
    expect(await iam.disableOrganizationsRootCredentialsManagement({})).toMatchObject(answer([]));
  });

  it('needs all features', async () => {
    const { management } = await organize('CONSOLIDATED_BILLING');
    await refused(
      s.as(management.root).enableOrganizationsRootSessions({}),
      'OrganizationNotInAllFeaturesModeException',
      400,
      `Organization of input account ${management.id} does not have all features enabled.`,
    );
  });
});

describe('the organization’s access report', () => {
  let o: Organized;
  const reportOn = async (path: string, OrganizationsPolicyId?: string) => {
    const iam = s.as(o.management.root);
    const { JobId } = await iam.generateOrganizationsAccessReport({
      EntityPath: path,
      ...(OrganizationsPolicyId === undefined ? {} : { OrganizationsPolicyId }),
    });
    return iam.getOrganizationsAccessReport({ JobId, MaxItems: 1000 });
  };

  beforeAll(async () => {
    o = await organize();
    const caller = await o.member.user('Worker', { inline: { p: policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }) } });
    await s.as(caller).getUser({});
  });

  it('says what accounts tried, and where', async () => {
    const root = `${o.organizationId}/${o.rootId}`;
    await vi.waitFor(async () => {
      // The same question within a minute has the same answer: ask another.
      s.advance(61_000);
      const iam = (await reportOn(root)).AccessDetails?.find((detail) => detail.ServiceNamespace === 'iam');
      expect(iam).toEqual({
        ServiceName: 'AWS Identity and Access Management (IAM)',
        ServiceNamespace: 'iam',
        Region: 'us-east-1',
        EntityPath: `${root}/${o.member.id}`,
        LastAuthenticatedTime: expect.any(Date),
        TotalAuthenticatedEntities: 1,
      });
    }, 20_000);
    const whole = await reportOn(root);
    expect(whole).toMatchObject({ JobStatus: 'COMPLETED', IsTruncated: false });
    expect(whole.NumberOfServicesAccessible).toBeGreaterThan(400);
    expect(whole.NumberOfServicesNotAccessed).toBe((whole.NumberOfServicesAccessible ?? 0) - 1);
  });

  it('goes by the policies at every level, or by one alone', async () => {
    await o.client.enablePolicyType({ RootId: o.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const { Policy } = await o.client.createPolicy({
      Name: 'one',
      Description: '',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: allow('iam:*'),
    });
    const one = Policy?.PolicySummary?.Id ?? '';
    const { OrganizationalUnit } = await o.client.createOrganizationalUnit({ ParentId: o.rootId, Name: 'Unit' });
    const unit = OrganizationalUnit?.Id ?? '';
    await o.client.moveAccount({ AccountId: o.member.id, SourceParentId: o.rootId, DestinationParentId: unit });
    await o.client.attachPolicy({ PolicyId: one, TargetId: unit });
    await o.client.detachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: unit });
    const path = `${o.organizationId}/${o.rootId}/${unit}/${o.member.id}`;
    expect(await reportOn(path)).toMatchObject({
      NumberOfServicesAccessible: 1,
      NumberOfServicesNotAccessed: 0,
      AccessDetails: [{ ServiceNamespace: 'iam', EntityPath: path }],
    });
    const root = `${o.organizationId}/${o.rootId}`;
    expect((await reportOn(root, one)).AccessDetails?.map((detail) => detail.ServiceNamespace)).toEqual(['iam']);
    await noSuchEntity(reportOn(root, 'p-absent00'), 'The organizations policy with id p-absent00 cannot be found.');
  });

  it('is sorted, and comes page by page', async () => {
    s.advance(61_000);
    const iam = s.as(o.management.root);
    const { JobId } = await iam.generateOrganizationsAccessReport({ EntityPath: `${o.organizationId}/${o.rootId}` });
    const first = async (SortKey: 'SERVICE_NAMESPACE_DESCENDING' | 'LAST_AUTHENTICATED_TIME_DESCENDING') =>
      (await iam.getOrganizationsAccessReport({ JobId, SortKey, MaxItems: 1 })).AccessDetails?.[0]?.ServiceNamespace;
    expect(await first('LAST_AUTHENTICATED_TIME_DESCENDING')).toBe('iam');
    expect(await first('SERVICE_NAMESPACE_DESCENDING')).toMatch(/^x/);
    const { items } = await pages(
      (Marker) => iam.getOrganizationsAccessReport({ JobId, MaxItems: 300, Marker }),
      (page) => page.AccessDetails,
    );
    expect(new Set(items.map((detail) => detail.ServiceNamespace)).size).toBe(items.length);
  });

  it('R12: is the management account’s', async () => {
    const path = `${o.organizationId}/${o.rootId}`;
    for (const account of [o.member, await s.server.account()])
      await accessDenied(
        s.as(account.root).generateOrganizationsAccessReport({ EntityPath: path }),
        /iam:GenerateOrganizationsAccessReport because the account is not the management account/,
      );
    for (const EntityPath of [
      `${o.organizationId}/r-zzzz`,
      `o-0000000000/${o.rootId}`,
      `${path}/ou-zzzz-00000000`,
      `${path}/${s.account.id}`,
    ])
      await validationError(
        s.as(o.management.root).generateOrganizationsAccessReport({ EntityPath }),
        'The specified value for entityPath is invalid. It must be the path of an entity in your organization.',
      );
  });

  it('fails for those who may not look into the organization', async () => {
    const inline = { p: policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }) };
    const iam = s.as(await o.management.user('Blind', { inline }));
    s.advance(61_000);
    const { JobId } = await iam.generateOrganizationsAccessReport({ EntityPath: `${o.organizationId}/${o.rootId}` });
    expect(await iam.getOrganizationsAccessReport({ JobId })).toMatchObject({
      JobStatus: 'FAILED',
      ErrorDetails: { Code: 'ORGANIZATIONS_REPORT_ACCESS_DENIED' },
    });
  });
});

describe('an organization’s report that takes its time', () => {
  const slow = stage({ pace: 1 });
  it('is one at a time', async () => {
    const client = new Organizations(clientConfig(slow.server, slow.account.root));
    const { Organization } = await client.createOrganization({});
    const { Roots } = await client.listRoots({});
    const path = `${Organization?.Id}/${Roots?.[0]?.Id}`;
    const { JobId } = await slow.iam.generateOrganizationsAccessReport({ EntityPath: path });
    expect((await slow.iam.generateOrganizationsAccessReport({ EntityPath: path })).JobId).toBe(JobId);
    await refused(
      slow.iam.generateOrganizationsAccessReport({ EntityPath: `${path}/${slow.account.id}` }),
      'ReportGenerationLimitExceededException',
      409,
      'A report is being generated for this account already.',
    );
    const { $metadata, ...running } = await slow.iam.getOrganizationsAccessReport({ JobId });
    expect(running).toEqual({ JobStatus: 'IN_PROGRESS', JobCreationDate: expect.any(Date) });
    slow.advance(61_000);
    const next = await slow.iam.generateOrganizationsAccessReport({ EntityPath: path });
    expect(next.JobId).not.toBe(JobId);
  });
});
