import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { policy } from '../harness.ts';
import { makeToken } from './issuer.ts';
import { ACCOUNT, FROM_ELSEWHERE, type OidcStage, openOidc, textOf } from './oidc-stage.ts';

/*
 * Signing in to the console by an OpenID Connect provider: the authorization code flow at /signin/oidc. The ids are those of docs/threats.md.
 */

let s: OidcStage;
const analyst = `arn:aws:sts::${ACCOUNT}:assumed-role/analyst/alice`;

beforeAll(async () => {
  s = await openOidc();
  await s.role('analyst');
});
afterAll(() => s.close());
beforeEach(async () => {
  Object.assign(s.issuer, { discovery: {}, answer: undefined, claims: {}, beside: { access_token: 'opaque', token_type: 'Bearer' } });
  s.issuer.exchanges.length = 0;
  s.logged.length = 0;
  await s.turnOn({ clientSecret: '' });
});

async function isRefused(answer: Response | Promise<Response>, status: number, sentence: string | RegExp): Promise<void> {
  const given = await answer;
  const text = await textOf(given);
  expect([given.status, text]).toEqual([
    status,
    typeof sentence === 'string' ? expect.stringContaining(sentence) : expect.stringMatching(sentence),
  ]);
  expect(given.headers.getSetCookie().filter((cookie) => cookie.includes('session'))).toEqual([]);
}
const LOST = 'You took too long, or came here another way.';
const isIn = async (answer: Response | Promise<Response>, location = '/console/'): Promise<void> => {
  const given = await answer;
  expect([given.status, given.headers.get('location'), given.status === 303 ? '' : await textOf(given)]).toEqual([303, location, '']);
  expect(given.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-sagegate-session=[\w-]{43}; Path=\/; Secure; HttpOnly/)]);
};

describe('from the link to the console', () => {
  it('sends the browser to the authorization endpoint alone, with state, nonce and a challenge', async () => {
    await s.discover({ authorization_endpoint: `${s.issuer.url}/authorize?realm=ml&state=x` });
    const visitor = s.visitor();
    const sentTo = await s.start(visitor);
    expect(sentTo.origin + sentTo.pathname).toBe(`${s.issuer.url}/authorize`);
    expect(Object.fromEntries(sentTo.searchParams)).toEqual({
      realm: 'ml',
      response_type: 'code',
      client_id: 'console',
      redirect_uri: expect.stringMatching(new RegExp(`^${s.server.url}/signin/oidc/callback/[\\w-]{22}$`)),
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{300,1000}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    await isIn(s.callback(visitor, sentTo));
    const [{ form, authorization } = { form: new URLSearchParams(), authorization: '' }] = s.issuer.exchanges;
    expect(authorization).toBeUndefined();
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: sentTo.searchParams.get('redirect_uri'),
      client_id: 'console',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(hash('sha256', form.get('code_verifier') ?? '', 'base64url')).toBe(sentTo.searchParams.get('code_challenge'));
    await s.discover({});
  });

  it('one role: straight in, by AssumeRoleWithWebIdentity, which the account can see', async () => {
    const visitor = s.visitor();
    await isIn(s.signIn(visitor));
    const home = await textOf(await visitor.get('/console/'));
    if (home.includes('You are signed in')) {
      expect(home).toContain(analyst);
      expect(home).toContain('OpenID Connect identity provider');
    }
    const session = await visitor.post('/console/session', {}, { 'x-sagegate-console': '1' });
    expect(await session.json()).toMatchObject({ arn: analyst, method: 'oidc', account: { id: ACCOUNT } });
    expect(s.events('AssumeRoleWithWebIdentity')[0]).toMatchObject({
      service: 'sts',
      status: 200,
      caller: { arn: s.providerArn },
      resource: { arn: `arn:aws:iam::${ACCOUNT}:role/analyst`, account: ACCOUNT },
      sourceIp: '127.0.0.1',
    });
    expect(s.events('ConsoleLogin')[0]).toMatchObject({ service: 'signin', status: 303, caller: { arn: analyst, account: ACCOUNT } });
    expect((await visitor.post('/console/sign-out', {})).status).toBe(303);
    expect((await visitor.post('/console/session', {}, { 'x-sagegate-console': '1' })).status).toBe(401);
  });

  it('by alias as by id, to where the link says', async () => {
    const visitor = s.visitor();
    const sentTo = await s.start(visitor, { account: 'example-corp', destination: '/console/iam/roles?x=1' });
    await isIn(s.callback(visitor, sentTo), '/console/iam/roles?x=1');
  });

  it('two tabs of one browser sign in at once', async () => {
    const visitor = s.visitor();
    const first = await s.start(visitor);
    const nonce = s.issuer.nonce;
    const second = await s.start(visitor);
    await isIn(s.callback(visitor, second));
    s.issuer.nonce = nonce;
    await isIn(s.callback(visitor, first));
  });

  it('several roles: the page to choose one, for this browser, good once', async () => {
    await s.role('engineer', { StringEquals: { [`${s.issuer.name}:sub`]: 'bob' } });
    await s.role('tagged', { StringEquals: { [`${s.issuer.name}:sub`]: 'bob', 'sts:RoleSessionName': 'bob' } });
    await s.role('elsewhere', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, StringEquals: { [`${s.issuer.name}:sub`]: 'bob' } });
    await s.role('denied', {}, { Effect: 'Deny' });
    s.issuer.claims = { sub: 'bob' };
    const visitor = s.visitor();
    const answer = await s.signIn(visitor);
    const body = await answer.text();
    // Decided by the engine: neither another address nor a deny is among them.
    expect([...body.matchAll(/name="roleArn" value="[^"]+:role\/([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'analyst',
      'engineer',
      'tagged',
    ]);
    expect(answer.headers.get('referrer-policy')).toBe('strict-origin');
    const [, choice = ''] = /name="choice" value="([^"]+)"/.exec(body) ?? [];
    const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
    await isRefused(s.visitor().post('/signin/oidc/role', { choice, roleArn: roleArn('engineer') }), 403, LOST);
    await isRefused(visitor.post('/saml/role', { choice, roleArn: roleArn('engineer') }), 403, LOST);
    await isRefused(visitor.post('/signin/oidc/role', { choice, roleArn: roleArn('elsewhere') }), 403, LOST);
    await isRefused(
      visitor.post('/signin/oidc/role', { choice, roleArn: roleArn('engineer') }, { Origin: 'https://evil.example.com' }),
      403,
      'other web sites',
    );
    await isIn(visitor.post('/signin/oidc/role', { choice, roleArn: roleArn('engineer') }));
    await isRefused(visitor.post('/signin/oidc/role', { choice, roleArn: roleArn('engineer') }), 403, LOST);
  });

  it('no role: what was claimed, and the statement that would let them in', async () => {
    s.issuer.claims = { sub: 'carol ${aws:userid} <b>', aud: 'console' };
    const name = 'analyst';
    await s.iam.updateAssumeRolePolicy({
      RoleName: name,
      PolicyDocument: JSON.stringify(
        policy({
          Effect: 'Allow',
          Principal: { Federated: s.providerArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${s.issuer.name}:sub`]: 'nobody' } },
        }),
      ),
    });
    const answer = await s.signIn();
    const html = await answer.text();
    expect(answer.status).toBe(403);
    expect(html).not.toContain('<b>');
    const text = await textOf(new Response(html));
    expect(text).toContain('There is no role for you');
    expect(text).toContain(`Issuer (iss) ${s.issuer.url}`);
    expect(text).toContain('Audience (aud) console');
    expect(text).toContain('Subject (sub) carol ${aws:userid} <b>');
    const [, printed = ''] = /<pre tabindex="0">(.*?)<\/pre>/s.exec(html) ?? [];
    const statement = printed.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    // E05: what looks like a variable in a claim stays the text that it is.
    expect(statement).toContain('carol ${$}{aws:userid} <b>');
    await s.iam.updateAssumeRolePolicy({
      RoleName: name,
      PolicyDocument: `{"Version":"2012-10-17","Statement":[${statement}]}`,
    });
    await isIn(s.signIn());
    await s.iam.deleteRole({ RoleName: name });
    await s.role('analyst');
  });

  it('a token that the roles cannot take says why', async () => {
    s.issuer.claims = { 'https://aws.amazon.com/roles': 'arn:aws:iam::123456789012:role/another' };
    await isRefused(s.signIn(), 403, 'The role is not among the roles that the identity token names.');
  });

  it.each([
    ['alice@example.com', 'alice@example.com'],
    ['auth0|507f1f77', /^auth0-507f1f77-[0-9a-f]{8}$/],
    ['a', /^a-[0-9a-f]{8}$/],
    [`${'x'.repeat(63)}/y`, /^x{55}-[0-9a-f]{8}$/],
    ['Ä ö', /^-[0-9a-f]{8}$|^--[0-9a-f]{8}$/],
  ])('names the session after the subject: %s', async (sub, name) => {
    s.issuer.claims = { sub };
    await s.role(`of-${hash('sha256', sub, 'hex').slice(0, 8)}`, { StringEquals: { [`${s.issuer.name}:sub`]: 'nobody' } });
    const visitor = s.visitor();
    await isIn(s.signIn(visitor));
    const { arn } = (await (await visitor.post('/console/session', {}, { 'x-sagegate-console': '1' })).json()) as { arn: string };
    expect(arn.slice(arn.lastIndexOf('/') + 1)).toMatch(typeof name === 'string' ? new RegExp(`^${name}$`) : name);
  });

  it('shows the way from the sign-in pages, for accounts that have one', async () => {
    const link = `/signin/oidc?account=${ACCOUNT}&#38;provider=${encodeURIComponent(s.issuer.name)}`;
    const visitor = s.visitor();
    expect(await (await visitor.get('/console/')).text()).toContain('href="/signin/oidc"');
    expect(await (await visitor.get('/signin/oidc')).text()).toContain('Account ID (12 digits)');
    const asked = await visitor.post('/signin/oidc', { account: ' example-corp ', destination: '/console/iam/users' });
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      '/signin/oidc?account=example-corp&destination=%2Fconsole%2Fiam%2Fusers',
    ]);
    const listed = await visitor.get(asked.headers.get('location') ?? '');
    expect(await listed.text()).toContain(`${link}&#38;destination=%2Fconsole%2Fiam%2Fusers`);
    expect(await (await visitor.get('/signin?account=example-corp')).text()).toContain(link);
    expect(await (await visitor.get('/signin?account=210987654321')).text()).not.toContain('/signin/oidc');
    await isRefused(visitor.post('/signin/oidc', { account: '210987654321' }), 404, 'There is no such account, or nobody signs in to it');
    await isRefused(visitor.get('/signin/oidc?account=<b>'), 404, 'There is no such account, or nobody signs in to it');
    await s.local('oidc-sign-in', { provider: s.providerArn, enabled: false });
    expect(await (await visitor.get('/console/')).text()).not.toContain('href="/signin/oidc"');
    expect(await (await visitor.get('/signin?account=example-corp')).text()).not.toContain('/signin/oidc');
    await isRefused(visitor.get(link.replaceAll('&#38;', '&')), 404, 'Nobody signs in by this link.');
  });
});

describe('our client at the provider', () => {
  const exchanged = async (discovery: object, clientSecret: string) => {
    await s.discover(discovery);
    await s.turnOn({ clientSecret });
    await isIn(s.signIn());
    const [exchange] = s.issuer.exchanges;
    await s.discover({});
    return exchange;
  };

  it('proves itself by client_secret_basic, each half encoded as the standard says', async () => {
    const exchange = await exchanged({}, 's e:c%r+t');
    expect(exchange?.authorization).toBe(`Basic ${Buffer.from('console:s+e%3Ac%25r%2Bt').toString('base64')}`);
    expect(exchange?.form.has('client_secret')).toBe(false);
  });

  it('else by client_secret_post', async () => {
    const exchange = await exchanged({ token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_post'] }, 'secret');
    expect(exchange?.authorization).toBeUndefined();
    expect([exchange?.form.get('client_id'), exchange?.form.get('client_secret')]).toEqual(['console', 'secret']);
  });

  it('refuses to send a secret in a way that the provider does not take', async () => {
    await s.discover({ token_endpoint_auth_methods_supported: ['private_key_jwt'] });
    await s.turnOn({ clientSecret: 'secret' });
    await isRefused(s.signIn(), 502, 'takes client secrets in no way that is known here');
    expect(s.issuer.exchanges).toEqual([]);
    await s.discover({});
  });
});

describe('attacks', () => {
  it('W01: a state works once, for a quarter of an hour, as it was given out', async () => {
    const visitor = s.visitor();
    const sentTo = await s.start(visitor);
    const state = sentTo.searchParams.get('state') ?? '';
    for (const altered of [
      `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`,
      state.slice(1),
      `${state}A`,
      '',
      'x'.repeat(5000),
      undefined,
    ])
      await isRefused(s.callback(visitor, sentTo, { state: altered }), 403, LOST);
    await isIn(s.callback(visitor, sentTo));
    await isRefused(s.callback(visitor, sentTo), 403, LOST);
    expect(s.issuer.exchanges).toHaveLength(1);

    const refused = await s.start(visitor);
    await isRefused(s.callback(visitor, refused, { code: undefined, error: 'access_denied' }), 403, 'access_denied');
    await isRefused(s.callback(visitor, refused), 403, LOST);

    const late = await s.start(visitor);
    await s.moveClock(15 * 60);
    await isRefused(s.callback(visitor, late), 403, LOST);
    expect(s.issuer.exchanges).toHaveLength(1);
  });

  it('W01: what was begun before the setting was changed ends with it', async () => {
    const visitor = s.visitor();
    const sentTo = await s.start(visitor);
    await s.turnOn({ clientId: 'another' });
    await isRefused(s.callback(visitor, sentTo), 403, LOST);
    const again = await s.start(visitor);
    await s.local('oidc-sign-in', { provider: s.providerArn, enabled: false });
    await isRefused(s.callback(visitor, again), 403, LOST);
    expect(s.issuer.exchanges).toEqual([]);
  });

  it.each([
    ['of another sign-in', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['for another client of the same account', { aud: 'another' }],
    ['for several, the authorised party being another', { aud: ['console', 'another'], azp: 'another' }],
    ['whose authorised party is ours and whose audience is not', { aud: ['another'], azp: 'console' }],
    ['that speaks of another access token', { at_hash: hash('sha256', 'another', 'buffer').subarray(0, 16).toString('base64url') }],
    ['whose at_hash is no text', { at_hash: 1 }],
  ])('W02: a token %s', async (_what, claims) => {
    s.issuer.claims = claims;
    await isRefused(s.signIn(), 403, 'was not made for this sign-in');
  });

  it.each([
    ['for a client of somebody else', { aud: 'stranger' }, 'Incorrect token audience'],
    ['that has expired', { exp: 1 }, 'Token expired'],
    ['of another issuer', { iss: 'https://evil.example.com' }, 'No OpenIDConnect provider found'],
    ['without a subject', { sub: undefined }, 'Missing a required claim: sub'],
  ])('W02: a token %s is refused as STS refuses it', async (_what, claims, sentence) => {
    s.issuer.claims = claims;
    await isRefused(s.signIn(), 403, sentence);
  });

  it('W02: a token with the hash of its access token is taken; one without the access token is not', async () => {
    s.issuer.claims = { at_hash: hash('sha256', 'opaque', 'buffer').subarray(0, 16).toString('base64url') };
    await isIn(s.signIn());
    s.issuer.beside = {};
    await isRefused(s.signIn(), 403, 'was not made for this sign-in');
  });

  it('W02: a token of another provider of the same account, which has signed it rightly', async () => {
    await s.iam.createOpenIDConnectProvider({ Url: s.other.url, ClientIDList: ['console'] });
    const seconds = s.now();
    s.issuer.answer = () => ({
      body: {
        ...s.issuer.beside,
        id_token: makeToken(s.other.key, {
          iss: s.other.url,
          sub: 'alice',
          aud: 'console',
          iat: seconds,
          exp: seconds + 300,
          nonce: s.issuer.nonce,
        }),
      },
    });
    await isRefused(s.signIn(), 403, 'was not made for this sign-in');
    await s.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${s.other.name}` });
  });

  it('W03: an answer says whose it is, where the provider says that it does, and is of nobody else', async () => {
    await s.discover({ authorization_response_iss_parameter_supported: true });
    const mixed = 'not of the identity provider that you were sent to';
    for (const iss of [undefined, s.other.url, `${s.issuer.url}/`, '']) {
      const visitor = s.visitor();
      await isRefused(s.callback(visitor, await s.start(visitor), { iss }), 403, mixed);
    }
    const visitor = s.visitor();
    await isIn(s.callback(visitor, await s.start(visitor), { iss: s.issuer.url }));
    expect(s.issuer.exchanges).toHaveLength(1);
    await s.discover({});
    const sentTo = await s.start(visitor);
    await isRefused(s.callback(visitor, sentTo, { iss: s.other.url, code: undefined, error: 'access_denied' }), 403, mixed);
  });

  it('W03: each provider has an address of its own to come back to: the code of one is not sent to another', async () => {
    const arn = (await s.iam.createOpenIDConnectProvider({ Url: s.other.url, ClientIDList: ['console'] })).OpenIDConnectProviderArn ?? '';
    await s.turnOn({ provider: arn });
    const visitor = s.visitor();
    const honest = await s.start(visitor);
    const evil = await s.start(visitor, { provider: s.other.name });
    expect(evil.searchParams.get('redirect_uri')).not.toBe(honest.searchParams.get('redirect_uri'));
    const atHonest = new URL(honest);
    atHonest.searchParams.set('state', evil.searchParams.get('state') ?? '');
    await isRefused(s.callback(visitor, atHonest), 403, LOST);
    expect([s.issuer.exchanges, s.other.exchanges]).toEqual([[], []]);
    await s.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });
  });

  it('W04: a callback without a start of this very browser signs nobody in', async () => {
    const attacker = s.visitor();
    const victim = s.visitor();
    await s.start(victim);
    const sentTo = await s.start(attacker);
    await isRefused(s.callback(s.visitor(), sentTo), 403, LOST);
    await isRefused(s.callback(victim, sentTo), 403, LOST);
    expect(s.issuer.exchanges).toEqual([]);
    // What an embedded page, a picture or a script asks for is no sign-in either.
    for (const dest of ['iframe', 'image', 'empty'])
      await isRefused(
        s.callback(attacker, sentTo, {}, { ...FROM_ELSEWHERE, 'Sec-Fetch-Dest': dest }),
        403,
        'Requests from other web sites are refused.',
      );
    await isIn(s.callback(attacker, sentTo));
    const cookie = (await attacker.get(`/signin/oidc?account=${ACCOUNT}&provider=${s.issuer.name}`)).headers.getSetCookie();
    expect(cookie).toEqual([
      expect.stringMatching(/^__Host-sagegate-oidc=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=900$/),
    ]);
  });

  it('W05: a code that was stolen is worth nothing with the verifier of another start', async () => {
    const challenges = new Map<string, string>();
    s.issuer.answer = ({ form }) => {
      const matches = hash('sha256', form.get('code_verifier') ?? '', 'base64url') === challenges.get(form.get('code') ?? '');
      return matches ? { body: {} } : { status: 400, body: { error: 'invalid_grant', error_description: 'PKCE' } };
    };
    const visitor = s.visitor();
    challenges.set('stolen', (await s.start(s.visitor())).searchParams.get('code_challenge') ?? '');
    await isRefused(s.callback(visitor, await s.start(visitor), { code: 'stolen' }), 403, 'It says: invalid_grant: PKCE');
    for (const code of ['', undefined, 'x'.repeat(4097)])
      await isRefused(s.callback(visitor, await s.start(visitor), { code }), 400, 'holds no code');
  });

  it.each([
    ['at the metadata service', { token_endpoint: 'https://169.254.169.254/latest/' }],
    ['on another port of this machine', { token_endpoint: 'https://127.0.0.1:1/token' }],
    ['in plain HTTP', { token_endpoint: 'http://127.0.0.1:1/token' }],
    ['in a file', { token_endpoint: 'file:///etc/passwd' }],
  ])('W06: a token endpoint %s is not called', async (_what, discovery) => {
    await s.discover(discovery);
    await isRefused(s.signIn(), 502, 'could not be asked');
    expect(s.logged).toEqual([expect.objectContaining({ problem: 'refused' })]);
    await s.discover({});
  });

  it('W06: a token endpoint that leads elsewhere, answers at length, slowly, or no JSON', async () => {
    for (const body of ['<html>', '[]', '{"id_token":"a","id_token":"b"}']) {
      s.issuer.answer = () => ({ body });
      await isRefused(s.signIn(), 502, 'did not answer as one does (status 200)');
    }
    s.issuer.answer = () => ({ status: 302, body: '' });
    await isRefused(s.signIn(), 502, '(status 302)');
    s.issuer.answer = () => ({ body: `{"id_token":"${'x'.repeat(200_000)}"}` });
    await isRefused(s.signIn(), 502, 'could not be asked');
    s.issuer.answer = () => ({ body: {} });
    await isRefused(s.signIn(), 403, 'The ID Token provided is not a valid JWT.');
  });

  it.each([
    ['that is another issuer', { issuer: 'https://evil.example.com' }, 'could not be asked'],
    ['that differs by a slash', () => ({ issuer: `${s.issuer.url}/` }), 'could not be asked'],
    ['without an authorization endpoint', { authorization_endpoint: undefined }, 'does not say where people sign in'],
    ['that signs people in otherwise', { response_types_supported: ['id_token'] }, 'does not say where people sign in'],
    ['W08: that leads to a script', { authorization_endpoint: 'javascript:alert(1)' }, 'does not say where people sign in'],
    ['W08: that leads to plain HTTP', { authorization_endpoint: 'http://evil.example.com/' }, 'does not say where people sign in'],
    ['W08: that hides where it leads', { authorization_endpoint: 'https://idp@evil.example.com/' }, 'does not say where people sign in'],
  ])('W06: discovery %s', async (_what, discovery, sentence) => {
    await s.discover(typeof discovery === 'function' ? discovery() : discovery);
    const query = new URLSearchParams({ account: ACCOUNT, provider: s.issuer.name });
    await isRefused(s.visitor().get(`/signin/oidc?${query}`), 502, sentence);
    expect(await s.local('oidc-sign-in', { provider: s.providerArn, enabled: true, clientId: 'console' })).toMatchObject({ status: 502 });
    await s.discover({});
  });

  it('W07: what the provider says is a line of text, however it is written', async () => {
    const visitor = s.visitor();
    const told = async (fields: Record<string, string | undefined>) => {
      const answer = await s.callback(visitor, await s.start(visitor), { code: undefined, ...fields });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      return answer.text();
    };
    const html = await told({
      error: '<img src=x onerror=alert(1)>',
      error_description: `"><script>alert(1)</script>\r\n\u202e\u0000${'x'.repeat(2000)}`,
    });
    expect(html).not.toMatch(/<img|<script|\u202e/);
    expect(html).not.toContain('\u0000');
    expect(html.length).toBeLessThan(6000);
    expect(await textOf(new Response(await told({ error: 'access_denied', error_description: 'Mrs. O’Neil said no' })))).toContain(
      'Your identity provider has not signed you in. It says: access_denied: Mrs. O’Neil said no',
    );
    // Nobody else can have a page of ours say something: the link of a stranger has no start of this browser.
    await isRefused(s.visitor().get('/signin/oidc/callback/x?error=call+555&state=x'), 403, LOST);
  });

  it.each(['https://evil.example.com/', '//evil.example.com', '/\\evil.example.com', 'javascript:alert(1)', `/console/${'x'.repeat(600)}`])(
    'C16, W08: a destination that leads elsewhere, or is too long to come back, leads to the console: %s',
    async (destination) => {
      const visitor = s.visitor();
      await isIn(s.callback(visitor, await s.start(visitor, { destination })));
    },
  );

  it('W09: a client secret is told to the provider alone', async () => {
    const shown = await s.turnOn({ clientSecret: 'a-very-secret-secret' });
    expect(JSON.stringify(shown)).not.toContain('very-secret');
    expect(shown).toMatchObject({ enabled: true, clientId: 'console', hasClientSecret: true });
    expect(JSON.stringify((await s.local('oidc-sign-in/show', { provider: s.providerArn })).body)).not.toContain('very-secret');
    expect(JSON.stringify(await s.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: s.providerArn }))).not.toMatch(
      /secret|consoleSignIn/i,
    );
    // Kept where it is not given, gone where the client is another one.
    expect(await s.turnOn({})).toMatchObject({ hasClientSecret: true });
    expect(await s.turnOn({ clientId: 'another' })).toMatchObject({ clientId: 'another', hasClientSecret: false });
    expect(await s.turnOn({ clientSecret: 'x' })).toMatchObject({ hasClientSecret: true });
    expect(await s.turnOn({ clientSecret: '' })).toMatchObject({ hasClientSecret: false });
    expect(JSON.stringify(s.audit.list(2000))).not.toContain('very-secret');
  });

  it('W10: the setting is read and changed by whoever may read and change the provider', async () => {
    const user = async (name: string, Action: string[]) => {
      await s.iam.createUser({ UserName: name });
      const Statement = [{ Effect: 'Allow', Action, Resource: s.providerArn }];
      await s.iam.putUserPolicy({
        UserName: name,
        PolicyName: 'may',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      });
      const { AccessKey } = await s.iam.createAccessKey({ UserName: name });
      return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    };
    const reader = await user('reader', ['iam:GetOpenIDConnectProvider', 'sts:DecodeAuthorizationMessage']);
    const writer = await user('writer', ['iam:UpdateOpenIDConnectProviderThumbprint']);
    const body = { provider: s.providerArn, enabled: true, clientId: 'console' };
    expect((await s.local('oidc-sign-in/show', { provider: s.providerArn }, reader)).status).toBe(200);
    const denied = await s.local('oidc-sign-in', body, reader);
    expect(denied).toMatchObject({
      status: 403,
      body: {
        __type: 'AccessDenied',
        message: `User: arn:aws:iam::${ACCOUNT}:user/reader is not authorized to perform: iam:UpdateOpenIDConnectProviderThumbprint on resource: ${s.providerArn} because no identity-based policy allows the iam:UpdateOpenIDConnectProviderThumbprint action`,
      },
    });
    const decisionId = denied.headers.get('x-sagegate-decision-id');
    expect(decisionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(s.events('POST /_sagegate/oidc-sign-in')[0]).toMatchObject({
      status: 403,
      caller: { arn: `arn:aws:iam::${ACCOUNT}:user/reader`, account: ACCOUNT },
      decisionId,
    });
    expect((await s.local('oidc-sign-in', body, writer)).status).toBe(200);
    expect((await s.local('oidc-sign-in/show', { provider: s.providerArn }, writer)).status).toBe(403);
    const nobody = await fetch(`${s.server.url}/_sagegate/oidc-sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(nobody.status).toBe(403);
    const forged = { ...reader, secretAccessKey: 'x'.repeat(40) };
    expect(await s.local('oidc-sign-in/show', { provider: s.providerArn }, forged)).toMatchObject({ status: 403 });
    const absent = { ...body, provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/absent.example.com` };
    expect(await s.local('oidc-sign-in', absent)).toMatchObject({ status: 404, body: { __type: 'NoSuchEntity' } });
    expect(await s.local('oidc-sign-in', { ...body, clientId: 'stranger' })).toMatchObject({ status: 400 });
    expect(await s.local('oidc-sign-in', { provider: s.providerArn, enabled: true })).toMatchObject({ status: 400 });
    expect(await s.local('oidc-sign-in', { ...body, provider: 'x' })).toMatchObject({ status: 400 });
    expect(await s.local('oidc-sign-in', { ...body, provider: `arn:aws:iam::${ACCOUNT}:user/reader` })).toMatchObject({ status: 400 });
    const foreign = { ...body, provider: `arn:aws:iam::210987654321:oidc-provider/${s.issuer.name}` };
    expect(await s.local('oidc-sign-in', foreign)).toMatchObject({ status: 403 });
  });

  it('W10: it goes with its client id, and with its provider', async () => {
    await s.iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: s.providerArn, ClientID: 'third' });
    await s.turnOn({ clientId: 'third', clientSecret: 'x' });
    await s.iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn: s.providerArn, ClientID: 'another' });
    expect((await s.local('oidc-sign-in/show', { provider: s.providerArn })).body).toMatchObject({ enabled: true, clientId: 'third' });
    await s.iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn: s.providerArn, ClientID: 'third' });
    expect((await s.local('oidc-sign-in/show', { provider: s.providerArn })).body).toMatchObject({
      enabled: false,
      hasClientSecret: false,
    });
    await s.turnOn({ clientSecret: 'x' });
    await s.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: s.providerArn });
    await s.iam.createOpenIDConnectProvider({ Url: s.issuer.url, ClientIDList: ['console', 'another'] });
    expect((await s.local('oidc-sign-in/show', { provider: s.providerArn })).body).toMatchObject({
      enabled: false,
      hasClientSecret: false,
    });
  });

  it('W11: neither code nor state nor token nor referrer is written down', async () => {
    const visitor = s.visitor();
    const sentTo = await s.start(visitor);
    await isIn(s.callback(visitor, sentTo, { code: 'a-secret-code' }));
    s.issuer.answer = () => ({ body: '<html>' });
    await isRefused(s.callback(visitor, await s.start(visitor), { code: 'a-secret-code' }), 502, 'did not answer');
    const written = JSON.stringify([s.audit.list(2000), s.logged.map(String)]);
    for (const secret of ['a-secret-code', sentTo.searchParams.get('state') ?? '', s.issuer.nonce, 'idp.example.com/login'])
      expect(written).not.toContain(secret);
  });

  it('Z03: sign-ins from one address are counted', async () => {
    const path = `/signin/oidc?${new URLSearchParams({ account: ACCOUNT, provider: s.issuer.name })}`;
    const visitor = s.visitor();
    let status = 303;
    for (let i = 0; i < 1001 && status === 303; i++) ({ status } = await visitor.get(path));
    expect(status).toBe(429);
    await s.moveClock(15 * 60);
    expect((await visitor.get(path)).status).toBe(303);
  }, 120_000);
});
