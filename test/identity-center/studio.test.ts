import { SageMaker } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { policy } from '../harness.ts';
import { openPortal, type PortalStage } from './stage.ts';

let s: PortalStage;
let sagemaker: SageMaker;
let role: string;
beforeAll(async () => {
  s = await openPortal();
  const keys = await s.member.user('admin', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  sagemaker = new SageMaker(s.config(keys));
  const trust = policy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const made = await s.member.asRoot('iam', 'CreateRole', { RoleName: 'Studio', AssumeRolePolicyDocument: JSON.stringify(trust) });
  role = (made.Role as { Arn: string }).Arn;
});
afterAll(async () => {
  expect(s.server.errors).toEqual([]);
  await s.close();
});

const refused = (promise: Promise<unknown>, message: string) =>
  expect(promise).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });

it('a domain with AuthMode SSO has profiles of people of Identity Center, each of one, and no presigned URLs', async () => {
  await s.person('alice');
  const { DomainArn = '' } = await sagemaker.createDomain({
    DomainName: 'studio',
    AuthMode: 'SSO',
    DefaultUserSettings: { ExecutionRole: role },
  });
  const DomainId = DomainArn.slice(DomainArn.lastIndexOf('/') + 1);
  const profile = (UserProfileName: string, SingleSignOnUserValue: string) =>
    sagemaker.createUserProfile({ DomainId, UserProfileName, SingleSignOnUserIdentifier: 'UserName', SingleSignOnUserValue });
  await refused(profile('nobody', 'nobody'), 'The SSO user [nobody] does not exist');
  await refused(sagemaker.createUserProfile({ DomainId, UserProfileName: 'plain' }), 'must be specified for a Domain with AuthMode SSO');
  await profile('alice', 'Alice');
  const described = await sagemaker.describeUserProfile({ DomainId, UserProfileName: 'alice' });
  expect(described).toMatchObject({ SingleSignOnUserIdentifier: 'UserName', SingleSignOnUserValue: 'Alice' });
  await refused(profile('again', 'alice'), 'is already associated with UserProfile');
  await refused(sagemaker.createPresignedDomainUrl({ DomainId, UserProfileName: 'alice' }), 'AuthMode IAM');
});

it('no domain can have it where Identity Center is not', async () => {
  const elsewhere = new SageMaker({ ...s.config(s.member.root), region: 'eu-west-1' });
  await refused(
    elsewhere.createDomain({ DomainName: 'x', AuthMode: 'SSO', DefaultUserSettings: { ExecutionRole: role } }),
    'IAM Identity Center is not enabled in this region',
  );
});
