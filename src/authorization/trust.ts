import { serviceCaller } from '../authentication/caller.ts';
import { isAccountActive } from '../authentication/principals.ts';
import { iamArn } from '../core/arn.ts';
import type { Tag } from '../core/tag.ts';
import type { Reader } from '../store/store.ts';
import { type Role, roles } from '../store/tables/iam.ts';
import type { Authorizer } from './authorize.ts';
import { requestTagValues } from './request-tags.ts';

/** The resource for which a service wants to take up a role, as far as it says. */
export interface OnBehalfOf {
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

/** What the service asks for with the role. */
export interface AskedSession {
  /** `sts:RoleSessionName` */
  readonly name?: string;
  /** Session tags: the service needs `sts:TagSession` as well. */
  readonly tags?: readonly Tag[];
}

/** Whether a service principal may assume a role now, for one of its resources: the role's trust policy decides, as in any AssumeRole. */
export type TrustCheck = (
  reader: Reader,
  role: Role,
  service: string,
  onBehalfOf: OnBehalfOf | undefined,
  when: { readonly now: number; readonly region: string },
  asked?: AskedSession,
) => Promise<boolean>;

export const createTrustCheck =
  (authorizer: Authorizer, authorizationView: Reader): TrustCheck =>
  async (reader, { roleId }, service, onBehalfOf, { now, region }, { name, tags = [] } = {}) => {
    const role = await authorizationView.find(roles, 'id', [roleId]);
    if (!role || !(await isAccountActive(reader, role.accountId))) return false;
    const caller = serviceCaller(service, onBehalfOf);
    const target = {
      arn: iamArn(role.accountId, `role${role.path}${role.roleName}`),
      account: role.accountId,
      stored: role,
      tags: role.tags,
      resourcePolicy: { kind: 'trust' as const, document: role.trustPolicy },
    };
    const request = { caller, now, region, sourceIp: '', secure: true, userAgent: service, referer: undefined, calledVia: [] };
    const rowValues = () => ({ 'sts:RoleSessionName': name, ...requestTagValues(tags) });
    for (const action of ['sts:AssumeRole', ...(tags.length > 0 ? (['sts:TagSession'] as const) : [])] as const) {
      const decision = await authorizer.decide({ action, target, request, rowValues }, reader);
      if (decision.outcome !== 'allowed') return false;
    }
    return true;
  };
