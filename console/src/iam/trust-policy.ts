/** Whom a new role shall trust, as somebody has filled it in. */
export type Trusted =
  | { readonly by: 'service'; readonly service: string }
  | { readonly by: 'account'; readonly account: string; readonly externalId: string; readonly withMfa: boolean }
  | { readonly by: 'saml'; readonly provider: string }
  | { readonly by: 'oidc'; readonly provider: string; readonly audience: string; readonly subject: string };

/**
 * The trust policy for it, or undefined while something is missing.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create.html
 */
export function trustPolicy(trusted: Trusted): string | undefined {
  const statement = statementOf(trusted);
  return statement && JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }, null, 2);
}

function statementOf(trusted: Trusted): object | undefined {
  switch (trusted.by) {
    case 'service':
      return trusted.service === '' ? undefined : { Principal: { Service: trusted.service }, Action: 'sts:AssumeRole' };
    case 'account': {
      if (!/^\d{12}$/.test(trusted.account)) return undefined;
      const conditions = {
        ...(trusted.externalId !== '' && { StringEquals: { 'sts:ExternalId': trusted.externalId } }),
        ...(trusted.withMfa && { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      };
      return {
        Principal: { AWS: `arn:aws:iam::${trusted.account}:root` },
        Action: 'sts:AssumeRole',
        ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
      };
    }
    case 'saml':
      if (trusted.provider === '') return undefined;
      return {
        Principal: { Federated: trusted.provider },
        Action: 'sts:AssumeRoleWithSAML',
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      };
    case 'oidc': {
      // Without an audience every client of the issuer would be let in.
      if (trusted.provider === '' || trusted.audience === '') return undefined;
      const issuer = trusted.provider.slice(trusted.provider.indexOf('/') + 1);
      const subject = trusted.subject === '' ? {} : { [`${issuer}:sub`]: trusted.subject };
      return {
        Principal: { Federated: trusted.provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:aud`]: trusted.audience, ...subject } },
      };
    }
  }
}
