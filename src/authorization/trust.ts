import { serviceCaller } from '../authentication/caller.ts';
import { iamArn } from '../core/arn.ts';
import type { Reader } from '../store/store.ts';
import { type Role, roles } from '../store/tables/iam.ts';
import type { Authorizer } from './authorize.ts';

/** The resource for which a service wants to take up a role. */
export interface OnBehalfOf {
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** Whether a service principal may assume a role now, for one of its resources: the role's trust policy decides, as in any AssumeRole. */
export type TrustCheck = (
  reader: Reader,
  role: Role,
  service: string,
  onBehalfOf: OnBehalfOf,
  when: { readonly now: number; readonly region: string },
) => Promise<boolean>;

export const createTrustCheck =
  (authorizer: Authorizer, authorizationView: Reader): TrustCheck =>
  async (reader, { roleId }, service, onBehalfOf, { now, region }) => {
    const role = await authorizationView.find(roles, 'id', [roleId]);
    if (!role) return false;
    const caller = serviceCaller(service, onBehalfOf);
    const target = {
      arn: iamArn(role.accountId, `role${role.path}${role.roleName}`),
      account: role.accountId,
      stored: role,
      tags: role.tags,
      resourcePolicy: { kind: 'trust' as const, document: role.trustPolicy },
    };
    const request = { caller, now, region, sourceIp: '', secure: true, userAgent: service, referer: undefined, calledVia: [] };
    const decision = await authorizer.decide({ action: 'sts:AssumeRole', target, request, rowValues: () => ({}) }, reader);
    return decision.outcome === 'allowed';
  };
