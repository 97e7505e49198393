import { createHash, randomBytes } from 'node:crypto';
import { IAM } from '@aws-sdk/client-iam';
import { SSO } from '@aws-sdk/client-sso';
import { SSOOIDC } from '@aws-sdk/client-sso-oidc';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy, whileSuspended } from '../harness.ts';
import type { Browser } from './browser.ts';
import { openPortal, PASSWORD, type PortalStage } from './stage.ts';

let s: PortalStage;
let portal: SSO;
let oidc: SSOOIDC;
beforeAll(async () => {
  s = await openPortal();
  const unsigned = { endpoint: s.server.url, region: 'us-east-1', maxAttempts: 1 };
  portal = new SSO(unsigned);
  oidc = new SSOOIDC(unsigned);
});
afterAll(async () => {
  expect(s.server.errors).toEqual([]);
  await s.close();
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'sso:account:access';
const LOOPBACK = 'http://127.0.0.1/oauth/callback';

const refused = (promise: Promise<unknown>, name: string, more: object = {}): Promise<void> =>
  expect(promise).rejects.toMatchObject({ name, ...more });

interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

async function registered(more: object = { scopes: [SCOPE] }): Promise<RegisteredClient> {
  const { clientId = '', clientSecret = '' } = await oidc.registerClient({ clientName: 'a test', clientType: 'public', ...more });
  return { clientId, clientSecret };
}

const begun = (client: RegisteredClient, startUrl = s.startUrl) => oidc.startDeviceAuthorization({ ...client, startUrl });
const poll = (client: RegisteredClient, deviceCode: string | undefined) =>
  oidc.createToken({ ...client, grantType: DEVICE_CODE, deviceCode });
const renew = (client: RegisteredClient, refreshToken: string | undefined) =>
  oidc.createToken({ ...client, grantType: 'refresh_token', refreshToken });

/** Types a device's code and decides. */
async function decide(browser: Browser, userCode: string | undefined, decision: 'allow' | 'deny' = 'allow'): Promise<Browser> {
  await browser.open('/device');
  await browser.submit('/device', { user_code: userCode ?? '' });
  return browser.submit('/device/decision', { decision });
}

/** Tokens of somebody, by the device flow. */
async function tokensOf(userName: string, client?: RegisteredClient) {
  const of = client ?? (await registered());
  const { deviceCode, userCode } = await begun(of);
  await decide(await s.signedIn(userName), userCode);
  return { client: of, ...(await poll(of, deviceCode)) };
}

const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

const authorizePath = (clientId: string, challenge: string, more: Record<string, string> = {}) =>
  `/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1:49152/oauth/callback',
    state: 'a-state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    scopes: SCOPE,
    ...more,
  })}`;

const codeGrants = () => ({
  scopes: [SCOPE],
  redirectUris: [LOOPBACK],
  grantTypes: ['authorization_code', 'refresh_token'],
  issuerUrl: s.startUrl,
});

describe('a program by its device code', () => {
  it('gets what its user is assigned, as a session of the role that AWS knows by its name', async () => {
    const alice = await s.person('alice', { Extensions: { 'aws:identitystore:enterprise': { department: 'research' } } });
    const set = await s.permissionSet('Reader', {
      managed: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
      more: { SessionDuration: 'PT2H' },
    });
    await s.assign(set, alice);
    const { accessToken, refreshToken, expiresIn, tokenType, client } = await tokensOf('alice');
    expect({ expiresIn, tokenType }).toEqual({ expiresIn: 3600, tokenType: 'Bearer' });
    expect(refreshToken).toBeTruthy();
    expect((await portal.listAccounts({ accessToken })).accountList).toEqual([
      { accountId: s.member.id, accountName: `account ${s.member.id}`, emailAddress: `root@${s.member.id}.example.com` },
    ]);
    const { roleList } = await portal.listAccountRoles({ accessToken, accountId: s.member.id });
    expect(roleList).toEqual([{ roleName: 'Reader', accountId: s.member.id }]);
    const { roleCredentials } = await portal.getRoleCredentials({ accessToken, accountId: s.member.id, roleName: 'Reader' });
    const life = (roleCredentials?.expiration ?? 0) - s.server.clock.now();
    expect(life).toBeGreaterThan(2 * HOUR - MINUTE);
    expect(life).toBeLessThanOrEqual(2 * HOUR);
    const credentials = {
      accessKeyId: roleCredentials?.accessKeyId ?? '',
      secretAccessKey: roleCredentials?.secretAccessKey ?? '',
      sessionToken: roleCredentials?.sessionToken ?? '',
    };
    const { Arn } = await new STS(s.config(credentials)).getCallerIdentity({});
    expect(Arn).toMatch(new RegExp(`^arn:aws:sts::${s.member.id}:assumed-role/AWSReservedSSO_Reader_[0-9a-f]{16}/alice$`));
    const iam = new IAM(s.config(credentials));
    expect((await iam.listUsers({})).Users).toEqual([]);
    await refused(iam.createUser({ UserName: 'x' }), 'AccessDenied');
    // Renewed before it ends: another pair, and the one before stays as it is.
    const again = await renew(client, refreshToken);
    expect(again.accessToken).not.toBe(accessToken);
    expect((await portal.listAccounts({ accessToken: again.accessToken })).accountList).toHaveLength(1);
  });

  it('gets nothing while an account is suspended: the one that it is assigned, or that of Identity Center', async () => {
    const { accessToken, client, refreshToken } = await tokensOf('alice');
    const get = () => portal.getRoleCredentials({ accessToken, accountId: s.member.id, roleName: 'Reader' });
    const page = async () => (await s.browser().open(`/start/${s.IdentityStoreId}`)).status;
    await whileSuspended(s.server, s.member.id, async () => {
      await refused(get(), 'ForbiddenException');
      expect((await portal.listAccounts({ accessToken })).accountList).toEqual([]);
    });
    await whileSuspended(s.server, s.management.id, async () => {
      await refused(get(), 'UnauthorizedException');
      await refused(renew(client, refreshToken), 'InvalidGrantException');
      expect(await page()).toBe(404);
    });
    expect(await page()).toBe(200);
    expect((await get()).roleCredentials?.accessKeyId).toMatch(/^ASIA/);
  });

  it('without scopes has a token as long as the sign-in, that cannot be renewed', async () => {
    const tokens = await tokensOf('alice', await registered({}));
    expect(tokens.refreshToken).toBeUndefined();
    expect(tokens.expiresIn).toBeGreaterThan(7.9 * 3600);
    expect((await portal.listAccounts({ accessToken: tokens.accessToken })).accountList).toHaveLength(1);
    const other = await tokensOf('alice', await registered({ scopes: ['openid'] }));
    await refused(portal.listAccounts({ accessToken: other.accessToken }), 'UnauthorizedException');
  });

  it('D01 is let in by who types its code, after they were told by whom, from where and when', async () => {
    const client = await registered({ clientName: 'Payroll <b>', scopes: [SCOPE] });
    const { userCode, verificationUri, verificationUriComplete, expiresIn } = await begun(client);
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect({ verificationUri, expiresIn }).toEqual({ verificationUri: `${s.server.url}/device`, expiresIn: 600 });
    const browser = await s.signedIn('alice');
    // A link with the code in it asks for the code all the same.
    await browser.open(verificationUriComplete?.slice(s.server.url.length) ?? '');
    expect(browser.html).not.toContain(userCode);
    expect(browser.text).toContain('If somebody sent you a code, do not type it');
    await browser.submit('/device', { user_code: userCode?.toLowerCase().replace('-', ' ') ?? '' });
    for (const told of ['Payroll <b> (not verified)', '127.0.0.1', new Date(s.server.clock.now()).toUTCString().slice(0, 16), 'alice'])
      expect(browser.text).toContain(told);
    // What somebody else has confirmed is none of this session's.
    const request = /name="request" value="([^"]+)"/.exec(browser.html)?.[1] ?? '';
    await s.person('mallory');
    const mallory = await s.signedIn('mallory');
    await mallory.post('/device/decision', { request, decision: 'allow' });
    expect(mallory.status).toBe(404);
    await browser.submit('/device/decision', { decision: 'deny' });
    expect(browser.text).toContain('Denied');
  });

  it('D01 D02 is told to wait, to slow down, that it was denied, or that it is too late', async () => {
    const client = await registered();
    const { deviceCode, userCode } = await begun(client);
    await refused(poll(client, deviceCode), 'AuthorizationPendingException', { error: 'authorization_pending' });
    await refused(poll(client, deviceCode), 'SlowDownException', { error: 'slow_down' });
    s.advance(2000);
    await refused(poll(client, deviceCode), 'AuthorizationPendingException');
    await refused(poll(await registered(), deviceCode), 'InvalidGrantException', { error: 'invalid_grant' });
    await refused(poll({ ...client, clientSecret: 'wrong' }, deviceCode), 'InvalidClientException', { error: 'invalid_client' });
    await refused(poll(client, 'no-such-code'), 'InvalidGrantException');
    await decide(await s.signedIn('alice'), userCode, 'deny');
    await refused(poll(client, deviceCode), 'AccessDeniedException', { error: 'access_denied' });
    // Once, and in time.
    const second = await begun(client);
    const browser = await s.signedIn('alice');
    await decide(browser, second.userCode);
    await poll(client, second.deviceCode);
    await refused(poll(client, second.deviceCode), 'InvalidGrantException');
    const third = await begun(client);
    s.advance(11 * MINUTE);
    await refused(poll(client, third.deviceCode), 'ExpiredTokenException', { error: 'expired_token' });
    await browser.open('/device');
    await browser.submit('/device', { user_code: third.userCode ?? '' });
    expect(browser.status).toBe(404);
  });

  it('D02 whoever guesses codes is stopped', async () => {
    const browser = s.browser();
    const statuses = new Set<number>();
    for (let i = 0; i < 25; i++) {
      await browser.open('/device');
      statuses.add((await browser.submit('/device', { user_code: 'BBBB-BBBB' })).status);
    }
    expect([...statuses]).toEqual([404, 429]);
    s.advance(16 * MINUTE);
  });

  it('is let in by somebody who signs in only then', async () => {
    const client = await registered();
    const { deviceCode, userCode } = await begun(client);
    const browser = await s.browser().open('/device');
    await browser.submit('/device', { user_code: userCode ?? '' });
    await browser.submit('/sign-in', { user_name: 'Alice', password: PASSWORD });
    expect(browser.text).toContain('Let this device in?');
    await browser.submit('/device/decision', { decision: 'allow' });
    expect((await poll(client, deviceCode)).accessToken).toBeTruthy();
  });

  it('must name a portal that is there', async () => {
    const client = await registered();
    for (const url of ['https://d-0123456789.awsapps.com/start', 'https://example.com/', 'nonsense', `${s.server.url}/start/d-0123456789`])
      await refused(begun(client, url), 'InvalidRequestException', { error: 'invalid_request' });
    for (const url of [
      `https://${s.IdentityStoreId}.awsapps.com/start`,
      `https://${s.IdentityStoreId}.awsapps.com/start/#/`,
      `${s.server.url}/start`,
    ])
      expect((await begun(client, url)).userCode).toBeTruthy();
  });
});

describe('a program by a code for its loopback address', () => {
  async function codeFor(browser: Browser, clientId: string, challenge: string): Promise<URL> {
    await browser.open(authorizePath(clientId, challenge));
    await browser.submit('/authorize/decision', { decision: 'allow' });
    return new URL(browser.location ?? '');
  }
  const change = (
    client: RegisteredClient,
    code: string | null,
    codeVerifier: string,
    redirectUri = 'http://127.0.0.1:49152/oauth/callback',
  ) => oidc.createToken({ ...client, grantType: 'authorization_code', code: code ?? '', codeVerifier, redirectUri });

  it('is let in after a sign-in and a word', async () => {
    const client = await registered(codeGrants());
    const { verifier, challenge } = pkce();
    const browser = await s.browser().open(authorizePath(client.clientId, challenge));
    await browser.submit('/sign-in', { user_name: 'alice', password: PASSWORD });
    expect(browser.text).toContain('a test (not verified)');
    expect(browser.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:49152;");
    await browser.submit('/authorize/decision', { decision: 'allow' });
    const answer = new URL(browser.location ?? '');
    expect(answer.origin + answer.pathname).toBe('http://127.0.0.1:49152/oauth/callback');
    expect(answer.searchParams.get('state')).toBe('a-state');
    const tokens = await change(client, answer.searchParams.get('code'), verifier);
    expect((await portal.listAccounts({ accessToken: tokens.accessToken })).accountList).toHaveLength(1);
    expect(tokens.refreshToken).toBeTruthy();
    await browser.open(authorizePath(client.clientId, challenge));
    await browser.submit('/authorize/decision', { decision: 'deny' });
    expect(browser.location).toBe('http://127.0.0.1:49152/oauth/callback?error=access_denied&state=a-state');
  });

  it('D03 registers loopback addresses alone, and is answered at no other', async () => {
    const wrong = [
      'https://evil.example/callback',
      'http://127.0.0.1.evil.example/callback',
      'http://127.0.0.1@evil.example/',
      'http://evil.example#127.0.0.1',
      'https://127.0.0.1/callback',
      'http://127.0.0.1/callback#fragment',
      'javascript:alert(1)',
      'myapp://callback',
      'http://10.0.0.1/callback',
      'http://127.0.0.1\\@evil.example/',
    ];
    for (const uri of wrong) await refused(registered({ ...codeGrants(), redirectUris: [uri] }), 'InvalidRedirectUriException');
    const { clientId } = await registered(codeGrants());
    const browser = await s.signedIn('alice');
    for (const uri of [...wrong, 'http://127.0.0.1:49152/other', 'http://localhost:49152/oauth/callback']) {
      await browser.open(authorizePath(clientId, pkce().challenge, { redirect_uri: uri }));
      expect([browser.status, browser.location]).toEqual([400, null]);
    }
    await refused(registered({ clientName: 'a\u202eb' }), 'InvalidClientMetadataException');
    await refused(registered({ clientName: 'x'.repeat(200) }), 'InvalidClientMetadataException');
    await refused(registered({ clientType: 'confidential' }), 'InvalidClientMetadataException');
    await refused(registered({ scopes: ['everything'] }), 'InvalidScopeException');
    await refused(registered({ grantTypes: ['password'] }), 'UnsupportedGrantTypeException');
  });

  it('D04 must prove that it began: no PKCE, plain, another verifier, another address, another client', async () => {
    const client = await registered(codeGrants());
    const browser = await s.signedIn('alice');
    const { verifier, challenge } = pkce();
    for (const more of [
      { code_challenge: '' },
      { code_challenge_method: 'plain' },
      { code_challenge_method: '' },
      { code_challenge: 'short' },
    ]) {
      await browser.open(authorizePath(client.clientId, challenge, more));
      expect(browser.location).toBe('http://127.0.0.1:49152/oauth/callback?error=invalid_request&state=a-state');
    }
    await browser.open(authorizePath(client.clientId, challenge, { scopes: 'openid' }));
    expect(browser.location).toContain('error=invalid_scope');
    const fresh = async () => (await codeFor(browser, client.clientId, challenge)).searchParams.get('code');
    await refused(change(client, await fresh(), pkce().verifier), 'InvalidGrantException');
    await refused(change(client, await fresh(), challenge), 'InvalidGrantException');
    await refused(change(client, await fresh(), verifier, LOOPBACK), 'InvalidGrantException');
    await refused(change(await registered(codeGrants()), await fresh(), verifier), 'InvalidGrantException');
    const late = await fresh();
    s.advance(2 * MINUTE);
    await refused(change(client, late, verifier), 'InvalidGrantException');
    // T04: a code of one kind is none of another.
    await refused(poll(client, (await fresh()) ?? ''), 'UnsupportedGrantTypeException');
  });

  it('D04 loses everything when its code is shown a second time', async () => {
    const client = await registered(codeGrants());
    const { verifier, challenge } = pkce();
    const code = (await codeFor(await s.signedIn('alice'), client.clientId, challenge)).searchParams.get('code');
    const { accessToken, refreshToken } = await change(client, code, verifier);
    await portal.listAccounts({ accessToken });
    await refused(change(client, code, verifier), 'InvalidGrantException');
    await refused(portal.listAccounts({ accessToken }), 'UnauthorizedException');
    await refused(renew(client, refreshToken), 'InvalidGrantException');
  });
});

describe('D05 what is taken away is gone with the next request', () => {
  const credentials = (accessToken: string | undefined, roleName = 'Reader') =>
    portal.getRoleCredentials({ accessToken, accountId: s.member.id, roleName });
  const NO_ACCESS = { message: 'No access', $metadata: expect.objectContaining({ httpStatusCode: 403 }) };

  it('of assignments, one’s own and a group’s', async () => {
    const bob = await s.person('bob');
    const { IdentityStoreId } = s;
    const { GroupId = '' } = await s.people.createGroup({ IdentityStoreId, DisplayName: 'readers' });
    const set = await s.permissionSet('Grouped', { managed: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' });
    const { accessToken } = await tokensOf('bob');
    await refused(credentials(accessToken), 'ForbiddenException', NO_ACCESS);
    await refused(portal.listAccountRoles({ accessToken, accountId: s.member.id }), 'ForbiddenException', NO_ACCESS);
    expect((await portal.listAccounts({ accessToken })).accountList).toEqual([]);
    await s.assign(set, GroupId, 'GROUP');
    await refused(credentials(accessToken, 'Grouped'), 'ForbiddenException');
    const { MembershipId } = await s.people.createGroupMembership({ IdentityStoreId, GroupId, MemberId: { UserId: bob } });
    const { roleCredentials } = await credentials(accessToken, 'Grouped');
    await s.people.deleteGroupMembership({ IdentityStoreId, MembershipId });
    await refused(credentials(accessToken, 'Grouped'), 'ForbiddenException');
    // A session that is there stays, as on AWS, until its role goes: with the last assignment.
    const session = {
      accessKeyId: roleCredentials?.accessKeyId ?? '',
      secretAccessKey: roleCredentials?.secretAccessKey ?? '',
      sessionToken: roleCredentials?.sessionToken ?? '',
    };
    const sts = new STS(s.config(session));
    expect((await sts.getCallerIdentity({})).Account).toBe(s.member.id);
    await s.unassign(set, GroupId, 'GROUP');
    await refused(sts.getCallerIdentity({}), 'InvalidClientTokenId');
    // What does not exist is told in the same words.
    await refused(credentials(accessToken, 'NoSuchRole'), 'ForbiddenException', NO_ACCESS);
    const elsewhere = portal.getRoleCredentials({ accessToken, accountId: '999999999999', roleName: 'Reader' });
    await refused(elsewhere, 'ForbiddenException', NO_ACCESS);
  });

  it('of sign-ins, by Logout, by the button, by another sign-in, and with the user', async () => {
    const unauthorized = { message: 'Session token not found or invalid', $metadata: expect.objectContaining({ httpStatusCode: 401 }) };
    const carol = await s.person('carol');
    const first = await tokensOf('carol');
    await portal.logout({ accessToken: first.accessToken });
    await refused(portal.listAccounts({ accessToken: first.accessToken }), 'UnauthorizedException', unauthorized);
    await refused(renew(first.client, first.refreshToken), 'InvalidGrantException');
    await refused(portal.logout({ accessToken: first.accessToken }), 'UnauthorizedException');

    const client = await registered();
    const { deviceCode, userCode } = await begun(client);
    const browser = await s.signedIn('carol');
    await decide(browser, userCode);
    const { accessToken } = await poll(client, deviceCode);
    await portal.listAccounts({ accessToken });
    await browser.open('/start');
    await browser.submit('/sign-out', {});
    expect(browser.text).toContain('Sign in');
    await refused(portal.listAccounts({ accessToken }), 'UnauthorizedException');

    const second = await tokensOf('carol');
    await s.people.deleteUser({ IdentityStoreId: s.IdentityStoreId, UserId: carol });
    await refused(portal.listAccounts({ accessToken: second.accessToken }), 'UnauthorizedException');
    await refused(renew(second.client, second.refreshToken), 'InvalidGrantException');
    await refused(portal.listAccounts({ accessToken: `aoa${'A'.repeat(43)}` }), 'UnauthorizedException');
  });

  it('of refresh tokens: each works once, and a used one that comes back late takes all with it', async () => {
    const { client, accessToken, refreshToken } = await tokensOf('alice');
    await refused(renew(await registered(), refreshToken), 'InvalidGrantException');
    const next = await renew(client, refreshToken);
    // Two processes with one cache: the slower one is refused, and nothing else happens.
    await refused(renew(client, refreshToken), 'InvalidGrantException');
    await portal.listAccounts({ accessToken: next.accessToken });
    s.advance(MINUTE);
    await refused(renew(client, refreshToken), 'InvalidGrantException');
    for (const token of [accessToken, next.accessToken])
      await refused(portal.listAccounts({ accessToken: token }), 'UnauthorizedException');
    await refused(renew(client, next.refreshToken), 'InvalidGrantException');
  });

  it('of time: an hour for tokens that can be renewed, eight for the sign-in', async () => {
    const { client, accessToken, refreshToken } = await tokensOf('alice');
    s.advance(61 * MINUTE);
    await refused(portal.listAccounts({ accessToken }), 'UnauthorizedException');
    const next = await renew(client, refreshToken);
    s.advance(7 * HOUR);
    await refused(renew(client, next.refreshToken), 'InvalidGrantException');
  });
});

describe('attributes for access control', () => {
  it('become tags of the session, and identitystore:UserId is among its keys', async () => {
    const { InstanceArn } = s;
    const dora = await s.person('dora', { Title: 'Engineer', Extensions: { 'aws:identitystore:enterprise': { department: 'blue' } } });
    await s.admin.createInstanceAccessControlAttributeConfiguration({
      InstanceArn,
      InstanceAccessControlAttributeConfiguration: {
        AccessControlAttributes: [
          { Key: 'team', Value: { Source: ['${path:enterprise.department}'] } },
          { Key: 'who', Value: { Source: ['${path:userName}'] } },
          { Key: 'mail', Value: { Source: ['${path:emails[primary eq true].value}'] } },
          { Key: 'absent', Value: { Source: ['${path:nickName}'] } },
        ],
      },
    });
    const where = (Condition: object) => policy({ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition });
    const right = {
      StringEquals: {
        'aws:PrincipalTag/team': 'blue',
        'aws:PrincipalTag/who': 'dora',
        'aws:PrincipalTag/mail': 'dora@people.example.com',
        'identitystore:UserId': dora,
      },
      Null: { 'aws:PrincipalTag/absent': 'true' },
    };
    const sets = {
      Right: await s.permissionSet('Right', { inline: where(right) }),
      Wrong: await s.permissionSet('Wrong', { inline: where({ StringEquals: { 'aws:PrincipalTag/team': 'red' } }) }),
    };
    for (const set of Object.values(sets)) await s.assign(set, dora);
    const { accessToken } = await tokensOf('dora');
    const iamAs = async (roleName: string) => {
      const { roleCredentials } = await portal.getRoleCredentials({ accessToken, accountId: s.member.id, roleName });
      const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = roleCredentials ?? {};
      return new IAM(s.config({ accessKeyId, secretAccessKey, sessionToken }));
    };
    expect((await (await iamAs('Right')).listUsers({})).Users).toEqual([]);
    await refused((await iamAs('Wrong')).listUsers({}), 'AccessDenied');
    // What cannot be a tag is no session: policies would be decided without it.
    const Operations = [{ AttributePath: 'aws:identitystore:enterprise.department', AttributeValue: 'blue; drop' }];
    await s.people.updateUser({ IdentityStoreId: s.IdentityStoreId, UserId: dora, Operations });
    await refused(iamAs('Right'), 'InvalidRequestException');
    await s.admin.deleteInstanceAccessControlAttributeConfiguration({ InstanceArn });
  });
});

describe('what is no request of theirs', () => {
  const long = 'x'.repeat(20_000);
  it.each([
    ['POST', '/token', '{"clientId":"__proto__","clientSecret":"x","grantType":"constructor"}'],
    ['POST', '/token', '{"clientId":["x"],"clientSecret":{},"grantType":1}'],
    ['POST', '/token', `{"clientId":"${long}","clientSecret":"${long}","grantType":"refresh_token","refreshToken":"${long}"}`],
    ['POST', '/token', '[]'],
    ['POST', '/token', ''],
    ['POST', '/client/register', '{"clientName":"\\u0000","clientType":"public"}'],
    ['POST', '/client/register', `{"clientName":"x","clientType":"public","issuerUrl":"${long}"}`],
    ['POST', '/device_authorization', '{"clientId":"x","clientSecret":"x","startUrl":"http://[::1/start"}'],
    ['GET', '/assignment/accounts?max_result=0', undefined],
    ['GET', '/assignment/accounts?next_token=%00', undefined],
    ['GET', `/federation/credentials?account_id=${long}&role_name=__proto__`, undefined],
    ['POST', '/logout', ''],
  ])('%s %s is refused, and breaks nothing', async (method, path, body) => {
    for (const token of ['x', '__proto__', `aoa${'A'.repeat(43)}`, long.slice(0, 8000)]) {
      const headers = { 'x-amz-sso_bearer_token': token, 'content-type': 'application/json' };
      const { status } = await fetch(s.server.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
      expect([400, 401, 403, 404, 431]).toContain(status);
    }
  });
});
