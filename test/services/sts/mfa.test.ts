import { beforeAll, describe, it } from 'vitest';
import { totpCode } from '../../../src/authentication/totp.ts';
import { type Credentials, policy } from '../../harness.ts';
import { accessDenied, allow, refused, stage, validationError } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole, notAuthorized, userArn } from './stage.ts';

const s = stage();
const STEP = 30_000;
/** Two blanks, and one at the end: as AWS prints them. */
const UNABLE =
  'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.';
const INVALID = 'MultiFactorAuthentication failed with invalid MFA one time pass code. ';
const BOTH = 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.';

// Codes change with time: it passes only when a test says so.
beforeAll(() => s.server.clock.freeze(s.server.clock.now()));

/** A user with an MFA device, and what the device shows. Each call of `code` is half a minute later: a code counts once. */
async function guarded(name = fresh('guarded')) {
  const key = await s.account.user(name, { inline: { assume: JSON.parse(allow('*')) } });
  const { VirtualMFADevice } = await s.iam.createVirtualMFADevice({ VirtualMFADeviceName: name });
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('ascii');
  const SerialNumber = VirtualMFADevice?.SerialNumber ?? '';
  const now = () => s.server.clock.now();
  await s.iam.enableMFADevice({
    UserName: name,
    SerialNumber,
    AuthenticationCode1: totpCode(seed, now() - STEP),
    AuthenticationCode2: totpCode(seed, now()),
  });
  const proof = () => {
    s.advance(STEP);
    return { SerialNumber, TokenCode: totpCode(seed, now()) };
  };
  return { name, key, SerialNumber, proof, wrong: () => ({ SerialNumber, TokenCode: wrongCode(seed, now()) }) };
}

/** A code that the device shows at none of the times around now. */
function wrongCode(seed: string, now: number): string {
  const shown = new Set(Array.from({ length: 9 }, (_, i) => totpCode(seed, now + (i - 4) * STEP)));
  return (
    ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777', '888888', '999999'].find((code) => !shown.has(code)) ??
    ''
  );
}

/** A role that only callers with MFA get into, and whose sessions may list users only with MFA. */
const mfaRole = () => {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  return makeRole(s, {
    trusts: JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition })),
    may: JSON.stringify(
      policy(
        { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition },
        { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' },
      ),
    ),
  });
};

describe('a code in AssumeRole', () => {
  it('opens a role that asks for it; the role’s session has none of it', async () => {
    const [user, role] = [await guarded('opener'), await mfaRole()];
    await notAuthorized(role.assume(user.key), userArn(s, 'opener'), 'sts:AssumeRole', role.arn);
    const session = s.as(credentialsOf(await role.assume(user.key, user.proof())));
    await session.listRoles({});
    await accessDenied(session.listUsers({}), /iam:ListUsers/);
  });

  it('counts once', async () => {
    const [user, role] = [await guarded(), await mfaRole()];
    const proof = user.proof();
    await role.assume(user.key, proof);
    await accessDenied(role.assume(user.key, proof), INVALID);
    await role.assume(user.key, user.proof());
  });

  it('is aged: trust may ask for a fresh one', async () => {
    const user = await guarded('fresh');
    const Condition = { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } };
    const role = await makeRole(s, {
      trusts: JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition })),
    });
    await role.assume(user.key, user.proof());
    const session = credentialsOf(await s.sts(user.key).getSessionToken(user.proof()));
    s.advance(59_000);
    await role.assume(session);
    s.advance(1000);
    await notAuthorized(role.assume(session), userArn(s, 'fresh'), 'sts:AssumeRole', role.arn);
  });

  it('is refused when it is wrong, another user’s, of no device, or only half there', async () => {
    const [user, other, role] = [await guarded(), await guarded(), await makeRole(s)];
    await accessDenied(role.assume(user.key, user.wrong()), INVALID);
    await accessDenied(role.assume(user.key, other.proof()), UNABLE);
    await accessDenied(role.assume(user.key, { SerialNumber: `${user.SerialNumber}x`, TokenCode: '123456' }), UNABLE);
    const { SerialNumber, TokenCode } = user.proof();
    await accessDenied(role.assume(user.key, { SerialNumber }), BOTH);
    await accessDenied(role.assume(user.key, { TokenCode }), BOTH);
    await validationError(role.assume(user.key, { SerialNumber, TokenCode: '12345' }), /'tokenCode' failed to satisfy constraint/);
    await validationError(role.assume(user.key, { SerialNumber, TokenCode: '12345a' }), /'tokenCode' failed to satisfy constraint/);
    await role.assume(user.key, { SerialNumber, TokenCode });
  });

  it('of a device that is no longer enabled, or belongs to a role’s caller, proves nothing', async () => {
    const [user, role] = [await guarded(), await makeRole(s, { may: allow('*') })];
    const session = credentialsOf(await role.assume(user.key));
    await accessDenied(role.assume(session, user.proof()), UNABLE);
    await s.iam.deactivateMFADevice({ UserName: user.name, SerialNumber: user.SerialNumber });
    await accessDenied(role.assume(user.key, user.proof()), UNABLE);
  });

  it('C08: after nine tries in three minutes none is looked at, at whichever door', async () => {
    const [user, role] = [await guarded(), await makeRole(s)];
    const window = 180_000;
    s.advance(window - (s.server.clock.now() % window));
    for (let i = 0; i < 5; i++) await accessDenied(role.assume(user.key, user.wrong()), INVALID);
    for (let i = 0; i < 4; i++) await accessDenied(s.sts(user.key).getSessionToken(user.wrong()), INVALID);
    await accessDenied(role.assume(user.key, user.proof()), UNABLE);
    await accessDenied(s.sts(user.key).getSessionToken(user.proof()), UNABLE);
    s.advance(window);
    await role.assume(user.key, user.proof());
  });

  it('counts also when the role is refused afterwards', async () => {
    const user = await guarded('closed');
    const closed = await makeRole(s, { trusts: JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: 'sts:*' })) });
    const proof = user.proof();
    await notAuthorized(closed.assume(user.key, proof), userArn(s, 'closed'), 'sts:AssumeRole', closed.arn);
    await accessDenied(s.sts(user.key).getSessionToken(proof), INVALID);
  });
});

describe('a code in GetSessionToken', () => {
  const lists = (who: Credentials) => s.as(who).listUsers({});

  it('makes a session that may call IAM; one without may not (T09)', async () => {
    const user = await guarded();
    const invalid = (call: Promise<unknown>) =>
      refused(call, 'InvalidClientTokenId', 403, 'The security token included in the request is invalid');
    await invalid(lists(credentialsOf(await s.sts(user.key).getSessionToken({}))));
    await lists(credentialsOf(await s.sts(user.key).getSessionToken(user.proof())));
    await accessDenied(s.sts(user.key).getSessionToken(user.wrong()), INVALID);
  });

  it('is present in the context of its session, and absent from long-term keys', async () => {
    const name = fresh('conditional');
    const user = await guarded(name);
    const denyWithout = (operator: string) =>
      s.iam.putUserPolicy({
        UserName: name,
        PolicyName: 'deny',
        PolicyDocument: JSON.stringify(
          policy({ Effect: 'Deny', Action: 'iam:*', Resource: '*', Condition: { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } } }),
        ),
      });
    const session = credentialsOf(await s.sts(user.key).getSessionToken(user.proof()));
    await denyWithout('Bool');
    await lists(user.key);
    await lists(session);
    await denyWithout('BoolIfExists');
    await accessDenied(lists(user.key), / with an explicit deny in an identity-based policy$/);
    await lists(session);
  });

  it('of a device that root has made and not enabled proves nothing', async () => {
    const { VirtualMFADevice } = await s.iam.createVirtualMFADevice({ VirtualMFADeviceName: 'root' });
    const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString('ascii');
    const TokenCode = totpCode(seed, s.server.clock.now());
    const call = s.sts(s.account.root).getSessionToken({ SerialNumber: VirtualMFADevice?.SerialNumber, TokenCode });
    await accessDenied(call, UNABLE);
  });
});
