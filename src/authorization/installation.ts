import type { AccountEvents } from '../audit/account-events.ts';
import type { Federation } from '../authentication/federation.ts';
import type { KeyRing } from '../authentication/master-key.ts';
import type { Passwords } from '../authentication/password.ts';
import type { SecretBox } from '../authentication/secret-box.ts';
import type { SessionTokens } from '../authentication/session-token.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/id.ts';
import type { MailChannel } from '../core/mail.ts';
import type { OutboundPosts } from '../core/outbound.ts';
import type { ManagedPolicies } from '../model/managed-policies.ts';
import type { ServiceAuthorizations } from '../model/service-authorization.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Reader, Store } from '../store/store.ts';
import type { Guardrails } from './guardrails.ts';
import type { RoleAccess } from './role-access.ts';
import type { TrustCheck } from './trust.ts';

/** What one running Sagegate consists of, put together on floor 6 (server/installation.ts) and given to everything below. */
export interface Installation {
  readonly store: Store;
  /** The store as authorization sees it: the store, or under `--iam-propagation` what IAM's part of it was a while ago. */
  readonly authorizationView: Reader;
  readonly clock: Clock;
  readonly random: Random;
  /** Keys derived from the master key, one for each purpose. */
  readonly keys: KeyRing;
  /** Seals secrets that must be readable again: access key secrets, one-time-password seeds. */
  readonly secrets: SecretBox;
  readonly sessionTokens: SessionTokens;
  readonly passwords: Passwords;
  /** AWS's own managed policies. */
  readonly awsManagedPolicies: ManagedPolicies;
  /** What AWS publishes of actions and their resources. */
  readonly serviceAuthorizations: ServiceAuthorizations;
  /** What organizations hold accounts to. */
  readonly guardrails: Guardrails;
  /** What was called of late, by account. */
  readonly accountEvents: AccountEvents;
  /** Whether a role's trust policy lets a service assume it. */
  readonly serviceMayAssume: TrustCheck;
  /** What a service may do in a session of a role that it has taken up. */
  readonly roleAccess: RoleAccess;
  /** The model of a service; it is one of those that there are. */
  readonly model: (service: string) => ServiceModel;
  readonly regions: readonly string[];
  /** Keys and servers of identity providers. */
  readonly federation: Federation;
  /** The way to the containers of models: another than the one to identity providers, and only to what who runs this installation allows. */
  readonly containers: OutboundPosts;
  /** The way to people's mailboxes. */
  readonly mail: MailChannel;
  /** Does what goes on after a call has been answered. What fails there is logged. */
  readonly background: (work: () => Promise<void>) => void;
  /** What AWS lets customers raise, by account: `quota(account, 'UsersPerAccount')`. */
  readonly quota: (account: string, name: string, standard: number) => number;
  /** Multiplies every duration of a resource's lifecycle: 1 as long as on AWS (about), 0 at once. */
  readonly pace: number;
}
