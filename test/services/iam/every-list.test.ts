import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { totpCode } from '../../../src/authentication/totp.ts';
import { loadServiceModel } from '../../../src/model/load-model.ts';
import { packageData } from '../../../src/server/package-data.ts';
import { base64Of, certificate, identity, privateKeyOf } from './certificate-maker.ts';
import { allow, stage, trust, validationError } from './stage.ts';

/*
 * Every listing of IAM's model, in pages of one: together they are the whole, in its order; and a marker opens no other listing.
 */

const s = stage();
const model = loadServiceModel(join(packageData(), 'models'), 'iam');
const THREE = ['a', 'b', 'c'] as const;
const Tags = THREE.map((Key) => ({ Key, Value: Key }));
const { id, jobs } = { id: { policy: '', oidc: '', saml: '', device: '' }, jobs: { services: '' } };

const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
  const method = (s.iam as unknown as Record<string, (input: object) => Promise<Record<string, unknown>>>)[
    operation[0]?.toLowerCase() + operation.slice(1)
  ];
  if (!method) throw new Error(`the client has no ${operation}`);
  return method.call(s.iam, input);
};

async function device(name: string): Promise<void> {
  const { VirtualMFADevice } = await s.iam.createVirtualMFADevice({ VirtualMFADeviceName: name, Tags });
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('ascii');
  const now = s.server.clock.now();
  id.device = VirtualMFADevice?.SerialNumber ?? '';
  await s.iam.enableMFADevice({
    UserName: 'all',
    SerialNumber: id.device,
    AuthenticationCode1: totpCode(seed, now - 30_000),
    AuthenticationCode2: totpCode(seed, now),
  });
}

const sshKey = (name: string): string => identity(name, 'rsa', 2048).publicKey.export({ type: 'spki', format: 'pem' }).toString();

beforeAll(async () => {
  const { iam } = s;
  await iam.createUser({ UserName: 'all', Tags });
  await iam.createRole({ RoleName: 'all', AssumeRolePolicyDocument: trust(), Tags });
  await iam.createGroup({ GroupName: 'all' });
  await iam.createAccountAlias({ AccountAlias: 'every-list' });
  for (const name of THREE) {
    await iam.createUser({ UserName: name });
    await iam.createGroup({ GroupName: name });
    await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: trust() });
    await iam.addUserToGroup({ UserName: 'all', GroupName: name });
    await iam.addUserToGroup({ UserName: name, GroupName: 'all' });
    const { Policy } = await iam.createPolicy({ PolicyName: name, PolicyDocument: allow('s3:Get*'), Tags });
    id.policy = Policy?.Arn ?? '';
    const PolicyDocument = allow('s3:List*');
    await iam.putUserPolicy({ UserName: 'all', PolicyName: name, PolicyDocument });
    await iam.putGroupPolicy({ GroupName: 'all', PolicyName: name, PolicyDocument });
    await iam.putRolePolicy({ RoleName: 'all', PolicyName: name, PolicyDocument });
    await iam.attachUserPolicy({ UserName: 'all', PolicyArn: id.policy });
    await iam.attachGroupPolicy({ GroupName: 'all', PolicyArn: id.policy });
    await iam.attachRolePolicy({ RoleName: 'all', PolicyArn: id.policy });
    await iam.createInstanceProfile({ InstanceProfileName: name, Tags });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: name, RoleName: 'all' });
    await iam.uploadSSHPublicKey({ UserName: 'all', SSHPublicKeyBody: sshKey(name) });
    const server = identity(`${name}.example.com`);
    const [CertificateBody, PrivateKey] = [certificate(server), privateKeyOf(server)];
    await iam.uploadServerCertificate({ ServerCertificateName: name, CertificateBody, PrivateKey, Tags });
    await device(name);
  }
  for (const name of ['a', 'b']) {
    await iam.createAccessKey({ UserName: 'all' });
    await iam.uploadSigningCertificate({ UserName: 'all', CertificateBody: certificate(identity(name)) });
    await iam.createPolicyVersion({ PolicyArn: id.policy, PolicyDocument: allow(`s3:Get${name}`) });
    await iam.createServiceSpecificCredential({ UserName: 'all', ServiceName: 'codecommit.amazonaws.com' });
  }
  for (const UserName of THREE) await iam.attachUserPolicy({ UserName, PolicyArn: id.policy });
  const { OpenIDConnectProviderArn } = await iam.createOpenIDConnectProvider({
    Url: 'https://issuer.example.com',
    ThumbprintList: ['0123456789012345678901234567890123456789'],
    Tags,
  });
  id.oidc = OpenIDConnectProviderArn ?? '';
  const idp = identity('idp.example.com', 'rsa');
  const { SAMLProviderArn } = await iam.createSAMLProvider({
    Name: 'all',
    SAMLMetadataDocument: metadata(base64Of(certificate(idp))),
    Tags,
  });
  id.saml = SAMLProviderArn ?? '';
  for (const workflow of THREE) {
    const { DelegationRequestId } = await iam.createDelegationRequest({
      Description: 'look after your models',
      Permissions: { PolicyTemplateArn: 'arn:aws:iam:::delegation-template/partner/Template' },
      RequestorWorkflowId: `workflow-${workflow}`,
      NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      SessionDuration: 3600,
    });
    await iam.associateDelegationRequest({ DelegationRequestId });
  }
  const { JobId } = await iam.generateServiceLastAccessedDetails({ Arn: id.policy });
  jobs.services = JobId ?? '';
});

const metadata = (signing: string): string => `<?xml version="1.0"?>
<!-- ${'-x'.repeat(500)} -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.com/">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${signing}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;

/** A listing: its request, how many there are, and the members that hold them when there are several. */
interface Listing {
  readonly input: () => object;
  readonly items: number;
  readonly members?: readonly string[];
}

const of = (input: () => object, items: number = THREE.length, members?: readonly string[]): Listing => ({
  input,
  items,
  ...(members && { members }),
});
const user = () => ({ UserName: 'all' });
const group = () => ({ GroupName: 'all' });
const role = () => ({ RoleName: 'all' });
const simulated = { ActionNames: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'] };

const LISTINGS: Readonly<Record<string, Listing>> = {
  GetAccountAuthorizationDetails: of(() => ({ Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] }), 15, [
    'UserDetailList',
    'GroupDetailList',
    'RoleDetailList',
    'Policies',
  ]),
  GetGroup: of(group, 3, ['Users']),
  GetServiceLastAccessedDetails: of(() => ({ JobId: jobs.services }), 1, ['ServicesLastAccessed']),
  GetServiceLastAccessedDetailsWithEntities: of(() => ({ JobId: jobs.services, ServiceNamespace: 's3' }), 5, ['EntityDetailsList']),
  ListAccessKeys: of(user, 2),
  ListAccountAliases: of(() => ({}), 1),
  ListAttachedGroupPolicies: of(group),
  ListAttachedRolePolicies: of(role),
  ListAttachedUserPolicies: of(user),
  ListDelegationRequests: of(() => ({})),
  ListEntitiesForPolicy: of(() => ({ PolicyArn: id.policy }), 6, ['PolicyGroups', 'PolicyUsers', 'PolicyRoles']),
  ListGroupPolicies: of(group),
  ListGroups: of(() => ({}), 4),
  ListGroupsForUser: of(user),
  ListInstanceProfileTags: of(() => ({ InstanceProfileName: 'a' })),
  ListInstanceProfiles: of(() => ({})),
  ListInstanceProfilesForRole: of(role),
  ListMFADeviceTags: of(() => ({ SerialNumber: id.device })),
  ListMFADevices: of(user),
  ListOpenIDConnectProviderTags: of(() => ({ OpenIDConnectProviderArn: id.oidc })),
  ListPolicies: of(() => ({ Scope: 'Local' })),
  ListPolicyTags: of(() => ({ PolicyArn: id.policy })),
  ListPolicyVersions: of(() => ({ PolicyArn: id.policy })),
  ListRolePolicies: of(role),
  ListRoleTags: of(role),
  ListRoles: of(() => ({}), 4),
  ListSAMLProviderTags: of(() => ({ SAMLProviderArn: id.saml })),
  ListSSHPublicKeys: of(user),
  ListServerCertificateTags: of(() => ({ ServerCertificateName: 'a' })),
  ListServerCertificates: of(() => ({})),
  ListServiceSpecificCredentials: of(user, 2),
  ListSigningCertificates: of(user, 2),
  ListUserPolicies: of(user),
  ListUserTags: of(user),
  ListUsers: of(() => ({}), 4),
  ListVirtualMFADevices: of(() => ({})),
  SimulateCustomPolicy: of(() => ({ PolicyInputList: [allow('s3:Get*')], ...simulated })),
  SimulatePrincipalPolicy: of(() => ({ PolicySourceArn: `arn:aws:iam::${s.account.id}:user/all`, ...simulated })),
};

/** Only with an organization, in whose test it is paged. */
const ELSEWHERE = ['GetOrganizationsAccessReport'];

const paged = Object.entries(model.operations)
  .filter(([, { input }]) => {
    const shape = model.shapes[input ?? ''];
    return shape?.type === 'structure' && 'Marker' in shape.members && 'MaxItems' in shape.members;
  })
  .map(([operation]) => operation);

it('has a line here for each listing of the model', () => {
  expect(Object.keys(LISTINGS).sort()).toEqual(paged.filter((operation) => !ELSEWHERE.includes(operation)).sort());
});

const itemsOf = (answer: Readonly<Record<string, unknown>>, members: readonly string[] | undefined): unknown[] => {
  const lists = members ? members.map((member) => answer[member] ?? []) : Object.values(answer).filter(Array.isArray);
  return (lists as unknown[][]).flat();
};

describe.each(Object.entries(LISTINGS))('%s', (operation, { input, items, members }) => {
  it('gives the same in pages as at once', async () => {
    const whole = itemsOf(await call(operation, input()), members);
    expect(whole).toHaveLength(items);
    const found: unknown[] = [];
    let Marker: string | undefined;
    let pages = 0;
    do {
      const answer: Record<string, unknown> = await call(operation, { ...input(), MaxItems: 1, ...(Marker !== undefined && { Marker }) });
      const page = itemsOf(answer, members);
      expect(page.length).toBeLessThanOrEqual(1);
      found.push(...page);
      Marker = answer.Marker as string | undefined;
      expect(answer.IsTruncated ?? answer.isTruncated ?? false).toBe(Marker !== undefined);
      pages++;
    } while (Marker !== undefined && pages < 100);
    expect(found).toHaveLength(items);
    expect(members === undefined || members.length === 1 ? found : sorted(found)).toEqual(
      members === undefined || members.length === 1 ? whole : sorted(whole),
    );
    expect(pages).toBe(items);
  });

  it('takes no marker of another listing, and none that nobody gave out', async () => {
    const { Marker } = operation === 'ListUsers' ? await s.iam.listGroups({ MaxItems: 1 }) : await s.iam.listUsers({ MaxItems: 1 });
    for (const foreign of [Marker, 'made-up'])
      await validationError(call(operation, { ...input(), Marker: foreign }), /^(Invalid Marker\.|.*marker.*)$/i);
  });
});

const sorted = (list: readonly unknown[]): unknown[] => [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
