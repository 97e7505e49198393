import { describe, expect, it } from 'vitest';
import { totpCode } from '../../../src/authentication/totp.ts';
import type { Credentials } from '../../harness.ts';
import { accessDenied, allow, alreadyExists, deleteConflict, noSuchEntity, pages, refused, stage, validationError } from './stage.ts';

const s = stage();

const STEP = 30_000;
const serialOf = (name: string) => `arn:aws:iam::${s.account.id}:mfa/${name}`;
const noDevice = (call: Promise<unknown>, serial: string) => noSuchEntity(call, `MFA Device with serial number ${serial} does not exist.`);
const notValidFor = (call: Promise<unknown>) => noSuchEntity(call, 'MFA Device invalid for user.');
const badCode = (call: Promise<unknown>) =>
  refused(call, 'InvalidAuthenticationCodeException', 403, 'Authentication code for device is not valid.');

/** A new device, and what it shows. */
async function device(name: string) {
  const { VirtualMFADevice } = await s.iam.createVirtualMFADevice({ VirtualMFADeviceName: name });
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('ascii');
  const now = () => s.server.clock.now();
  return {
    SerialNumber: serialOf(name),
    seed,
    code: (steps = 0) => totpCode(seed, now() + steps * STEP),
    /** Two consecutive codes, the older one first. */
    pair: (steps = 0) => ({
      AuthenticationCode1: totpCode(seed, now() + (steps - 1) * STEP),
      AuthenticationCode2: totpCode(seed, now() + steps * STEP),
    }),
  };
}

describe('virtual MFA devices', () => {
  it('show seed and QR code once', async () => {
    const { VirtualMFADevice } = await s.iam.createVirtualMFADevice({
      VirtualMFADeviceName: 'Shown',
      Path: '/x/',
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(VirtualMFADevice?.SerialNumber).toBe(serialOf('x/Shown'));
    expect(Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('ascii')).toMatch(/^[A-Z2-7]{64}$/);
    expect(
      Buffer.from(VirtualMFADevice?.QRCodePNG ?? [])
        .subarray(1, 4)
        .toString('ascii'),
    ).toBe('PNG');
    expect(VirtualMFADevice?.Tags).toEqual([{ Key: 'k', Value: 'v' }]);
    await alreadyExists(s.iam.createVirtualMFADevice({ VirtualMFADeviceName: 'Shown', Path: '/x/' }), 'MFA device already exists.');
    const { VirtualMFADevices } = await s.iam.listVirtualMFADevices({});
    expect(VirtualMFADevices).toEqual([{ SerialNumber: serialOf('x/Shown') }]);
    await s.iam.createUser({ UserName: 'Asked' });
    await validationError(
      s.iam.getMFADevice({ SerialNumber: serialOf('x/Shown'), UserName: 'Asked' }),
      'The MFA device serial number sent in the request is invalid or not supported by this API. Currently, only hardware FIDO security keys are supported. Please use the compatible device or API.',
    );
    await noDevice(s.iam.getMFADevice({ SerialNumber: serialOf('Absent'), UserName: 'Asked' }), serialOf('Absent'));
    await s.iam.deleteVirtualMFADevice({ SerialNumber: serialOf('x/Shown') });
    await noDevice(s.iam.deleteVirtualMFADevice({ SerialNumber: serialOf('x/Shown') }), serialOf('x/Shown'));
  });

  it('are enabled with two consecutive codes, listed, resynchronised, deactivated and deleted', async () => {
    await s.iam.createUser({ UserName: 'Guarded' });
    const { SerialNumber, pair } = await device('Guarded');
    await s.iam.enableMFADevice({ UserName: 'guarded', SerialNumber, ...pair() });
    const { MFADevices } = await s.iam.listMFADevices({ UserName: 'Guarded' });
    expect(MFADevices).toEqual([{ UserName: 'Guarded', SerialNumber, EnableDate: expect.any(Date) }]);
    const assigned = (await s.iam.listVirtualMFADevices({ AssignmentStatus: 'Assigned' })).VirtualMFADevices;
    expect(assigned).toMatchObject([{ SerialNumber, User: { UserName: 'Guarded' }, EnableDate: MFADevices?.[0]?.EnableDate }]);
    expect((await s.iam.listVirtualMFADevices({ AssignmentStatus: 'Unassigned' })).VirtualMFADevices).toEqual([]);
    await deleteConflict(s.iam.deleteVirtualMFADevice({ SerialNumber }), 'MFA VirtualDevice in use. Must deactivate first.');
    await deleteConflict(s.iam.deleteUser({ UserName: 'Guarded' }), 'Cannot delete entity, must remove tokens from principal first.');
    s.advance(10 * STEP);
    const wrong = { AuthenticationCode1: '000000', AuthenticationCode2: '000000' };
    await badCode(s.iam.resyncMFADevice({ UserName: 'Guarded', SerialNumber, ...wrong }));
    await s.iam.resyncMFADevice({ UserName: 'Guarded', SerialNumber, ...pair() });
    await s.iam.deactivateMFADevice({ UserName: 'Guarded', SerialNumber });
    await notValidFor(s.iam.deactivateMFADevice({ UserName: 'Guarded', SerialNumber }));
    await notValidFor(s.iam.resyncMFADevice({ UserName: 'Guarded', SerialNumber, ...pair(2) }));
    s.advance(10 * STEP);
    await s.iam.enableMFADevice({ UserName: 'Guarded', SerialNumber, ...pair() });
    await s.iam.deactivateMFADevice({ UserName: 'Guarded', SerialNumber });
    await s.iam.deleteVirtualMFADevice({ SerialNumber });
  });

  it('refuse codes that are wrong, equal, reversed, apart, or used', async () => {
    await s.iam.createUser({ UserName: 'Careful' });
    const { SerialNumber, pair, code } = await device('Careful');
    const { AuthenticationCode1, AuthenticationCode2 } = pair();
    const enable = (first: string, second: string) =>
      s.iam.enableMFADevice({ UserName: 'Careful', SerialNumber, AuthenticationCode1: first, AuthenticationCode2: second });
    await badCode(enable(AuthenticationCode2, AuthenticationCode2));
    await badCode(enable(AuthenticationCode2, AuthenticationCode1));
    await badCode(enable(code(-4), AuthenticationCode2));
    expect((await s.iam.listMFADevices({ UserName: 'Careful' })).MFADevices).toEqual([]);
    await enable(AuthenticationCode1, AuthenticationCode2);
    await s.iam.deactivateMFADevice({ UserName: 'Careful', SerialNumber });
    await badCode(enable(AuthenticationCode1, AuthenticationCode2));
    s.advance(3 * STEP);
    await s.iam.enableMFADevice({ UserName: 'Careful', SerialNumber, ...pair() });
  });

  it('accept one pair once, though it comes twice at the same time', async () => {
    await s.iam.createUser({ UserName: 'Racer' });
    const first = await device('Racer');
    await s.iam.enableMFADevice({ UserName: 'Racer', SerialNumber: first.SerialNumber, ...first.pair() });
    s.advance(3 * STEP);
    const codes = first.pair();
    // In process, so that all three have looked before the first writes.
    const resync = () => s.account.asRoot('iam', 'ResyncMFADevice', { UserName: 'Racer', SerialNumber: first.SerialNumber, ...codes });
    const outcomes = await Promise.allSettled([resync(), resync(), resync()]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'InvalidAuthenticationCodeException' });
  });

  it('belong to one user at a time', async () => {
    await s.iam.createUser({ UserName: 'First' });
    await s.iam.createUser({ UserName: 'Second' });
    const { SerialNumber, pair } = await device('Shared');
    await s.iam.enableMFADevice({ UserName: 'First', SerialNumber, ...pair() });
    await alreadyExists(
      s.iam.enableMFADevice({ UserName: 'First', SerialNumber, ...pair(2) }),
      'MFA Device for user First already exists.',
    );
    await alreadyExists(s.iam.enableMFADevice({ UserName: 'Second', SerialNumber, ...pair(2) }), 'MFA Device is already in use.');
    await notValidFor(s.iam.deactivateMFADevice({ UserName: 'Second', SerialNumber }));
    const absent = serialOf('Absent');
    await noDevice(s.iam.enableMFADevice({ UserName: 'Second', SerialNumber: absent, ...pair() }), absent);
    await noDevice(s.iam.resyncMFADevice({ UserName: 'Second', SerialNumber: absent, ...pair() }), absent);
    await noDevice(s.iam.deactivateMFADevice({ UserName: 'Second', SerialNumber: absent }), absent);
    await noSuchEntity(s.iam.listMFADevices({ UserName: 'Absent' }), 'The user with name Absent cannot be found.');
  });

  it('are eight a user at most, and listed by page', async () => {
    await s.iam.createUser({ UserName: 'Many' });
    for (let i = 0; i < 8; i++) {
      const { SerialNumber, pair } = await device(`many-${i}`);
      await s.iam.enableMFADevice({ UserName: 'Many', SerialNumber, ...pair() });
    }
    const ninth = await device('many-8');
    await refused(
      s.iam.enableMFADevice({ UserName: 'Many', SerialNumber: ninth.SerialNumber, ...ninth.pair() }),
      'LimitExceededException',
      409,
      'Cannot exceed quota for MFADevicesPerUser: 8',
    );
    const own = await pages(
      (Marker) => s.iam.listMFADevices({ UserName: 'Many', MaxItems: 3, Marker }),
      (page) => page.MFADevices,
    );
    expect(own.items.map((mfa) => mfa.SerialNumber)).toEqual(Array.from({ length: 8 }, (_, i) => serialOf(`many-${i}`)));
    expect(own.pages).toBe(3);
    const all = await pages(
      (Marker) => s.iam.listVirtualMFADevices({ MaxItems: 5, Marker, AssignmentStatus: 'Assigned' }),
      (page) => page.VirtualMFADevices,
    );
    expect(all.items.filter((mfa) => mfa.User?.UserName === 'Many')).toHaveLength(8);
  });
});

describe('one’s own devices', () => {
  const everything = { all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };

  it('are changed only in a session that has proved one; others and the first are free', async () => {
    const key = await s.account.user('Selfie', { inline: everything });
    const first = await device('selfie-1');
    const second = await device('selfie-2');
    const enable = (credentials: Credentials, mfa: typeof first) =>
      s.as(credentials).enableMFADevice({ UserName: 'Selfie', SerialNumber: mfa.SerialNumber, ...mfa.pair() });
    await enable(key, first);
    const self = `arn:aws:iam::${s.account.id}:user/Selfie`;
    const denial = (action: string) =>
      `User: ${self} is not authorized to perform: iam:${action} on resource: ${self} because multi-factor authentication is required to change your own MFA devices`;
    await accessDenied(enable(key, second), denial('EnableMFADevice'));
    await accessDenied(s.as(key).deactivateMFADevice({ SerialNumber: first.SerialNumber }), denial('DeactivateMFADevice'));
    s.advance(STEP);
    const { Credentials: c } = await s.sts(key).getSessionToken({ SerialNumber: first.SerialNumber, TokenCode: first.code() });
    const session = {
      accessKeyId: c?.AccessKeyId ?? '',
      secretAccessKey: c?.SecretAccessKey ?? '',
      sessionToken: c?.SessionToken ?? '',
    };
    await enable(session, second);
    await s.as(session).deactivateMFADevice({ SerialNumber: first.SerialNumber });
    await s.iam.deactivateMFADevice({ UserName: 'Selfie', SerialNumber: second.SerialNumber });
  });
});

describe('R07: devices of others', () => {
  it('are enabled, resynchronised and deactivated with permission on that very user', async () => {
    await s.iam.createUser({ UserName: 'prey' });
    const prey = `arn:aws:iam::${s.account.id}:user/prey`;
    const key = await s.account.user('hunter');
    const { SerialNumber, pair } = await device('prey');
    const enable = () => s.as(key).enableMFADevice({ UserName: 'prey', SerialNumber, ...pair() });
    await accessDenied(enable(), new RegExp(`iam:EnableMFADevice on resource: ${prey} because`));
    await s.iam.putUserPolicy({
      UserName: 'hunter',
      PolicyName: 'p',
      PolicyDocument: allow(['iam:EnableMFADevice', 'iam:DeactivateMFADevice', 'iam:ResyncMFADevice'], prey),
    });
    await enable();
    s.advance(3 * STEP);
    await s.as(key).resyncMFADevice({ UserName: 'prey', SerialNumber, ...pair() });
    await s.as(key).deactivateMFADevice({ UserName: 'prey', SerialNumber });
  });
});
