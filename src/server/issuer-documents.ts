import { issuerOfHost, issuerUrl } from '../authentication/web-identity-issuer.ts';
import { webIdentityKeySet } from '../authentication/web-identity-key.ts';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import type { Store } from '../store/store.ts';
import { iamSettings } from '../store/tables/iam.ts';

const LOCAL = /^\/_sagegate\/issuers\/([0-9a-f-]{36})(\/\.well-known\/[a-z.-]+)$/;
const CONFIGURATION = '/.well-known/openid-configuration';
const KEYS = '/.well-known/jwks.json';

/**
 * What those who receive an account's outbound tokens (GetWebIdentityToken) check them by. Public, as on AWS: at the issuer's own host, when
 * that name leads here, and for everybody else below `/_sagegate/issuers/{issuer id}`. An account that has once enabled federation keeps its
 * issuer, so that tokens given out before it was disabled can still be checked.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export class IssuerDocuments {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The answer; undefined when the request is for something else. */
  answer({ method, target, headers }: HttpRequest): Promise<HttpResponse> | undefined {
    if ((method !== 'GET' && method !== 'HEAD') || !target.includes('/.well-known/')) return undefined;
    const [, local, localPath] = LOCAL.exec(target) ?? [];
    const issuerId = local ?? issuerOfHost(headers.host?.replace(/:\d+$/, ''));
    const path = localPath ?? target;
    return issuerId !== undefined && (path === CONFIGURATION || path === KEYS) ? this.#document(issuerId, path) : undefined;
  }

  async #document(issuerId: string, path: string): Promise<HttpResponse> {
    const settings = await this.#store.find(iamSettings, 'issuer', [issuerId]);
    if (!settings) return json(404, { message: 'There is no such issuer.' });
    return json(200, path === KEYS ? await webIdentityKeySet(this.#store, settings.accountId) : configurationOf(issuerUrl(issuerId)));
  }
}

const configurationOf = (issuer: string): object => ({
  issuer,
  jwks_uri: issuer + KEYS,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'ES384'],
  claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'https://sts.amazonaws.com/'],
});

const json = (status: number, value: object): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': status === 200 ? 'public, max-age=60' : 'no-store' },
  body: Buffer.from(JSON.stringify(value), 'utf8'),
});
