import { createHash, createPublicKey } from 'node:crypto';
import type {
  DeleteSSHPublicKeyRequest,
  GetSSHPublicKeyRequest,
  GetSSHPublicKeyResponse,
  ListSSHPublicKeysRequest,
  ListSSHPublicKeysResponse,
  SSHPublicKey as SshPublicKeyShape,
  UpdateSSHPublicKeyRequest,
  UploadSSHPublicKeyRequest,
  UploadSSHPublicKeyResponse,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { accessKeyId } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { type SshPublicKey, sshPublicKeys, type User } from '../../store/tables/iam.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { refuseOverQuota } from './quota.ts';
import { authorisedUser, callingUser, storedUser } from './user.ts';
import { walkRows } from './walk.ts';

/*
 * SSH public keys, with which users reach CodeCommit. RSA only.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html
 */

const SSH_RSA = 'ssh-rsa';
/** Bits of the modulus. */
const SHORTEST = 2048;
const LONGEST = 16_384;

/** 400 */
const unrecognised = (): ServiceError => new ServiceError('UnrecognizedPublicKeyEncodingException', 'Invalid public key uploaded.');
const unfit = (): ServiceError => new ServiceError('InvalidPublicKeyException', 'Invalid body for public key');

/** An RSA key as two big-endian numbers without leading zeros. */
interface RsaKey {
  readonly exponent: Buffer;
  readonly modulus: Buffer;
}

/**
 * The key in an upload: `ssh-rsa AAAA… comment`, or PEM.
 * @throws UnrecognizedPublicKeyEncoding  400  it is neither, or no RSA key
 * @throws InvalidPublicKey               400  it is too short
 */
function readPublicKey(body: string): RsaKey {
  const text = body.trim();
  const key = text.startsWith('-----BEGIN') ? readPem(text) : readSshLine(text);
  if (!key) throw unrecognised();
  const bits = key.modulus.length * 8 - Math.clz32(key.modulus[0] ?? 0) + 24;
  if (bits < SHORTEST || bits > LONGEST) throw unfit();
  return key;
}

const PUBLIC_KEY = /^-----BEGIN (RSA )?PUBLIC KEY-----/;

function readPem(pem: string): RsaKey | undefined {
  try {
    // Private keys and certificates would be read for their public half; whoever sends one has made a mistake that must not pass.
    if (!PUBLIC_KEY.test(pem)) return undefined;
    const { kty, n, e } = createPublicKey({ key: pem, format: 'pem' }).export({ format: 'jwk' });
    if (kty !== 'RSA' || n === undefined || e === undefined) return undefined;
    return { modulus: Buffer.from(n, 'base64url'), exponent: Buffer.from(e, 'base64url') };
  } catch {
    // OpenSSL throws at what is not a key; why, nobody is told.
    return undefined;
  }
}

function readSshLine(line: string): RsaKey | undefined {
  const [type, encoded = ''] = line.split(/[ \t]+/, 2);
  const wire = Buffer.from(encoded, 'base64');
  if (type !== SSH_RSA || /[\r\n]/.test(line) || wire.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, ''))
    return undefined;
  const fields: Buffer[] = [];
  let at = 0;
  while (at + 4 <= wire.length && fields.length < 4) {
    const length = wire.readUInt32BE(at);
    if (length > wire.length - at - 4) return undefined;
    fields.push(wire.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [name, exponent, modulus] = fields;
  if (fields.length !== 3 || at !== wire.length || name?.toString('latin1') !== SSH_RSA || !exponent || !modulus) return undefined;
  const [e, n] = [unsigned(exponent), unsigned(modulus)];
  return e && n && { exponent: e, modulus: n };
}

/** A number of SSH's wire form: no sign, no superfluous zero; undefined for one that is negative, zero or padded. */
function unsigned(field: Buffer): Buffer | undefined {
  const [first = 0, second = 0] = field;
  if (first >= 0x80) return undefined;
  if (first !== 0) return field;
  return second >= 0x80 ? field.subarray(1) : undefined;
}

/** SSH's wire form: the type and the two numbers, each with its length before it, a zero before a leading one bit. */
function wireOf({ exponent, modulus }: RsaKey): Buffer {
  const parts = [Buffer.from(SSH_RSA, 'latin1'), signed(exponent), signed(modulus)];
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

const signed = (number: Buffer): Buffer => ((number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number);

/** MD5 over the wire form, in pairs: as `ssh-keygen -E md5` prints it. It names a key and proves nothing. */
function fingerprintOf(wire: string): string {
  const hex = createHash('md5').update(Buffer.from(wire, 'base64')).digest('hex');
  return (hex.match(/../g) ?? []).join(':');
}

/** SubjectPublicKeyInfo in PEM. */
function pemOf(wire: string): string {
  const key = readSshLine(`${SSH_RSA} ${wire}`);
  if (!key) throw new Error('a stored SSH key does not read');
  const jwk = { kty: 'RSA', n: key.modulus.toString('base64url'), e: key.exponent.toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString().trimEnd();
}

const shape = (key: SshPublicKey, user: User, body: string): SshPublicKeyShape => ({
  UserName: user.userName,
  SSHPublicKeyId: key.keyId,
  Fingerprint: fingerprintOf(key.wire),
  SSHPublicKeyBody: body,
  Status: key.status,
  UploadDate: new Date(key.uploadedAt),
});

/**
 * Gives a user a key. The answer repeats the text that was sent.
 * @throws NoSuchEntity                   404
 * @throws UnrecognizedPublicKeyEncoding  400
 * @throws InvalidPublicKey               400
 * @throws DuplicateSSHPublicKey          400  the user has it, in whatever encoding
 * @throws LimitExceeded                  409  five; inactive ones count
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
 */
export async function uploadSshPublicKey(
  input: Valid<UploadSSHPublicKeyRequest>,
  context: OperationContext<User>,
): Promise<UploadSSHPublicKeyResponse> {
  storedUser(context, input.UserName);
  const wire = wireOf(readPublicKey(input.SSHPublicKeyBody)).toString('base64');
  const keyId = accessKeyId('APKA', context.account, context.installation.random);
  return context.installation.store.write(async (writer) => {
    const user = await authorisedUser(writer, context, input.UserName);
    const held = await writer.list(sshPublicKeys, { index: 'user', prefix: [user.userId] });
    if (held.some((key) => key.wire === wire))
      throw new ServiceError('DuplicateSSHPublicKeyException', 'Duplicate SSH public key uploaded.');
    refuseOverQuota(context, 'SSHPublicKeysPerUser', held.length);
    const key: SshPublicKey = { accountId: context.account, keyId, userId: user.userId, wire, status: 'Active', uploadedAt: context.now };
    await writer.insert(sshPublicKeys, key);
    return { SSHPublicKey: shape(key, user, input.SSHPublicKeyBody) };
  });
}

/** The key, if it is this user's. @throws NoSuchEntity  404 */
function requireKeyOf(key: SshPublicKey | undefined, user: User, keyId: string): SshPublicKey {
  if (key?.userId !== user.userId) throw noSuchEntity(`User has no Public Key with id ${keyId}.`);
  return key;
}

/**
 * A key, without its comment, in SSH's form or in PEM.
 * @throws NoSuchEntity  404  the user; the key, or it is somebody else's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html
 */
export async function getSshPublicKey(
  input: Valid<GetSSHPublicKeyRequest>,
  context: OperationContext<User>,
): Promise<GetSSHPublicKeyResponse> {
  const user = storedUser(context, input.UserName);
  const key = requireKeyOf(await context.reader.get(sshPublicKeys, [input.SSHPublicKeyId]), user, input.SSHPublicKeyId);
  return { SSHPublicKey: shape(key, user, input.Encoding === 'PEM' ? pemOf(key.wire) : `${SSH_RSA} ${key.wire}`) };
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
 */
export async function listSshPublicKeys(
  input: Valid<ListSSHPublicKeysRequest>,
  context: OperationContext<User>,
): Promise<ListSSHPublicKeysResponse> {
  // Root has none, and asks in vain for its own.
  const user = input.UserName === undefined ? await callingUser(context, context.reader) : storedUser(context, input.UserName);
  const { items, end } = await takePage(
    context,
    { operation: 'ListSSHPublicKeys', filters: [user.userId] },
    input,
    (after) => walkRows(context.reader, sshPublicKeys, { index: 'user', prefix: [user.userId] }, after),
    (key) => [new Date(key.uploadedAt).toISOString(), key.keyId],
  );
  const shapes = items.map((key) => ({
    UserName: user.userName,
    SSHPublicKeyId: key.keyId,
    Status: key.status,
    UploadDate: new Date(key.uploadedAt),
  }));
  return { SSHPublicKeys: shapes, ...end };
}

async function keyToChange(writer: Writer, context: OperationContext<User>, input: { UserName: string; SSHPublicKeyId: string }) {
  const user = await authorisedUser(writer, context, input.UserName);
  return requireKeyOf(await writer.get(sshPublicKeys, [input.SSHPublicKeyId]), user, input.SSHPublicKeyId);
}

/**
 * Switches a key on or off.
 * @throws NoSuchEntity  404  the user; the key, or it is somebody else's
 * @throws InvalidInput  400  Expired, which only AWS sets
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html
 */
export async function updateSshPublicKey(input: Valid<UpdateSSHPublicKeyRequest>, context: OperationContext<User>): Promise<object> {
  const { Status: status } = input;
  await context.installation.store.write(async (writer) => {
    const key = await keyToChange(writer, context, input);
    if (status === 'Expired') throw invalidInput('Operation does not support status Expired');
    await writer.update(sshPublicKeys, { ...key, status });
  });
  return {};
}

/**
 * @throws NoSuchEntity  404  the user; the key, or it is somebody else's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html
 */
export async function deleteSshPublicKey(input: Valid<DeleteSSHPublicKeyRequest>, context: OperationContext<User>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const key = await keyToChange(writer, context, input);
    await writer.delete(sshPublicKeys, [key.keyId]);
  });
  return {};
}
