import type { PolicyType } from '@aws-sdk/client-organizations';
import type { ResourceType, Scope, Target } from '../../authorization/operation.ts';
import {
  delegations,
  type Handshake,
  handshakes,
  type Organization,
  organizationResourcePolicies,
  responsibilityTransfers,
} from '../../store/tables/organization.ts';
import { accountArn, handshakeArn, policyArn, resourcePolicyArn, targetArn, transferArn, unitArn } from './arn.ts';
import type { Known } from './condition-keys.ts';
import { NO_PERMISSION } from './errors.ts';
import { isRecipient } from './handshake.ts';
import { findPolicy } from './policy.ts';
import { directionFor } from './responsibility-transfer.ts';
import { findOrganization } from './standing.ts';
import { findTaggable } from './tag.ts';

/*
 * What the operations of Organizations act on. All of it belongs to the management account; a member that calls is from elsewhere, and needs
 * besides its own permissions a grant over the organization's resources: the service's own, which the audience below says, or the
 * organization's resource policy, which then applies too.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies
 */

/** Whom the service lets call besides the management account: nobody; the delegated administrators of any service; every member. */
type Audience = 'management' | 'delegates' | 'members';

interface Found extends Pick<Target<Known>, 'arn' | 'stored' | 'tags'> {
  /** Where it depends on the call. */
  readonly audience?: Audience;
}

type Find<Input> = (input: Input, organization: Organization, scope: Scope) => Found | Promise<Found>;

interface OrganizationResource<Input> extends ResourceType<Input, Known> {
  readonly find: Find<Input>;
}

const NOBODY = '{"Version":"2012-10-17","Statement":[]}';
/** To whomever it is handed for. */
const GRANT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"organizations:*","Resource":"*"}]}';

const locating =
  <Input>(find: Find<Input>, audience: Audience) =>
  async (input: Input, scope: Scope): Promise<Target<Known>> => {
    const organization = await findOrganization(scope.reader, scope.account);
    // The handler says that the account is in no organization, once its own policies have let the caller ask.
    if (!organization) return { arn: '*', account: scope.account };
    const { audience: ofCall = audience, ...found } = await find(input, organization, scope);
    const target = { ...found, account: organization.managementAccountId };
    if (scope.account === organization.managementAccountId) return target;
    const granted = ofCall === 'members' || (ofCall === 'delegates' && (await isDelegate(organization, scope)));
    const own = await scope.reader.get(organizationResourcePolicies, [organization.organizationId]);
    const policies = { document: own?.content ?? NOBODY, ...(granted ? { serviceDocument: GRANT } : {}) };
    return { ...target, notGranted: NO_PERMISSION, resourcePolicy: { kind: 'resource', ...policies } };
  };

const isDelegate = async ({ organizationId }: Organization, { reader, account }: Scope): Promise<boolean> =>
  (await reader.count(delegations, { prefix: [organizationId, account] })) > 0;

/** A resource that only the management account reaches, unless the organization's resource policy says otherwise. */
const resource = <Input>(name: string, arn: string, find: Find<Input>): OrganizationResource<Input> => ({
  name,
  arn: `arn:\${Partition}:organizations::\${Account}:${arn}`,
  find,
  locate: locating(find, 'management'),
});

const open = <Input>({ name, arn, find }: OrganizationResource<Input>, audience: Audience): ResourceType<Input, Known> => ({
  name,
  arn,
  locate: locating(find, audience),
});

/** The same, also for delegated administrators. */
export const forDelegates = <Input>(type: OrganizationResource<Input>): ResourceType<Input, Known> => open(type, 'delegates');
/** The same, for every member. */
export const forMembers = <Input>(type: OrganizationResource<Input>): ResourceType<Input, Known> => open(type, 'members');

/** What takes no resource is still the organization's. */
export const organization: OrganizationResource<object> = { ...resource('*', '*', () => ({ arn: '*' })), arn: '*' };

const ROOT = 'root/o-${OrganizationId}/r-${RootId}';
const UNIT = 'ou/o-${OrganizationId}/ou-${OrganizationalUnitId}';
const ACCOUNT = 'account/o-${OrganizationId}/${AccountId}';
const POLICY = 'policy/o-${OrganizationId}/${PolicyType}/p-${PolicyId}';

const tagsOf = async (id: string, organization: Organization, { reader, now }: Scope) =>
  (await findTaggable(reader, organization, id, now))?.tags;

/** A root, OU or account, by its id alone. */
const located = async (id: string, organization: Organization, scope: Scope): Promise<Found> => ({
  arn: targetArn(organization, id),
  tags: await tagsOf(id, organization, scope),
});

export const root = resource<{ readonly RootId: string }>('root', ROOT, ({ RootId }, organization, scope) =>
  located(RootId, organization, scope),
);

export const unit = resource<{ readonly OrganizationalUnitId: string }>('organizationalunit', UNIT, (input, organization, scope) =>
  located(input.OrganizationalUnitId, organization, scope),
);

export const account = resource<{ readonly AccountId: string }>('account', ACCOUNT, ({ AccountId }, organization, scope) =>
  located(AccountId, organization, scope),
);

/** A root or OU: whose ARN it is depends on the id. */
export const parent = resource<{ readonly ParentId: string }>('organizationalunit', UNIT, ({ ParentId }, organization, scope) =>
  located(ParentId, organization, scope),
);
export const sourceParent = resource<{ readonly SourceParentId: string }>('organizationalunit', UNIT, (input, organization, scope) =>
  located(input.SourceParentId, organization, scope),
);
export const destinationParent = resource<{ readonly DestinationParentId: string }>(
  'organizationalunit',
  UNIT,
  (input, organization, scope) => located(input.DestinationParentId, organization, scope),
);

/** An OU or account. */
export const child = resource<{ readonly ChildId: string }>('account', ACCOUNT, ({ ChildId }, organization, scope) =>
  located(ChildId, organization, scope),
);

/** The account that is invited; by address, any. */
export const invitedAccount = resource<{ readonly Target: { readonly Id: string; readonly Type: string } }>(
  'account',
  ACCOUNT,
  ({ Target: { Id, Type } }, organization) => ({ arn: accountArn(organization, Type === 'ACCOUNT' ? Id : '*') }),
);

/** Whose effective policy is asked for: one's own any member may see. */
export const policyHolder = resource<{ readonly TargetId?: string | undefined }>('account', ACCOUNT, async (input, organization, scope) => {
  const id = input.TargetId ?? scope.account;
  return { ...(await located(id, organization, scope)), ...(id === scope.account && { audience: 'members' as const }) };
});

async function locatedPolicy(id: string, organization: Organization, { reader }: Scope): Promise<Found> {
  const found = await findPolicy(reader, organization, id);
  // Of one that does not exist the type is not known, and so not the ARN.
  if (!found) return { arn: policyArn(organization, '*', id) };
  return { arn: found.arn, tags: found.tags, stored: { type: found.type } };
}

export const policy = resource<{ readonly PolicyId: string }>('policy', POLICY, ({ PolicyId }, organization, scope) =>
  locatedPolicy(PolicyId, organization, scope),
);

export const newPolicy = resource<{ readonly Type: PolicyType }>('policy', POLICY, ({ Type }, organization) => ({
  arn: policyArn(organization, Type, 'p-*'),
  stored: { type: Type },
}));

/** What a policy is attached to or detached from: conditions on the policy's type see it here too. */
export const attachmentTarget = resource<{ readonly PolicyId: string; readonly TargetId: string }>(
  'account',
  ACCOUNT,
  async ({ PolicyId, TargetId }, organization, scope) => {
    const { stored } = await locatedPolicy(PolicyId, organization, scope);
    return { ...(await located(TargetId, organization, scope)), stored };
  },
);

/** Whose policies are listed. */
export const policyTarget = resource<{ readonly TargetId: string }>('account', ACCOUNT, ({ TargetId }, organization, scope) =>
  located(TargetId, organization, scope),
);

const RESOURCE_POLICY = 'resourcepolicy/o-${OrganizationId}/rp-${ResourcePolicyId}';

/** The organization's resource policy, made or replaced. */
export const resourcePolicy = resource<object>('resourcepolicy', RESOURCE_POLICY, async (_, organization, { reader }) => {
  const known = await reader.get(organizationResourcePolicies, [organization.organizationId]);
  return { arn: resourcePolicyArn(organization, known?.resourcePolicyId ?? 'rp-*'), tags: known?.tags };
});

async function locatedTransfer(id: string, organization: Organization, { reader }: Scope): Promise<Found> {
  const transfer = await reader.get(responsibilityTransfers, [id]);
  const direction = transfer && (await directionFor(reader, transfer, organization));
  // One that is not there, or is between others, stands where the organization's own do.
  if (!transfer || !direction) return { arn: transferArn(organization, 'INBOUND', id) };
  return {
    arn: transferArn(organization, direction, id),
    tags: direction === 'INBOUND' ? transfer.tags : undefined,
    stored: { direction },
  };
}

export const transfer = resource<{ readonly Id: string }>(
  'responsibilitytransfer',
  'transfer/o-${OrganizationId}/${TransferType}/${TransferDirection}/rt-${ResponsibilityTransferId}',
  ({ Id }, organization, scope) => locatedTransfer(Id, organization, scope),
);

/** Anything that can carry tags. */
export const taggable: OrganizationResource<{ readonly ResourceId: string }> = {
  ...resource<{ readonly ResourceId: string }>('*', '*', async ({ ResourceId: id }, organization, scope) => {
    if (id.startsWith('p-')) return locatedPolicy(id, organization, scope);
    if (id.startsWith('rt-')) return locatedTransfer(id, organization, scope);
    if (id.startsWith('rp-')) return { arn: resourcePolicyArn(organization, id), tags: await tagsOf(id, organization, scope) };
    return located(id, organization, scope);
  }),
  arn: '*',
};

const HANDSHAKE = {
  name: 'handshake',
  arn: 'arn:${Partition}:organizations::${Account}:handshake/o-${OrganizationId}/${HandshakeType}/h-${HandshakeId}',
};

/**
 * A handshake, of the organization that sent it. Those it was sent to may be in no organization, or in another: they are let in as parties.
 */
const locateHandshake =
  (delegatesToo: boolean) =>
  async ({ HandshakeId }: { readonly HandshakeId: string }, scope: Scope): Promise<Target<Handshake>> => {
    const { reader, account } = scope;
    const handshake = await reader.get(handshakes, [HandshakeId]);
    if (!handshake) return { arn: `arn:aws:organizations::${account}:handshake/*/*/${HandshakeId}`, account };
    const target = { arn: handshakeArn(handshake), account: handshake.managementAccountId, stored: handshake };
    if (account === handshake.managementAccountId) return target;
    const own = await findOrganization(reader, account);
    const isReader = delegatesToo && own?.organizationId === handshake.organizationId && (await isDelegate(own, scope));
    const granted = isReader || (await isRecipient(reader, handshake, account));
    const policies = { document: NOBODY, ...(granted ? { serviceDocument: GRANT } : {}) };
    return { ...target, notGranted: NO_PERMISSION, resourcePolicy: { kind: 'resource', ...policies } };
  };

export const handshake: ResourceType<{ readonly HandshakeId: string }, Handshake> = { ...HANDSHAKE, locate: locateHandshake(false) };
export const readableHandshake: ResourceType<{ readonly HandshakeId: string }, Handshake> = { ...HANDSHAKE, locate: locateHandshake(true) };

/** ARNs that something new is going to have, for tagging it. */
export const newUnitArn = (organization: Organization): string => unitArn(organization, 'ou-*');
export const newAccountArn = (organization: Organization): string => accountArn(organization, '*');
export const newTransferArn = (organization: Organization): string => transferArn(organization, 'INBOUND', 'rt-*');
