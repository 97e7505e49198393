import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/*
 * X.509 certificates for tests, made byte by byte (DER): subject, issuer, dates and key; extensions only for servers and authorities.
 */

export interface Identity {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function identity(name: string, kind: 'rsa' | 'ec' = 'ec', bits = 2048): Identity {
  const pair = kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: bits });
  return { name, ...pair };
}

export const privateKeyOf = ({ privateKey }: Identity): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function tlv(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: Buffer[]): Buffer => tlv(0x30, ...content);
const commonName = (name: string): Buffer =>
  sequence(tlv(0x31, sequence(tlv(0x06, Buffer.from([0x55, 0x04, 0x03])), tlv(0x0c, Buffer.from(name)))));
const time = (at: number): Buffer => tlv(0x18, Buffer.from(`${new Date(at).toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`));

const ALGORITHMS = {
  rsa: sequence(tlv(0x06, Buffer.from('2a864886f70d01010b', 'hex')), tlv(0x05)),
  ec: sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex'))),
};

const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tlv(0x04, value));

/** What a certificate may be used for: to vouch for others, or for a server by these names and addresses (four bytes). */
export interface Purpose {
  readonly authority?: boolean;
  readonly names?: readonly string[];
  readonly addresses?: readonly (readonly number[])[];
}

function extensionsOf({ authority, names = [], addresses = [] }: Purpose): Buffer[] {
  const alternatives = [
    ...names.map((name) => tlv(0x82, Buffer.from(name))),
    ...addresses.map((address) => tlv(0x87, Buffer.from(address))),
  ];
  const list = [
    ...(authority ? [extension('551d13', sequence(tlv(0x01, Buffer.from([0xff]))))] : []),
    ...(alternatives.length > 0 ? [extension('551d11', sequence(...alternatives))] : []),
  ];
  return list.length > 0 ? [tlv(0xa3, sequence(...list))] : [];
}

let serial = 1;

/** A certificate in PEM: of `subject`, by `issuer`, valid until then (milliseconds since the epoch). */
export function certificate(
  subject: Identity,
  issuer: Identity = subject,
  until = Date.now() + 10 * 365 * 86_400_000,
  purpose: Purpose = {},
): string {
  const algorithm = issuer.privateKey.asymmetricKeyType === 'rsa' ? ALGORITHMS.rsa : ALGORITHMS.ec;
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1, serial++ & 127, serial & 127])),
    algorithm,
    commonName(issuer.name),
    sequence(time(until - 20 * 365 * 86_400_000), time(until)),
    commonName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    ...extensionsOf(purpose),
  );
  const der = sequence(body, algorithm, tlv(0x03, Buffer.from([0]), sign('sha256', body, issuer.privateKey)));
  return `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** What stands between the lines of a PEM text. */
export const base64Of = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');
