import type { Tag } from '../core/tag.ts';
import type { Principal } from '../policy/index.ts';
import type { Assertion } from './assertion.ts';
import type { Session } from './session-token.ts';

/** Who makes a call, proved. Made by authenticate.ts from the verifier's result alone, and by the pipeline for services. */
export interface Caller {
  readonly principal: Principal;
  /** Account of the principal; empty for anonymous callers. */
  readonly account: string;
  /** As `GetCallerIdentity` prints it and `aws:userid` holds it: `AIDA…`, `AROA…:session`, `A:name`, the account id for root. */
  readonly userId: string;
  /** Only for IAM users, and for sessions of theirs. */
  readonly userName?: string | undefined;
  /** The principal's tags with the session's laid over them: `aws:PrincipalTag/…`. */
  readonly tags: readonly Tag[];
  /** The key that signed; absent for services and unsigned calls. */
  readonly accessKeyId?: string | undefined;
  /** Set when temporary credentials signed. */
  readonly session?: Session | undefined;
  /** When a second factor was proved, by the session or by a code in this very call; absent without one. */
  readonly mfaAt?: number | undefined;
  /** Set while a role is assumed by a web identity token or a SAML assertion: what it has proved. */
  readonly assertion?: Assertion | undefined;
  /** For a service that acts for one of its resources: the confused-deputy keys. */
  readonly onBehalfOf?: { readonly sourceArn?: string | undefined; readonly sourceAccount?: string | undefined } | undefined;
}

/** The caller of operations that are not signed, as long as nothing is proved. */
export const ANONYMOUS: Caller = {
  principal: { kind: 'anonymous', account: '', arn: 'anonymous', uniqueId: 'anonymous' },
  account: '',
  userId: 'anonymous',
  tags: [],
};

/**
 * An AWS service acting by itself: `sagemaker.amazonaws.com` taking up an execution role. Most say for which of their resources; some say the
 * account only, or nothing.
 */
export const serviceCaller = (service: string, onBehalfOf: Caller['onBehalfOf']): Caller => ({
  principal: { kind: 'service', account: '', arn: service, uniqueId: service, serviceNames: [service] },
  account: '',
  userId: service,
  tags: [],
  onBehalfOf,
});

/**
 * Who calls AssumeRoleWithWebIdentity or AssumeRoleWithSAML, proved. Nobody signs these calls, so there is no principal of an account: trust policies
 * name the provider.
 */
export const federatedCaller = (assertion: Assertion): Caller => ({
  principal: {
    kind: 'anonymous',
    account: '',
    arn: assertion.provider,
    uniqueId: assertion.provider,
    federatedProvider: assertion.provider,
  },
  account: '',
  userId: assertion.provider,
  tags: [],
  assertion,
});
