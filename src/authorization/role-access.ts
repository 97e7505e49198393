import { sessionCaller } from '../authentication/principals.ts';
import type { Decision } from '../policy/index.ts';
import type { Reader } from '../store/store.ts';
import type { Role } from '../store/tables/iam.ts';
import type { Authorizer } from './authorize.ts';
import type { ActionName, ContextValue, Target } from './operation.ts';

/** What a service does in a session of a role that it has taken up. */
export interface RoleDemand {
  readonly role: Role;
  readonly sessionName: string;
  readonly action: ActionName;
  readonly target: Target;
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** The service that uses the session: `sagemaker.amazonaws.com`. */
  readonly userAgent: string;
}

/** Decides what a service wants to do in a role's session, by the same engine that decides calls. */
export type RoleAccess = (
  reader: Reader,
  demand: RoleDemand,
  when: { readonly now: number; readonly region: string },
) => Promise<{ readonly decision: Decision; readonly callerArn: string } | undefined>;

/** How long a service keeps a session of a role for one thing it does. Milliseconds. */
const SESSION = 3_600_000;

/** Undefined when the role is gone. */
export const createRoleAccess =
  (authorizer: Authorizer): RoleAccess =>
  async (reader, { role, sessionName, action, target, context, userAgent }, { now, region }) => {
    const caller = await sessionCaller(reader, {
      kind: 'AssumeRole',
      accessKeyId: '',
      secretAccessKey: '',
      principal: {
        kind: 'role',
        account: role.accountId,
        uniqueId: role.roleId,
        path: role.path,
        name: role.roleName,
        sessionName,
      },
      issuedAt: now,
      expiresAt: now + SESSION,
      chained: false,
      policies: { managedArns: [] },
      tags: [],
      transitiveTagKeys: [],
      context: {},
    });
    if (!caller) return undefined;
    const request = { caller, now, region, sourceIp: '', secure: true, userAgent, referer: undefined, calledVia: [] };
    const decision = await authorizer.decide({ action, target, request, rowValues: () => context ?? {} }, reader);
    return { decision, callerArn: caller.principal.arn };
  };
