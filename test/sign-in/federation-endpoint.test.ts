import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { joinHeaders } from '../../src/server/listener.ts';
import { ConsoleSessions } from '../../src/server/sign-in/console-session.ts';
import { type Credentials, clientConfig, policy, type TestAccount, whileSuspended } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from './stage.ts';

let stage: SignInStage;
let account: TestAccount;
let broker: Credentials;
let role: string;

beforeAll(async () => {
  stage = await openSignIn();
  account = await stage.server.account();
  broker = await account.user('broker', { inline: { all: policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }) } });
  const trust = policy({ Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' });
  const made = await account.asRoot('iam', 'CreateRole', {
    RoleName: 'Console',
    MaxSessionDuration: 7200,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  role = (made.Role as { Arn: string }).Arn;
});
afterAll(async () => {
  expect(stage.server.errors).toEqual([]);
  await stage.close();
});

const sts = (credentials: Credentials) => new STSClient(clientConfig(stage.server, credentials));

interface Given {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}
const shown = (given: Given | undefined): Credentials => ({
  accessKeyId: given?.AccessKeyId ?? '',
  secretAccessKey: given?.SecretAccessKey ?? '',
  sessionToken: given?.SessionToken ?? '',
});

async function assumed(by: Credentials = broker, name = 'alice'): Promise<Credentials> {
  const { Credentials: given } = await sts(by).send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: name }));
  return shown(given);
}

const sessionJson = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string =>
  JSON.stringify({ sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken });

const ask = (fields: Record<string, string>) => stage.get(`/federation?${new URLSearchParams({ Action: 'getSigninToken', ...fields })}`);

async function tokenFor(credentials: Credentials, more: Record<string, string> = {}): Promise<string> {
  const response = await ask({ Session: sessionJson(credentials), ...more });
  const body = (await response.json()) as { SigninToken?: string; message?: string };
  expect(body.message).toBeUndefined();
  return body.SigninToken ?? '';
}

const login = (fields: Record<string, string>) => stage.get(`/federation?${new URLSearchParams({ Action: 'login', ...fields })}`);

/** The session behind a cookie, as the server finds it. */
function sessionOf(cookie: string) {
  const rawHeaders = ['Host', 'localhost', 'Cookie', cookie];
  const request = {
    method: 'GET',
    target: '/',
    rawHeaders,
    headers: joinHeaders(rawHeaders),
    body: new Uint8Array(),
    remoteAddress: '127.0.0.1',
    secure: false,
  };
  return new ConsoleSessions(stage.server.installation).find(request);
}

describe('a broker signs somebody in', () => {
  it('with credentials of AssumeRole, to the page it names', async () => {
    const SigninToken = await tokenFor(await assumed());
    const response = await login({
      SigninToken,
      Issuer: 'https://broker.example.com/',
      Destination: 'https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1',
    });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/console/sagemaker/home?region=eu-west-1');
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-sagegate-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
    );
    const home = await (await stage.get('/console/', { cookie: cookieOf(response) })).text();
    expect(home).toContain(`arn:aws:sts::${account.id}:assumed-role/Console/alice`);
    expect(home).toContain('href="https://broker.example.com/"');
    const session = await sessionOf(cookieOf(response));
    const { Arn } = await sts(session?.credentials as Credentials).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${account.id}:assumed-role/Console/alice`);
  });

  it('with credentials of GetFederationToken', async () => {
    const { Credentials: given } = await sts(broker).send(new GetFederationTokenCommand({ Name: 'bob' }));
    const response = await login({ SigninToken: await tokenFor(shown(given)) });
    expect(response.headers.get('location')).toBe('/console/');
    expect((await sessionOf(cookieOf(response)))?.arn).toBe(`arn:aws:sts::${account.id}:federated-user/bob`);
  });

  it('posting long sessions instead of putting them into the URL', async () => {
    const response = await stage.post('/federation', { Action: 'getSigninToken', Session: sessionJson(await assumed()) });
    expect(await response.json()).toEqual({ SigninToken: expect.stringMatching(/^[\w-]{100,}$/) });
  });

  it('for as long as it asks, no longer than the role may be held', async () => {
    // At a whole second, as those of a session are.
    const now = Math.floor(Date.now() / 1000) * 1000;
    stage.server.clock.freeze(now);
    onTestFinished(() => stage.server.clock.reset());
    const short = await login({ SigninToken: await tokenFor(await assumed(), { SessionDuration: '900' }) });
    const long = await login({ SigninToken: await tokenFor(await assumed(), { SessionDuration: '43200' }) });
    const seconds = async (response: Response) => (((await sessionOf(cookieOf(response)))?.expiresAt ?? 0) - now) / 1000;
    expect([await seconds(short), await seconds(long)]).toEqual([900, 7200]);
    const renewed = (await sessionOf(cookieOf(long)))?.credentials as Credentials;
    expect((await sts(renewed).send(new GetCallerIdentityCommand({}))).Arn).toContain('assumed-role/Console/alice');
  });

  it('while the account is at work, and not when it is suspended', async () => {
    const credentials = await assumed();
    const SigninToken = await tokenFor(credentials);
    await whileSuspended(stage.server, account.id, async () => {
      expect((await ask({ Session: sessionJson(credentials) })).status).toBe(400);
      const response = await login({ SigninToken });
      expect([response.status, cookieOf(response)]).toEqual([400, '']);
    });
    expect((await login({ SigninToken })).status).toBe(302);
  });

  it('and out again by a button, not by a link', async () => {
    const cookie = cookieOf(await login({ SigninToken: await tokenFor(await assumed()) }));
    expect(await (await stage.get('/federation?Action=logout', { cookie })).text()).toContain('action="/console/sign-out"');
    expect(await sessionOf(cookie)).toBeDefined();
    const out = await stage.post('/console/sign-out', {}, { cookie });
    expect([out.status, out.headers.get('location'), out.headers.get('set-cookie')]).toEqual([
      303,
      '/console/',
      '__Host-sagegate-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
    expect(await sessionOf(cookie)).toBeUndefined();
  });
});

describe('C17: refused', () => {
  const refusal = async (fields: Record<string, string>) => {
    const response = await ask(fields);
    expect(response.headers.get('set-cookie')).toBeNull();
    const text = await response.text();
    return [response.status, text];
  };

  it('long-term credentials, those of GetSessionToken, wrong, unknown, expired ones', async () => {
    const { Credentials: own } = await sts(broker).send(new GetSessionTokenCommand({}));
    const good = await assumed();
    const cases: Record<string, Credentials> = {
      'long-term': { ...broker, sessionToken: '' },
      GetSessionToken: shown(own),
      'wrong secret': { ...good, secretAccessKey: broker.secretAccessKey },
      'token of another': { ...good, sessionToken: (await assumed()).sessionToken ?? '' },
      'made up': { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'x', sessionToken: 'x' },
    };
    for (const [name, credentials] of Object.entries(cases)) {
      const [status, text] = await refusal({ Session: sessionJson(credentials) });
      expect([name, status]).toEqual([name, 400]);
      for (const secret of Object.values(credentials)) if (secret.length > 10) expect(text).not.toContain(secret);
    }
    stage.server.clock.advance(3600_000);
    expect((await refusal({ Session: sessionJson(good) }))[0]).toBe(400);
    stage.server.clock.reset();
  });

  it('a duration with credentials that may not ask for one, and durations that are none', async () => {
    const { Credentials: given } = await sts(broker).send(new GetFederationTokenCommand({ Name: 'bob' }));
    expect((await refusal({ Session: sessionJson(shown(given)), SessionDuration: '3600' }))[0]).toBe(400);
    await account.asRoot('iam', 'PutRolePolicy', {
      RoleName: 'Console',
      PolicyName: 'chain',
      PolicyDocument: JSON.stringify(policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })),
    });
    const chained = await assumed(await assumed());
    expect((await refusal({ Session: sessionJson(chained), SessionDuration: '3600' }))[0]).toBe(400);
    await tokenFor(chained);
    const good = sessionJson(await assumed());
    for (const SessionDuration of ['0', '899', '43201', '-1', '1e4', '3600.0', ' 3600', '1'.repeat(400)])
      expect([SessionDuration, (await refusal({ Session: good, SessionDuration }))[0]]).toEqual([SessionDuration, 400]);
  });

  it('forms that are none', async () => {
    const good = encodeURIComponent(sessionJson(await assumed()));
    for (const target of [
      '/federation',
      '/federation?Action=other',
      '/federation?Action=getSigninToken',
      '/federation?Action=getSigninToken&Session=%7B%7D',
      '/federation?Action=getSigninToken&Session=null',
      `/federation?Action=getSigninToken&Action=login&Session=${good}`,
      `/federation?Action=getSigninToken&Session=${good}&Session=${good}`,
      '/federation?Action=%ff',
    ]) {
      const response = await stage.get(target);
      expect([target.slice(0, 60), response.status]).toEqual([target.slice(0, 60), 400]);
    }
  });

  it('links that were used, are late, were altered, or belong to nobody any more', async () => {
    const SigninToken = await tokenFor(await assumed());
    expect((await login({ SigninToken })).status).toBe(302);
    const refused = async (token: string) => {
      const response = await login({ SigninToken: token });
      expect([response.status, response.headers.get('set-cookie')]).toEqual([400, null]);
    };
    await refused(SigninToken);
    const late = await tokenFor(await assumed());
    stage.server.clock.advance(15 * 60_000);
    await refused(late);
    stage.server.clock.reset();
    const other = await tokenFor(await assumed());
    await refused(`${other.slice(0, -2)}AA`);
    await refused(`${other}=`);
    await refused((await assumed()).sessionToken ?? '');
    await refused('');
  });

  it('C13: a form of another site that signs out', async () => {
    const cookie = cookieOf(await login({ SigninToken: await tokenFor(await assumed()) }));
    const response = await stage.post('/console/sign-out', {}, { cookie, origin: 'https://evil.example' });
    expect(response.status).toBe(403);
    expect(await sessionOf(cookie)).toBeDefined();
  });

  it('C20: a host name that is not ours', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(`${stage.server.url}/federation?Action=logout`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe('a console session', () => {
  it('C12: gets a new secret with each sign-in, and the old one dies', async () => {
    const first = cookieOf(await login({ SigninToken: await tokenFor(await assumed()) }));
    const again = await stage.get(`/federation?${new URLSearchParams({ Action: 'login', SigninToken: await tokenFor(await assumed()) })}`, {
      cookie: first,
    });
    expect(cookieOf(again)).not.toBe(first);
    expect(await sessionOf(first)).toBeUndefined();
    expect(await sessionOf(cookieOf(again))).toBeDefined();
  });

  it('ends when it is idle, when its credentials end, and everywhere when told so', async () => {
    const cookie = cookieOf(await login({ SigninToken: await tokenFor(await assumed(), { SessionDuration: '7200' }) }));
    stage.server.clock.advance(7201_000);
    expect(await sessionOf(cookie)).toBeUndefined();
    stage.server.clock.reset();
    expect(
      await new ConsoleSessions(stage.server.installation).endAll({
        personId: (await sessionOf(cookieOf(await login({ SigninToken: await tokenFor(await assumed()) }))))?.personId ?? '',
      }),
    ).toBeGreaterThan(0);
    expect(await sessionOf(cookie)).toBeUndefined();
  });

  it('C15: is not taken from a request with two cookies of the name, nor from one that is no secret', async () => {
    const cookie = cookieOf(await login({ SigninToken: await tokenFor(await assumed()) }));
    expect(await sessionOf(`${cookie}; __Host-sagegate-session=${'A'.repeat(43)}`)).toBeUndefined();
    expect(await sessionOf('__Host-sagegate-session=x')).toBeUndefined();
    expect(await sessionOf(`other=1; ${cookie}`)).toBeDefined();
  });

  it('leaves an event behind, without a secret in it', async () => {
    const credentials = await assumed();
    const SigninToken = await tokenFor(credentials);
    await login({ SigninToken });
    const events = stage.server.audit.list(5);
    expect(events[0]).toMatchObject({ service: 'signin', operation: 'Federation', status: 302, caller: { account: account.id } });
    const text = JSON.stringify(events);
    for (const secret of [credentials.secretAccessKey, credentials.sessionToken ?? '', SigninToken]) expect(text).not.toContain(secret);
  });
});
