/** `Corp` of `arn:aws:iam::123456789012:saml-provider/Corp`, the issuer of an OpenID Connect provider, which may have a path. */
export const providerName = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

export const isSaml = (arn: string): boolean => arn.includes(':saml-provider/');
