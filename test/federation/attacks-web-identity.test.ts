import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { CompactEncrypt, compactVerify, createLocalJWKSet, exportJWK, importJWK } from 'jose';

import { describe, expect, it } from 'vitest';
import { readToken } from '../../src/authentication/web-identity/json-web-token.ts';
import { readKeySet } from '../../src/authentication/web-identity/key-set.ts';
import { policy } from '../harness.ts';
import { refused } from '../services/iam/stage.ts';
import { encode, makeToken, type SigningKey, signingKey, signText } from './issuer.ts';
import { BAD_SIGNATURE, invalidToken, NO_KEY, NOT_A_JWT, NOT_VALIDATED, notAuthorized, webIdentityStage } from './stage.ts';

/*
 * A table of attacks on AssumeRoleWithWebIdentity, each with its answer. The ids are those of docs/threats.md.
 */

const rsa = signingKey('RS256', 'rsa');
const s = webIdentityStage({ key: rsa });
const pem = (key: SigningKey): string => key.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const hmac = (text: string, secret: string | Buffer): string => createHmac('sha256', secret).update(text).digest('base64url');
const withHmac = (header: object, secret: string | Buffer): string => {
  const text = `${encode(header)}.${encode(s.claims())}`;
  return `${text}.${hmac(text, secret)}`;
};
/** Signed by the issuer's own key, whatever the header and the claims say. */
const signed = (header: string | object, claims: string | object = s.claims()): string => {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${signText(rsa, text)}`;
};
const good = { alg: 'RS256', typ: 'JWT', kid: 'rsa' };

type Attack = readonly [id: string, attack: string, message: string, make: () => string | Promise<string>];

const ATTACKS: readonly Attack[] = [
  ['O01', 'alg none, no signature', NOT_A_JWT, () => `${encode({ ...good, alg: 'none' })}.${encode(s.claims())}.`],
  ['O01', 'alg none, with a signature', NOT_A_JWT, () => signed({ ...good, alg: 'none' })],
  ['O01', 'alg nOnE', NOT_A_JWT, () => signed({ ...good, alg: 'nOnE' })],
  ['O01', 'alg missing', NOT_A_JWT, () => signed({ typ: 'JWT', kid: 'rsa' })],
  ['O01', 'alg a list', NOT_A_JWT, () => signed({ ...good, alg: ['RS256'] })],
  ['O01', 'HS256 with the public key as secret', NOT_A_JWT, () => withHmac({ ...good, alg: 'HS256' }, pem(rsa))],
  ['O01', 'HS256 with a leading blank in the key', NOT_A_JWT, () => withHmac({ ...good, alg: 'HS256' }, ` ${pem(rsa)}`)],
  ['O01', 'an HMAC under the name RS256', BAD_SIGNATURE, () => withHmac(good, pem(rsa))],
  ['O01', 'alg in lower case', NOT_A_JWT, () => signed({ ...good, alg: 'rs256' })],
  ['O01', 'alg from the prototype', NOT_A_JWT, () => signed({ ...good, alg: 'constructor' })],
  ['O01', 'ES256 named for an RSA key', NO_KEY, () => signed({ ...good, alg: 'ES256' })],
  ['O01', 'RS512 named for a key of RS256', NO_KEY, () => signed({ ...good, alg: 'RS512' })],
  ['O01', 'PS256, which AWS does not take', NOT_A_JWT, () => signed({ ...good, alg: 'PS256' })],
  ['O01', 'RSA1_5 and other encryption', NOT_A_JWT, () => signed({ ...good, alg: 'RSA-OAEP', enc: 'A128GCM' })],

  [
    'O02',
    'an encrypted token',
    NOT_A_JWT,
    async () =>
      new CompactEncrypt(Buffer.from(JSON.stringify(s.claims())))
        .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A128GCM' })
        .encrypt(rsa.publicKey),
  ],
  ['O02', 'a token within a token', NOT_A_JWT, () => signed({ ...good, cty: 'JWT' }, s.token())],
  ['O02', 'crit', NOT_A_JWT, () => signed({ ...good, crit: ['exp'] })],
  ['O02', 'crit, empty', NOT_A_JWT, () => signed({ ...good, crit: [] })],
  ['O02', 'b64 false', NOT_A_JWT, () => signed({ ...good, b64: false, crit: ['b64'] })],
  ['O02', 'zip', NOT_A_JWT, () => signed({ ...good, zip: 'DEF' })],
  ['O02', 'five parts', NOT_A_JWT, () => `${s.token()}.a.b`],
  [
    'O02',
    'the JSON form',
    NOT_A_JWT,
    () => {
      const [protectedHeader, payload, signature] = s.token().split('.');
      return JSON.stringify({ payload, signatures: [{ protected: protectedHeader, signature }] });
    },
  ],
  ['O02', 'base64 with padding', NOT_A_JWT, () => `${s.token()}==`],
  [
    'O02',
    'base64 of the other alphabet',
    NOT_A_JWT,
    () =>
      s
        .token()
        .replace(/-/g, '+')
        .replace(/_/g, '/')
        .replace(/\.([^.]*)$/, '.+$1'),
  ],
  ['O02', 'bits left over in the signature', NOT_A_JWT, () => looseLastCharacter(s.token())],
  ['O02', 'blanks around it', NOT_A_JWT, () => ` ${s.token()}`],
  ['O02', 'a line break in it', NOT_A_JWT, () => s.token().replace('.', '.\n')],
  ['O02', 'claims that are no object', NOT_A_JWT, () => signed(good, '[]')],
  [
    'O02',
    'claims that are no UTF-8',
    NOT_A_JWT,
    () => {
      const text = `${encode(good)}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}`;
      return `${text}.${signText(rsa, text)}`;
    },
  ],
  ['O02', 'claims nested a hundred deep', NOT_A_JWT, () => signed(good, `{"x":${'['.repeat(100)}${']'.repeat(100)}}`)],
  ['O02', 'a comment in the claims', NOT_A_JWT, () => signed(good, `${JSON.stringify(s.claims()).slice(0, -1)}/**/}`)],
  ['O02', 'text after the claims', NOT_A_JWT, () => signed(good, `${JSON.stringify(s.claims())}{}`)],

  ['O03', 'kid: a path', NO_KEY, () => signed({ ...good, kid: '../../../../dev/null' })],
  ['O03', 'kid: SQL', NO_KEY, () => signed({ ...good, kid: "rsa' UNION SELECT 'key" })],
  ['O03', 'kid: __proto__', NO_KEY, () => signed(`{"alg":"RS256","typ":"JWT","kid":"__proto__"}`)],
  ['O03', 'kid: missing', NO_KEY, () => signed({ alg: 'RS256', typ: 'JWT' })],
  ['O03', 'kid: a number', NOT_A_JWT, () => signed({ ...good, kid: 1 })],
  ['O03', 'kid: huge', NOT_A_JWT, () => signed({ ...good, kid: 'x'.repeat(1025) })],
  ['O03', 'kid: twice', NOT_A_JWT, () => signed('{"alg":"RS256","typ":"JWT","kid":"x","kid":"rsa"}')],
  ['O03', 'alg: twice, once escaped', NOT_A_JWT, () => signed('{"alg":"none","\\u0061lg":"RS256","typ":"JWT","kid":"rsa"}')],

  ['O04', 'jwk: a key of the attacker', BAD_SIGNATURE, () => forged({ jwk: other.jwk })],
  ['O04', 'jku: a key set of the attacker', BAD_SIGNATURE, () => forged({ jku: `${s.issuer.origin}/evil` })],
  ['O04', 'x5u: a certificate of the attacker', BAD_SIGNATURE, () => forged({ x5u: `${s.issuer.origin}/evil` })],
  ['O04', 'x5c: a certificate of the attacker', BAD_SIGNATURE, () => forged({ x5c: ['MIIB'] })],
  ['O04', 'the kid of the attacker', NO_KEY, () => makeToken(other, s.claims())],

  ['O06', 'iss with a slash more', unknown(() => `${s.issuer.url}/`), () => s.token({ iss: `${s.issuer.url}/` })],
  [
    'O06',
    'iss in other case',
    unknown(() => s.issuer.url.replace('https', 'HTTPS')),
    () => s.token({ iss: s.issuer.url.replace('https', 'HTTPS') }),
  ],
  ['O06', 'iss with a path', unknown(() => `${s.issuer.url}/x`), () => s.token({ iss: `${s.issuer.url}/x` })],
  ['O06', 'iss with a path that leads back', unknown(() => `${s.issuer.url}/x/..`), () => s.token({ iss: `${s.issuer.url}/x/..` })],
  [
    'O06',
    'iss with user information',
    unknown(() => s.issuer.url.replace('//', '//x@')),
    () => s.token({ iss: s.issuer.url.replace('//', '//x@') }),
  ],
  ['O06', 'iss on another port', unknown(() => 'https://127.0.0.1'), () => s.token({ iss: 'https://127.0.0.1' })],
  ['O06', 'iss without scheme', unknown(() => s.prefix), () => s.token({ iss: s.prefix })],
  ['O06', 'iss in plain HTTP', unknown(() => `http://${s.prefix}`), () => s.token({ iss: `http://${s.prefix}` })],
  ['O06', 'iss with a query', unknown(() => `${s.issuer.url}?x`), () => s.token({ iss: `${s.issuer.url}?x` })],
  ['O06', 'iss that names its key', unknown(() => 'https://[object Object]'), () => s.token({ iss: 'https://[object Object]' })],
  ['O06', 'iss of a built-in provider, whose key this is not', NO_KEY, () => s.token({ iss: 'https://accounts.google.com' })],

  ['O07', 'aud of another client', 'Incorrect token audience', () => s.token({ aud: 'evil' })],
  ['O07', 'aud in other case', 'Incorrect token audience', () => s.token({ aud: 'Client' })],
  [
    'O07',
    'aud: ours among others',
    'Token audience contains more than one audience while authorized party is not present',
    () => s.token({ aud: ['client', 'evil'] }),
  ],
  ['O07', 'aud: none', NOT_A_JWT, () => s.token({ aud: [] })],
  ['O07', 'aud: a number', NOT_A_JWT, () => s.token({ aud: [1] })],
  ['O07', 'azp of another client, aud ours', NOT_VALIDATED, () => s.token({ azp: 'evil' })],
  ['O07', 'azp: a list', NOT_A_JWT, () => s.token({ azp: ['client'] })],
  ['O07', 'aud twice', NOT_A_JWT, () => signed(good, `${JSON.stringify(s.claims()).slice(0, -1)},"aud":"client"}`)],

  ['O08', 'sub missing', 'Missing a required claim: sub', () => s.token({ sub: undefined })],
  ['O08', 'sub: a number', NOT_A_JWT, () => s.token({ sub: 7 })],
  ['O08', 'sub: null', NOT_A_JWT, () => s.token({ sub: null })],
  ['O08', 'sub: a list', NOT_A_JWT, () => s.token({ sub: ['alice'] })],
  ['O08', 'sub twice', NOT_A_JWT, () => signed(good, `${JSON.stringify(s.claims()).slice(0, -1)},"sub":"root"}`)],

  ['O09', 'exp missing', 'Missing a required claim: exp', () => s.token({ exp: undefined })],
  ['O09', 'exp: text', NOT_A_JWT, () => s.token({ exp: '9999999999' })],
  ['O09', 'exp: 1e30', NOT_A_JWT, () => signed(good, JSON.stringify(s.claims()).replace(/"exp":\d+/, '"exp":1e30'))],
  ['O09', 'exp: 1e999', NOT_A_JWT, () => signed(good, JSON.stringify(s.claims()).replace(/"exp":\d+/, '"exp":1e999'))],
  ['O09', 'exp below zero', NOT_A_JWT, () => s.token({ exp: -1 })],
  ['O09', 'nbf ahead', NOT_VALIDATED, () => s.token({ nbf: Math.floor(s.server.clock.now() / 1000) + 400 })],
  ['O09', 'iat ahead', NOT_VALIDATED, () => s.token({ iat: Math.floor(s.server.clock.now() / 1000) + 400 })],
  ['O09', 'nbf: text', NOT_A_JWT, () => s.token({ nbf: '1' })],

  ['O10', 'an access token', NOT_A_JWT, () => s.token({}, { typ: 'at+jwt' })],
  ['O10', 'an access token, spelled out', NOT_A_JWT, () => s.token({}, { typ: 'application/at+jwt' })],
  ['O10', 'a logout token', NOT_A_JWT, () => s.token({}, { typ: 'logout+jwt' })],
  [
    'O10',
    'a logout token of the old kind',
    NOT_A_JWT,
    () => s.token({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
  ],
  ['O10', 'an opaque access token', NOT_A_JWT, () => 'ya29.a0AfH6SM-opaque'],

  ['O11', 'a key under 2048 bits', NO_KEY, () => withWeak(weak)],
  [
    'O11',
    'r = s = 0',
    BAD_SIGNATURE,
    () => `${makeToken(curve, s.claims()).replace(/[^.]*$/, '')}${Buffer.alloc(64).toString('base64url')}`,
  ],
  [
    'O11',
    'r = s = the order of the curve',
    BAD_SIGNATURE,
    () => {
      const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
      return `${makeToken(curve, s.claims()).replace(/[^.]*$/, '')}${Buffer.from(order + order, 'hex').toString('base64url')}`;
    },
  ],
  [
    'O11',
    'a signature in DER',
    BAD_SIGNATURE,
    () => `${makeToken(curve, s.claims()).replace(/[^.]*$/, '')}${Buffer.from('3006020101020101', 'hex').toString('base64url')}`,
  ],
  ['O11', 'a signature cut short', BAD_SIGNATURE, () => `${s.token().replace(/[^.]*$/, '')}${Buffer.alloc(255).toString('base64url')}`],
  ['O11', 'a key for encryption', NO_KEY, () => makeToken(encrypting, s.claims())],
  ['O11', 'a symmetric key in the set', NOT_A_JWT, () => withHmac({ alg: 'HS256', typ: 'JWT', kid: 'oct' }, Buffer.from('secret'))],
  ['O11', 'a key whose private half is public', NO_KEY, () => makeToken(leaked, s.claims())],
  [
    'O11',
    'one claim changed',
    BAD_SIGNATURE,
    () => {
      const [header, , signature] = s.token().split('.');
      return `${header}.${encode(s.claims({ sub: 'root' }))}.${signature}`;
    },
  ],
  ['O11', 'the signature of another token', BAD_SIGNATURE, () => s.token({ sub: 'x' }).replace(/[^.]*$/, s.token().split('.')[2] ?? '')],
  ['O11', 'a thousand claims', NOT_A_JWT, () => signed(good, `{"x":[${'{},'.repeat(9000)}{}]}`).slice(0, 20_000)],
];

const other = signingKey('RS256', 'evil');
const curve = signingKey('ES256', 'curve');
const weak = signingKey('RS256', 'weak', 1024);
const encrypting = signingKey('RS256', 'encrypting');
const leaked = signingKey('RS256', 'leaked');
Object.assign(encrypting.jwk, { use: 'enc' });
Object.assign(leaked.jwk, leaked.privateKey.export({ format: 'jwk' }));

function unknown(iss: () => string): string {
  return `unknown:${iss}`;
}

/** Signed by the attacker under the name of the issuer's key. */
const forged = (header: object): string => makeToken({ ...other, kid: 'rsa' }, s.claims(), header);
const withWeak = (key: SigningKey): string => makeToken(key, s.claims());

/** The same bytes in another spelling: the last character has bits that mean nothing. */
function looseLastCharacter(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const loose = text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1];
  expect(Buffer.from(loose, 'base64url')).toEqual(Buffer.from(text, 'base64url'));
  return loose;
}

describe('attacks by token', () => {
  it('the token that they start from is good', async () => {
    s.issuer.keys.push(curve, weak, encrypting, leaked);
    (s.issuer.keys as { jwk: object }[]).push({ jwk: { kty: 'oct', kid: 'oct', k: Buffer.from('secret').toString('base64url') } });
    await s.assume(await s.role({ name: 'target' }), s.token());
    await s.assume(`arn:aws:iam::${s.account.id}:role/target`, makeToken(curve, s.claims()));
  });

  it.each(ATTACKS)('%s: %s', async (_id, attack, message, make) => {
    const made = await make();
    const call = s.assume(`arn:aws:iam::${s.account.id}:role/target`, made);
    if (!message.startsWith('unknown:')) return invalidToken(call, message);
    const iss: unknown = JSON.parse(Buffer.from(made.split('.')[1] ?? '', 'base64url').toString()).iss;
    expect(attack).toMatch(/^iss/);
    return invalidToken(call, `No OpenIDConnect provider found in your account for ${iss}`);
  });

  it('O02: one token has one spelling: a character more, less or other is no token, or one that nobody signed', async () => {
    const text = s.token();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom('', 'A', '_', '.', '='), fc.boolean(), async (at, put, replace) => {
        const changed = text.slice(0, at) + put + text.slice(replace ? at + 1 : at);
        fc.pre(changed !== text);
        await refused(
          s.assume(`arn:aws:iam::${s.account.id}:role/target`, changed),
          'InvalidIdentityTokenException',
          400,
          /valid JWT|signature invalid|verification key|Missing|provider found|audience/,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('O02: what we read, jose reads alike; what jose refuses, we refuse', async () => {
    const keys = createLocalJWKSet({ keys: [rsa.jwk as never, curve.jwk as never] });
    const headers = fc.record({
      alg: fc.constantFrom('RS256', 'ES256', 'none', 'HS256'),
      kid: fc.constantFrom('rsa', 'curve', 'x'),
      typ: fc.constantFrom('JWT', undefined),
    });
    await fc.assert(
      fc.asyncProperty(
        headers,
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
        fc.boolean(),
        async (header, claims, byCurve) => {
          const text = `${encode(header)}.${encode(claims)}`;
          const made = `${text}.${signText(byCurve ? curve : rsa, text)}`;
          const theirs = await compactVerify(made, keys).then(
            ({ payload }) => JSON.parse(Buffer.from(payload).toString()) as object,
            () => undefined,
          );
          const ours = readToken(made);
          const set = readKeySet({ keys: [rsa.jwk, curve.jwk] as never }) ?? [];
          const { isSignedBy } = await import('../../src/authentication/web-identity/json-web-token.ts');
          const accepted = ours && set.some((each) => each.keyId === ours.keyId && isSignedBy(ours, each.key)) ? ours.claims : undefined;
          expect(accepted === undefined).toBe(theirs === undefined);
          if (accepted) expect(JSON.parse(JSON.stringify(accepted))).toEqual(theirs);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('O03: invented key ids do not become calls to the issuer', async () => {
    s.server.installation.federation.issuerKeys.clear();
    s.issuer.asked.length = 0;
    for (let i = 0; i < 30; i++)
      await invalidToken(s.assume(`arn:aws:iam::${s.account.id}:role/target`, signed({ ...good, kid: `invented-${i}` })), NO_KEY);
    expect(s.issuer.asked).toHaveLength(2);
  });

  it('O04: nothing in a header has ever been fetched', () => {
    expect(s.issuer.asked.filter((path) => path.includes('evil'))).toEqual([]);
  });

  it('O07: the audience in the trust policy is the one that was checked', async () => {
    const roleArn = await s.role({ condition: { StringEquals: { [`${s.prefix}:aud`]: 'other-client' } } });
    await notAuthorized(s.assume(roleArn, s.token()));
    await notAuthorized(s.assume(roleArn, s.token({ aud: 'other-client', azp: 'client' })));
    await s.assume(roleArn, s.token({ aud: 'other-client' }));
  });

  it('O09: a token ends with the second it names; a clock may be ahead a little', async () => {
    const roleArn = `arn:aws:iam::${s.account.id}:role/target`;
    s.server.clock.freeze(Date.now());
    const now = Math.floor(s.server.clock.now() / 1000);
    await s.assume(roleArn, s.token({ exp: now + 1, iat: now + 250, nbf: now + 250 }));
    await refused(
      s.assume(roleArn, s.token({ exp: now })),
      'ExpiredTokenException',
      400,
      `Token expired: current date/time ${now} must be before the expiration date/time ${now}`,
    );
    s.server.clock.reset();
  });

  it('Z03: a flood of tokens is refused by what costs nothing, and others are answered meanwhile', async () => {
    const roleArn = `arn:aws:iam::${s.account.id}:role/target`;
    const flood = Array.from({ length: 200 }, (_, i) => invalidToken(s.assume(roleArn, `${'x'.repeat(19_000)}.${i}.x`), NOT_A_JWT));
    await s.assume(roleArn, s.token());
    await Promise.all(flood);
  });
});

describe('attacks by issuer', () => {
  const roleArn = () => `arn:aws:iam::${s.account.id}:role/target`;
  /** The issuer says this for once; then it is itself again. */
  const whileIt = async (path: string, page: Parameters<typeof s.issuer.pages.set>[1], check: () => Promise<unknown>): Promise<void> => {
    const before = s.issuer.pages.get(path);
    s.issuer.pages.set(path, page);
    s.server.installation.federation.issuerKeys.clear();
    await check();
    if (before) s.issuer.pages.set(path, before);
    s.server.installation.federation.issuerKeys.clear();
  };
  const DISCOVERY = '/.well-known/openid-configuration';

  it.each([
    ['O05', 'keys at the metadata service', () => ({ issuer: s.issuer.url, jwks_uri: 'https://169.254.169.254/latest/meta-data/' })],
    ['O05', 'keys on another port of this machine', () => ({ issuer: s.issuer.url, jwks_uri: 'https://127.0.0.1:1/keys' })],
    ['O05', 'keys in a private network', () => ({ issuer: s.issuer.url, jwks_uri: 'https://10.0.0.1/keys' })],
    ['O05', 'keys in plain HTTP', () => ({ issuer: s.issuer.url, jwks_uri: `http://${s.prefix}/keys` })],
    ['O05', 'keys in a file', () => ({ issuer: s.issuer.url, jwks_uri: 'file:///etc/passwd' })],
    ['O05', 'keys nowhere', () => ({ issuer: s.issuer.url })],
    ['O06', 'discovery names another issuer', () => ({ issuer: 'https://evil.example.com', jwks_uri: `${s.issuer.url}/keys` })],
    ['O06', 'discovery names the issuer with a slash', () => ({ issuer: `${s.issuer.url}/`, jwks_uri: `${s.issuer.url}/keys` })],
    ['O06', 'discovery names no issuer', () => ({ jwks_uri: `${s.issuer.url}/keys` })],
  ])('%s: %s', async (_id, _attack, page) => {
    await whileIt(DISCOVERY, page(), () => invalidToken(s.assume(roleArn(), s.token()), NO_KEY));
  });

  it('O05: discovery leads elsewhere, is huge, is no JSON, names its issuer twice', async () => {
    const evil =
      (body: string, status = 200, headers = {}): Parameters<typeof s.issuer.pages.set>[1] =>
      (_, response) =>
        response.writeHead(status, headers).end(body);
    const whole = JSON.stringify({ issuer: s.issuer.url, jwks_uri: `${s.issuer.url}/keys` });
    for (const page of [
      evil('', 302, { Location: `${s.issuer.url}/elsewhere` }),
      evil(`${whole}${' '.repeat(300_000)}`),
      evil('<html>'),
      evil(`${whole.slice(0, -1)},"issuer":"x"}`),
      evil(whole, 500),
      evil(whole, 404),
    ])
      await whileIt(DISCOVERY, page, () => invalidToken(s.assume(roleArn(), s.token()), NO_KEY));
    expect(s.issuer.asked).not.toContain('/elsewhere');
  });

  it('O05: a provider in a private network is not called, whoever makes it', async () => {
    for (const host of ['10.0.0.1', '169.254.169.254', 'localhost', '127.0.0.1:1']) {
      const Url = `https://${host}`;
      await refused(
        s.iam.createOpenIDConnectProvider({ Url }),
        'OpenIdIdpCommunicationErrorException',
        400,
        `The identity provider ${Url} could not be reached.`,
      );
      await s.iam.createOpenIDConnectProvider({ Url, ClientIDList: ['client'], ThumbprintList: ['0'.repeat(40)] });
      await invalidToken(s.assume(roleArn(), s.token({ iss: Url })), NO_KEY);
    }
  });

  it('O06: the provider of another account vouches for nobody in this one', async () => {
    const elsewhere = await s.server.account();
    const evil = s.as(elsewhere.root);
    await evil.createOpenIDConnectProvider({ Url: s.issuer.url, ClientIDList: ['evil'] });
    await invalidToken(s.assume(roleArn(), s.token({ aud: 'evil' })), 'Incorrect token audience');
    const absent = `arn:aws:iam::${elsewhere.id}:role/absent`;
    await notAuthorized(s.assume(absent, s.token({ aud: 'evil' })));
    await invalidToken(
      s.assume(`arn:aws:iam::${'9'.repeat(12)}:role/x`, s.token()),
      `No OpenIDConnect provider found in your account for ${s.issuer.url}`,
    );
  });

  it('O11: too many keys are no keys', async () => {
    const jwk = await exportJWK(await importJWK(rsa.jwk as never, 'RS256'));
    const many = { keys: Array.from({ length: 101 }, () => ({ ...jwk, kid: 'rsa' })) };
    await whileIt('/keys', many, () => invalidToken(s.assume(roleArn(), s.token()), NO_KEY));
    await whileIt('/keys', { keys: many.keys.slice(1) }, () => s.assume(roleArn(), s.token()));
  });

  it.each([
    ['no list', {}],
    ['a modulus as long as it likes', { keys: [{ ...rsa.jwk, n: 'A'.repeat(100_000) }] }],
    ['e = 1', { keys: [{ ...rsa.jwk, e: 'AQ' }] }],
    ['e even', { keys: [{ ...rsa.jwk, e: 'AQAC' }] }],
    ['a point that is not on its curve', { keys: [{ ...curve.jwk, kid: 'rsa', x: curve.jwk.y }] }],
    ['a curve that nobody signs with', { keys: [{ kty: 'EC', crv: 'secp256k1', x: curve.jwk.x, y: curve.jwk.y, kid: 'rsa' }] }],
    ['operations without verifying', { keys: [{ ...rsa.jwk, key_ops: ['sign'] }] }],
  ])('O11: keys with %s', async (_what, page) => {
    await whileIt('/keys', page, () => invalidToken(s.assume(roleArn(), s.token()), NO_KEY));
  });

  it('Z09: many issuers do not fill the memory; one account cannot put keys into another', async () => {
    const { issuerKeys } = s.server.installation.federation;
    for (let i = 0; i < 1100; i++)
      await expect(issuerKeys.find({ url: `https://10.0.0.1/${i}`, thumbprints: [] }, 'x', 'RS256')).rejects.toThrow();
    const { IssuerKeys } = await import('../../src/authentication/web-identity/issuer-keys.ts');
    const answers = [
      { issuer: 'https://a', jwks_uri: 'https://a/keys' },
      { keys: [rsa.jwk] },
      { issuer: 'https://a', jwks_uri: 'https://a/keys' },
      { keys: [] },
    ];
    const get = async () => ({ status: 200, body: Buffer.from(JSON.stringify(answers.shift())), maxAge: undefined });
    const keys = new IssuerKeys({ get, thumbprint: async () => '', allowsPlain: () => false }, s.server.clock);
    expect(await keys.find({ url: 'https://a', thumbprints: ['1'] }, 'rsa', 'RS256')).toHaveLength(1);
    expect(await keys.find({ url: 'https://a', thumbprints: ['2'] }, 'rsa', 'RS256')).toHaveLength(0);
  });
});

describe('O08: trust in an issuer that many share', () => {
  const github = () => `arn:aws:iam::${s.account.id}:oidc-provider/token.actions.githubusercontent.com`;
  const create = (RoleName: string, Federated: string, Condition?: object, Action: unknown = 'sts:AssumeRoleWithWebIdentity') =>
    s.iam.createRole({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(
        policy({ Effect: 'Allow', Principal: { Federated }, Action, ...(Condition && { Condition }) }),
      ),
    });
  const KEY = 'token.actions.githubusercontent.com:sub';
  const sentence = (principal: string, key: string): string =>
    `Trust policy with trusted principal ${principal} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, ${key} which is not scoped to all.`;
  const refusedFor = (call: Promise<unknown>, principal: string, key: string) =>
    refused(call, 'MalformedPolicyDocumentException', 400, sentence(principal, key));

  it.each([
    ['no condition', undefined],
    ['the audience alone', { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } }],
    ['everybody', { StringLike: { [KEY]: '*' } }],
    ['everybody among others', { StringLike: { [KEY]: ['repo:a/b:*', '*'] } }],
    ['a condition that holds without the claim', { StringEqualsIfExists: { [KEY]: 'repo:a/b:*' } }],
    ['a condition that holds for no claims', { 'ForAllValues:StringEquals': { [KEY]: 'repo:a/b' } }],
    ['what it is not', { StringNotEquals: { [KEY]: 'repo:a/b' } }],
    ['the subject of another issuer', { StringEquals: { 'gitlab.com:sub': 'x' } }],
  ])('is refused with %s', async (_what, condition) => {
    await refusedFor(create('open', github(), condition), github(), KEY);
  });

  it('is taken with the subject, and then updated only with it', async () => {
    const document = (condition?: object) =>
      JSON.stringify(
        policy({ Effect: 'Allow', Principal: { Federated: github() }, Action: 'sts:*', ...(condition && { Condition: condition }) }),
      );
    await create('of-a-repository', github(), { StringLike: { [KEY.toUpperCase()]: 'repo:octo-org/octo-repo:*' } });
    await refusedFor(s.iam.updateAssumeRolePolicy({ RoleName: 'of-a-repository', PolicyDocument: document() }), github(), KEY);
    await s.iam.updateAssumeRolePolicy({ RoleName: 'of-a-repository', PolicyDocument: document({ StringEquals: { [KEY]: 'x' } }) });
    await create('tagging', github(), undefined, ['sts:TagSession']);
  });

  it.each([
    ['token.actions.githubusercontent.com/octo-inc', 'token.actions.githubusercontent.com/octo-inc:sub'],
    ['gitlab.com', 'gitlab.com:sub'],
    ['app.terraform.io', 'app.terraform.io:sub'],
    ['api.pulumi.com/oidc', 'api.pulumi.com/oidc:aud'],
    ['oidc.vercel.com', 'oidc.vercel.com:aud'],
  ])('%s', async (url, key) => {
    const principal = `arn:aws:iam::${s.account.id}:oidc-provider/${url}`;
    await refusedFor(create('shared', principal), principal, key);
  });

  it('Amazon Cognito by its audience; issuers of one organization as they are', async () => {
    await refusedFor(
      create('cognito', 'cognito-identity.amazonaws.com'),
      'cognito-identity.amazonaws.com',
      'cognito-identity.amazonaws.com:aud',
    );
    await create('private', `arn:aws:iam::${s.account.id}:oidc-provider/gitlab.example.com`);
    await create('google', 'accounts.google.com');
  });
});
