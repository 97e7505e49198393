import { allowing, type Chapter, hire, type Refusal, type Story, sessionOf, trusting } from '../story.ts';

/** STS says no more than this. */
const notAssumed = (caller: string, role: string): Refusal => [
  403,
  'AccessDenied',
  `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
];

/** Onboarding 13: a role in another account, which takes both accounts' consent. */
export const otherAccount: Chapter[] = [
  {
    title: 'A role across accounts needs both sides and the external id',
    async tell(story) {
      const { id } = story.account;
      const role = `arn:aws:iam::${story.stranger.id}:role/Reader`;
      const caller = `arn:aws:iam::${id}:user/visitor`;
      const request = { RoleArn: role, RoleSessionName: 'visit', ExternalId: '12345' };
      await hire(story, 'visitor');
      await story.refuse('visitor', 'sts:AssumeRole', request, notAssumed(caller, role));

      await story.allow('strange root', 'iam:CreateRole', {
        RoleName: 'Reader',
        AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${id}:root` }, { StringEquals: { 'sts:ExternalId': '12345' } }),
      });
      // Their half alone.
      await story.refuse('visitor', 'sts:AssumeRole', request, notAssumed(caller, role));
      const own = { UserName: 'visitor', PolicyName: 'own' };
      await story.allow('Administrator', 'iam:PutUserPolicy', { ...own, PolicyDocument: allowing('sts:AssumeRole', role) });
      // Both, with the id missing, and wrong.
      const { ExternalId: _, ...without } = request;
      await story.refuse('visitor', 'sts:AssumeRole', without, notAssumed(caller, role));
      await story.refuse('visitor', 'sts:AssumeRole', { ...request, ExternalId: '54321' }, notAssumed(caller, role));
      const assumed = await story.allow('visitor', 'sts:AssumeRole', request, {
        AssumedRoleUser: { Arn: `arn:aws:sts::${story.stranger.id}:assumed-role/Reader/visit` },
      });
      story.people.set('reader', sessionOf(assumed));
      await story.allow('reader', 'sts:GetCallerIdentity', {}, { Account: story.stranger.id });

      // Our half alone.
      await story.allow('strange root', 'iam:UpdateAssumeRolePolicy', {
        RoleName: 'Reader',
        PolicyDocument: trusting({ Service: 'sagemaker.amazonaws.com' }),
      });
      await story.refuse('visitor', 'sts:AssumeRole', request, notAssumed(caller, role));
    },
  },
  {
    title: 'From a role on to another, for an hour at most',
    async tell(story) {
      const { id } = story.account;
      const next = `arn:aws:iam::${id}:role/Next`;
      await chain(story, next);
      const request = { RoleArn: next, RoleSessionName: 'second' };
      await story.refuse('first role', 'sts:AssumeRole', { ...request, DurationSeconds: 7200 }, [
        400,
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      ]);
      await story.allow(
        'first role',
        'sts:AssumeRole',
        { ...request, DurationSeconds: 3600 },
        {
          AssumedRoleUser: { Arn: `arn:aws:sts::${id}:assumed-role/Next/second` },
        },
      );
      await story.refuse('root', 'sts:AssumeRole', request, [403, 'AccessDenied', 'Roles may not be assumed by root accounts.']);
    },
  },
];

async function chain(story: Story, next: string): Promise<void> {
  const { id } = story.account;
  const account = { AWS: `arn:aws:iam::${id}:root` };
  await story.allow('Administrator', 'iam:CreateRole', { RoleName: 'First', AssumeRolePolicyDocument: trusting(account) });
  await story.allow('Administrator', 'iam:CreateRole', {
    RoleName: 'Next',
    AssumeRolePolicyDocument: trusting(account),
    MaxSessionDuration: 43_200,
  });
  await story.allow('Administrator', 'iam:PutRolePolicy', {
    RoleName: 'First',
    PolicyName: 'own',
    PolicyDocument: allowing('sts:AssumeRole', next),
  });
  const assumed = await story.allow('Administrator', 'sts:AssumeRole', {
    RoleArn: `arn:aws:iam::${id}:role/First`,
    RoleSessionName: 'first',
  });
  story.people.set('first role', sessionOf(assumed));
}
