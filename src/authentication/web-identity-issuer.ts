const DOMAIN = 'tokens.sts.global.api.aws';

/** Issuer of an account's outbound tokens, as IAM tells it (EnableOutboundWebIdentityFederation) and tokens name it. */
export const issuerUrl = (issuerId: string): string => `https://${issuerId}.${DOMAIN}`;

/** The issuer that a Host header names; undefined when it names something else. */
export const issuerOfHost = (host: string | undefined): string | undefined =>
  host?.endsWith(`.${DOMAIN}`) ? host.slice(0, -(DOMAIN.length + 1)) : undefined;
