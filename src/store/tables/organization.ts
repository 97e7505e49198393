import { foldCase } from '../../core/name.ts';
import type { Tag } from '../../core/tag.ts';
import { sortableTime, table } from '../table.ts';

/*
 * The rows of Organizations. What takes its time (an account being made or closed, an invitation that runs out) is stored as the instants at
 * which it changes, and read off the clock: docs/decisions/0007.
 */

export type FeatureSet = 'ALL' | 'CONSOLIDATED_BILLING';

export interface Organization {
  /** `o-…` */
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly featureSet: FeatureSet;
  /** `r-…`: an organization has one root. */
  readonly rootId: string;
  readonly rootTags: readonly Tag[];
  /** Policy types enabled on the root. */
  readonly policyTypes: readonly string[];
  readonly createdAt: number;
}

export const organizations = table<Organization>()({
  name: 'organization',
  columns: { organization_id: (o) => o.organizationId, management_account_id: (o) => o.managementAccountId },
  key: ['organization_id'],
  unique: { management: ['management_account_id'] },
});

/** That an account belongs to an organization, the management account among them. */
export interface Membership {
  readonly accountId: string;
  readonly organizationId: string;
  /** The root or OU it is directly in. */
  readonly parentId: string;
  readonly joinedMethod: 'INVITED' | 'CREATED';
  /** For an account still being made, when it will be ready: it is not shown before. */
  readonly joinedAt: number;
  readonly tags: readonly Tag[];
  /** When it was asked to be closed, when it is, and when nothing is left of it. */
  readonly closure?: { readonly requestedAt: number; readonly closedAt: number; readonly goneAt: number };
  /** Of an account that is not at work though its owner has not closed it: only imported ones are. */
  readonly heldBack?: 'SUSPENDED' | 'PENDING_ACTIVATION';
}

export const organizationMemberships = table<Membership>()({
  name: 'organization_membership',
  columns: { account_id: (m) => m.accountId, organization_id: (m) => m.organizationId, parent_id: (m) => m.parentId },
  key: ['account_id'],
  indexes: { organization: ['organization_id'], parent: ['organization_id', 'parent_id'] },
});

export interface OrganizationalUnit {
  readonly organizationId: string;
  /** `ou-…` */
  readonly unitId: string;
  readonly parentId: string;
  /** Unique under its parent. */
  readonly name: string;
  readonly tags: readonly Tag[];
}

export const organizationalUnits = table<OrganizationalUnit>()({
  name: 'organizational_unit',
  columns: { organization_id: (u) => u.organizationId, unit_id: (u) => u.unitId, parent_id: (u) => u.parentId, name: (u) => u.name },
  key: ['organization_id', 'unit_id'],
  unique: { name: ['organization_id', 'parent_id', 'name'] },
  indexes: { parent: ['organization_id', 'parent_id'] },
});

/** A policy of the customer's. AWS's own (p-FullAWSAccess) have no row. */
export interface OrganizationPolicy {
  readonly organizationId: string;
  /** `p-…` */
  readonly policyId: string;
  /** `SERVICE_CONTROL_POLICY` */
  readonly type: string;
  /** Unique among those of its type. */
  readonly name: string;
  readonly description: string;
  /** The text as submitted. */
  readonly content: string;
  readonly tags: readonly Tag[];
  readonly changedAt: number;
}

export const organizationPolicies = table<OrganizationPolicy>()({
  name: 'organization_policy',
  columns: { organization_id: (p) => p.organizationId, policy_id: (p) => p.policyId, type: (p) => p.type, name: (p) => p.name },
  key: ['organization_id', 'policy_id'],
  unique: { name: ['organization_id', 'type', 'name'] },
  indexes: { type: ['organization_id', 'type'] },
});

/** A policy, of the customer or of AWS, attached to a root, OU or account. */
export interface PolicyAttachment {
  readonly organizationId: string;
  readonly targetId: string;
  readonly type: string;
  readonly policyId: string;
  readonly attachedAt: number;
}

export const policyAttachments = table<PolicyAttachment>()({
  name: 'organization_policy_attachment',
  columns: { organization_id: (a) => a.organizationId, target_id: (a) => a.targetId, type: (a) => a.type, policy_id: (a) => a.policyId },
  key: ['organization_id', 'target_id', 'type', 'policy_id'],
  indexes: { policy: ['organization_id', 'policy_id'], type: ['organization_id', 'type'] },
});

/** A CreateAccount request and its outcome, which is told once `completesAt` has come. */
export interface AccountCreation {
  readonly organizationId: string;
  /** `car-…` */
  readonly requestId: string;
  readonly accountName: string;
  readonly email: string;
  readonly requestedAt: number;
  readonly completesAt: number;
  readonly outcome: { readonly accountId: string } | { readonly failure: string };
}

export const accountCreations = table<AccountCreation>()({
  name: 'organization_account_creation',
  columns: { organization_id: (c) => c.organizationId, request_id: (c) => c.requestId, requested_at: (c) => sortableTime(c.requestedAt) },
  key: ['organization_id', 'request_id'],
  indexes: { requested: ['organization_id', 'requested_at'] },
});

export type HandshakeAction =
  | 'INVITE'
  | 'ENABLE_ALL_FEATURES'
  | 'APPROVE_ALL_FEATURES'
  | 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE'
  | 'TRANSFER_RESPONSIBILITY';

export interface Handshake {
  /** `h-…` */
  readonly handshakeId: string;
  /** The organization that sent it, and its management account. */
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly action: HandshakeAction;
  /** Whom it was sent to; for ENABLE_ALL_FEATURES the organization itself. */
  readonly recipient: { readonly type: 'ACCOUNT' | 'EMAIL' | 'ORGANIZATION'; readonly id: string };
  /** As last set by a call; one that is still open and past its time is `EXPIRED`. */
  readonly state: 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED';
  readonly requestedAt: number;
  readonly expiresAt: number;
  /** When a call brought it to its end. */
  readonly settledAt?: number;
  /** Of the sender, as the recipient is shown it. */
  readonly sender: { readonly email: string; readonly name: string; readonly featureSet: FeatureSet };
  readonly notes?: string;
  /** For the account, once it joins. */
  readonly tags: readonly Tag[];
  readonly parentId?: string;
  readonly transferId?: string;
}

export const handshakes = table<Handshake>()({
  name: 'organization_handshake',
  columns: {
    handshake_id: (h) => h.handshakeId,
    organization_id: (h) => h.organizationId,
    recipient_type: (h) => h.recipient.type,
    // Case of addresses does not count.
    recipient_id: (h) => foldCase(h.recipient.id),
    requested_at: (h) => sortableTime(h.requestedAt),
    parent_id: (h) => h.parentId ?? '',
    // Those of transfers that came about last as long as these.
    ended_at: (h) => (h.transferId !== undefined && h.state === 'ACCEPTED' ? '~' : sortableTime(h.settledAt ?? h.expiresAt)),
  },
  key: ['handshake_id'],
  indexes: {
    organization: ['organization_id', 'requested_at'],
    recipient: ['recipient_type', 'recipient_id', 'requested_at'],
    parent: ['parent_id', 'requested_at'],
    ended: ['ended_at'],
  },
});

/** A service that may act in the organization's accounts (trusted access). */
export interface ServiceAccess {
  readonly organizationId: string;
  readonly servicePrincipal: string;
  readonly enabledAt: number;
}

export const serviceAccesses = table<ServiceAccess>()({
  name: 'organization_service_access',
  columns: { organization_id: (a) => a.organizationId, service_principal: (a) => a.servicePrincipal },
  key: ['organization_id', 'service_principal'],
});

/** That a member account administers a service for the organization. */
export interface Delegation {
  readonly organizationId: string;
  readonly accountId: string;
  readonly servicePrincipal: string;
  readonly enabledAt: number;
}

export const delegations = table<Delegation>()({
  name: 'organization_delegation',
  columns: { organization_id: (d) => d.organizationId, account_id: (d) => d.accountId, service_principal: (d) => d.servicePrincipal },
  key: ['organization_id', 'account_id', 'service_principal'],
  indexes: { service: ['organization_id', 'service_principal'] },
});

/** The organization's resource-based delegation policy. */
export interface OrganizationResourcePolicy {
  readonly organizationId: string;
  /** `rp-…` */
  readonly resourcePolicyId: string;
  readonly content: string;
  readonly tags: readonly Tag[];
}

export const organizationResourcePolicies = table<OrganizationResourcePolicy>()({
  name: 'organization_resource_policy',
  columns: { organization_id: (p) => p.organizationId },
  key: ['organization_id'],
});

/** An arrangement in which `target` manages a responsibility (billing) of the organization `source`. */
export interface ResponsibilityTransfer {
  /** `rt-…` */
  readonly transferId: string;
  readonly name: string;
  /** Organization and management account that take over: those that invited. */
  readonly target: { readonly organizationId: string; readonly accountId: string };
  /** Those whose responsibility it is, once they have accepted. */
  readonly source?: { readonly organizationId: string; readonly accountId: string };
  readonly handshakeId: string;
  readonly startsAt: number;
  /** Set when it was withdrawn. */
  readonly endsAt?: number;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}

export const responsibilityTransfers = table<ResponsibilityTransfer>()({
  name: 'organization_responsibility_transfer',
  columns: {
    transfer_id: (t) => t.transferId,
    target: (t) => t.target.organizationId,
    source: (t) => t.source?.organizationId ?? '',
  },
  key: ['transfer_id'],
  indexes: { target: ['target'], source: ['source'] },
});
