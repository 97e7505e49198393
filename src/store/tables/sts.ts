import { sortableTime, table } from '../table.ts';

/** A key with which an account's outbound tokens are signed (GetWebIdentityToken). */
export interface WebIdentityKey {
  readonly accountId: string;
  readonly algorithm: 'RS256' | 'ES384';
  /** `kid`: the thumbprint of the public key. */
  readonly keyId: string;
  /** The public key as a JSON Web Key, without `kid`, `alg` and `use`. */
  readonly publicKey: Readonly<Record<string, string>>;
  /** PKCS #8, base64, sealed for this account and key id. */
  readonly sealedPrivateKey: string;
  readonly createdAt: number;
}

export const webIdentityKeys = table<WebIdentityKey>()({
  name: 'sts_web_identity_key',
  columns: { account_id: (k) => k.accountId, algorithm: (k) => k.algorithm, created_at: (k) => sortableTime(k.createdAt) },
  key: ['account_id', 'algorithm'],
});
