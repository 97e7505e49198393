import { beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, alreadyExists, noSuchEntity, refused, stage, validationError } from './stage.ts';

const s = stage();

const GOOD = 'Str0ng!Passw0rd';
const noProfile = (call: Promise<unknown>, name: string) => noSuchEntity(call, `Login Profile for User ${name} cannot be found.`);
const violates = (call: Promise<unknown>, message: string) => refused(call, 'PasswordPolicyViolationException', 400, message);

describe('login profiles', () => {
  it('are made, read, changed and deleted', async () => {
    await s.iam.createUser({ UserName: 'Signer' });
    await noProfile(s.iam.getLoginProfile({ UserName: 'Signer' }), 'Signer');
    const { LoginProfile } = await s.iam.createLoginProfile({ UserName: 'signer', Password: GOOD });
    expect(LoginProfile).toEqual({ UserName: 'Signer', CreateDate: expect.any(Date), PasswordResetRequired: false });
    expect((await s.iam.getLoginProfile({ UserName: 'Signer' })).LoginProfile).toEqual(LoginProfile);
    await alreadyExists(s.iam.createLoginProfile({ UserName: 'Signer', Password: GOOD }), 'Login Profile for user Signer already exists.');
    await s.iam.updateLoginProfile({ UserName: 'Signer', PasswordResetRequired: true });
    await s.iam.updateLoginProfile({ UserName: 'Signer', Password: `${GOOD}2` });
    await s.iam.updateLoginProfile({ UserName: 'Signer' });
    expect((await s.iam.getLoginProfile({ UserName: 'Signer' })).LoginProfile?.PasswordResetRequired).toBe(true);
    await s.iam.deleteLoginProfile({ UserName: 'Signer' });
    await noProfile(s.iam.deleteLoginProfile({ UserName: 'Signer' }), 'Signer');
    await noProfile(s.iam.updateLoginProfile({ UserName: 'Signer', Password: GOOD }), 'Signer');
  });

  it('need a user and a password', async () => {
    const absent = 'The user with name Absent cannot be found.';
    await noSuchEntity(s.iam.createLoginProfile({ UserName: 'Absent', Password: GOOD }), absent);
    await noSuchEntity(s.iam.getLoginProfile({ UserName: 'Absent' }), absent);
    await noSuchEntity(s.iam.updateLoginProfile({ UserName: 'Absent' }), absent);
    await noSuchEntity(s.iam.deleteLoginProfile({ UserName: 'Absent' }), absent);
    await validationError(
      s.iam.createLoginProfile({ UserName: 'Signer' }),
      "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
    );
  });

  it('are of users, unless a session of AssumeRoot asks for root’s (test/services/sts/assume-root.test.ts)', async () => {
    const unnamed = 'Must specify userName when calling with non-User credentials';
    await validationError(s.iam.createLoginProfile({ Password: GOOD }), unnamed);
    await validationError(s.iam.getLoginProfile({}), unnamed);
    await validationError(s.iam.deleteLoginProfile({}), unnamed);
  });

  it('never come back in any answer, nor in the store as they are', async () => {
    await s.iam.createUser({ UserName: 'Secretive' });
    await s.iam.createLoginProfile({ UserName: 'Secretive', Password: 'Unfindable-9-text' });
    const { loginProfiles } = await import('../../../src/store/tables/iam.ts');
    const rows = await s.server.installation.store.list(loginProfiles, { prefix: [] });
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('Unfindable');
    for (const row of rows) expect(row.passwordHash).toMatch(/^\$argon2id\$/);
  });
});

describe('passwords without a policy of the account', () => {
  beforeAll(() => s.iam.createUser({ UserName: 'Weak' }));

  it.each([
    ['Ab1!', 'Password should have a minimum length of 8'],
    [
      'aaaaaaaaaa',
      'Password should meet 2 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one number, Password should have at least one symbol',
    ],
    [
      'aaaaaaaaa1',
      'Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one symbol',
    ],
  ])('%s', async (Password, message) => {
    await violates(s.iam.createLoginProfile({ UserName: 'Weak', Password }), message);
    await noProfile(s.iam.getLoginProfile({ UserName: 'Weak' }), 'Weak');
  });
});

describe('the password policy', () => {
  it('is absent, set as a whole, and deleted once', async () => {
    const fresh = await s.server.account();
    const iam = s.as(fresh.root);
    await noSuchEntity(iam.getAccountPasswordPolicy({}), `The Password Policy with domain name ${fresh.id} cannot be found.`);
    await noSuchEntity(iam.deleteAccountPasswordPolicy({}), 'The account policy with name PasswordPolicy cannot be found.');
    await iam.updateAccountPasswordPolicy({
      MinimumPasswordLength: 14,
      RequireSymbols: true,
      AllowUsersToChangePassword: true,
      MaxPasswordAge: 90,
      PasswordReusePrevention: 5,
      HardExpiry: true,
    });
    const base = { RequireNumbers: false, RequireUppercaseCharacters: false, RequireLowercaseCharacters: false };
    expect((await iam.getAccountPasswordPolicy({})).PasswordPolicy).toEqual({
      ...base,
      MinimumPasswordLength: 14,
      RequireSymbols: true,
      AllowUsersToChangePassword: true,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
      PasswordReusePrevention: 5,
      HardExpiry: true,
    });
    await iam.updateAccountPasswordPolicy({ RequireNumbers: true });
    expect((await iam.getAccountPasswordPolicy({})).PasswordPolicy).toEqual({
      ...base,
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: true,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    });
    await iam.deleteAccountPasswordPolicy({});
    await validationError(iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 5 }), /greater than or equal to 6/);
  });

  it('judges new passwords, and remembers old ones', async () => {
    const fresh = await s.server.account();
    const iam = s.as(fresh.root);
    await iam.updateAccountPasswordPolicy({
      MinimumPasswordLength: 10,
      RequireUppercaseCharacters: true,
      RequireSymbols: true,
      PasswordReusePrevention: 2,
    });
    await iam.createUser({ UserName: 'u' });
    await violates(
      iam.createLoginProfile({ UserName: 'u', Password: 'aaaa' }),
      'Password should have a minimum length of 10, Password should have at least one uppercase letter, Password should have at least one symbol',
    );
    const set = (Password: string) => iam.updateLoginProfile({ UserName: 'u', Password });
    await iam.createLoginProfile({ UserName: 'u', Password: 'Password-1' });
    await violates(set('Password-1'), 'Password has been used before');
    await set('Password-2');
    await violates(set('Password-1'), 'Password has been used before');
    await set('Password-3');
    await set('Password-1');
  });
});

describe('ChangePassword', () => {
  const changing = policy({ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' });
  const newUser = async (name: string, inline: Record<string, object> = { changing }) => {
    const key = await s.account.user(name, { inline });
    await s.iam.createLoginProfile({ UserName: name, Password: GOOD, PasswordResetRequired: true });
    return s.as(key);
  };

  it('needs the old password, and lifts the duty to change it', async () => {
    const iam = await newUser('changer');
    await accessDenied(iam.changePassword({ OldPassword: 'wrong-Passw0rd', NewPassword: `${GOOD}2` }), 'The old password was incorrect.');
    await violates(iam.changePassword({ OldPassword: GOOD, NewPassword: 'Ab1!' }), 'Password should have a minimum length of 8');
    expect((await s.iam.getLoginProfile({ UserName: 'changer' })).LoginProfile?.PasswordResetRequired).toBe(true);
    await iam.changePassword({ OldPassword: GOOD, NewPassword: `${GOOD}2` });
    expect((await s.iam.getLoginProfile({ UserName: 'changer' })).LoginProfile?.PasswordResetRequired).toBe(false);
    await accessDenied(iam.changePassword({ OldPassword: GOOD, NewPassword: `${GOOD}3` }), 'The old password was incorrect.');
    await iam.changePassword({ OldPassword: `${GOOD}2`, NewPassword: `${GOOD}3` });
  });

  it('C07: cannot be used to guess the old password, not even by many at once', async () => {
    const iam = await newUser('guessed');
    const change = (OldPassword: string) => iam.changePassword({ OldPassword, NewPassword: `${GOOD}2` });
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => change(`wrong-Passw0rd-${i}`)));
    const names = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as Error).name : 'success'));
    expect(names.filter((name) => name === 'AccessDenied')).toHaveLength(10);
    expect(names.filter((name) => name === 'Throttling')).toHaveLength(2);
    await refused(change(GOOD), 'Throttling', 400, 'Rate exceeded');
    s.advance(15 * 60_000);
    await change(GOOD);
  });

  it('is for users with a password only', async () => {
    await refused(
      s.iam.changePassword({ OldPassword: GOOD, NewPassword: GOOD }),
      'InvalidUserTypeException',
      400,
      'Only IAM Users can change their own password',
    );
    const key = await s.account.user('bare', { inline: { changing } });
    await noProfile(s.as(key).changePassword({ OldPassword: GOOD, NewPassword: GOOD }), 'bare');
  });

  it('R03: needs iam:ChangePassword, or AllowUsersToChangePassword, which an explicit deny beats', async () => {
    const iam = await newUser('modest', {});
    const change = (from: string, to: string) => iam.changePassword({ OldPassword: GOOD + from, NewPassword: GOOD + to });
    const user = `arn:aws:iam::${s.account.id}:user/modest`;
    await accessDenied(change('', '2'), new RegExp(`iam:ChangePassword on resource: ${user} because no identity-based policy`));
    await s.iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 8, AllowUsersToChangePassword: true });
    await change('', '2');
    await s.iam.putUserPolicy({
      UserName: 'modest',
      PolicyName: 'p',
      PolicyDocument: allow('iam:ChangePassword').replace('Allow', 'Deny'),
    });
    await accessDenied(change('2', '3'), /with an explicit deny in an identity-based policy$/);
    await s.iam.deleteUserPolicy({ UserName: 'modest', PolicyName: 'p' });
    await s.iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 8 });
    await accessDenied(change('2', '3'), /iam:ChangePassword/);
    await s.iam.deleteAccountPasswordPolicy({});
  });
});

describe('R03: passwords of others', () => {
  it('CreateLoginProfile and UpdateLoginProfile need permission on that very user, and no old password', async () => {
    await s.iam.createUser({ UserName: 'mark' });
    const mark = `arn:aws:iam::${s.account.id}:user/mark`;
    const key = await s.account.user('taker');
    await accessDenied(
      s.as(key).createLoginProfile({ UserName: 'mark', Password: GOOD }),
      new RegExp(`iam:CreateLoginProfile on resource: ${mark}`),
    );
    await s.iam.putUserPolicy({
      UserName: 'taker',
      PolicyName: 'p',
      PolicyDocument: allow(['iam:CreateLoginProfile', 'iam:UpdateLoginProfile'], mark),
    });
    await s.as(key).createLoginProfile({ UserName: 'mark', Password: GOOD });
    await s.as(key).updateLoginProfile({ UserName: 'mark', Password: `${GOOD}2` });
  });
});
