import { expect } from 'vitest';
import { allowing, type Chapter, hire, notAllowed, type Refusal, type Story, sessionOf, trusting } from '../story.ts';

const DOMAIN_NAME = 'example';

/** What CreateDomain is called with, as the guide does. */
export const domainRequest = (story: Story, ExecutionRole: string, where?: { vpc: string; subnets: readonly string[] }) => ({
  DomainName: DOMAIN_NAME,
  VpcId: where?.vpc ?? story.recall('vpc'),
  SubnetIds: where?.subnets ?? (JSON.parse(story.recall('subnets')) as string[]),
  AuthMode: 'IAM',
  DefaultUserSettings: { ExecutionRole },
});

export const couldNotAssume = (role: string): Refusal => [
  400,
  'ValidationException',
  `Could not assume role ${role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
];

const userArn = (story: Story, name: string) => `arn:aws:iam::${story.account.id}:user/${name}`;
const sagemakerArn = (story: Story, resource: string) => `arn:aws:sagemaker:${story.region}:${story.account.id}:${resource}`;
const alice = (story: Story) => ({ DomainId: story.recall('domain'), UserProfileName: 'alice' });
const aliceApp = (story: Story) => ({ ...alice(story), AppType: 'JupyterServer', AppName: 'default' });

/** Onboarding 8, first half: the ways a domain does not come into being, and the one it does. */
export const domain: Chapter[] = [
  {
    title: 'No domain without the right to pass its role',
    async tell(story) {
      const role = story.recall('role');
      await hire(story, 'passes-nothing', { inline: allowing(['sagemaker:*', 'iam:CreateServiceLinkedRole']) });
      await hire(story, 'passes-to-ec2', {
        inline: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['sagemaker:*', 'iam:CreateServiceLinkedRole'], Resource: '*' },
            {
              Effect: 'Allow',
              Action: 'iam:PassRole',
              Resource: '*',
              Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
            },
          ],
        }),
      });
      for (const who of ['passes-nothing', 'passes-to-ec2']) {
        await story.refuse(
          who,
          'sagemaker:CreateDomain',
          domainRequest(story, role),
          notAllowed('sagemaker', userArn(story, who), 'iam:PassRole', role),
        );
        await story.allow(who, 'sagemaker:ListDomains', {}, { Domains: [] });
      }
    },
  },
  {
    title: 'No domain with a role that SageMaker cannot take up',
    async tell(story) {
      for (const name of ['role for EC2', 'role hardened for others']) {
        const role = story.recall(name);
        await story.refuse('Administrator', 'sagemaker:CreateDomain', domainRequest(story, role), couldNotAssume(role));
      }
      const absent = `arn:aws:iam::${story.account.id}:role/Absent`;
      await story.refuse('Administrator', 'sagemaker:CreateDomain', domainRequest(story, absent), couldNotAssume(absent));
      await story.refuse('Administrator', 'sagemaker:CreateDomain', domainRequest(story, `arn:aws:iam::${story.stranger.id}:role/Theirs`), [
        400,
        'ValidationException',
        'RoleArn: Cross-account pass role is not allowed.',
      ]);
    },
  },
  {
    title: 'A domain, pending and then in service, and the role that SageMaker makes for itself',
    async tell(story) {
      const linked = 'AWSServiceRoleForAmazonSageMakerNotebooks';
      await story.refuse('Administrator', 'iam:GetRole', { RoleName: linked }, [
        404,
        'NoSuchEntity',
        `The role with name ${linked} cannot be found.`,
      ]);
      story.hold();
      const { DomainArn } = (await story.allow('Administrator', 'sagemaker:CreateDomain', {
        ...domainRequest(story, story.recall('role')),
        DefaultUserSettings: {
          ExecutionRole: story.recall('role'),
          JupyterServerAppSettings: {
            DefaultResourceSpec: {
              InstanceType: 'system',
              SageMakerImageArn: `arn:aws:sagemaker:${story.region}:081325390199:image/jupyter-server-3`,
            },
          },
        },
      })) as { DomainArn: string };
      const DomainId = DomainArn.slice(DomainArn.lastIndexOf('/') + 1);
      expect(DomainId).toMatch(/^d-[a-z0-9]{12}$/);
      expect(DomainArn).toBe(sagemakerArn(story, `domain/${DomainId}`));
      story.known.set('domain', DomainId);
      await story.allow(
        'Administrator',
        'sagemaker:ListDomains',
        {},
        { Domains: [{ DomainArn, DomainName: DOMAIN_NAME, Status: 'Pending' }] },
      );
      await story.refuse('Administrator', 'sagemaker:CreateUserProfile', alice(story), [
        400,
        'ValidationException',
        `Domain [${DomainArn}] is in status Pending, not InService.`,
      ]);
      story.wait(4);
      await story.allow(
        'Administrator',
        'sagemaker:DescribeDomain',
        { DomainId },
        {
          DomainArn,
          Status: 'InService',
          AuthMode: 'IAM',
          Url: `https://${DomainId}.studio.${story.region}.sagemaker.aws`,
          HomeEfsFileSystemId: expect.stringMatching(/^fs-[0-9a-f]{17}$/),
        },
      );
      await story.allow(
        'Administrator',
        'iam:GetRole',
        { RoleName: linked },
        { Role: { Path: '/aws-service-role/sagemaker.amazonaws.com/', RoleName: linked } },
      );
      await story.refuse('Administrator', 'sagemaker:CreateDomain', domainRequest(story, story.recall('role')), [
        400,
        'ResourceLimitExceeded',
        "The account-level service limit 'Total domains' is 1 Domains, with current utilization of 1 Domains and a request delta of 1 Domains. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.",
      ]);
    },
  },
  {
    title: 'A user profile, an app, a space',
    async tell(story) {
      const settings = { UserSettings: { ExecutionRole: story.recall('role') } };
      const profile = { ...alice(story), ...settings, Tags: [{ Key: 'studiouserid', Value: 'alice' }] };
      const { DomainId } = profile;
      const singleSignOn = { ...alice(story), SingleSignOnUserIdentifier: 'UserName', SingleSignOnUserValue: 'alice' };
      await story.refuse('Administrator', 'sagemaker:CreateUserProfile', singleSignOn, [
        400,
        'ValidationException',
        'SingleSignOnUserIdentifier and SingleSignOnUserValue cannot be specified for a Domain with AuthMode IAM.',
      ]);
      await story.allow('Administrator', 'sagemaker:CreateUserProfile', profile, {
        UserProfileArn: sagemakerArn(story, `user-profile/${DomainId}/alice`),
      });
      await story.refuse('Administrator', 'sagemaker:CreateUserProfile', profile, [
        400,
        'ResourceInUse',
        'UserProfile with name alice already exists. Choose a different name.',
      ]);
      story.wait(1);
      await story.allow('Administrator', 'sagemaker:DescribeUserProfile', alice(story), { Status: 'InService', ...settings });
      await story.allow('Administrator', 'sagemaker:CreateApp', aliceApp(story), {
        AppArn: sagemakerArn(story, `app/${DomainId}/alice/jupyterserver/default`),
      });
      story.wait(2);
      await story.allow('Administrator', 'sagemaker:DescribeApp', aliceApp(story), { Status: 'InService', AppType: 'JupyterServer' });
      await story.allow(
        'Administrator',
        'sagemaker:CreateSpace',
        { DomainId, SpaceName: 'shared1' },
        {
          SpaceArn: sagemakerArn(story, `space/${DomainId}/shared1`),
        },
      );
      story.wait(1);
    },
  },
  {
    title: 'A profile’s own role starts no app that it may not start',
    async tell(story) {
      const { id } = story.account;
      const RoleName = 'StudioRole';
      const trust = trusting({ Service: 'sagemaker.amazonaws.com', AWS: `arn:aws:iam::${id}:root` });
      await story.allow('Administrator', 'iam:CreateRole', { RoleName, AssumeRolePolicyDocument: trust });
      await story.allow('Administrator', 'iam:PutRolePolicy', {
        RoleName,
        PolicyName: 'own',
        PolicyDocument: allowing('sagemaker:Describe*'),
      });
      const profile = { DomainId: story.recall('domain'), UserProfileName: 'carol' };
      const app = { ...profile, AppType: 'JupyterServer', AppName: 'default' };
      const role = `arn:aws:iam::${id}:role/${RoleName}`;
      await story.allow('Administrator', 'sagemaker:CreateUserProfile', { ...profile, UserSettings: { ExecutionRole: role } });
      story.wait(1);
      const assumed = await story.allow('Administrator', 'sts:AssumeRole', { RoleArn: role, RoleSessionName: 'SageMaker' });
      story.people.set('code in Studio', sessionOf(assumed));
      const session = `arn:aws:sts::${id}:assumed-role/${RoleName}/SageMaker`;
      await story.allow('code in Studio', 'sts:GetCallerIdentity', {}, { Arn: session });
      await story.allow('code in Studio', 'sagemaker:DescribeUserProfile', profile, { Status: 'InService' });
      await story.refuse(
        'code in Studio',
        'sagemaker:CreateApp',
        app,
        notAllowed('sagemaker', session, 'sagemaker:CreateApp', sagemakerArn(story, `app/${profile.DomainId}/carol/jupyterserver/default`)),
      );
    },
  },
  {
    title: 'Presigned URLs: everybody their own',
    async tell(story) {
      const DomainId = story.recall('domain');
      const isolation = allowing('sagemaker:CreatePresignedDomainUrl', sagemakerArn(story, `user-profile/${DomainId}/*`), {
        StringEquals: { 'sagemaker:ResourceTag/studiouserid': '${aws:username}' },
      });
      const bob = { DomainId, UserProfileName: 'bob' };
      await story.allow('Administrator', 'sagemaker:CreateUserProfile', { ...bob, Tags: [{ Key: 'studiouserid', Value: 'bob' }] });
      story.wait(1);
      for (const name of ['alice', 'bob']) await hire(story, name, { inline: isolation });
      const terms = { SessionExpirationDurationInSeconds: 43_200, ExpiresInSeconds: 300 };
      const opens = {
        AuthorizedUrl: expect.stringMatching(`^https://${DomainId}\\.studio\\.${story.region}\\.sagemaker\\.aws/auth\\?token=`),
      };
      const denied = (who: string, profile: string) =>
        notAllowed(
          'sagemaker',
          userArn(story, who),
          'sagemaker:CreatePresignedDomainUrl',
          sagemakerArn(story, `user-profile/${DomainId}/${profile}`),
        );
      await story.allow('alice', 'sagemaker:CreatePresignedDomainUrl', { ...alice(story), ...terms }, opens);
      await story.refuse('alice', 'sagemaker:CreatePresignedDomainUrl', { ...bob, ...terms }, denied('alice', 'bob'));
      await story.allow('bob', 'sagemaker:CreatePresignedDomainUrl', { ...bob, ...terms }, opens);
      await story.refuse('bob', 'sagemaker:CreatePresignedDomainUrl', { ...alice(story), ...terms }, denied('bob', 'alice'));
      // A profile without the tag is nobody's; one that does not exist is refused in the same words.
      for (const profile of ['carol', 'nobody']) {
        await story.refuse('alice', 'sagemaker:CreatePresignedDomainUrl', { DomainId, UserProfileName: profile }, denied('alice', profile));
      }
      await hire(story, 'elsewhere', {
        inline: allowing('sagemaker:CreatePresignedDomainUrl', '*', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
      });
      await story.refuse('elsewhere', 'sagemaker:CreatePresignedDomainUrl', { ...alice(story), ...terms }, denied('elsewhere', 'alice'));
    },
  },
];

/** Onboarding 8, second half: taking it down again, in the order that it allows. */
export const cleanUp: Chapter[] = [
  {
    title: 'What is in use is not deleted, and the rest goes in order',
    async tell(story) {
      const DomainId = story.recall('domain');
      const arn = (resource: string) => sagemakerArn(story, resource);
      const inUse = (sentence: string): Refusal => [400, 'ResourceInUse', sentence];
      const retained = { DomainId, RetentionPolicy: { HomeEfsFileSystem: 'Retain' } };
      const profileLeft = inUse(`Unable to delete Domain [${arn(`domain/${DomainId}`)}] because UserProfile(s) are associated with it.`);
      await story.refuse('Administrator', 'sagemaker:DeleteDomain', retained, profileLeft);
      await story.allow(
        'Administrator',
        'sagemaker:ListApps',
        { DomainIdEquals: DomainId },
        {
          Apps: expect.arrayContaining([expect.objectContaining({ AppName: 'default', UserProfileName: 'alice', Status: 'InService' })]),
        },
      );
      await story.refuse(
        'Administrator',
        'sagemaker:DeleteUserProfile',
        alice(story),
        inUse(`Unable to delete UserProfile [${arn(`user-profile/${DomainId}/alice`)}] because App(s) are associated with it.`),
      );
      await story.allow('Administrator', 'sagemaker:DeleteApp', aliceApp(story));
      story.wait(1);
      await story.allow(
        'Administrator',
        'sagemaker:ListUserProfiles',
        { DomainIdEquals: DomainId },
        {
          UserProfiles: [{ UserProfileName: 'alice' }, { UserProfileName: 'carol' }, { UserProfileName: 'bob' }],
        },
      );
      for (const UserProfileName of ['alice', 'bob', 'carol']) {
        await story.allow('Administrator', 'sagemaker:DeleteUserProfile', { DomainId, UserProfileName });
      }
      story.wait(1);
      await story.refuse(
        'Administrator',
        'sagemaker:DeleteDomain',
        retained,
        inUse(`Unable to delete Domain [${arn(`domain/${DomainId}`)}] because Space(s) are associated with it.`),
      );
      await story.allow('Administrator', 'sagemaker:ListSpaces', { DomainIdEquals: DomainId }, { Spaces: [{ SpaceName: 'shared1' }] });
      await story.allow('Administrator', 'sagemaker:DeleteSpace', { DomainId, SpaceName: 'shared1' });
      story.wait(1);
      await story.allow('Administrator', 'sagemaker:DeleteDomain', retained);
      story.wait(2);
      await story.allow('Administrator', 'sagemaker:ListDomains', {}, { Domains: [] });
      await story.refuse('Administrator', 'sagemaker:DescribeDomain', { DomainId }, [
        400,
        'ResourceNotFound',
        `Domain [${DomainId}] does not exist.`,
      ]);
    },
  },
];
