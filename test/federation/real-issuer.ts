import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { certificate, identity, privateKeyOf } from '../services/iam/certificate-maker.ts';
import { authority, signingKey } from './issuer.ts';

/** An OpenID provider that nobody here wrote (npm oidc-provider), behind TLS on the loopback interface. */
export interface RealIssuer {
  readonly url: string;
  /** Signs somebody in through its pages, as a browser does, and gives the ID token. */
  signIn(login: string, clientId?: string): Promise<string>;
  /** Has an application as a client from now on, a public one when it has no secret. Who has signed in before is forgotten. */
  register(client: { readonly id: string; readonly secret?: string; readonly redirectUri: string }): void;
  close(): Promise<void>;
}

const HOUR = 3600;
const REDIRECT = 'https://app.example.com/callback';

export async function startRealIssuer(claims: (login: string) => object = () => ({})): Promise<RealIssuer> {
  const own = identity('127.0.0.1');
  const cert = certificate(own, authority, undefined, { addresses: [[127, 0, 0, 1]] });
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer({ key: privateKeyOf(own), cert }, (...call) => answer(...call));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = signingKey('RS256', 'real');
  const client = (client_id: string): object => ({
    client_id,
    client_secret: 'secret',
    grant_types: ['authorization_code'],
    redirect_uris: [REDIRECT],
    response_types: ['code'],
  });
  const clients = [client('sagemaker'), client('another-app')];
  const open = (): void => {
    const provider = new Provider(url, {
      jwks: { keys: [{ ...key.privateKey.export({ format: 'jwk' }), kid: key.kid, alg: key.alg, use: 'sig' }] },
      clients: [...clients],
      claims: { openid: ['sub', 'https://aws.amazon.com/tags'] },
      conformIdTokenClaims: false,
      // Of those that are registered later on, which are browsers' ways in.
      pkce: { required: (_: unknown, { clientId }: { clientId: string }) => clientId !== 'sagemaker' && clientId !== 'another-app' },
      features: { devInteractions: { enabled: true } },
      // Its own, said aloud: it tells of those that nobody has set. Seconds.
      ttl: { AccessToken: HOUR, AuthorizationCode: 60, Grant: 14 * 24 * HOUR, IdToken: HOUR, Interaction: HOUR, Session: 14 * 24 * HOUR },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claims(id) }) }),
    });
    answer = provider.callback();
  };
  open();

  const signIn = async (login: string, clientId = 'sagemaker'): Promise<string> => {
    const browser = new Browser();
    const query = new URLSearchParams({ client_id: clientId, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid', nonce: 'n' });
    let page = await browser.open(`${url}/auth?${query}`);
    for (const form of [{ prompt: 'login', login, password: 'x' }, { prompt: 'consent' }]) {
      const [, action = ''] = /<form[^>]* action="([^"]+)"/.exec(page.body) ?? [];
      page = await browser.open(new URL(action, page.url).href, new URLSearchParams(form));
    }
    const code = new URL(page.url).searchParams.get('code') ?? '';
    const basic = Buffer.from(`${clientId}:secret`).toString('base64');
    const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    const { body } = await browser.open(`${url}/token`, form, { Authorization: `Basic ${basic}` });
    return String((JSON.parse(body) as { id_token?: string }).id_token);
  };
  return {
    url,
    signIn,
    register: ({ id, secret, redirectUri }) => {
      const proof = secret === undefined ? { client_secret: undefined, token_endpoint_auth_method: 'none' } : { client_secret: secret };
      clients.push({ ...client(id), ...proof, redirect_uris: [redirectUri] });
      open();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Follows redirects and keeps cookies, as far as the redirect to the application. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, form?: URLSearchParams, headers: Record<string, string> = {}): Promise<{ url: string; body: string }> {
    if (url.startsWith(REDIRECT)) return { url, body: '' };
    const { location, body } = await this.#send(url, form, headers);
    return location === undefined ? { url, body } : this.open(new URL(location, url).href);
  }

  #send(
    url: string,
    form: URLSearchParams | undefined,
    headers: Record<string, string>,
  ): Promise<{ location: string | undefined; body: string }> {
    const Cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const type = form && { 'Content-Type': 'application/x-www-form-urlencoded' };
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        { ca: authority.pem, method: form ? 'POST' : 'GET', headers: { Cookie, ...type, ...headers } },
        (answer) => {
          for (const cookie of answer.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
            if (value === '') this.#cookies.delete(name);
            else this.#cookies.set(name, value);
          }
          let body = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          answer.on('end', () => resolve({ location: answer.headers.location, body }));
        },
      );
      sent.on('error', reject).end(form?.toString());
    });
  }
}
