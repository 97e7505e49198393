import { expect } from 'vitest';
import { totpCode } from '../../../src/authentication/totp.ts';
import { type Chapter, hire, keyFor, notAllowed, type Story, sessionOf, UNKNOWN_TOKEN } from '../story.ts';

const FULL_ADMINISTRATION = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Onboarding 2 and 3: root makes an administrator and is not needed any more. */
export const administrator: Chapter[] = [
  {
    title: 'A new account knows its root user, and nobody else',
    async tell(story) {
      const { id } = story.account;
      await story.allow('root', 'sts:GetCallerIdentity', {}, { UserId: id, Account: id, Arn: `arn:aws:iam::${id}:root` });
      await story.allow('root', 'iam:ListUsers', {}, { Users: [] });
      await story.allow('root', 'iam:ListAccountAliases', {}, { AccountAliases: [] });
      await story.refuse('root', 'iam:GetAccountPasswordPolicy', {}, [
        404,
        'NoSuchEntity',
        `The Password Policy with domain name ${id} cannot be found.`,
      ]);
      await story.allow('root', 'iam:GetPolicy', { PolicyArn: FULL_ADMINISTRATION }, { Policy: { PolicyName: 'AdministratorAccess' } });
    },
  },
  {
    title: 'Root makes the administrator, through a group',
    async tell(story) {
      const { id } = story.account;
      const member = { UserName: 'Administrator', GroupName: 'Administrators' };
      const arn = `arn:aws:iam::${id}:user/Administrator`;
      await story.allow(
        'root',
        'iam:CreateGroup',
        { GroupName: 'Administrators' },
        { Group: { Path: '/', GroupName: 'Administrators', Arn: `arn:aws:iam::${id}:group/Administrators` } },
      );
      await story.refuse(
        'root',
        'iam:CreateGroup',
        { GroupName: 'Administrators' },
        taken('Group with name Administrators already exists.'),
      );
      await story.allow('root', 'iam:AttachGroupPolicy', { GroupName: 'Administrators', PolicyArn: FULL_ADMINISTRATION });
      await story.allow(
        'root',
        'iam:CreateUser',
        { UserName: 'Administrator' },
        {
          User: {
            Path: '/',
            UserName: 'Administrator',
            UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
            Arn: arn,
            CreateDate: expect.any(String),
          },
        },
      );
      await story.refuse('root', 'iam:CreateUser', { UserName: 'Administrator' }, taken('User with name Administrator already exists.'));

      // Between the user and its group: a user by itself may do nothing.
      story.people.set('Administrator', await keyFor(story, 'root', 'Administrator'));
      await story.allow('Administrator', 'sts:GetCallerIdentity', {}, { Account: id, Arn: arn });
      await story.refuse('Administrator', 'iam:ListUsers', {}, notAllowed('iam', arn, 'iam:ListUsers', `arn:aws:iam::${id}:user/`));
      await story.allow('root', 'iam:AddUserToGroup', member);
      await story.allow('Administrator', 'iam:ListUsers', {}, { Users: [{ UserName: 'Administrator' }] });
      await story.allow('Administrator', 'iam:GetGroup', { GroupName: 'Administrators' }, { Users: [{ UserName: 'Administrator' }] });
    },
  },
  {
    title: 'A password to be changed, and who may change it',
    async tell(story) {
      const { id } = story.account;
      const profile = { UserName: 'Administrator', Password: 'Str0ng!Passw0rd', PasswordResetRequired: true };
      await story.allow('Administrator', 'iam:CreateLoginProfile', profile, {
        LoginProfile: { UserName: 'Administrator', PasswordResetRequired: true },
      });
      await story.refuse('root', 'iam:CreateLoginProfile', profile, taken('Login Profile for user Administrator already exists.'));

      await hire(story, 'newcomer');
      const newcomer = `arn:aws:iam::${id}:user/newcomer`;
      const change = { OldPassword: 'Str0ng!Passw0rd', NewPassword: 'An0ther!Passw0rd' };
      await story.allow('Administrator', 'iam:CreateLoginProfile', { ...profile, UserName: 'newcomer' });
      await story.refuse('newcomer', 'iam:ChangePassword', change, notAllowed('iam', newcomer, 'iam:ChangePassword', newcomer));

      await story.allow('Administrator', 'iam:UpdateAccountPasswordPolicy', {
        MinimumPasswordLength: 14,
        RequireSymbols: true,
        RequireNumbers: true,
        RequireUppercaseCharacters: true,
        RequireLowercaseCharacters: true,
        AllowUsersToChangePassword: true,
        MaxPasswordAge: 90,
        PasswordReusePrevention: 5,
      });
      await story.refuse('newcomer', 'iam:ChangePassword', { ...change, OldPassword: 'Wr0ng!Passw0rd..' }, [
        403,
        'AccessDenied',
        'The old password was incorrect.',
      ]);
      await story.refuse('newcomer', 'iam:ChangePassword', { ...change, NewPassword: 'Sh0rt!' }, [
        400,
        'PasswordPolicyViolation',
        'Password should have a minimum length of 14',
      ]);
      await story.allow('newcomer', 'iam:ChangePassword', change);
      await story.allow(
        'Administrator',
        'iam:GetLoginProfile',
        { UserName: 'newcomer' },
        { LoginProfile: { UserName: 'newcomer', PasswordResetRequired: false } },
      );
      // To change one's own password is all that the account's policy gives.
      await story.refuse('newcomer', 'iam:GetUser', {}, notAllowed('iam', newcomer, 'iam:GetUser', newcomer));
    },
  },
  {
    title: 'The account gets a name',
    async tell(story) {
      await story.allow('Administrator', 'iam:CreateAccountAlias', { AccountAlias: 'example-corp' });
      await story.allow('Administrator', 'iam:ListAccountAliases', {}, { AccountAliases: ['example-corp'] });
      story.people.set('strange root', story.stranger.root);
      await story.refuse(
        'strange root',
        'iam:CreateAccountAlias',
        { AccountAlias: 'example-corp' },
        taken('The account alias example-corp already exists.'),
      );
    },
  },
  {
    title: 'A second factor',
    async tell(story) {
      const { id } = story.account;
      const SerialNumber = `arn:aws:iam::${id}:mfa/Administrator`;
      const { VirtualMFADevice } = (await story.allow('Administrator', 'iam:CreateVirtualMFADevice', {
        VirtualMFADeviceName: 'Administrator',
      })) as {
        VirtualMFADevice: { SerialNumber: string; Base32StringSeed: string };
      };
      expect(VirtualMFADevice.SerialNumber).toBe(SerialNumber);
      const code = (steps: number) => totpCode(VirtualMFADevice.Base32StringSeed, story.server.clock.now() + steps * 30_000);
      const enable = (AuthenticationCode1: string, AuthenticationCode2: string) => ({
        UserName: 'Administrator',
        SerialNumber,
        AuthenticationCode1,
        AuthenticationCode2,
      });
      const session = (TokenCode: string) => ({ SerialNumber, TokenCode, DurationSeconds: 3600 });
      const unable: [number, string, string] = [
        403,
        'AccessDenied',
        'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
      ];
      await story.refuse('Administrator', 'sts:GetSessionToken', session(code(0)), unable);
      // Two codes, but not one after the other.
      story.hold();
      await story.refuse('Administrator', 'iam:EnableMFADevice', enable(code(0), code(-1)), [
        403,
        'InvalidAuthenticationCode',
        'Authentication code for device is not valid.',
      ]);
      await story.allow('Administrator', 'iam:EnableMFADevice', enable(code(-1), code(0)));
      await story.allow(
        'Administrator',
        'iam:ListMFADevices',
        { UserName: 'Administrator' },
        { MFADevices: [{ UserName: 'Administrator', SerialNumber }] },
      );

      story.people.set('Administrator with MFA', sessionOf(await story.allow('Administrator', 'sts:GetSessionToken', session(code(0)))));
      const used: [number, string, string] = [
        403,
        'AccessDenied',
        'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
      ];
      await story.refuse('Administrator', 'sts:GetSessionToken', session(code(0)), used);
      await story.refuse('newcomer', 'sts:GetSessionToken', session(code(1)), unable);
      story.wait(0);

      await story.allow('Administrator with MFA', 'sts:GetCallerIdentity', {}, { Arn: `arn:aws:iam::${id}:user/Administrator` });
      await story.allow('Administrator with MFA', 'iam:ListAccountAliases', {}, { AccountAliases: ['example-corp'] });
      await story.refuse('Administrator with MFA', 'sts:GetSessionToken', {}, [
        403,
        'AccessDenied',
        'Cannot call GetSessionToken with session credentials',
      ]);
      story.people.set('Administrator without MFA', sessionOf(await story.allow('Administrator', 'sts:GetSessionToken', {})));
      await story.refuse('Administrator without MFA', 'iam:ListAccountAliases', {}, [403, 'InvalidClientTokenId', UNKNOWN_TOKEN]);
      await requireMfa(story);
    },
  },
];

const taken = (message: string): [number, string, string] => [409, 'EntityAlreadyExists', message];

/** A grant that only a second factor opens. */
async function requireMfa(story: Story): Promise<void> {
  const guarded = {
    Effect: 'Deny',
    Action: 'iam:DeleteUser',
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [guarded] });
  const named = { UserName: 'Administrator', PolicyName: 'mfa' };
  const victim = `arn:aws:iam::${story.account.id}:user/newcomer`;
  await story.allow('Administrator', 'iam:PutUserPolicy', { ...named, PolicyDocument: document });
  await story.refuse('Administrator', 'iam:DeleteUser', { UserName: 'newcomer' }, [
    403,
    'AccessDenied',
    `User: arn:aws:iam::${story.account.id}:user/Administrator is not authorized to perform: iam:DeleteUser on resource: ${victim} with an explicit deny in an identity-based policy`,
  ]);
  // Allowed, and therefore told what stands in the way.
  await story.refuse('Administrator with MFA', 'iam:DeleteUser', { UserName: 'newcomer' }, [
    409,
    'DeleteConflict',
    'Cannot delete entity, must delete login profile first.',
  ]);
  await story.allow('Administrator', 'iam:DeleteUserPolicy', named);
}
