import type { Outbound, OutboundPosts } from '../core/outbound.ts';
import type { SamlProviders } from './saml/saml-providers.ts';
import type { IssuerKeys } from './web-identity/issuer-keys.ts';

/** What it takes to believe what others say of their users. */
export interface Federation {
  readonly outbound: Outbound & OutboundPosts;
  /** Of OpenID Connect issuers. */
  readonly issuerKeys: IssuerKeys;
  readonly samlProviders: SamlProviders;
  /** Does some work; where it fails, it fails no earlier than this many milliseconds after it began, so that the time tells little of where. */
  readonly failLate: <Result>(milliseconds: number, work: () => Promise<Result>) => Promise<Result>;
}
