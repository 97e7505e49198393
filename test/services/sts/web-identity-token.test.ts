import { createPublicKey, verify } from 'node:crypto';
import { IAM } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { IssuerDocuments } from '../../../src/server/issuer-documents.ts';
import { type Credentials, clientConfig, policy } from '../../harness.ts';
import { accessDenied, allow, refused, stage, trust, validationError } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole, notAuthorized, userArn } from './stage.ts';

const s = stage();
let issuer: string;
beforeAll(async () => {
  s.server.clock.freeze(s.server.clock.now());
  issuer = (await s.iam.enableOutboundWebIdentityFederation({})).IssuerIdentifier ?? '';
});
const all = { all: JSON.parse(allow('*')) };
type Input = { Audience?: string[]; SigningAlgorithm?: string; DurationSeconds?: number; Tags?: { Key: string; Value: string }[] };
const token = (who: Credentials, input: Input = {}) =>
  s.sts(who).getWebIdentityToken({ Audience: ['https://example.com'], SigningAlgorithm: 'ES384', ...input });

const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const claimsOf = (answer: { WebIdentityToken?: string | undefined }) => decode(answer.WebIdentityToken?.split('.')[1]);

async function fetchDocument(path: string, host = new URL(issuer).host) {
  const documents = new IssuerDocuments(s.server.installation.store);
  const request = {
    method: 'GET',
    target: path,
    rawHeaders: [],
    headers: { host },
    body: Buffer.alloc(0),
    remoteAddress: '',
    secure: true,
  };
  const answer = await documents.answer(request);
  return answer && { status: answer.status, body: JSON.parse(Buffer.from(answer.body).toString('utf8')) };
}

describe('GetWebIdentityToken', () => {
  it.each(['RS256', 'ES384'] as const)('signs with %s, and the issuer publishes the key', async (SigningAlgorithm) => {
    const answer = await token(await s.account.user(fresh(), { inline: all }), { SigningAlgorithm });
    const [header, payload, signature] = (answer.WebIdentityToken ?? '').split('.');
    const configuration = await fetchDocument('/.well-known/openid-configuration');
    expect(configuration?.body).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
    const { body } = (await fetchDocument('/.well-known/jwks.json')) ?? {};
    expect(body).toEqual((await fetchDocument(`/_sagegate/issuers/${issuer.slice(8, 44)}/.well-known/jwks.json`, '127.0.0.1:4566'))?.body);
    const { alg, kid, typ } = decode(header);
    expect([alg, typ]).toEqual([SigningAlgorithm, 'JWT']);
    const jwk = body.keys.find((each: { kid: string }) => each.kid === kid);
    expect(jwk).toMatchObject({ alg: SigningAlgorithm, use: 'sig' });
    expect(Object.keys(jwk)).not.toContain('d');
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const text = Buffer.from(`${header}.${payload}`);
    const bytes = Buffer.from(signature ?? '', 'base64url');
    const holds =
      SigningAlgorithm === 'RS256' ? verify('sha256', text, key, bytes) : verify('sha384', text, { key, dsaEncoding: 'ieee-p1363' }, bytes);
    expect(holds).toBe(true);
  });

  it('tells who a user is', async () => {
    const user = await s.account.user('Ann', { path: '/team/', inline: all, tags: { Team: 'a' } });
    const answer = await token(user, { DurationSeconds: 60, Audience: ['one', 'two'], Tags: [{ Key: 'for', Value: 'CI' }] });
    const now = Math.floor(s.server.clock.now() / 1000);
    const sub = `arn:aws:iam::${s.account.id}:user/team/Ann`;
    expect(claimsOf(answer)).toEqual({
      iss: issuer,
      sub,
      aud: ['one', 'two'],
      iat: now,
      exp: now + 60,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'https://sts.amazonaws.com/': {
        aws_account: s.account.id,
        source_region: 'us-east-1',
        principal_id: sub,
        principal_tags: { Team: 'a' },
        request_tags: { for: 'CI' },
      },
    });
    expect(answer.Expiration?.getTime()).toBe((now + 60) * 1000);
    const plain = claimsOf(await token(user));
    expect([plain.aud, plain.exp - plain.iat]).toEqual(['https://example.com', 300]);
  });

  it('tells what a role session is, and does not outlive it', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    const role = await makeRole(s, {
      path: '/x/',
      trusts: trust({ AWS: '*' }, ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']),
      may: allow('*'),
    });
    const answer = await role.assume(user, { DurationSeconds: 900, SourceIdentity: 'Ann', Tags: [{ Key: 'k', Value: 'v' }] });
    const session = credentialsOf(answer);
    expect(claimsOf(await token(session, { DurationSeconds: 600 }))).toMatchObject({
      sub: role.arn,
      'https://sts.amazonaws.com/': {
        principal_id: role.arn,
        principal_tags: { k: 'v' },
        source_identity: 'Ann',
        original_session_exp: answer.Credentials?.Expiration?.toISOString().replace('.000', ''),
      },
    });
    await refused(
      token(session, { DurationSeconds: 901 }),
      'SessionDurationEscalationException',
      403,
      'The requested token duration exceeds the remaining duration of the session.',
    );
  });

  it('serves users’ sessions, and neither federated ones nor root', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    await token(credentialsOf(await s.sts(user).getSessionToken({})));
    const federated = credentialsOf(await s.sts(user).getFederationToken({ Name: 'Bob', Policy: allow('*') }));
    await accessDenied(token(federated), 'Cannot call GetWebIdentityToken with session credentials');
    await notAuthorized(
      token(s.account.root),
      `arn:aws:iam::${s.account.id}:root`,
      'sts:GetWebIdentityToken',
      `arn:aws:sts::${s.account.id}:self`,
    );
  });

  it('needs permission, which may ask for audience, algorithm and duration; tags need their own', async () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': 'https://example.com' },
      StringEquals: { 'sts:SigningAlgorithm': 'ES384' },
      NumericLessThanEquals: { 'sts:DurationSeconds': '300' },
    };
    const p = JSON.parse(allow('sts:GetWebIdentityToken', '*', { Condition }));
    const user = await s.account.user('asking', { inline: { p } });
    const self = `arn:aws:sts::${s.account.id}:self`;
    await token(user);
    for (const input of [{ Audience: ['https://example.com', 'x'] }, { SigningAlgorithm: 'RS256' }, { DurationSeconds: 301 }])
      await notAuthorized(token(user, input), userArn(s, 'asking'), 'sts:GetWebIdentityToken', self);
    const tagged = { Tags: [{ Key: 'a', Value: '1' }] };
    await notAuthorized(token(user, tagged), userArn(s, 'asking'), 'sts:TagGetWebIdentityToken', self);
    await s.iam.putUserPolicy({ UserName: 'asking', PolicyName: 't', PolicyDocument: allow('sts:TagGetWebIdentityToken') });
    await token(user, tagged);
  });

  it('refuses what it cannot say', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    await validationError(token(user, { SigningAlgorithm: 'HS256' }), 'The signing algorithm must be RS256 or ES384.');
    await validationError(token(user, { Audience: [] }), /'audience' failed to satisfy constraint/);
    await validationError(token(user, { DurationSeconds: 59 }), /'durationSeconds' failed to satisfy constraint/);
    await validationError(token(user, { DurationSeconds: 3601 }), /'durationSeconds' failed to satisfy constraint/);
    const twice = {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '1' },
      ],
    };
    await refused(
      token(user, twice),
      'InvalidParameterValue',
      400,
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    const long = { Audience: Array.from({ length: 10 }, () => 'é'.repeat(1000)) };
    await refused(token(user, long), 'JWTPayloadSizeExceededException', 400, 'The token payload exceeds the maximum of 14984 bytes.');
  });

  it('is off until IAM is told, and again when it is told otherwise', async () => {
    const other = await s.server.account();
    const user = await other.user('user', { inline: all });
    const isOff = () =>
      refused(
        token(user),
        'OutboundWebIdentityFederationDisabledException',
        403,
        'Outbound web identity federation is not enabled for this account.',
      );
    await isOff();
    await new IAM(clientConfig(s.server, other.root)).enableOutboundWebIdentityFederation({});
    expect(claimsOf(await token(user)).iss).not.toBe(issuer);
    await other.asRoot('iam', 'DisableOutboundWebIdentityFederation', {});
    await isOff();
  });
});

it('documents of issuers that are not, and other paths, are not served', async () => {
  expect(await fetchDocument('/.well-known/jwks.json', 'x.tokens.sts.global.api.aws')).toMatchObject({ status: 404 });
  expect(await fetchDocument('/.well-known/other')).toBeUndefined();
  expect(await fetchDocument('/.well-known/jwks.json', '127.0.0.1')).toBeUndefined();
});

it('GetDelegatedAccessToken: no token of a delegation request has ever been given out', async () => {
  const user = await s.account.user('trader', { inline: all });
  const call = (who: Credentials) => s.sts(who).getDelegatedAccessToken({ TradeInToken: 'token' });
  await refused(call(user), 'ExpiredTradeInTokenException', 400, 'The trade-in token is invalid or has expired.');
  const nobody = await s.account.user('no-trader', { inline: { no: policy({ Effect: 'Deny', Action: 'sts:*', Resource: '*' }) } });
  await accessDenied(call(nobody), `User: ${userArn(s, 'no-trader')} is not authorized to perform: sts:GetDelegatedAccessToken`);
});
