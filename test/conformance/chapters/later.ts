import { totpCode } from '../../../src/authentication/totp.ts';
import { allowing, type Chapter, hire, notAllowed, type Story, sessionOf, UNKNOWN_KEY, UNKNOWN_TOKEN } from '../story.ts';

const everyDomain = ({ account, region }: Story) => `arn:aws:sagemaker:${region}:${account.id}:domain/*`;

/** What only a client can tell that follows the server's clock: what happens minutes, hours and days later. */
export const later: Chapter[] = [
  {
    title: 'Later: a session ends, and says so',
    async tell(story) {
      await hire(story, 'temporary', { inline: allowing('sagemaker:ListDomains') });
      const session = await story.allow('temporary', 'sts:GetSessionToken', { DurationSeconds: 900 });
      story.people.set('temporary session', sessionOf(session));
      await story.allow('temporary session', 'sagemaker:ListDomains', {}, { Domains: [] });
      story.wait(899);
      await story.allow('temporary session', 'sagemaker:ListDomains', {}, { Domains: [] });
      story.wait(2);
      const ended = 'The security token included in the request is expired';
      await story.refuse('temporary session', 'sts:GetCallerIdentity', {}, [403, 'ExpiredToken', ended]);
      await story.refuse('temporary session', 'sagemaker:ListDomains', {}, [400, 'ExpiredTokenException', ended]);
      await story.allow('temporary', 'sagemaker:ListDomains', {}, { Domains: [] });
    },
  },
  {
    title: 'Later: a second factor grows old, and its codes run out',
    async tell(story) {
      const recent = allowing('sagemaker:ListDomains', '*', { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } });
      await hire(story, 'careful', { inline: recent });
      const SerialNumber = `arn:aws:iam::${story.account.id}:mfa/careful`;
      const { VirtualMFADevice } = (await story.allow('Administrator', 'iam:CreateVirtualMFADevice', {
        VirtualMFADeviceName: 'careful',
      })) as { VirtualMFADevice: { Base32StringSeed: string } };
      const code = (steps: number) => totpCode(VirtualMFADevice.Base32StringSeed, story.server.clock.now() + steps * 30_000);
      await story.allow('Administrator', 'iam:EnableMFADevice', {
        UserName: 'careful',
        SerialNumber,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(0),
      });
      const old = code(0);
      story.wait(180);
      await story.refuse('careful', 'sts:GetSessionToken', { SerialNumber, TokenCode: old }, [
        403,
        'AccessDenied',
        'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
      ]);
      const session = await story.allow('careful', 'sts:GetSessionToken', { SerialNumber, TokenCode: code(0) });
      story.people.set('careful session', sessionOf(session));
      await story.allow('careful session', 'sagemaker:ListDomains', {}, { Domains: [] });
      story.wait(3600);
      const caller = `arn:aws:iam::${story.account.id}:user/careful`;
      const denied = notAllowed('sagemaker', caller, 'sagemaker:ListDomains', everyDomain(story));
      await story.refuse('careful session', 'sagemaker:ListDomains', {}, denied);
      // Without a second factor there is no age of it.
      await story.refuse('careful', 'sagemaker:ListDomains', {}, denied);
    },
  },
  {
    title: 'Later: a grant with a date comes to its end, and a user goes with its sessions',
    async tell(story) {
      const until = new Date(story.server.clock.now() + 86_400_000).toISOString();
      await hire(story, 'guest', { inline: allowing('sagemaker:ListDomains', '*', { DateLessThan: { 'aws:CurrentTime': until } }) });
      await story.allow('guest', 'sagemaker:ListDomains', {}, { Domains: [] });
      story.wait(86_401);
      const caller = `arn:aws:iam::${story.account.id}:user/guest`;
      await story.refuse(
        'guest',
        'sagemaker:ListDomains',
        {},
        notAllowed('sagemaker', caller, 'sagemaker:ListDomains', everyDomain(story)),
      );

      story.people.set('guest session', sessionOf(await story.allow('guest', 'sts:GetSessionToken', {})));
      const { accessKeyId } = story.person('guest');
      await story.allow('Administrator', 'iam:DeleteAccessKey', { UserName: 'guest', AccessKeyId: accessKeyId });
      await story.refuse('guest', 'sts:GetCallerIdentity', {}, [403, 'InvalidClientTokenId', UNKNOWN_KEY]);
      await story.allow('guest session', 'sts:GetCallerIdentity', {}, { Arn: caller });
      await story.allow('Administrator', 'iam:DeleteUserPolicy', { UserName: 'guest', PolicyName: 'own' });
      await story.allow('Administrator', 'iam:DeleteUser', { UserName: 'guest' });
      await story.refuse('guest session', 'sts:GetCallerIdentity', {}, [403, 'InvalidClientTokenId', UNKNOWN_TOKEN]);
    },
  },
];
