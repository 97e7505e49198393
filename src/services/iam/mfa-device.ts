import type {
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  DeactivateMFADeviceRequest,
  DeleteVirtualMFADeviceRequest,
  EnableMFADeviceRequest,
  GetMFADeviceRequest,
  GetMFADeviceResponse,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
  ResyncMFADeviceRequest,
  User as UserShape,
  VirtualMFADevice as VirtualMfaDeviceShape,
} from '@aws-sdk/client-iam';
import { countMfaDevices, seedPlace } from '../../authentication/mfa.ts';
import { createTotpSeed, NEW_TOTP_STATE, type TotpState, totpQrPng, totpUri, verifyCodePair } from '../../authentication/totp.ts';
import { digest } from '../../authorization/marker.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { base32 } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type FidoDevice, fidoDevices, type User, users, type VirtualMfaDevice, virtualMfaDevices } from '../../store/tables/iam.ts';
import { isRoot } from './credential-owner.ts';
import { concurrentModification, deleteConflict, entityAlreadyExists, noSuchEntity, validationError } from './errors.ts';
import { takePageOf } from './page.ts';
import { ROOT_PATH } from './path.ts';
import { refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { authorisedUser, storedUser, userShape } from './user.ts';

/*
 * Virtual MFA devices: time-based one-time passwords (authentication/totp.ts). A device is made, enabled for a user with two consecutive codes,
 * deactivated and deleted; its seed, tags and history stay until it is deleted.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
 */

export const serialNumberOf = (account: string, path: string, name: string): string => iamArn(account, `mfa${path}${name}`);

/** 404 */
export const noSuchDevice = (serialNumber: string): ServiceError =>
  noSuchEntity(`MFA Device with serial number ${serialNumber} does not exist.`);

/** 404 */
const invalidForUser = (): ServiceError => noSuchEntity('MFA Device invalid for user.');

/** 403 */
const invalidCode = (): ServiceError =>
  new ServiceError('InvalidAuthenticationCodeException', 'Authentication code for device is not valid.');

/** What the operations that take a serial number take at most. */
const LONGEST_SERIAL_NUMBER = 256;

/** A device with a longer one could neither be enabled nor deleted. @throws ValidationError  400; (unverified) */
function refuseLongName(serialNumber: string, name: string): void {
  if (serialNumber.length <= LONGEST_SERIAL_NUMBER) return;
  const room = Math.max(LONGEST_SERIAL_NUMBER - (serialNumber.length - name.length), 0);
  throw validationError(
    `1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy constraint: Member must have length less than or equal to ${room}`,
  );
}

async function requireDevice(reader: Reader, context: Scope, serialNumber: string): Promise<VirtualMfaDevice> {
  const device = await reader.get(virtualMfaDevices, [context.account, serialNumber]);
  if (!device) throw noSuchDevice(serialNumber);
  return device;
}

/**
 * Makes a device for nobody yet. The answer is the only place where its seed is ever shown.
 * @throws EntityAlreadyExists  409  the same path and name
 * @throws InvalidInput         400  tags
 * @throws ValidationError      400  path and name make too long a serial number
 * @throws LimitExceeded        409  as many as there may be users
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
 */
export async function createVirtualMfaDevice(
  input: Valid<CreateVirtualMFADeviceRequest>,
  context: OperationContext,
): Promise<CreateVirtualMFADeviceResponse> {
  const { random, secrets, store } = context.installation;
  const path = input.Path ?? ROOT_PATH;
  const serialNumber = serialNumberOf(context.account, path, input.VirtualMFADeviceName);
  refuseLongName(serialNumber, input.VirtualMFADeviceName);
  const seed = createTotpSeed(random);
  const device: VirtualMfaDevice = {
    accountId: context.account,
    serialNumber,
    path,
    deviceName: input.VirtualMFADeviceName,
    sealedSeed: secrets.seal(seed, seedPlace(context.account, serialNumber)),
    tags: newTags(context, input.Tags, 'keeps-case'),
    createdAt: context.now,
    totpState: NEW_TOTP_STATE,
  };
  const account = await context.reader.get(accounts, [context.account]);
  const qrCode = await totpQrPng(totpUri(device.deviceName, account?.alias ?? context.account, seed));
  await store.write(async (writer) => {
    if (await writer.get(virtualMfaDevices, [context.account, serialNumber])) throw entityAlreadyExists('MFA device already exists.');
    refuseOverQuota(context, 'VirtualMFADevicesPerAccount', await writer.count(virtualMfaDevices, { prefix: [context.account] }));
    await writer.insert(virtualMfaDevices, device);
  });
  return {
    VirtualMFADevice: {
      SerialNumber: serialNumber,
      Base32StringSeed: Buffer.from(seed, 'ascii'),
      QRCodePNG: qrCode,
      ...(device.tags.length === 0 ? {} : { Tags: [...device.tags] }),
    },
  };
}

/**
 * @throws NoSuchEntity    404
 * @throws DeleteConflict  409  it is enabled for a user
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
 */
export async function deleteVirtualMfaDevice(input: Valid<DeleteVirtualMFADeviceRequest>, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const device = await requireDevice(writer, context, input.SerialNumber);
    if (device.userId !== undefined) throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
    await writer.delete(virtualMfaDevices, [device.accountId, device.serialNumber]);
  });
  return {};
}

/**
 * Enables a device for a user, who proves it with two consecutive codes, the older one first.
 * @throws NoSuchEntity               404  the user, or the device
 * @throws AccessDenied               403  a further device of one's own, in a session without MFA
 * @throws EntityAlreadyExists        409  it is enabled already, for this user or another
 * @throws LimitExceeded              409  MFADevicesPerUser
 * @throws InvalidAuthenticationCode  403
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
 */
export async function enableMfaDevice(input: Valid<EnableMFADeviceRequest>, context: OperationContext<User>): Promise<object> {
  const enable = async (reader: Reader): Promise<VirtualMfaDevice> => {
    const user = await authorisedUser(reader, context, input.UserName);
    const device = await requireDevice(reader, context, input.SerialNumber);
    await refuseOwnDevicesWithoutMfa(reader, context, user.userId, 'iam:EnableMFADevice');
    if (device.userId === user.userId) throw entityAlreadyExists(`MFA Device for user ${user.userName} already exists.`);
    if (device.userId !== undefined) throw entityAlreadyExists('MFA Device is already in use.');
    refuseOverQuota(context, 'MFADevicesPerUser', await countMfaDevices(reader, user.userId));
    return { ...device, userId: user.userId, enabledAt: context.now };
  };
  await withCodePair(input, context, enable);
  return {};
}

/**
 * Finds a device's clock anew, from two consecutive codes.
 * @throws NoSuchEntity               404  the user; the device, or it is not enabled for this user
 * @throws InvalidAuthenticationCode  403
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
 */
export async function resyncMfaDevice(input: Valid<ResyncMFADeviceRequest>, context: OperationContext<User>): Promise<object> {
  const resync = async (reader: Reader): Promise<VirtualMfaDevice> => {
    const user = await authorisedUser(reader, context, input.UserName);
    return deviceOf(reader, context, user.userId, input.SerialNumber);
  };
  await withCodePair(input, context, resync);
  return {};
}

/** The device, enabled for this owner. */
async function deviceOf(reader: Reader, context: Scope, ownerId: string, serialNumber: string): Promise<VirtualMfaDevice> {
  const device = await requireDevice(reader, context, serialNumber);
  if (device.userId !== ownerId) throw invalidForUser();
  return device;
}

/**
 * Stores a device as `change` gives it, with the clock that the pair of codes proves. The search takes milliseconds and is done outside of the
 * transaction, which makes sure that no other pair was accepted meanwhile: a pair counts once.
 */
async function withCodePair(
  input: { readonly AuthenticationCode1: string; readonly AuthenticationCode2: string },
  context: Scope,
  change: (reader: Reader) => Promise<VirtualMfaDevice>,
): Promise<void> {
  const { secrets, store } = context.installation;
  const device = await change(context.reader);
  const seed = secrets.open(device.sealedSeed, seedPlace(context.account, device.serialNumber));
  if (seed === undefined) throw new Error(`the seed of ${device.serialNumber} does not open under the master key`);
  const before = device.totpState as TotpState;
  const verified = verifyCodePair(seed, before, input.AuthenticationCode1, input.AuthenticationCode2, context.now);
  if (!verified.accepted) throw invalidCode();
  await store.write(async (writer) => {
    const current = await change(writer);
    const state = current.totpState as TotpState;
    if (current.sealedSeed !== device.sealedSeed) throw concurrentModification();
    if (state.lastPair !== before.lastPair || state.adjustment !== before.adjustment) throw invalidCode();
    const { adjustment, lastPair } = verified.state;
    await writer.update(virtualMfaDevices, { ...current, totpState: { ...state, adjustment, lastPair } });
  });
}

/**
 * Takes a device from a user, or without a name from the caller.
 * @throws NoSuchEntity  404  the user; the device, or it is not enabled for this user
 * @throws AccessDenied  403  a device of one's own, in a session without MFA
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
 */
export async function deactivateMfaDevice(input: Valid<DeactivateMFADeviceRequest>, context: OperationContext<User>): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const user = isRoot(context, input.UserName) ? undefined : await authorisedUser(writer, context, input.UserName);
    const ownerId = user?.userId ?? context.account;
    const passkey = await writer.get(fidoDevices, [context.account, input.SerialNumber]);
    if (passkey && passkey.userId !== ownerId) throw invalidForUser();
    const enabled = passkey ? undefined : await deviceOf(writer, context, ownerId, input.SerialNumber);
    await refuseOwnDevicesWithoutMfa(writer, context, ownerId, 'iam:DeactivateMFADevice');
    if (!enabled) {
      // A passkey is there as long as it is enabled.
      await writer.delete(fidoDevices, [context.account, input.SerialNumber]);
      return;
    }
    const { userId, enabledAt, ...device } = enabled;
    await writer.update(virtualMfaDevices, device);
  });
  return {};
}

/**
 * Whoever has a device adds and removes devices of their own only in a session that it has proved: else a stolen access key could. Policies do
 * not come into it. Others, and the first device, are free; a session of AssumeRoot is somebody else's.
 * @throws AccessDenied  403; (unverified) wording
 */
async function refuseOwnDevicesWithoutMfa(
  reader: Reader,
  { caller }: Pick<Scope, 'caller'>,
  ownerId: string,
  action: string,
): Promise<void> {
  if (caller.principal.uniqueId !== ownerId || caller.mfaAt !== undefined || caller.session?.kind === 'AssumeRoot') return;
  if ((await countMfaDevices(reader, ownerId)) === 0) return;
  throw new ServiceError(
    'AccessDenied',
    `User: ${caller.principal.arn} is not authorized to perform: ${action} on resource: ${caller.principal.arn} because multi-factor authentication is required to change your own MFA devices`,
  );
}

const enableDate = (device: VirtualMfaDevice | FidoDevice): Date =>
  new Date(device.enabledAt ?? ('createdAt' in device ? device.createdAt : 0));

/**
 * The devices of a user, or without a name the caller's.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
 */
export async function listMfaDevices(
  input: Valid<ListMFADevicesRequest>,
  context: OperationContext<User>,
): Promise<ListMFADevicesResponse> {
  const user = isRoot(context, input.UserName) ? undefined : storedUser(context, input.UserName);
  const ownerId = user?.userId ?? context.account;
  const theirs = { index: 'user', prefix: [ownerId] };
  const devices: (VirtualMfaDevice | FidoDevice)[] = [
    ...(await context.reader.list(virtualMfaDevices, theirs)),
    ...(await context.reader.list(fidoDevices, theirs)),
  ].sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  const { items, end } = await takePageOf(context, { operation: 'ListMFADevices', filters: [ownerId] }, input, devices, placeOf);
  const shapes = items.map((device) => ({
    UserName: user?.userName,
    SerialNumber: device.serialNumber,
    EnableDate: enableDate(device),
  }));
  return { MFADevices: shapes, ...end };
}

/** In the order of serial numbers, which may be longer than a marker. */
const placeOf = (device: { readonly serialNumber: string }): readonly string[] => [
  device.serialNumber.slice(0, 100),
  digest(device.serialNumber),
];

/** Without seeds and tags. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html */
export async function listVirtualMfaDevices(
  input: Valid<ListVirtualMFADevicesRequest>,
  context: OperationContext,
): Promise<ListVirtualMFADevicesResponse> {
  const status = input.AssignmentStatus ?? 'Any';
  const devices = (await context.reader.list(virtualMfaDevices, { prefix: [context.account] })).filter(
    (device) => status === 'Any' || (device.userId !== undefined) === (status === 'Assigned'),
  );
  const { items, end } = await takePageOf(context, { operation: 'ListVirtualMFADevices', filters: [status] }, input, devices, placeOf);
  const shapes: VirtualMfaDeviceShape[] = [];
  for (const device of items) {
    const owner = await ownerShape(context, device);
    shapes.push({ SerialNumber: device.serialNumber, ...(owner ? { User: owner, EnableDate: enableDate(device) } : {}) });
  }
  return { VirtualMFADevices: shapes, ...end };
}

async function ownerShape(context: Scope, device: VirtualMfaDevice): Promise<UserShape | undefined> {
  if (device.userId === undefined) return undefined;
  if (device.userId !== context.account) {
    const user = await context.reader.find(users, 'id', [device.userId]);
    return user && userShape(user);
  }
  const account = await context.reader.get(accounts, [context.account]);
  const root: Partial<UserShape> = {
    UserId: context.account,
    Arn: iamArn(context.account, 'root'),
    CreateDate: new Date(account?.createdAt ?? 0),
  };
  // Root has neither name nor path, which the model's required members do not foresee.
  return root as UserShape;
}

/**
 * Answers for passkeys alone. What its maker certifies is not asked for when it is enabled, so there is nothing to tell of that.
 * @throws NoSuchEntity     404  the user, the device, or it is another's
 * @throws ValidationError  400  a virtual device
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
 */
export async function getMfaDevice(input: Valid<GetMFADeviceRequest>, context: OperationContext<User>): Promise<GetMFADeviceResponse> {
  const passkey = await context.reader.get(fidoDevices, [context.account, input.SerialNumber]);
  if (passkey) {
    const user = isRoot(context, input.UserName) ? undefined : storedUser(context, input.UserName);
    if (passkey.userId !== (user?.userId ?? context.account)) throw invalidForUser();
    return { SerialNumber: passkey.serialNumber, EnableDate: enableDate(passkey), ...(user && { UserName: user.userName }) };
  }
  await requireDevice(context.reader, context, input.SerialNumber);
  throw validationError(
    'The MFA device serial number sent in the request is invalid or not supported by this API. Currently, only hardware FIDO security keys are supported. Please use the compatible device or API.',
  );
}

/** Who adds a second factor in the console, and where. */
export type DeviceOwner = Pick<Scope, 'caller' | 'account' | 'now' | 'installation'>;

/**
 * Enables a device for the root user, who proves it with two consecutive codes, the older one first. AWS has no operation for this: EnableMFADevice
 * takes the name of a user.
 * @throws as EnableMFADevice
 */
export async function enableRootMfaDevice(owner: DeviceOwner, serialNumber: string, codes: readonly [string, string]): Promise<void> {
  const context: Scope = { ...owner, region: '', reader: owner.installation.store };
  const [AuthenticationCode1, AuthenticationCode2] = codes;
  await withCodePair({ AuthenticationCode1, AuthenticationCode2 }, context, async (reader) => {
    const device = await requireDevice(reader, context, serialNumber);
    await refuseOwnDevicesWithoutMfa(reader, context, context.account, 'iam:EnableMFADevice');
    if (device.userId !== undefined) throw entityAlreadyExists('MFA Device is already in use.');
    refuseOverQuota(context, 'MFADevicesPerUser', await countMfaDevices(reader, context.account));
    return { ...device, userId: context.account, enabledAt: context.now };
  });
}

/** What follows the name of a passkey in its serial number. */
const SUFFIX = 26;

/**
 * Enables a passkey for whoever is signed in. AWS has no operation for this either: its console does it.
 * @param name  of the device: letters, digits and `+=,.@_-`
 * @throws AccessDenied         403  a further device of one's own, in a session without MFA
 * @throws EntityAlreadyExists  409  the authenticator's key is known
 * @throws LimitExceeded        409  MFADevicesPerUser
 */
export async function enableFidoDevice(
  owner: DeviceOwner,
  name: string,
  key: Pick<FidoDevice, 'credentialId' | 'rpId' | 'algorithm' | 'publicKey' | 'signCount'>,
): Promise<FidoDevice> {
  const { caller, account, installation, now } = owner;
  const ownerId = caller.principal.uniqueId;
  const whose = ownerId === account ? 'root' : `user/${caller.userName}`;
  const suffix = base32(BigInt(`0x${Buffer.from(installation.random.bytes(16)).toString('hex')}`), SUFFIX);
  const serialNumber = iamArn(account, `u2f/${whose}/${name}-${suffix}`);
  const device: FidoDevice = { accountId: account, serialNumber, userId: ownerId, enabledAt: now, ...key };
  await installation.store.write(async (writer) => {
    await refuseOwnDevicesWithoutMfa(writer, owner, ownerId, 'iam:EnableMFADevice');
    if (await writer.find(fidoDevices, 'credential', [key.credentialId])) throw entityAlreadyExists('MFA Device is already in use.');
    refuseOverQuota({ account, installation }, 'MFADevicesPerUser', await countMfaDevices(writer, ownerId));
    await writer.insert(fidoDevices, device);
  });
  return device;
}
