import { generateKeyPairSync, sign } from 'node:crypto';
import { STS } from '@aws-sdk/client-sts';
import { beforeAll, describe, it } from 'vitest';
import { clientConfig, policy } from '../../harness.ts';
import { refused, stage, validationError } from '../iam/stage.ts';

/*
 * AssumeRoleWithWebIdentity and AssumeRoleWithSAML on a server that may call nobody and has been told no keys: told as far as can be told without.
 */

const s = stage();
const URL = 'https://idp.example.com/tenant';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let roleArn: string;
let sts: STS;

beforeAll(async () => {
  sts = new STS({ ...clientConfig(s.server, s.account.root), credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  await s.iam.createOpenIDConnectProvider({ Url: URL, ClientIDList: ['client'], ThumbprintList: ['a'.repeat(40)] });
  const Federated = [`arn:aws:iam::${s.account.id}:oidc-provider/idp.example.com/tenant`, 'accounts.google.com'];
  const trusts = policy({
    Effect: 'Allow',
    Principal: { Federated },
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'],
  });
  const { Role } = await s.iam.createRole({ RoleName: 'open', AssumeRolePolicyDocument: JSON.stringify(trusts) });
  roleArn = Role?.Arn ?? '';
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { iss: URL, sub: 'subject', aud: 'client', iat: now, exp: now + 600 };

/** A token that is signed as it should be: by a key that is not the provider's, or nobody's. */
function jwt(claims: Record<string, unknown>): string {
  const text = `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
const assume = (WebIdentityToken: string, more: object = {}) =>
  sts.assumeRoleWithWebIdentity({ RoleArn: roleArn, RoleSessionName: 'session', WebIdentityToken, ...more });
const isRefused = (call: Promise<unknown>, message: string) => refused(call, 'InvalidIdentityTokenException', 400, message);

const NOT_A_JWT = 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.';
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

describe('a web identity token', () => {
  it.each([
    ['nothing of the kind', 'abcd'],
    ['two parts', `${part({ alg: 'none' })}.${part(CLAIMS)}`],
    ['no signature', `${part({ alg: 'none' })}.${part(CLAIMS)}.`],
    ['four parts', `${jwt(CLAIMS)}.x`],
    ['another alphabet', 'a+/=.a+/=.a+/='],
    ['a list of claims', `${part({})}.${part([CLAIMS])}.x`],
    ['claims of other types', jwt({ ...CLAIMS, iss: 1 })],
    ['audiences of other types', jwt({ ...CLAIMS, aud: [1] })],
  ])('is no token: %s', async (_what, text) => {
    await isRefused(assume(text), NOT_A_JWT);
  });

  it.each(['iss', 'sub', 'aud', 'iat', 'exp'])('without %s', async (claim) => {
    await isRefused(assume(jwt({ ...CLAIMS, [claim]: undefined })), `Missing a required claim: ${claim}`);
  });

  it('of an issuer that the role’s account does not know', async () => {
    for (const iss of ['https://other.example.com', `${URL}/`, 'https://IDP.example.com/tenant', 'constructor', '__proto__'])
      await isRefused(assume(jwt({ ...CLAIMS, iss })), `No OpenIDConnect provider found in your account for ${iss}`);
    const other = await s.server.account();
    await isRefused(
      assume(jwt(CLAIMS), { RoleArn: `arn:aws:iam::${other.id}:role/whatever` }),
      `No OpenIDConnect provider found in your account for ${URL}`,
    );
  });

  it('for another audience', async () => {
    await isRefused(assume(jwt({ ...CLAIMS, aud: 'other' })), 'Incorrect token audience');
    const several = { ...CLAIMS, aud: ['client', 'other'] };
    await isRefused(assume(jwt(several)), 'Token audience contains more than one audience while authorized party is not present');
    await isRefused(assume(jwt({ ...several, azp: 'other' })), NOT_VALIDATED);
  });

  it.each([
    ['of a provider', CLAIMS],
    ['with its standard port', { ...CLAIMS, iss: 'https://idp.example.com:443/tenant' }],
    ['with an authorised party', { ...CLAIMS, aud: ['a', 'b'], azp: 'client' }],
    ['of a built-in provider', { ...CLAIMS, iss: 'https://accounts.google.com' }],
  ])('%s, well formed and signed, is not let in: nothing verifies it', async (_what, claims) => {
    await isRefused(assume(jwt(claims)), NO_KEY);
  });

  it('of an OAuth provider is not let in either', async () => {
    const amazon = { ProviderId: 'www.amazon.com' };
    await refused(
      assume('Atza|token', amazon),
      'IDPCommunicationErrorException',
      400,
      'The identity provider could not be reached. Try again.',
    );
    await isRefused(assume('Atza|token', { ProviderId: 'idp.example.com' }), NOT_VALIDATED);
  });

  it('says nothing of roles: what is no role ARN is invalid, and what there is not is like what there is', async () => {
    await validationError(
      assume(jwt(CLAIMS), { RoleArn: 'arn:aws:iam::123456789012:user/x' }),
      'arn:aws:iam::123456789012:user/x is invalid',
    );
    await isRefused(assume(jwt(CLAIMS), { RoleArn: `${roleArn}-absent` }), NO_KEY);
  });
});

describe('a SAML assertion', () => {
  const provider = (name: string) => `arn:aws:iam::${s.account.id}:saml-provider/${name}`;
  const withSaml = (SAMLAssertion: string, PrincipalArn = provider('absent'), RoleArn = roleArn) =>
    sts.assumeRoleWithSAML({ RoleArn, PrincipalArn, SAMLAssertion });

  it('is refused for its form, its provider, and its signature', async () => {
    await isRefused(withSaml('<Response/>'), 'Invalid base64 SAMLResponse');
    await isRefused(withSaml(`${' '.repeat(99_000)}<`), 'Invalid base64 SAMLResponse');
    await isRefused(withSaml('PFJlc3BvbnNlLz4='), "Specified provider doesn't exist.");
    await validationError(withSaml('PFJlc3BvbnNlLz4=', provider('a/b')), `${provider('a/b')} is invalid`);
    await validationError(withSaml('PFJlc3BvbnNlLz4=', provider('there'), provider('there')), `${provider('there')} is invalid`);
  });
});
