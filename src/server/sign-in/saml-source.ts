import { hash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { readSamlMetadata } from '../../authentication/saml/saml-metadata.ts';
import { readResponse, verifyResponse } from '../../authentication/saml/saml-response.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import { spend } from '../../authentication/spent-token.ts';
import type { Installation } from '../../authorization/installation.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import { decodeResponse, refuseTimes } from '../../services/sts/saml.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';
import { type IdentityUser, identityUsers } from '../../store/tables/identity-store.ts';
import { escapeHtml } from '../page.ts';
import { chooseIdentitySource } from './identity-source.ts';
import { portalPath } from './portal-parts.ts';
import type { Onward } from './portal-sign-in-form.ts';
import { refuse } from './sign-in-page.ts';

/** How long somebody may take at the identity provider, in milliseconds. */
const REQUEST_LIFE = 15 * 60_000;
const MAX_METADATA = 500_000;
const LONGEST_RESPONSE = 100_000;

/** By what identity providers know an instance. */
const entityIdOf = ({ identityStoreId }: IdentityCenterInstance): string => `urn:sagegate:identity-center:${identityStoreId}`;

/** Where identity providers send people whom they have authenticated. */
const acsOf = (instance: IdentityCenterInstance, origin: string): string => `${origin}${portalPath(instance)}/saml`;

/** One sentence for everything that is wrong with a response: its sender can look into its own log. */
const wrong = (): ServiceError =>
  refuse(403, 'AccessDeniedException', 'Your identity provider has sent something that does not prove who you are.');

/**
 * An identity provider outside as the identity source of IAM Identity Center, by SAML 2.0: it says who somebody is, by the user name in the identity
 * store (NameID); users and groups are kept here, as on AWS, where they come by SCIM or by hand.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html
 */
export class SamlSource {
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /**
   * Makes a provider the identity source of an instance.
   * @throws ServiceError  400  metadata that does not say who signs, or where people sign in; 404 no such identity store
   */
  use(identityStoreId: string, metadata: string): Promise<IdentityCenterInstance> {
    const provider = metadata.length <= MAX_METADATA ? readSamlMetadata(metadata) : undefined;
    const url = URL.parse(provider?.signInUrl ?? '');
    if (!provider || !url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '')
      throw refuse(
        400,
        'ValidationException',
        'The metadata must be of one identity provider, with a certificate and a sign-in address for redirects.',
      );
    return chooseIdentitySource(this.#installation.store, identityStoreId, {
      kind: 'saml',
      entityId: provider.entityId,
      signInUrl: url.href,
      metadata,
    });
  }

  /** Where somebody is sent to sign in, to come back and go on. */
  requestUrl(instance: IdentityCenterInstance, origin: string, onward: Onward): string {
    const { identitySource } = instance;
    if (identitySource.kind !== 'saml') throw new Error('the instance has no identity provider');
    const { clock, random } = this.#installation;
    const now = clock.now();
    const id = `_${Buffer.from(random.bytes(16)).toString('hex')}`;
    const request = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}" Destination="${escapeHtml(identitySource.signInUrl)}" AssertionConsumerServiceURL="${escapeHtml(acsOf(instance, origin))}" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>${escapeHtml(entityIdOf(instance))}</saml:Issuer></samlp:AuthnRequest>`;
    const state = { ...onward, expiresAt: now + REQUEST_LIFE };
    const url = new URL(identitySource.signInUrl);
    url.searchParams.set('SAMLRequest', deflateRawSync(request).toString('base64'));
    url.searchParams.set('RelayState', sealValue(state, 'relay-state', [instance.identityStoreId], this.#installation));
    return url.href;
  }

  /** Where a person who was sent away by us wanted to go; undefined when nobody was, or too long ago. */
  onwardOf(instance: IdentityCenterInstance, relayState: string): Onward | undefined {
    const opened = openValue<Onward & { readonly expiresAt: number }>(
      relayState,
      'relay-state',
      [instance.identityStoreId],
      this.#installation,
    );
    if (!opened) return undefined;
    const { expiresAt, ...onward } = opened;
    return this.#installation.clock.now() < expiresAt ? onward : undefined;
  }

  /**
   * The user of the identity store whom a response proves: signed by the provider, for this very portal, in time, and once.
   * @throws ServiceError  403
   */
  async signIn(instance: IdentityCenterInstance, origin: string, encoded: string): Promise<IdentityUser> {
    const { store, clock } = this.#installation;
    const { identitySource, identityStoreId } = instance;
    if (identitySource.kind !== 'saml' || encoded === '' || encoded.length > LONGEST_RESPONSE) throw wrong();
    const provider = readSamlMetadata(identitySource.metadata);
    if (!provider) throw new Error('the metadata of an identity source does not read');
    const now = clock.now();
    const response = readResponse(asRefused(() => decodeResponse(encoded)));
    if (!response || response.encrypted) throw wrong();
    const verified = verifyResponse(response, {
      entityId: provider.entityId,
      keys: provider.certificates.map(({ publicKey }) => publicKey),
      decryptionKeys: [],
      requiresEncryption: false,
    });
    if ('problem' in verified) throw wrong();
    const { assertion, destination } = verified;
    asRefused(() => refuseTimes(assertion, now));
    const acs = acsOf(instance, origin);
    const isForUs =
      assertion.audiences.length > 0 &&
      assertion.audiences.every((restriction) => restriction.includes(entityIdOf(instance))) &&
      assertion.confirmation?.recipient === acs &&
      (destination === undefined || destination === acs);
    if (!isForUs) throw wrong();
    // Over all nodes (threat X10); as long as anybody would take it.
    const use = `portal-saml:${hash('sha256', JSON.stringify([identityStoreId, assertion.issuer, assertion.id]), 'base64url')}`;
    if (!(await spend(store, use, now + 600_000, now)))
      throw refuse(403, 'AccessDeniedException', 'This sign-in has been used before. Start again.');
    const user = await store.find(identityUsers, 'name', [foldCase(assertion.nameId), identityStoreId]);
    // Whom a directory has brought, no other source may speak for.
    const isOfDirectory = user?.createdBy.startsWith('directory/') ?? false;
    if (!user?.enabled || isOfDirectory)
      throw refuse(403, 'AccessDeniedException', 'Your identity provider knows you, but you have no access here. Ask your administrator.');
    return user;
  }
}

/** What STS would say of an assertion, in the words of this door. */
function asRefused<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof ServiceError ? wrong() : error;
  }
}

/** What an identity provider is told of an instance. */
export const samlServiceMetadata = (instance: IdentityCenterInstance, origin: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeHtml(entityIdOf(instance))}"><SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat><AssertionConsumerService index="1" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeHtml(acsOf(instance, origin))}"/></SPSSODescriptor></EntityDescriptor>
`;
