import type { Tag } from '../core/tag.ts';

/** What a web identity token or a SAML assertion has proved of who brings it. Made by the verifiers alone. */
export interface Assertion {
  /** The ARN of the provider in IAM, or the name of a built-in one. Of web identities it is `aws:FederatedProvider`. */
  readonly provider: string;
  /** Whom it speaks of, by the provider's own name for them. */
  readonly subject: string;
  /** Whom it was made for: the client id, or the address it was sent to. */
  readonly audience: string;
  /** Condition keys while a role is being assumed. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** Those that live on in the session, by their folded names. */
  readonly sessionContext: Readonly<Record<string, string | readonly string[]>>;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** The rest of what SAML says; absent for web identities. */
  readonly saml?: SamlFacts | undefined;
}

export interface SamlFacts {
  readonly issuer: string;
  /** `persistent`, `transient`, or the URI of another format. */
  readonly subjectType: string;
  readonly nameQualifier: string;
  /** Names the role's session. */
  readonly sessionName: string;
  /** Seconds; the identity provider's wish. */
  readonly sessionDuration?: number | undefined;
  /** Milliseconds since the epoch: when the identity provider's own session ends. */
  readonly sessionEndsAt?: number | undefined;
  /** For using it once. */
  readonly id: string;
  /** Milliseconds since the epoch: from then on nobody takes it any more. */
  readonly redeemableUntil: number;
}
