import { EC2 } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { presignedPlace } from '../../../src/services/sagemaker/studio/presigned-url.ts';
import { clientConfig } from '../../harness.ts';
import { allow, minimal, openWorld, refusal, sharedWorld } from './world.ts';

const world = sharedWorld();

describe('the journey through Studio', () => {
  it('goes from the default network to a presigned URL, and back to nothing', async () => {
    const { server, account, admin, role } = world();
    const ec2 = new EC2(clientConfig(server, account.root));
    const { Vpcs: [vpc] = [] } = await ec2.describeVpcs({ Filters: [{ Name: 'isDefault', Values: ['true'] }] });
    const { Subnets = [] } = await ec2.describeSubnets({ Filters: [{ Name: 'vpc-id', Values: [vpc?.VpcId ?? ''] }] });
    const network = { VpcId: vpc?.VpcId ?? '', SubnetIds: Subnets.slice(0, 2).map((subnet) => subnet.SubnetId ?? '') };
    const image = 'arn:aws:sagemaker:us-east-1:081325390199:image/jupyter-server-3';
    const {
      DomainArn,
      DomainId = '',
      Url,
    } = await admin.createDomain({
      DomainName: 'example',
      AuthMode: 'IAM',
      ...network,
      DefaultUserSettings: {
        ExecutionRole: role,
        JupyterServerAppSettings: { DefaultResourceSpec: { InstanceType: 'system', SageMakerImageArn: image } },
      },
      Tags: [
        { Key: 'cost', Value: 'research' },
        { Key: 'team', Value: 'all' },
      ],
    });
    expect(DomainId).toMatch(/^d-[a-z0-9]{12}$/);
    expect(DomainArn).toBe(world().arn(`domain/${DomainId}`));
    expect(Url).toBe(`https://${DomainId}.studio.us-east-1.sagemaker.aws`);
    const domain = await admin.describeDomain({ DomainId });
    expect(domain).toMatchObject({
      DomainName: 'example',
      Status: 'InService',
      AuthMode: 'IAM',
      AppNetworkAccessType: 'PublicInternetOnly',
      ...network,
      Url,
    });
    expect(domain.HomeEfsFileSystemId).toMatch(/^fs-[0-9a-f]{17}$/);

    // What SageMaker keeps for itself: a role, and the groups to reach the file system.
    const { Role } = await account.asRoot('iam', 'GetRole', { RoleName: 'AWSServiceRoleForAmazonSageMakerNotebooks' });
    expect(Role).toMatchObject({ Path: '/aws-service-role/sagemaker.amazonaws.com/' });
    const { SecurityGroups } = await ec2.describeSecurityGroups({ Filters: [{ Name: 'group-name', Values: [`*-nfs-${DomainId}`] }] });
    expect(SecurityGroups?.map((group) => group.GroupName).sort()).toEqual([
      `security-group-for-inbound-nfs-${DomainId}`,
      `security-group-for-outbound-nfs-${DomainId}`,
    ]);
    expect(SecurityGroups?.[0]?.Tags).toEqual([{ Key: 'ManagedByAmazonSageMakerResource', Value: DomainArn }]);

    const alice = { DomainId, UserProfileName: 'alice' };
    await admin.createUserProfile({ ...alice, UserSettings: { ExecutionRole: role }, Tags: [{ Key: 'team', Value: 'blue' }] });
    await admin.createUserProfile({ DomainId, UserProfileName: 'bob' });
    expect(await admin.describeUserProfile(alice)).toMatchObject({
      Status: 'InService',
      HomeEfsFileSystemUid: '200000',
      UserSettings: { ExecutionRole: role },
    });
    expect(await admin.describeUserProfile({ DomainId, UserProfileName: 'bob' })).toMatchObject({ HomeEfsFileSystemUid: '200001' });

    const app = { ...alice, AppType: 'JupyterServer', AppName: 'default' } as const;
    const { AppArn = '' } = await admin.createApp({ ...app, Tags: [{ Key: 'own', Value: '1' }] });
    expect(AppArn).toBe(world().arn(`app/${DomainId}/alice/jupyterserver/default`));
    expect(await admin.describeApp(app)).toMatchObject({ Status: 'InService', ResourceSpec: { InstanceType: 'system' } });
    // Tags of domain and profile go over to the app; the nearer ones win.
    expect((await admin.listTags({ ResourceArn: AppArn })).Tags?.sort((a, b) => ((a.Key ?? '') < (b.Key ?? '') ? -1 : 1))).toEqual([
      { Key: 'cost', Value: 'research' },
      { Key: 'own', Value: '1' },
      { Key: 'team', Value: 'blue' },
    ]);

    const { AuthorizedUrl = '' } = await admin.createPresignedDomainUrl({
      ...alice,
      ExpiresInSeconds: 60,
      SessionExpirationDurationInSeconds: 1800,
    });
    const url = new URL(AuthorizedUrl);
    expect(`${url.origin}${url.pathname}`).toBe(`https://${DomainId}.studio.us-east-1.sagemaker.aws/auth`);
    const token = url.searchParams.get('token') ?? '';
    const place = presignedPlace(account.id, world().arn(`user-profile/${DomainId}/alice`));
    const session = JSON.parse(server.installation.secrets.open(token, place) ?? '{}');
    expect(session).toMatchObject({ resourceArn: place.entity, principalArn: expect.stringContaining(':user/'), sessionDuration: 1800 });
    expect(session.openBefore - server.clock.now()).toBeLessThanOrEqual(60_000);
    // It opens for nobody else's profile.
    expect(
      server.installation.secrets.open(token, presignedPlace(account.id, world().arn(`user-profile/${DomainId}/bob`))),
    ).toBeUndefined();

    await admin.createSpace({ DomainId, SpaceName: 'shared1' });
    expect(await admin.describeSpace({ DomainId, SpaceName: 'shared1' })).toMatchObject({
      Status: 'InService',
      HomeEfsFileSystemUid: '200002',
    });

    await admin.deleteApp(app);
    for (const UserProfileName of ['alice', 'bob']) await admin.deleteUserProfile({ DomainId, UserProfileName });
    await admin.deleteSpace({ DomainId, SpaceName: 'shared1' });
    await admin.deleteDomain({ DomainId, RetentionPolicy: { HomeEfsFileSystem: 'Retain' } });
    expect((await admin.listDomains({})).Domains).toEqual([]);
    const kept = await ec2.describeSecurityGroups({ Filters: [{ Name: 'group-name', Values: [`*-nfs-${DomainId}`] }] });
    expect(kept.SecurityGroups).toHaveLength(2);
  });

  it('shows one domain by default, as AWS grants it', async () => {
    const { admin, role } = world();
    const { DomainId = '' } = await admin.createDomain(minimal.domain('only', role));
    expect(await refusal(admin.createDomain(minimal.domain('more', role)))).toMatchObject({
      name: 'ResourceLimitExceeded',
      message: expect.stringContaining(
        "'Total domains' is 1 Domains, with current utilization of 1 Domains and a request delta of 1 Domains",
      ),
    });
    await admin.deleteDomain({ DomainId });
  });
});

describe('the role that SageMaker keeps for itself', () => {
  it('is made with the first domain, by who may make it', async () => {
    const w = await openWorld();
    try {
      const without = await w.user(allow(['sagemaker:*', 'iam:PassRole']));
      expect(await refusal(without.sagemaker.createDomain(minimal.domain('d', w.role)))).toMatchObject({
        name: 'AccessDeniedException',
        message: `User: ${without.arn} is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:aws:iam::${w.account.id}:role/aws-service-role/sagemaker.amazonaws.com/AWSServiceRoleForAmazonSageMakerNotebooks because no identity-based policy allows the iam:CreateServiceLinkedRole action`,
      });
      expect((await w.admin.listDomains({})).Domains).toEqual([]);
      const forAnother = await w.user(
        allow(['sagemaker:*', 'iam:PassRole']),
        allow('iam:CreateServiceLinkedRole', '*', { StringEquals: { 'iam:AWSServiceName': 'robomaker.amazonaws.com' } }),
      );
      expect(await refusal(forAnother.sagemaker.createDomain(minimal.domain('d', w.role)))).toMatchObject({
        name: 'AccessDeniedException',
      });
      const may = await w.user(
        allow(['sagemaker:*', 'iam:PassRole']),
        allow('iam:CreateServiceLinkedRole', '*', { StringEquals: { 'iam:AWSServiceName': 'sagemaker.amazonaws.com' } }),
      );
      const { DomainId = '' } = await may.sagemaker.createDomain(minimal.domain('d', w.role));
      // From now on nobody needs that permission.
      await w.admin.deleteDomain({ DomainId });
      expect(await refusal(without.sagemaker.createDomain(minimal.domain('d', w.role)))).toBeUndefined();
      expect(w.server.errors).toEqual([]);
    } finally {
      await w.server.close();
    }
  });
});

describe('updates', () => {
  it('change the settings that are sent, and leave the others', async () => {
    const { admin, role } = world();
    const { DomainId = '' } = await admin.createDomain({
      ...minimal.domain('updated', role),
      DefaultUserSettings: { ExecutionRole: role, SecurityGroups: ['sg-1'] },
    });
    await admin.updateDomain({
      DomainId,
      DefaultUserSettings: { SecurityGroups: ['sg-2'] },
      DomainSettingsForUpdate: { ExecutionRoleIdentityConfig: 'USER_PROFILE_NAME' },
    });
    expect(await admin.describeDomain({ DomainId })).toMatchObject({
      DefaultUserSettings: { ExecutionRole: role, SecurityGroups: ['sg-2'] },
      DomainSettings: { ExecutionRoleIdentityConfig: 'USER_PROFILE_NAME' },
    });
    const profile = { DomainId, UserProfileName: 'p' };
    await admin.createUserProfile({ ...profile, UserSettings: { ExecutionRole: role } });
    await admin.updateUserProfile({ ...profile, UserSettings: { DefaultLandingUri: 'studio::' } });
    expect(await admin.describeUserProfile(profile)).toMatchObject({
      UserSettings: { ExecutionRole: role, DefaultLandingUri: 'studio::' },
    });
    const space = { DomainId, SpaceName: 's' };
    await admin.createSpace({ ...space, SpaceSettings: { AppType: 'JupyterLab' } });
    await admin.updateSpace({ ...space, SpaceDisplayName: 'Ours' });
    expect(await admin.describeSpace(space)).toMatchObject({ SpaceDisplayName: 'Ours', SpaceSettings: { AppType: 'JupyterLab' } });
    expect(await refusal(admin.updateSpace({ ...space, SpaceSettings: { AppType: 'CodeEditor' } }))).toMatchObject({
      name: 'ValidationException',
    });
    await admin.deleteSpace(space);
    await admin.deleteUserProfile(profile);
    await admin.deleteDomain({ DomainId });
  });

  it('are told by tags too: added, overwritten, removed', async () => {
    const { admin, role, arn } = world();
    await admin.createModel({ ...minimal.model('tags', role), Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceArn = arn('model/tags');
    const { Tags } = await admin.addTags({
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'A', Value: '3' },
      ],
    });
    expect(Tags).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'A', Value: '3' },
    ]);
    await admin.deleteTags({ ResourceArn, TagKeys: ['a', 'never'] });
    expect((await admin.listTags({ ResourceArn })).Tags).toEqual([{ Key: 'A', Value: '3' }]);
  });
});
