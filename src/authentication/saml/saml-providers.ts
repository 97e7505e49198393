import { createPrivateKey, type KeyObject } from 'node:crypto';
import { DerivedCache } from '../../store/derived-cache.ts';
import type { Store } from '../../store/store.ts';
import { type SamlProvider, samlMetadata, samlProviders } from '../../store/tables/iam.ts';
import type { SecretBox, SecretPlace } from '../secret-box.ts';
import { readSamlMetadata } from './saml-metadata.ts';
import type { SamlTrust } from './saml-response.ts';

/** Where the private key of a provider is sealed. */
export const samlKeyPlace = (account: string, keyId: string): SecretPlace => ({
  account,
  entity: keyId,
  column: 'saml_provider.private_key',
});

/** A provider and by what it is known. */
export interface TrustedSamlProvider extends SamlTrust {
  readonly provider: SamlProvider;
}

/** Providers whose metadata, up to megabytes, need not be read again. */
const CACHED = 1000;

/** The SAML providers of all accounts, by what their responses are verified with. Kept until their rows change. */
export class SamlProviders {
  readonly #secrets: SecretBox;
  readonly #cache: DerivedCache<TrustedSamlProvider | undefined>;
  readonly #store: Store;

  constructor(store: Store, secrets: SecretBox) {
    this.#store = store;
    this.#secrets = secrets;
    this.#cache = new DerivedCache(store, CACHED);
  }

  async find(account: string, name: string): Promise<TrustedSamlProvider | undefined> {
    // Asked before the cache: names that do not exist must not push out those that do (threat Z09).
    if (!(await this.#store.get(samlProviders, [account, name]))) return undefined;
    return this.#cache.load(JSON.stringify([account, name]), async (reader) => {
      const provider = await reader.get(samlProviders, [account, name]);
      const document = (await reader.get(samlMetadata, [account, name]))?.document;
      const metadata = document === undefined ? undefined : readSamlMetadata(document);
      if (!provider || !metadata) return undefined;
      return {
        provider,
        entityId: metadata.entityId,
        keys: metadata.certificates.map(({ publicKey }) => publicKey),
        decryptionKeys: provider.privateKeys.flatMap(({ keyId, sealedKey }) => this.#privateKey(account, keyId, sealedKey) ?? []),
        requiresEncryption: provider.encryptionMode === 'Required',
      };
    });
  }

  #privateKey(account: string, keyId: string, sealed: string): KeyObject | undefined {
    const pem = this.#secrets.open(sealed, samlKeyPlace(account, keyId));
    return pem === undefined ? undefined : createPrivateKey({ key: pem.trim(), format: 'pem' });
  }
}
