import type { Credentials } from '@aws-sdk/client-sts';
import type { Session } from '../../authentication/session-token.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { OnBehalfOf } from '../../authorization/trust.ts';
import type { Tag } from '../../core/tag.ts';
import type { Role } from '../../store/tables/iam.ts';
import { issueCredentials } from './session.ts';

/** What a service wants of a role that it takes up. */
export interface WantedSession {
  /** `ec2.amazonaws.com` */
  readonly service: string;
  /** For which of its resources. */
  readonly onBehalfOf?: OnBehalfOf | undefined;
  readonly sessionName: string;
  /** Services are not held to the role's MaxSessionDuration. */
  readonly durationSeconds: number;
  readonly region: string;
  readonly tags?: readonly Tag[];
  readonly transitiveTagKeys?: readonly string[];
  /** Condition keys that the credentials carry, case-folded: `ec2:roledelivery`. */
  readonly context?: Session['context'];
}

/** Whether the role's trust policy lets the service have such a session now. */
export function mayHave(role: Role, wanted: WantedSession, installation: Installation, now: number): Promise<boolean> {
  const { service, onBehalfOf, region, sessionName: name, tags = [] } = wanted;
  return installation.serviceMayAssume(installation.store, role, service, onBehalfOf, { now, region }, { name, tags });
}

/** Temporary credentials of a role for a service, or for what runs in it. Undefined when the role's trust policy does not let it have them. */
export async function assumeForService(
  role: Role,
  wanted: WantedSession,
  installation: Installation,
  now: number,
): Promise<Credentials | undefined> {
  if (!(await mayHave(role, wanted, installation, now))) return undefined;
  const session = {
    kind: 'AssumeRole' as const,
    principal: {
      kind: 'role' as const,
      account: role.accountId,
      uniqueId: role.roleId,
      path: role.path,
      name: role.roleName,
      sessionName: wanted.sessionName,
    },
    chained: false,
    policies: { managedArns: [] },
    tags: wanted.tags ?? [],
    transitiveTagKeys: wanted.transitiveTagKeys ?? [],
    context: wanted.context ?? {},
  };
  return issueCredentials(session, wanted.durationSeconds, { installation, now, account: role.accountId });
}
