import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate, type Identity, identity, privateKeyOf } from '../services/iam/certificate-maker.ts';

/** An authority of the tests' own, which vouches for the servers of issuers. */
export const authority: Identity & { readonly pem: string } = (() => {
  const made = identity('The authority of the tests');
  return { ...made, pem: certificate(made, made, undefined, { authority: true }) };
})();

export interface TestIssuer {
  /** `https://127.0.0.1:PORT` and the path that was asked for. */
  readonly url: string;
  readonly origin: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  /** What is answered at a path: an object as JSON, or whatever a listener does. */
  readonly pages: Map<string, object | RequestListener>;
  /** PEM, the server's own first. */
  readonly chain: readonly string[];
  readonly keys: SigningKey[];
  close(): Promise<void>;
}

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: JsonWebKey;
}

let number = 0;

export function signingKey(alg = 'ES256', kid = `key-${++number}`, bits = 2048): SigningKey {
  const curves: Record<string, string> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
  const pair = alg.startsWith('ES')
    ? generateKeyPairSync('ec', { namedCurve: curves[alg] ?? '' })
    : generateKeyPairSync('rsa', { modulusLength: bits });
  return { kid, alg, ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

export interface IssuerOptions {
  readonly path?: string;
  readonly key?: SigningKey;
  /** Who vouches for its server; itself when `self`. */
  readonly vouchedBy?: Identity | 'self';
  readonly plain?: boolean;
  readonly names?: readonly string[];
  readonly shown?: readonly string[];
}

/** An OpenID Connect issuer on the loopback interface: discovery, keys, and nothing else. */
export async function startIssuer(options: IssuerOptions = {}): Promise<TestIssuer> {
  const { path = '', vouchedBy = authority } = options;
  const own = identity('127.0.0.1');
  const names = { addresses: [[127, 0, 0, 1]], names: options.names ?? ['localhost'] };
  const cert = certificate(own, vouchedBy === 'self' ? own : vouchedBy, undefined, names);
  const chain = options.shown ? [cert, ...options.shown] : vouchedBy === authority ? [cert, authority.pem] : [cert];
  const asked: string[] = [];
  const pages = new Map<string, object | RequestListener>();
  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    const page = pages.get(request.url ?? '');
    if (typeof page === 'function') return page(request, response);
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(page ?? {}));
  };
  const server = options.plain ? createPlainServer(answer) : createServer({ key: privateKeyOf(own), cert: chain.join('') }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${options.plain ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = origin + path;
  const keys = [options.key ?? signingKey()];
  pages.set(`${path}/.well-known/openid-configuration`, { issuer: url, jwks_uri: `${origin}${path}/keys` });
  pages.set(`${path}/keys`, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  return {
    url,
    origin,
    asked,
    pages,
    chain,
    keys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with this header and these claims, texts as they are, signed as `alg` of the key says. */
export function makeToken(key: SigningKey, claims: object | string, header: object | string = {}): string {
  const text = `${encode(typeof header === 'string' ? header : { alg: key.alg, typ: 'JWT', kid: key.kid, ...header })}.${encode(claims)}`;
  return `${text}.${signText(key, text)}`;
}

export function signText({ alg, privateKey }: SigningKey, text: string): string {
  const hash = `sha${alg.slice(2)}`;
  const signature = alg.startsWith('ES')
    ? sign(hash, Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    : sign(hash, Buffer.from(text), privateKey);
  return signature.toString('base64url');
}
