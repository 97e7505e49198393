import type { Clock } from '../core/clock.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Reader, Store } from '../store/store.ts';
import { fidoDevices, virtualMfaDevices } from '../store/tables/iam.ts';
import type { SecretBox } from './secret-box.ts';
import { type TotpState, verifyCode } from './totp.ts';

/** Where the sealed seed of a virtual MFA device lives. */
export const seedPlace = (account: string, serialNumber: string) => ({ account, entity: serialNumber, column: 'virtual_mfa_device.seed' });

/** How many second factors somebody has, of every kind. @param owner unique id of the user, or the account id for root */
export async function countMfaDevices(reader: Reader, owner: string): Promise<number> {
  const theirs = { index: 'user', prefix: [owner] };
  return (await reader.count(virtualMfaDevices, theirs)) + (await reader.count(fidoDevices, theirs));
}

/** Two blanks, as AWS prints it. */
const UNABLE =
  'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.';

/**
 * Proves a second factor: the code that a device of this user shows now. Each code counts once, over every door and every node, and guesses
 * are counted whether or not anything comes of them.
 * @param owner unique id of the user, or the account id for root
 * @throws AccessDenied  403  wrong or used code; a device that is not the user's; too many tries within three minutes
 */
export async function proveMfaCode(
  parts: { readonly store: Store; readonly secrets: SecretBox; readonly clock: Clock },
  account: string,
  owner: string,
  serialNumber: string,
  code: string,
): Promise<void> {
  const outcome = await parts.store.write(async (writer) => {
    const device = await writer.get(virtualMfaDevices, [account, serialNumber]);
    if (device?.userId !== owner) return 'throttled';
    const seed = parts.secrets.open(device.sealedSeed, seedPlace(account, serialNumber));
    if (seed === undefined) throw new Error(`the seed of ${serialNumber} does not open under the master key`);
    const verified = verifyCode(seed, device.totpState as TotpState, code, parts.clock.now());
    await writer.update(virtualMfaDevices, { ...device, totpState: verified.state });
    return verified.outcome;
  });
  if (outcome === 'throttled') throw new ServiceError('AccessDenied', UNABLE);
  // The blank at the end is AWS's.
  if (outcome === 'invalid')
    throw new ServiceError('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ');
}
