import { createPrivateKey, generateKeyPair, hash, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Store } from '../store/store.ts';
import { type WebIdentityKey, webIdentityKeys } from '../store/tables/sts.ts';
import type { SecretBox, SecretPlace } from './secret-box.ts';

export type WebIdentityAlgorithm = WebIdentityKey['algorithm'];

/** Where the sealed private key of an account's tokens lives. */
const keyPlace = (account: string, keyId: string): SecretPlace => ({ account, entity: keyId, column: 'web_identity_key.private' });

const generate = promisify(generateKeyPair);

/** A new pair. Its randomness is the cryptographic library's own: it takes none from outside. */
const generatePair = (algorithm: WebIdentityAlgorithm): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> =>
  algorithm === 'RS256' ? generate('rsa', { modulusLength: 2048 }) : generate('ec', { namedCurve: 'P-384' });

/** Members of a JSON Web Key that make its thumbprint, in order. @see https://www.rfc-editor.org/rfc/rfc7638#section-3.2 */
const MEMBERS = { RS256: ['e', 'kty', 'n'], ES384: ['crv', 'kty', 'x', 'y'] } as const;

/** The key of an account for an algorithm, made when it is first needed. */
async function keyOf(
  { store, secrets }: { readonly store: Store; readonly secrets: SecretBox },
  accountId: string,
  algorithm: WebIdentityAlgorithm,
  now: number,
): Promise<WebIdentityKey> {
  const known = await store.get(webIdentityKeys, [accountId, algorithm]);
  if (known) return known;
  const pair = await generatePair(algorithm);
  const jwk = pair.publicKey.export({ format: 'jwk' });
  const publicKey = Object.fromEntries(MEMBERS[algorithm].map((member) => [member, String(jwk[member])]));
  const keyId = hash('sha256', JSON.stringify(publicKey), 'base64url');
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const made = {
    accountId,
    algorithm,
    keyId,
    publicKey,
    sealedPrivateKey: secrets.seal(privateKey, keyPlace(accountId, keyId)),
    createdAt: now,
  };
  return store.write(async (writer) => {
    const other = await writer.get(webIdentityKeys, [accountId, algorithm]);
    if (!other) await writer.insert(webIdentityKeys, made);
    return other ?? made;
  });
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

/** A signed JSON Web Token of an account. @see https://www.rfc-editor.org/rfc/rfc7515 */
export async function signWebIdentityToken(
  parts: { readonly store: Store; readonly secrets: SecretBox },
  accountId: string,
  algorithm: WebIdentityAlgorithm,
  claims: object,
  now: number,
): Promise<string> {
  const { keyId, sealedPrivateKey } = await keyOf(parts, accountId, algorithm, now);
  const der = parts.secrets.open(sealedPrivateKey, keyPlace(accountId, keyId));
  if (der === undefined) throw new Error(`the ${algorithm} key of ${accountId} does not open under the master key`);
  const key = createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'pkcs8' });
  const text = `${encode({ alg: algorithm, typ: 'JWT', kid: keyId })}.${encode(claims)}`;
  const signature =
    algorithm === 'RS256' ? sign('sha256', Buffer.from(text), key) : sign('sha384', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** The public keys of an account as a JSON Web Key Set. @see https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export async function webIdentityKeySet(store: Pick<Store, 'list'>, accountId: string): Promise<{ readonly keys: readonly object[] }> {
  const keys = await store.list(webIdentityKeys, { prefix: [accountId] });
  return { keys: keys.map(({ keyId, algorithm, publicKey }) => ({ ...publicKey, kid: keyId, alg: algorithm, use: 'sig' })) };
}
