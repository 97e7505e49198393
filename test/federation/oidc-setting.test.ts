import { expect, it, onTestFinished } from 'vitest';
import { nothingOutbound } from '../../src/core/outbound.ts';
import { OidcSignIn } from '../../src/server/sign-in/oidc-sign-in.ts';
import { oidcSignInRoutes } from '../../src/server/sign-in/oidc-sign-in-setting.ts';
import { sign } from '../../src/sigv4/index.ts';
import { oidcProviders } from '../../src/store/tables/iam.ts';
import { startTestServer } from '../harness.ts';
import { signingKey } from './issuer.ts';

/* What is stored of the console sign-in of an OpenID Connect provider. */

it('W09, G05: the secret of our client is sealed where it is stored, and opens nowhere else', async () => {
  const key = signingKey();
  const issuer = (url: string): object =>
    url.endsWith('/keys')
      ? { keys: [key.jwk] }
      : {
          issuer: new URL(url).origin,
          jwks_uri: `${new URL(url).origin}/keys`,
          authorization_endpoint: 'https://idp.example.com/authorize',
          token_endpoint: 'https://idp.example.com/token',
        };
  const get = async (url: string) => ({ status: 200, body: Buffer.from(JSON.stringify(issuer(url))), maxAge: undefined });
  const server = await startTestServer({ outbound: { ...nothingOutbound, get } });
  onTestFinished(() => server.close());
  const { installation, authenticator, authorizer, decisions, clock } = server;
  const { store } = installation;
  const account = await server.account();
  const signIn = new OidcSignIn({ installation, authorizer, logError: (error) => server.errors.push(error) });
  const [, change] = oidcSignInRoutes({ installation, authenticator, authorizer, decisions, signIn });
  const turnOn = async (host: string, clientSecret: string): Promise<void> => {
    const input = { Url: `https://${host}`, ClientIDList: ['console'], ThumbprintList: ['0'.repeat(40)] };
    await account.asRoot('iam', 'CreateOpenIDConnectProvider', input);
    const asked = { provider: `arn:aws:iam::${account.id}:oidc-provider/${host}`, enabled: true, clientId: 'console', clientSecret };
    const body = Buffer.from(JSON.stringify(asked));
    const target = '/_sagegate/oidc-sign-in';
    const rawHeaders = sign(
      { method: 'POST', target, rawHeaders: ['Host', 'localhost', 'Content-Type', 'application/json'], body },
      account.root,
      { region: 'us-east-1', service: 'sagegate', now: clock.now() },
    );
    const headers: Record<string, string> = Object.create(null);
    for (let i = 0; i < rawHeaders.length; i += 2) headers[(rawHeaders[i] ?? '').toLowerCase()] = rawHeaders[i + 1] ?? '';
    const request = { method: 'POST', target, rawHeaders, headers, body, remoteAddress: '127.0.0.1', secure: false };
    await change?.handle({ request, part: '', query: new URLSearchParams(), source: '127.0.0.1', tell: () => undefined });
  };
  await turnOn('idp.example.com', 'a-very-secret-secret');
  await turnOn('other.example.com', 'another');
  const one = await store.get(oidcProviders, [account.id, 'idp.example.com']);
  const other = await store.get(oidcProviders, [account.id, 'other.example.com']);
  expect(one?.consoleSignIn).toEqual({ clientId: 'console', sealedClientSecret: expect.stringMatching(/^v1\./) });
  expect(JSON.stringify(one)).not.toContain('very-secret');

  // Moved to another provider (threat G06): nothing that could be sent.
  const moved = { ...other, consoleSignIn: one?.consoleSignIn } as NonNullable<typeof other>;
  await store.write((writer) => writer.update(oidcProviders, moved));
  const provider = { ...moved, consoleSignIn: moved.consoleSignIn ?? { clientId: '' } };
  const sentTo = new URL(await signIn.begin(provider, 'http://localhost', 'browser', 'source', '/console/'));
  const part = new URL(sentTo.searchParams.get('redirect_uri') ?? '').pathname.split('/').at(-1) ?? '';
  const answer = new Map([
    ['code', 'x'],
    ['state', sentTo.searchParams.get('state') ?? ''],
  ]);
  await expect(signIn.finish(part, answer, 'http://localhost', 'browser')).rejects.toThrow('was sealed under another key');
  expect(server.errors).toEqual([]);
});
