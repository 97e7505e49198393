import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCbor } from './cbor.ts';
import { type Ceremony, type PasskeyKey, verifyAssertion, verifyRegistration } from './ceremony.ts';

/* An authenticator in software, which can be told to do everything wrong. */

const RP = 'sagegate.example.com';
const CEREMONY: Ceremony = { challenge: 'Y2hhbGxlbmdl', origins: [`https://${RP}`, `http://${RP}`], rpId: RP };

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');
const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest();

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  return length < 256 ? Buffer.from([(major << 5) | 24, length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
/** CBOR of what is needed here; a list of pairs is a map. */
function cbor(value: number | string | Uint8Array | readonly (readonly [number | string, unknown])[]): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.length), ...value.flatMap(([key, item]) => [cbor(key), cbor(item as string)])]);
}

const KEYS = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
type Kind = keyof typeof KEYS;

function coseOf(kind: Kind): Buffer {
  const jwk = KEYS[kind].publicKey.export({ format: 'jwk' });
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  if (kind === 'ES256')
    return cbor([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ]);
  if (kind === 'EdDSA')
    return cbor([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ]);
  return cbor([
    [1, 3],
    [3, -257],
    [-1, bytes(jwk.n)],
    [-2, bytes(jwk.e)],
  ]);
}

interface Wrongs {
  readonly client?: Readonly<Record<string, unknown>>;
  readonly rpId?: string;
  readonly flags?: number;
  readonly count?: number;
  readonly tail?: Uint8Array;
  readonly cose?: Buffer;
  readonly credentialId?: Buffer;
  readonly signWith?: KeyObject;
  readonly attestation?: (authData: Buffer) => Buffer;
}

const clientData = (type: string, more: Wrongs['client'] = {}): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge: CEREMONY.challenge, origin: `https://${RP}`, crossOrigin: false, ...more }));

function authenticatorData({ rpId = RP, flags = 0x05, count = 1, tail = Buffer.alloc(0) }: Wrongs, credential = Buffer.alloc(0)): Buffer {
  const counted = Buffer.alloc(4);
  counted.writeUInt32BE(count);
  return Buffer.concat([sha256(rpId), Buffer.from([flags]), counted, credential, tail]);
}

function make(kind: Kind, wrongs: Wrongs = {}) {
  const id = wrongs.credentialId ?? Buffer.from('credential');
  const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([id.length >> 8, id.length & 255]), id, wrongs.cose ?? coseOf(kind)]);
  const authData = authenticatorData({ flags: 0x45, ...wrongs }, credential);
  const object =
    wrongs.attestation?.(authData) ??
    cbor([
      ['fmt', 'none'],
      ['attStmt', []],
      ['authData', authData],
    ]);
  return { clientDataJSON: base64(clientData('webauthn.create', wrongs.client)), attestationObject: base64(object) };
}

function prove(kind: Kind, wrongs: Wrongs = {}) {
  const [client, authData] = [clientData('webauthn.get', wrongs.client), authenticatorData(wrongs)];
  const signature = sign(
    kind === 'EdDSA' ? null : 'sha256',
    Buffer.concat([authData, sha256(client)]),
    wrongs.signWith ?? KEYS[kind].privateKey,
  );
  return { clientDataJSON: base64(client), authenticatorData: base64(authData), signature: base64(signature) };
}

const keyOf = (kind: Kind, signCount = 0): PasskeyKey => {
  const key = verifyRegistration(make(kind, { count: signCount }), CEREMONY);
  if (!key) throw new Error('not registered');
  return key;
};

/** What C11 names, of both ceremonies. */
const WRONGS: readonly (readonly [string, Wrongs])[] = [
  ['another origin', { client: { origin: 'https://evil.example' } }],
  ['our name under another', { client: { origin: `https://${RP}.evil.example` } }],
  ['another port', { client: { origin: `https://${RP}:8443` } }],
  ['no origin', { client: { origin: undefined } }],
  ['a frame of another site', { client: { crossOrigin: true } }],
  ['a frame below another page', { client: { topOrigin: 'https://evil.example' } }],
  ['another challenge', { client: { challenge: 'YW5vdGhlcg' } }],
  ['the other ceremony', { client: { type: 'webauthn.other' } }],
  ['another relying party', { rpId: 'evil.example' }],
  ['nobody there', { flags: 0x44 }],
  ['an owner who is not verified', { flags: 0x41 }],
  ['bytes at the end', { tail: Buffer.from([0]) }],
];

describe('C11 a new passkey', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('with %s is taken', (kind) => {
    const key = verifyRegistration(make(kind), CEREMONY);
    expect(key).toMatchObject({ credentialId: base64('credential'), signCount: 1 });
    expect(createPublicKey({ format: 'jwk', key: key?.publicKey ?? {} }).equals(KEYS[kind].publicKey)).toBe(true);
  });

  it('may come with extensions', () => {
    expect(verifyRegistration(make('ES256', { flags: 0xc5, tail: cbor([['credProps', 1]]) }), CEREMONY)).toBeDefined();
  });

  const point = (x: Buffer, y: Buffer) =>
    cbor([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, x],
      [-3, y],
    ]);
  it.each<readonly [string, Wrongs]>([
    ...WRONGS,
    ['an answer of signing in', { client: { type: 'webauthn.get' } }],
    ['no key', { flags: 0x05 }],
    ['extensions that are not there', { flags: 0xc5 }],
    ['an id without a byte', { credentialId: Buffer.alloc(0) }],
    ['an id that is too long', { credentialId: Buffer.alloc(1024) }],
    ['a point that is on no curve', { cose: point(Buffer.alloc(32, 1), Buffer.alloc(32, 2)) }],
    ['a point of another length', { cose: point(Buffer.alloc(31, 1), Buffer.alloc(32, 2)) }],
    [
      'an algorithm that nobody asked for',
      {
        cose: cbor([
          [1, 2],
          [3, -47],
        ]),
      },
    ],
    [
      'a key whose type is not its algorithm’s',
      {
        cose: cbor([
          [1, 1],
          [3, -7],
          [-1, 6],
          [-2, Buffer.alloc(32, 1)],
        ]),
      },
    ],
    [
      'a short RSA key',
      {
        cose: cbor([
          [1, 3],
          [3, -257],
          [-1, Buffer.alloc(64, 255)],
          [-2, Buffer.from([1, 0, 1])],
        ]),
      },
    ],
    ['a list for an object', { attestation: (data) => Buffer.concat([Buffer.from([0x81]), cbor(data)]) }],
    [
      'an object with a name twice',
      { attestation: (data) => Buffer.concat([Buffer.from([0xa2]), cbor('authData'), cbor(data), cbor('authData'), cbor(data)]) },
    ],
    ['something after the object', { attestation: (data) => Buffer.concat([cbor([['authData', data]]), Buffer.from([0])]) }],
    ['text for data', { attestation: () => cbor([['authData', 'x']]) }],
  ])('with %s is refused', (_, wrongs) => {
    expect(verifyRegistration(make('ES256', wrongs), CEREMONY)).toBeUndefined();
  });
});

describe('C11 signing in', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('with %s is accepted', (kind) => {
    expect(verifyAssertion(prove(kind, { count: 7 }), keyOf(kind), CEREMONY)).toBe(7);
  });

  it('behind a proxy that speaks TLS, or in plain on this machine', () => {
    expect(verifyAssertion(prove('ES256', { client: { origin: `http://${RP}` } }), keyOf('ES256'), CEREMONY)).toBe(1);
  });

  it.each<readonly [string, Wrongs]>([
    ...WRONGS,
    ['an answer of making one', { client: { type: 'webauthn.create' } }],
    ["another's signature", { signWith: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ])('with %s is refused', (_, wrongs) => {
    expect(verifyAssertion(prove('ES256', wrongs), keyOf('ES256'), CEREMONY)).toBeUndefined();
  });

  it.each([
    [0, 0, 0],
    [0, 5, 5],
    [5, 6, 6],
    [5, 5, undefined],
    [5, 4, undefined],
    [5, 0, undefined],
  ])('with a count of %i before and %i now gives %o', (before, now, count) => {
    expect(verifyAssertion(prove('ES256', { count: now }), { ...keyOf('ES256'), signCount: before }, CEREMONY)).toBe(count);
  });

  it('takes one spelling of each text', () => {
    const good = prove('ES256');
    for (const name of ['clientDataJSON', 'authenticatorData', 'signature'] as const)
      for (const text of ['', `${good[name]}=`, ` ${good[name]}`, 'ü', 'A'.repeat(20_000)])
        expect(verifyAssertion({ ...good, [name]: text }, keyOf('ES256'), CEREMONY)).toBeUndefined();
    expect(verifyAssertion({ ...good, clientDataJSON: base64('nothing') }, keyOf('ES256'), CEREMONY)).toBeUndefined();
    expect(verifyAssertion({ ...good, clientDataJSON: base64('null') }, keyOf('ES256'), CEREMONY)).toBeUndefined();
  });
});

describe('CBOR', () => {
  it.each([
    ['18ff', 255],
    ['3903e7', -1000],
    ['a10102', new Map([[1, 2]])],
    ['8301f5f6', [1, true, null]],
    ['430102ff', Uint8Array.from([1, 2, 255])],
    ['63e282ac', '€'],
  ])('%s is read', (hex, value) => {
    expect(readCbor(Buffer.from(hex, 'hex'))).toEqual({ value, end: hex.length / 2 });
  });

  it.each([
    '',
    '18',
    '43ff',
    '1b0000000000000001',
    '5f4101ff',
    'c001',
    'fb3ff0000000000000',
    'a20102',
    'a201020103',
    'a1f502',
    '9b00',
    '98ff',
    `${'81'.repeat(9)}01`,
  ])('%s is not', (hex) => {
    expect(readCbor(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('is an answer or nothing, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readCbor(bytes)));
  });
});
