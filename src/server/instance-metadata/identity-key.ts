import { createPrivateKey, generateKeyPair, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import type { Installation } from '../../authorization/installation.ts';
import { DuplicateKeyError } from '../../store/store.ts';
import { type InstanceIdentityKey, instanceIdentityKeys } from '../../store/tables/ec2.ts';
import { bitString, explicit, integer, nothing, objectIdentifier, octetString, sequence, set, time, utf8String } from './der.ts';

/*
 * The key that vouches for the identity documents of instances. AWS has one for each region; an installation has one, made when first needed.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-iid.html
 */

const NAME = 'instance-identity';
const PLACE = { account: '', entity: NAME, column: 'instance_identity_key.private_key' };

/** As long as AWS's own certificates of this kind. */
const NOT_AFTER = Date.UTC(2196, 0, 1);

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha256: '2.16.840.1.101.3.4.2.1',
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
} as const;

const algorithm = (oid: string): Buffer => sequence(objectIdentifier(oid), nothing());

type Parts = Pick<Installation, 'store' | 'secrets' | 'random' | 'clock'>;

/** Signs identity documents. */
export class IdentityKey {
  readonly #privateKey: KeyObject;
  readonly #certificate: Buffer;

  private constructor(privateKey: KeyObject, certificate: Buffer) {
    this.#privateKey = privateKey;
    this.#certificate = certificate;
  }

  /** The installation's key; the first time it is made, which takes a moment. */
  static async open(parts: Parts): Promise<IdentityKey> {
    const row = (await parts.store.get(instanceIdentityKeys, [NAME])) ?? (await make(parts));
    const opened = parts.secrets.open(row.sealedPrivateKey, PLACE);
    if (opened === undefined) throw new Error('the key of instance identity documents does not open under the master key');
    const privateKey = createPrivateKey({ key: Buffer.from(opened, 'base64'), format: 'der', type: 'pkcs8' });
    return new IdentityKey(privateKey, Buffer.from(row.certificate, 'base64'));
  }

  /** The certificate by which others check, as PEM. */
  get certificate(): string {
    const lines = this.#certificate.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }

  /** RSASSA-PKCS1-v1_5 with SHA-256 over a document. */
  signature(document: string): Buffer {
    return sign('sha256', Buffer.from(document, 'utf8'), this.#privateKey);
  }

  /** A PKCS #7 message that holds a document and its signature. @see https://www.rfc-editor.org/rfc/rfc5652#section-5 */
  signedMessage(document: string): Buffer {
    const content = Buffer.from(document, 'utf8');
    const signer = sequence(
      integer(Buffer.from([1])),
      sequence(ISSUER, integer(Buffer.from(new X509Certificate(this.#certificate).serialNumber, 'hex'))),
      algorithm(OID.sha256),
      algorithm(OID.rsaEncryption),
      octetString(this.signature(document)),
    );
    const signedData = sequence(
      integer(Buffer.from([1])),
      set(algorithm(OID.sha256)),
      sequence(objectIdentifier(OID.data), explicit(0, octetString(content))),
      explicit(0, this.#certificate),
      set(signer),
    );
    return sequence(objectIdentifier(OID.signedData), explicit(0, signedData));
  }
}

const attribute = (oid: string, text: string): Buffer => set(sequence(objectIdentifier(oid), utf8String(text)));

const ISSUER = sequence(attribute(OID.organization, 'Sagegate'), attribute(OID.commonName, 'Instance identity documents'));

async function make({ store, secrets, random, clock }: Parts): Promise<InstanceIdentityKey> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const createdAt = clock.now();
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(random.bytes(16)),
    algorithm(OID.sha256WithRsa),
    ISSUER,
    sequence(time(createdAt), time(NOT_AFTER)),
    ISSUER,
    pair.publicKey.export({ format: 'der', type: 'spki' }),
  );
  const certificate = sequence(toBeSigned, algorithm(OID.sha256WithRsa), bitString(sign('sha256', toBeSigned, pair.privateKey)));
  const exported = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const row: InstanceIdentityKey = {
    name: NAME,
    certificate: certificate.toString('base64'),
    sealedPrivateKey: secrets.seal(exported, PLACE),
    createdAt,
  };
  try {
    await store.write((writer) => writer.insert(instanceIdentityKeys, row));
    return row;
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    // Somebody else was faster, and theirs is the key.
    const first = await store.get(instanceIdentityKeys, [NAME]);
    if (!first) throw error;
    return first;
  }
}
