/**
 * Who makes a request, as the engine sees it: one record per request, built from the credential and never from a policy.
 *
 * | kind | `arn` | further |
 * | --- | --- | --- |
 * | root | `arn:aws:iam::A:root` | |
 * | user | `arn:aws:iam::A:user/path/n`, also for GetSessionToken | |
 * | role | `arn:aws:sts::A:assumed-role/R/session` | `roleArn`, `roleId` |
 * | federated-user | `arn:aws:sts::A:federated-user/n` | `userArn`, `userId` of the user who called GetFederationToken |
 * | service | `sagemaker.amazonaws.com` | `serviceNames` |
 * | anonymous | `anonymous` | `federatedProvider`, while AssumeRoleWithWebIdentity or AssumeRoleWithSAML is decided |
 */
export interface Principal {
  readonly kind: 'root' | 'user' | 'role' | 'federated-user' | 'service' | 'anonymous';
  /** The account it belongs to; empty for services and anonymous callers. */
  readonly account: string;
  /** The caller's ARN, as denial messages and GetCallerIdentity print it. */
  readonly arn: string;
  /** `aws:PrincipalArn`: for sessions of a role the role's ARN. The engine itself does not read it. */
  readonly principalArn?: string | undefined;
  /** `AIDA…` for users, `AROA…` for roles' sessions, else what `aws:userid` holds. Never shared by two principals, not even one after the other. */
  readonly uniqueId: string;
  /** Role sessions: the role's ARN with its path. */
  readonly roleArn?: string | undefined;
  /** Role sessions: `AROA…`; `uniqueId` up to its colon when absent. */
  readonly roleId?: string | undefined;
  /** Federated users: the IAM user whose credentials called GetFederationToken. */
  readonly userArn?: string | undefined;
  readonly userId?: string | undefined;
  /** Role sessions: the session's ARN; `arn` when absent. */
  readonly sessionArn?: string | undefined;
  /** Callers of AssumeRoleWithWebIdentity and AssumeRoleWithSAML: the provider's ARN, or the name of a built-in one. */
  readonly federatedProvider?: string | undefined;
  /** Every name of the service, regional ones included. */
  readonly serviceNames?: readonly string[] | undefined;
  /** Sessions of a service-linked role: SCPs and RCPs do not apply. Comes from the store, never from the role's name. */
  readonly serviceLinked?: boolean | undefined;
}
