import { iamArn } from '../core/arn.ts';
import { hexadecimal, type Random, uniqueId, upperAlphanumeric } from '../core/id.ts';
import { foldCase } from '../core/name.ts';
import type { Reader, Writer } from './store.ts';
import {
  actionUses,
  attachments,
  inlinePolicies,
  managedPolicies,
  type Role,
  roles,
  rolesLastUsed,
  type SamlProvider,
  samlMetadata,
  samlProviders,
} from './tables/iam.ts';
import {
  type CustomerPolicy,
  type IdentityCenterInstance,
  type PermissionSet,
  type ProvisionedRole,
  provisionedRoles,
} from './tables/identity-center.ts';

/*
 * The roles that IAM Identity Center keeps in accounts for its permission sets, and the SAML provider that they trust. IAM lets nobody change
 * them (services/iam/role.ts).
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
 */

/** What sessions of these roles are told of who they were meant for. */
export const SIGN_IN_AUDIENCE = 'https://signin.aws.amazon.com/saml';

/** Seconds: a permission set may give twelve hours. */
const LONGEST_SESSION = 43_200;
const INLINE_POLICY = 'AwsSSOInlinePolicy';

export interface Provisioning {
  readonly instance: IdentityCenterInstance;
  readonly permissionSet: PermissionSet;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly random: Random;
}

/** The name of the provider through which an instance's people come into an account: the same in each. */
export const providerNameOf = ({ instanceId }: Pick<IdentityCenterInstance, 'instanceId'>): string =>
  `AWSSSO_${instanceId.slice(-16)}_DO_NOT_DELETE`;

export const providerArnOf = (accountId: string, instance: Pick<IdentityCenterInstance, 'instanceId'>): string =>
  iamArn(accountId, `saml-provider/${providerNameOf(instance)}`);

const pathOf = ({ region }: IdentityCenterInstance): string =>
  region === 'us-east-1' ? '/aws-reserved/sso.amazonaws.com/' : `/aws-reserved/sso.amazonaws.com/${region}/`;

const trustPolicyOf = (accountId: string, instance: IdentityCenterInstance): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArnOf(accountId, instance) },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        Condition: { StringEquals: { 'SAML:aud': SIGN_IN_AUDIENCE } },
      },
    ],
  });

/** The policies and boundary that a permission set means in an account, by ARN; or the customer managed policy that the account does not have. */
async function policiesOf(
  reader: Reader,
  { managedPolicies: arns, customerPolicies, boundary }: PermissionSet,
  accountId: string,
): Promise<{ readonly arns: readonly string[]; readonly boundary?: string } | { readonly missing: CustomerPolicy }> {
  const found: string[] = [...arns];
  const find = async ({ name, path }: CustomerPolicy): Promise<string | undefined> => {
    const policy = await reader.get(managedPolicies, [accountId, foldCase(name)]);
    return policy?.path === path && policy.policyName === name ? policy.arn : undefined;
  };
  for (const wanted of customerPolicies) {
    const arn = await find(wanted);
    if (arn === undefined) return { missing: wanted };
    found.push(arn);
  }
  if (!boundary) return { arns: found };
  if ('managedPolicyArn' in boundary) return { arns: found, boundary: boundary.managedPolicyArn };
  const arn = await find(boundary.customerPolicy);
  return arn === undefined ? { missing: boundary.customerPolicy } : { arns: found, boundary: arn };
}

/**
 * Makes the role of a permission set in an account what the permission set says, or makes it anew.
 * @returns the policy that the account lacks: then nothing has been changed
 */
export async function provisionRole(writer: Writer, wanted: Provisioning): Promise<CustomerPolicy | undefined> {
  const { instance, permissionSet, accountId, now, random } = wanted;
  const { instanceId } = instance;
  const { permissionSetId, name, version } = permissionSet;
  const policies = await policiesOf(writer, permissionSet, accountId);
  if ('missing' in policies) return policies.missing;
  await insertProvider(writer, wanted);
  const before = await writer.get(provisionedRoles, [instanceId, accountId, permissionSetId]);
  const known = before && (await writer.find(roles, 'id', [before.roleId]));
  const role: Role = known ?? {
    accountId,
    roleName: `AWSReservedSSO_${name}_${hexadecimal(16, random)}`,
    roleId: uniqueId('AROA', accountId, random),
    path: pathOf(instance),
    createdAt: now,
    trustPolicy: trustPolicyOf(accountId, instance),
    maxSessionDuration: LONGEST_SESSION,
    tags: [],
  };
  const { permissionsBoundary: _, description: __, ...rest } = role;
  const changed: Role = {
    ...rest,
    ...(permissionSet.description === undefined ? {} : { description: permissionSet.description }),
    ...(policies.boundary === undefined ? {} : { permissionsBoundary: policies.boundary }),
  };
  await (known ? writer.update(roles, changed) : writer.insert(roles, changed));
  await grant(writer, changed, policies.arns, permissionSet.inlinePolicy);
  const provisioned: ProvisionedRole = { instanceId, accountId, permissionSetId, roleId: role.roleId, roleName: role.roleName, version };
  await (before ? writer.update(provisionedRoles, provisioned) : writer.insert(provisionedRoles, provisioned));
  return undefined;
}

async function grant(writer: Writer, role: Role, arns: readonly string[], inlinePolicy: string | undefined): Promise<void> {
  const { accountId, roleId: entityId } = role;
  const wanted = new Set(arns);
  for (const { policyArn } of await writer.list(attachments, { prefix: [entityId] }))
    if (!wanted.delete(policyArn)) await writer.delete(attachments, [entityId, policyArn]);
  for (const policyArn of wanted) await writer.insert(attachments, { accountId, entityType: 'role', entityId, policyArn });
  await writer.delete(inlinePolicies, [entityId, foldCase(INLINE_POLICY)]);
  if (inlinePolicy !== undefined)
    await writer.insert(inlinePolicies, { accountId, entityType: 'role', entityId, policyName: INLINE_POLICY, document: inlinePolicy });
}

/**
 * Its metadata names no key, so that no assertion can be made for it by anybody: sessions of these roles are given out by the portal alone.
 */
async function insertProvider(writer: Writer, { instance, accountId, now, random }: Provisioning): Promise<void> {
  const name = providerNameOf(instance);
  const known = await writer.get(samlProviders, [accountId, name]);
  if (known?.reservedFor !== undefined) return;
  // One of this name that is not ours would let whoever made it in.
  if (known) {
    await writer.delete(samlProviders, [accountId, name]);
    await writer.delete(samlMetadata, [accountId, name]);
  }
  const provider: SamlProvider = {
    accountId,
    name,
    uuid: `SAMLSP${upperAlphanumeric(16, random)}`,
    createdAt: now,
    validUntil: now + 100 * 365 * 24 * 3600_000,
    tags: [],
    privateKeys: [],
    reservedFor: 'sso.amazonaws.com',
  };
  const location = `https://portal.sso.${instance.region}.amazonaws.com/saml/assertion/${instance.instanceId}`;
  const document = `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${location}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${location}"/></md:IDPSSODescriptor></md:EntityDescriptor>`;
  await writer.insert(samlProviders, provider);
  await writer.insert(samlMetadata, { accountId, name, document });
}

/** Takes the role away; its sessions end with it. The provider goes with the last role of the instance. */
export async function deprovisionRole(writer: Writer, provisioned: ProvisionedRole): Promise<void> {
  const { instanceId, accountId, permissionSetId, roleId, roleName } = provisioned;
  for (const { policyArn } of await writer.list(attachments, { prefix: [roleId] })) await writer.delete(attachments, [roleId, policyArn]);
  for (const { policyName } of await writer.list(inlinePolicies, { prefix: [roleId] }))
    await writer.delete(inlinePolicies, [roleId, foldCase(policyName)]);
  for (const { service, operation } of await writer.list(actionUses, { prefix: [roleId] }))
    await writer.delete(actionUses, [roleId, service, operation]);
  await writer.delete(rolesLastUsed, [roleId]);
  await writer.delete(roles, [accountId, foldCase(roleName)]);
  await writer.delete(provisionedRoles, [instanceId, accountId, permissionSetId]);
  if ((await writer.count(provisionedRoles, { prefix: [instanceId, accountId] })) > 0) return;
  const name = providerNameOf({ instanceId });
  await writer.delete(samlProviders, [accountId, name]);
  await writer.delete(samlMetadata, [accountId, name]);
}
