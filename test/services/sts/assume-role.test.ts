import { beforeAll, describe, expect, it } from 'vitest';
import { policy, whileSuspended } from '../../harness.ts';
import { accessDenied, allow, refused, stage, trust, validationError } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole, notAuthorized, secondsOf, sessionArn, userArn } from './stage.ts';

const s = stage();
// Durations are compared to the second.
beforeAll(() => s.server.clock.freeze(s.server.clock.now()));
const ANYTHING = allow('*');
const caller = (name = fresh('user')) => s.account.user(name, { inline: { all: JSON.parse(ANYTHING) } });

describe('AssumeRole answers', () => {
  it('with credentials that are the role', async () => {
    const role = await makeRole(s, { name: 'Answering', path: '/team/' });
    const answer = await role.assume(await caller(), { RoleSessionName: 'a+=,.@-_Z' });
    expect(answer).toMatchObject({
      AssumedRoleUser: { AssumedRoleId: `${role.id}:a+=,.@-_Z`, Arn: sessionArn(s, 'Answering', 'a+=,.@-_Z') },
    });
    expect(answer).not.toHaveProperty('PackedPolicySize');
    expect(answer).not.toHaveProperty('SourceIdentity');
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(answer.Credentials?.SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(answer.Credentials?.Expiration?.getMilliseconds()).toBe(0);
    const identity = await s.sts(credentialsOf(answer)).getCallerIdentity({});
    expect(identity).toMatchObject({
      UserId: `${role.id}:a+=,.@-_Z`,
      Account: s.account.id,
      Arn: sessionArn(s, 'Answering', 'a+=,.@-_Z'),
    });
  });

  it.each([
    ['arn:aws:iam::123456789012:user/x', 'another kind'],
    ['arn:aws:s3:::bucket-of-twenty', 'another service'],
    ['arn:aws:iam:us-east-1:123456789012:role/x', 'a region'],
    ['arn:aws:iam::1234:role/x-of-twenty', 'no account'],
    ['arn:aws-cn:iam::123456789012:role/x', 'another partition'],
    ['role/with-twenty-characters', 'no ARN'],
  ])('%s is invalid: %s', async (arn) => {
    await validationError(s.sts(await caller()).assumeRole({ RoleArn: arn, RoleSessionName: 'session' }), `${arn} is invalid`);
  });

  it('that its parameters are invalid, all at once and before anything is told of the role', async () => {
    const sts = s.sts(await s.account.user(fresh()));
    const role = `arn:aws:iam::${s.account.id}:role/absent`;
    await validationError(
      sts.assumeRole({ RoleArn: role, RoleSessionName: 'Session1:2' }),
      "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
    await validationError(
      sts.assumeRole({ RoleArn: role, RoleSessionName: 'x', DurationSeconds: 899, SourceIdentity: 'aws:me' }),
      "3 validation errors detected: Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2; Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900; Value 'aws:me' at 'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
    await validationError(sts.assumeRole({ RoleArn: role, RoleSessionName: 's'.repeat(65) }), /less than or equal to 64$/);
    await validationError(
      sts.assumeRole({ RoleArn: role, RoleSessionName: 'session', DurationSeconds: 43_201 }),
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    );
    await validationError(
      sts.assumeRole({ RoleArn: role, RoleSessionName: 'session', ExternalId: 'no blanks' }),
      /'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    );
  });

  it('T06 that a number is none when it is out of range', async () => {
    const sts = s.sts(await caller());
    const role = await makeRole(s);
    const call = sts.assumeRole({ RoleArn: role.arn, RoleSessionName: 'session', DurationSeconds: 2 ** 31 });
    await refused(call, 'MalformedInput', 400, /.+/);
  });
});

it('of an account that is suspended, nobody takes on a role', async () => {
  const role = await makeRole(s, { name: 'Suspended', trusts: trust({ AWS: '*' }) });
  const other = await s.server.account();
  const outsider = await other.user('outsider', { inline: { all: JSON.parse(ANYTHING) } });
  const caller = `arn:aws:iam::${other.id}:user/outsider`;
  await whileSuspended(s.server, s.account.id, () => notAuthorized(role.assume(outsider), caller, 'sts:AssumeRole', role.arn));
  await role.assume(outsider);
});

describe('durations', () => {
  it('are an hour unless asked, up to what the role allows', async () => {
    const user = await caller();
    const usual = await makeRole(s);
    expect(secondsOf(s, await usual.assume(user))).toBe(3600);
    expect(secondsOf(s, await usual.assume(user, { DurationSeconds: 900 }))).toBe(900);
    const tooLong = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    await validationError(usual.assume(user, { DurationSeconds: 3601 }), tooLong);
    const long = await makeRole(s, { maxSeconds: 43_200 });
    expect(secondsOf(s, await long.assume(user))).toBe(3600);
    expect(secondsOf(s, await long.assume(user, { DurationSeconds: 43_200 }))).toBe(43_200);
    await s.iam.updateRole({ RoleName: long.name, MaxSessionDuration: 7200 });
    await validationError(long.assume(user, { DurationSeconds: 7201 }), tooLong);
  });

  it('are at most an hour when temporary credentials ask, whichever they are', async () => {
    const user = await caller();
    const role = await makeRole(s, { maxSeconds: 43_200, may: ANYTHING });
    const tooLong = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    const first = credentialsOf(await role.assume(user, { DurationSeconds: 43_200 }));
    expect(secondsOf(s, await role.assume(first, { DurationSeconds: 3600 }))).toBe(3600);
    await validationError(role.assume(first, { DurationSeconds: 3601 }), tooLong);
    await validationError(role.assume(credentialsOf(await s.sts(user).getSessionToken({})), { DurationSeconds: 3601 }), tooLong);
  });

  it('are looked at after authorization: an outsider does not learn the longest', async () => {
    const user = await s.account.user('impatient');
    const role = await makeRole(s);
    await notAuthorized(role.assume(user, { DurationSeconds: 43_200 }), userArn(s, 'impatient'), 'sts:AssumeRole', role.arn);
  });
});

describe('source identity', () => {
  const SETS = trust({ AWS: '*' }, ['sts:AssumeRole', 'sts:SetSourceIdentity']);

  it('is told, kept through the chain, and cannot be changed (T10)', async () => {
    const user = await caller();
    const role = await makeRole(s, { name: 'Identified', trusts: SETS, may: ANYTHING });
    const first = await role.assume(user, { SourceIdentity: 'Ann' });
    expect(first.SourceIdentity).toBe('Ann');
    const second = await role.assume(credentialsOf(first));
    expect(second.SourceIdentity).toBe('Ann');
    expect((await role.assume(credentialsOf(second), { SourceIdentity: 'Ann' })).SourceIdentity).toBe('Ann');
    await notAuthorized(
      role.assume(credentialsOf(second), { SourceIdentity: 'ann' }),
      sessionArn(s, 'Identified'),
      'sts:SetSourceIdentity',
      role.arn,
    );
  });

  it('needs sts:SetSourceIdentity, also when it is inherited', async () => {
    const user = await caller('setter');
    const setting = await makeRole(s, { name: 'Setting', trusts: SETS, may: ANYTHING });
    const plain = await makeRole(s, { trusts: trust({ AWS: '*' }) });
    await notAuthorized(plain.assume(user, { SourceIdentity: 'Ann' }), userArn(s, 'setter'), 'sts:SetSourceIdentity', plain.arn);
    const session = credentialsOf(await setting.assume(user, { SourceIdentity: 'Ann' }));
    await notAuthorized(plain.assume(session), sessionArn(s, 'Setting'), 'sts:SetSourceIdentity', plain.arn);
    await plain.assume(user);
  });

  it('is what trust and later policies see', async () => {
    const only = (key: string) => ({ StringEquals: { [key]: 'Ann' } });
    const trusts = JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: only('sts:SourceIdentity'),
      }),
    );
    const role = await makeRole(s, { name: 'Seeing', trusts, may: allow('iam:ListUsers', '*', { Condition: only('aws:SourceIdentity') }) });
    const user = await caller('onlooker');
    await notAuthorized(role.assume(user), userArn(s, 'onlooker'), 'sts:AssumeRole', role.arn);
    await notAuthorized(role.assume(user, { SourceIdentity: 'Bob' }), userArn(s, 'onlooker'), 'sts:AssumeRole', role.arn);
    await s.as(credentialsOf(await role.assume(user, { SourceIdentity: 'Ann' }))).listUsers({});
  });
});

describe('ExternalId', () => {
  it('must be given where trust asks for it, and a wrong one is refused as a stranger is', async () => {
    const trusts = JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { AWS: s.account.id },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'a/b:c@d' } },
      }),
    );
    const role = await makeRole(s, { trusts });
    const user = await caller('vendor');
    await notAuthorized(role.assume(user), userArn(s, 'vendor'), 'sts:AssumeRole', role.arn);
    await notAuthorized(role.assume(user, { ExternalId: 'A/B:C@D' }), userArn(s, 'vendor'), 'sts:AssumeRole', role.arn);
    await role.assume(user, { ExternalId: 'a/b:c@d' });
  });
});

describe('what trust and identity policies see', () => {
  it('the session name, and nothing of the duration', async () => {
    const trusting = (Condition: object) =>
      makeRole(s, { trusts: JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition })) });
    const user = await caller('named');
    const own = await trusting({ StringLike: { 'sts:RoleSessionName': '${aws:username}' } });
    await own.assume(user, { RoleSessionName: 'named' });
    await notAuthorized(own.assume(user, { RoleSessionName: 'Named' }), userArn(s, 'named'), 'sts:AssumeRole', own.arn);
    const brief = await trusting({ NumericLessThan: { 'sts:DurationSeconds': '3600' } });
    await notAuthorized(brief.assume(user, { DurationSeconds: 900 }), userArn(s, 'named'), 'sts:AssumeRole', brief.arn);
  });

  it("the role's tags, as iam:ResourceTag and aws:ResourceTag", async () => {
    const tagged = await makeRole(s, { tags: { Team: 'a' } });
    const other = await makeRole(s, { tags: { Team: 'b' } });
    for (const key of ['iam:ResourceTag/team', 'aws:ResourceTag/Team']) {
      const Condition = { StringEquals: { [key]: 'a' } };
      const user = await s.account.user(fresh(), { inline: { p: JSON.parse(allow('sts:AssumeRole', '*', { Condition })) } });
      await tagged.assume(user);
      await accessDenied(other.assume(user), /sts:AssumeRole on resource/);
    }
  });
});

it('contexts that nobody has verified are not accepted', async () => {
  const role = await makeRole(s, { trusts: trust({ AWS: '*' }, 'sts:*') });
  const ProvidedContexts = [{ ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter', ContextAssertion: 'assertion' }];
  await validationError(role.assume(await caller(), { ProvidedContexts }), 'The context assertion provided could not be validated.');
});

it('root may not assume roles, whoever they trust', async () => {
  const role = await makeRole(s, { trusts: trust({ AWS: '*' }) });
  await accessDenied(role.assume(s.account.root), 'Roles may not be assumed by root accounts.');
  const session = credentialsOf(await s.sts(s.account.root).getSessionToken({}));
  await accessDenied(role.assume(session), 'Roles may not be assumed by root accounts.');
});
