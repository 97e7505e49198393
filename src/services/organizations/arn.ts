import type { Handshake, Organization } from '../../store/tables/organization.ts';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies */
const arn = ({ organizationId, managementAccountId }: Owner, kind: string, rest: string): string =>
  `arn:aws:organizations::${managementAccountId}:${kind}/${organizationId}${rest}`;

type Owner = Pick<Organization, 'organizationId' | 'managementAccountId'>;

export const organizationArn = (owner: Owner): string => arn(owner, 'organization', '');
export const rootArn = (owner: Owner, id: string): string => arn(owner, 'root', `/${id}`);
export const unitArn = (owner: Owner, id: string): string => arn(owner, 'ou', `/${id}`);
export const accountArn = (owner: Owner, id: string): string => arn(owner, 'account', `/${id}`);
export const policyArn = (owner: Owner, type: string, id: string): string => arn(owner, 'policy', `/${type.toLowerCase()}/${id}`);
export const handshakeArn = (handshake: Handshake): string =>
  arn(handshake, 'handshake', `/${handshake.action.toLowerCase()}/${handshake.handshakeId}`);
export const resourcePolicyArn = (owner: Owner, id: string): string => arn(owner, 'resourcepolicy', `/${id}`);
export const transferArn = (owner: Owner, direction: TransferDirection, id: string): string =>
  arn(owner, 'transfer', `/billing/${direction.toLowerCase()}/${id}`);

/** INBOUND: the organization manages another's responsibility. OUTBOUND: another manages its own. */
export type TransferDirection = 'INBOUND' | 'OUTBOUND';

export type TargetKind = 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';

/** What an id names; validation has let no others through. */
export const targetKindOf = (id: string): TargetKind =>
  id.startsWith('r-') ? 'ROOT' : id.startsWith('ou-') ? 'ORGANIZATIONAL_UNIT' : 'ACCOUNT';

const ARN_OF_KIND = { ROOT: rootArn, ORGANIZATIONAL_UNIT: unitArn, ACCOUNT: accountArn } as const;

/** Of a root, OU or account, whether or not there is one. */
export const targetArn = (owner: Owner, id: string): string => ARN_OF_KIND[targetKindOf(id)](owner, id);
