import type { Outbound } from '../core/outbound.ts';
import type { IssuerKeys } from './web-identity/issuer-keys.ts';

/** What it takes to believe what others say of their users. */
export interface Federation {
  readonly outbound: Outbound;
  /** Of OpenID Connect issuers. */
  readonly issuerKeys: IssuerKeys;
}
