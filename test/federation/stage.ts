import { type AssumeRoleWithWebIdentityCommandOutput, STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll } from 'vitest';
import { GuardedFetch } from '../../src/server/guarded-fetch.ts';
import { clientConfig } from '../harness.ts';
import { refused, type Stage, stage } from '../services/iam/stage.ts';
import { type FederatedRoleSettings, federatedRoles } from './federated-role.ts';
import { authority, type IssuerOptions, makeToken, type SigningKey, startIssuer, type TestIssuer } from './issuer.ts';

export interface WebIdentityStage extends Stage {
  issuer: TestIssuer;
  key: SigningKey;
  providerArn: string;
  /** Without scheme: what condition keys begin with. */
  prefix: string;
  /** Nobody signs with it. */
  anonymous: STS;
  /** Claims of a good token, now. */
  claims(more?: object): Record<string, unknown>;
  token(more?: object, header?: object): string;
  /** A role that trusts the provider for its client, or whatever else it is to trust. */
  role(settings?: FederatedRoleSettings): Promise<string>;
  assume(roleArn: string, token: string, more?: object): Promise<AssumeRoleWithWebIdentityCommandOutput>;
}

/** A server that may reach one issuer of this machine, and an account that has it as a provider. */
export function webIdentityStage(options: IssuerOptions = {}): WebIdentityStage {
  // The issuer's port is known only once it runs, and the guard is told when it is made: one guard that is filled in later.
  const outbound: { -readonly [Name in keyof GuardedFetch]?: GuardedFetch[Name] } = {};
  const s = stage({ outbound: outbound as GuardedFetch });
  beforeAll(async () => {
    const issuer = await startIssuer(options);
    const guard = new GuardedFetch({ allowed: [issuer.origin], authorities: [authority.pem] });
    Object.assign(outbound, {
      get: guard.get.bind(guard),
      post: guard.post.bind(guard),
      thumbprint: guard.thumbprint.bind(guard),
      allowsPlain: guard.allowsPlain.bind(guard),
    });
    const key = issuer.keys[0] as SigningKey;
    const created = await s.iam.createOpenIDConnectProvider({ Url: issuer.url, ClientIDList: ['client', 'other-client'] });
    const providerArn = created.OpenIDConnectProviderArn ?? '';
    const anonymous = new STS({ ...clientConfig(s.server, s.account.root), credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    const seconds = (): number => Math.floor(s.server.clock.now() / 1000);
    const more: Partial<WebIdentityStage> = {
      issuer,
      key,
      providerArn,
      prefix: issuer.url.replace(/^https?:\/\//, ''),
      anonymous,
      claims: (extra = {}) => ({ iss: issuer.url, sub: 'alice', aud: 'client', iat: seconds(), exp: seconds() + 600, ...extra }),
      token: (extra = {}, header = {}) => makeToken(key, (s as WebIdentityStage).claims(extra), header),
      role: federatedRoles(s, providerArn, 'sts:AssumeRoleWithWebIdentity'),
      assume: (RoleArn, WebIdentityToken, extra = {}) =>
        anonymous.assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'session', WebIdentityToken, ...extra }),
    };
    Object.assign(s, more);
  });
  afterAll(() => (s as WebIdentityStage).issuer?.close());
  return s as WebIdentityStage;
}

export const invalidToken = (call: Promise<unknown>, message: string): Promise<void> =>
  refused(call, 'InvalidIdentityTokenException', 400, message);

export const notAuthorized = (call: Promise<unknown>, action = 'sts:AssumeRoleWithWebIdentity'): Promise<void> =>
  refused(call, 'AccessDenied', 403, `Not authorized to perform ${action}`);

export const NOT_A_JWT = 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
export const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.';
export const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
export const BAD_SIGNATURE = 'Token signature invalid';
