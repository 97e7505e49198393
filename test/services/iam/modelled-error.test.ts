import * as commands from '@aws-sdk/client-iam';
import { IAMClient } from '@aws-sdk/client-iam';
import { Organizations } from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, clientConfig } from '../../harness.ts';
import { certificate, identity, privateKeyOf } from './certificate-maker.ts';
import { allow, stage, trust } from './stage.ts';

/* Errors of the model that no story has met: each by the one call that meets it. */

const s = stage({ quotas: { RolesPerAccount: 3, ServerCertificatesPerAccount: 1, DelegationRequestsPerAccount: 0 } });

type Command = new (input: object) => Parameters<IAMClient['send']>[0];

async function call(credentials: Credentials, operation: string, input: object): Promise<string> {
  const client = new IAMClient(clientConfig(s.server, credentials));
  const command = (commands as unknown as Record<string, Command>)[`${operation}Command`];
  if (!command) throw new Error(`the client has no ${operation}`);
  return client.send(new command(input)).then(
    () => 'success',
    (error: Error) => error.name,
  );
}

const OTHER = 'arn:aws:s3:::neither-policy-nor-provider';
const OF_AWS = 'arn:aws:iam::aws:policy/aws-service-role/AmazonSageMakerNotebooksServiceRolePolicy';
const tags = (count: number, first = 0) => Array.from({ length: count }, (_, i) => ({ Key: `k${first + i}`, Value: '' }));
const own = (resource: string): string => `arn:aws:iam::${s.account.id}:${resource}`;

/** Something valid for each member, of what the account has, or of nothing that is there. */
const values = () => ({
  ClientID: 'client',
  GroupName: 'g',
  PolicyDocument: allow('*'),
  RoleName: 'r',
  ServiceSpecificCredentialId: 'ACCA00000000000000000',
  Tags: tags(1),
  TagKeys: ['k0'],
  UserName: 'u',
  VersionId: 'v1',
});

beforeAll(async () => {
  await s.iam.createUser({ UserName: 'u' });
  await s.iam.createGroup({ GroupName: 'g' });
  await s.iam.createRole({ RoleName: 'r', AssumeRolePolicyDocument: trust({ AWS: s.account.id }) });
});

describe('InvalidInput: the ARN of something else', () => {
  it.each([
    ...['AddClientIDToOpenIDConnectProvider', 'DeleteOpenIDConnectProvider', 'GetOpenIDConnectProvider', 'ListOpenIDConnectProviderTags'],
    ...['RemoveClientIDFromOpenIDConnectProvider', 'TagOpenIDConnectProvider', 'UntagOpenIDConnectProvider'],
    ...['DeleteSAMLProvider', 'ListSAMLProviderTags', 'TagSAMLProvider', 'UntagSAMLProvider'],
    ...['AttachGroupPolicy', 'AttachRolePolicy', 'AttachUserPolicy', 'DetachGroupPolicy', 'DetachRolePolicy', 'DetachUserPolicy'],
    ...['CreatePolicyVersion', 'DeletePolicy', 'DeletePolicyVersion', 'GetPolicyVersion', 'ListEntitiesForPolicy', 'ListPolicyTags'],
    ...['ListPolicyVersions', 'SetDefaultPolicyVersion', 'UntagPolicy'],
  ])('%s', async (operation) => {
    const input = { ...values(), PolicyArn: OTHER, OpenIDConnectProviderArn: OTHER, SAMLProviderArn: OTHER };
    expect(await call(s.account.root, operation, input)).toBe('InvalidInputException');
  });
});

describe('NoSuchEntity', () => {
  it.each<[string, () => object]>([
    ['CreatePolicyVersion', () => ({ PolicyArn: own('policy/none'), PolicyDocument: allow('*') })],
    ['ListSSHPublicKeys', () => ({ UserName: 'nobody' })],
    ['ListSigningCertificates', () => ({ UserName: 'nobody' })],
    ['ResetServiceSpecificCredential', values],
    ['UpdateServiceSpecificCredential', () => ({ ...values(), Status: 'Inactive' })],
    ['UpdateServerCertificate', () => ({ ServerCertificateName: 'none', NewPath: '/x/' })],
    ['UploadSSHPublicKey', () => ({ UserName: 'nobody', SSHPublicKeyBody: publicKey() })],
  ])('%s', async (operation, input) => expect(await call(s.account.root, operation, input())).toBe('NoSuchEntityException'));
});

/** In the form that is accepted besides OpenSSH's. */
const publicKey = (): string => identity('key', 'rsa').publicKey.export({ type: 'spki', format: 'pem' }).toString();

describe('LimitExceeded', () => {
  it('the tags of providers and server certificates', async () => {
    const url = 'https://idp.example.com';
    const { OpenIDConnectProviderArn } = await s.iam.createOpenIDConnectProvider({
      Url: url,
      ThumbprintList: ['a'.repeat(40)],
      Tags: tags(50),
    });
    expect(await call(s.account.root, 'TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags: tags(1, 50) })).toBe(
      'LimitExceededException',
    );
    const who = identity('server', 'rsa');
    const body = { CertificateBody: certificate(who), PrivateKey: privateKeyOf(who) };
    await s.iam.uploadServerCertificate({ ServerCertificateName: 'one', ...body, Tags: tags(50) });
    expect(await call(s.account.root, 'TagServerCertificate', { ServerCertificateName: 'one', Tags: tags(1, 50) })).toBe(
      'LimitExceededException',
    );
    expect(await call(s.account.root, 'UploadServerCertificate', { ServerCertificateName: 'two', ...body })).toBe('LimitExceededException');
  });

  it('not service-linked roles: they alone may exceed the quota of roles', async () => {
    for (const RoleName of ['r2', 'r3']) await s.iam.createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: s.account.id }) });
    expect(await call(s.account.root, 'CreateRole', { RoleName: 'r4', AssumeRolePolicyDocument: trust({ AWS: s.account.id }) })).toBe(
      'LimitExceededException',
    );
    await s.iam.createServiceLinkedRole({ AWSServiceName: 'sagemaker.amazonaws.com' });
  });

  it('delegation requests', async () => {
    const request = {
      Description: 'd',
      Permissions: { PolicyTemplateArn: 'arn:aws:iam:::delegation-template/partner/Template' },
      RequestorWorkflowId: 'workflow-1',
      NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      SessionDuration: 3600,
    };
    expect(await call(s.account.root, 'CreateDelegationRequest', request)).toBe('LimitExceededException');
  });
});

describe('policies that are not fit', () => {
  it('MalformedPolicyDocument, as a version too', async () => {
    const { Policy } = await s.iam.createPolicy({ PolicyName: 'p', PolicyDocument: allow('*') });
    expect(await call(s.account.root, 'CreatePolicyVersion', { PolicyArn: Policy?.Arn, PolicyDocument: '{}' })).toBe(
      'MalformedPolicyDocumentException',
    );
  });

  it.each([
    ['AttachUserPolicy', { PolicyArn: OF_AWS }],
    ['AttachGroupPolicy', { PolicyArn: OF_AWS }],
    ['AttachRolePolicy', { PolicyArn: OF_AWS }],
    ['PutUserPermissionsBoundary', { PermissionsBoundary: OF_AWS }],
    ['PutRolePermissionsBoundary', { PermissionsBoundary: OF_AWS }],
  ])('PolicyNotAttachable: %s of one of a service-linked role', async (operation, policy) =>
    expect(await call(s.account.root, operation, { ...values(), ...policy })).toBe('PolicyNotAttachableException'),
  );

  it('nor does a new user get such a boundary', async () =>
    expect(await call(s.account.root, 'CreateUser', { UserName: 'bound', PermissionsBoundary: OF_AWS })).toBe('NoSuchEntityException'));
});

describe('central root access', () => {
  const features = [
    'ListOrganizationsFeatures',
    'EnableOrganizationsRootCredentialsManagement',
    'EnableOrganizationsRootSessions',
    'DisableOrganizationsRootCredentialsManagement',
    'DisableOrganizationsRootSessions',
  ];
  /** An account with an organization, or in another's. */
  async function standing(kind: 'none' | 'member' | 'billing' | 'untrusted'): Promise<Credentials> {
    const account = await s.server.account();
    if (kind === 'none') return account.root;
    if (kind === 'member') {
      const owner = await s.server.account();
      const org = new Organizations(clientConfig(s.server, owner.root));
      await org.createOrganization({});
      await org.enableAWSServiceAccess({ ServicePrincipal: 'iam.amazonaws.com' });
      const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: account.id } });
      await new Organizations(clientConfig(s.server, account.root)).acceptHandshake({ HandshakeId: Handshake?.Id });
      return account.root;
    }
    const FeatureSet = kind === 'billing' ? 'CONSOLIDATED_BILLING' : 'ALL';
    await new Organizations(clientConfig(s.server, account.root)).createOrganization({ FeatureSet });
    return account.root;
  }

  it.each([
    ['none', 'OrganizationNotFoundException'],
    ['member', 'AccountNotManagementOrDelegatedAdministratorException'],
    ['billing', 'OrganizationNotInAllFeaturesModeException'],
    ['untrusted', 'ServiceAccessNotEnabledException'],
  ] as const)('is refused to an account whose organization is: %s', async (kind, error) => {
    const credentials = await standing(kind);
    const answers = await Promise.all(features.map(async (operation) => `${operation}: ${await call(credentials, operation, {})}`));
    // To enable them, being a delegated administrator would not do.
    const expected = (operation: string) =>
      kind === 'member' && operation.startsWith('Enable') ? 'CallerIsNotManagementAccountException' : error;
    expect(answers).toEqual(features.map((operation) => `${operation}: ${expected(operation)}`));
  });
});
