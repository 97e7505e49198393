import { beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, refused, stage, validationError } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole, notAuthorized, secondsOf, userArn } from './stage.ts';

const s = stage();
beforeAll(() => s.server.clock.freeze(s.server.clock.now()));
const all = { all: JSON.parse(allow('*')) };
const federatedArn = (name: string) => `arn:aws:sts::${s.account.id}:federated-user/${name}`;

describe('GetCallerIdentity', () => {
  it('answers everybody, also against an explicit deny', async () => {
    const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' });
    const key = await s.account.user('Denied', { path: '/some/path/', inline: { deny } });
    const { User } = await s.iam.getUser({ UserName: 'Denied' });
    const identity = { UserId: User?.UserId, Account: s.account.id, Arn: `arn:aws:iam::${s.account.id}:user/some/path/Denied` };
    expect(await s.sts(key).getCallerIdentity({})).toMatchObject(identity);
    expect(await s.sts(credentialsOf(await s.sts(key).getSessionToken({}))).getCallerIdentity({})).toMatchObject(identity);
    expect(await s.sts(s.account.root).getCallerIdentity({})).toMatchObject({
      UserId: s.account.id,
      Account: s.account.id,
      Arn: `arn:aws:iam::${s.account.id}:root`,
    });
  });
});

describe('GetSessionToken', () => {
  it('lasts twelve hours unless asked, for a user up to thirty-six, for root one at most', async () => {
    const user = s.sts(await s.account.user(fresh()));
    const root = s.sts(s.account.root);
    expect(secondsOf(s, await user.getSessionToken({}))).toBe(43_200);
    expect(secondsOf(s, await user.getSessionToken({ DurationSeconds: 900 }))).toBe(900);
    expect(secondsOf(s, await user.getSessionToken({ DurationSeconds: 129_600 }))).toBe(129_600);
    expect(secondsOf(s, await root.getSessionToken({}))).toBe(3600);
    expect(secondsOf(s, await root.getSessionToken({ DurationSeconds: 129_600 }))).toBe(3600);
    expect(secondsOf(s, await root.getSessionToken({ DurationSeconds: 900 }))).toBe(900);
    for (const DurationSeconds of [0, 899, 129_601]) await validationError(user.getSessionToken({ DurationSeconds }), /'durationSeconds'/);
  });

  it('answers with nothing but credentials, and no policy can deny it', async () => {
    const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' });
    const { $metadata: _, ...answer } = await s.sts(await s.account.user(fresh(), { inline: { deny } })).getSessionToken({});
    expect(Object.keys(answer)).toEqual(['Credentials']);
  });
});

describe('GetFederationToken', () => {
  it('makes a session of both the user’s policies and the session policies', async () => {
    const user = await s.account.user('Issuer', { inline: { p: JSON.parse(allow(['sts:GetFederationToken', 'sagemaker:List*'])) } });
    const answer = await s
      .sts(user)
      .getFederationToken({ Name: 'Bob=+,.@-', Policy: allow(['sagemaker:ListModels', 'sagemaker:StopTrainingJob']) });
    expect(answer.FederatedUser).toEqual({ FederatedUserId: `${s.account.id}:Bob=+,.@-`, Arn: federatedArn('Bob=+,.@-') });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const session = credentialsOf(answer);
    expect(await s.sts(session).getCallerIdentity({})).toMatchObject({
      UserId: `${s.account.id}:Bob=+,.@-`,
      Account: s.account.id,
      Arn: federatedArn('Bob=+,.@-'),
    });
  });

  it('needs sts:GetFederationToken on the federated user, and sts:TagSession for tags', async () => {
    const only = allow('sts:GetFederationToken', federatedArn('Bob'));
    const sts = s.sts(await s.account.user('narrow', { inline: { only: JSON.parse(only) } }));
    const answer = await sts.getFederationToken({ Name: 'Bob' });
    expect(answer.PackedPolicySize).toBe(0);
    await notAuthorized(sts.getFederationToken({ Name: 'Ann' }), userArn(s, 'narrow'), 'sts:GetFederationToken', federatedArn('Ann'));
    const tagged = sts.getFederationToken({ Name: 'Bob', Tags: [{ Key: 'a', Value: '1' }] });
    await notAuthorized(tagged, userArn(s, 'narrow'), 'sts:TagSession', federatedArn('Bob'));
    await s.iam.putUserPolicy({ UserName: 'narrow', PolicyName: 'tag', PolicyDocument: allow('sts:TagSession') });
    expect((await sts.getFederationToken({ Name: 'Bob', Tags: [{ Key: 'a', Value: '1' }] })).PackedPolicySize).toBeGreaterThan(0);
    await refused(
      sts.getFederationToken({
        Name: 'Bob',
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '1' },
        ],
      }),
      'InvalidParameterValue',
      400,
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  });

  it('holds no more session policies and tags than there is room for', async () => {
    const sts = s.sts(await s.account.user(fresh(), { inline: all }));
    const tagged = (value: string) =>
      sts.getFederationToken({ Name: 'Bob', Tags: Array.from({ length: 50 }, (_, i) => ({ Key: `key${i}`, Value: value })) });
    const packed = (await tagged('v'.repeat(32))).PackedPolicySize ?? 0;
    expect(packed).toBeGreaterThan(0);
    expect(packed).toBeLessThanOrEqual(100);
    await refused(
      tagged('v'.repeat(256)),
      'PackedPolicyTooLargeException',
      400,
      /^Packed policy consumes \d{3,}% of allotted space, please use smaller policy\.$/,
    );
  });

  it('lasts as long as GetSessionToken, root’s an hour at most', async () => {
    const user = s.sts(await s.account.user(fresh(), { inline: all }));
    expect(secondsOf(s, await user.getFederationToken({ Name: 'Bob' }))).toBe(43_200);
    expect(secondsOf(s, await user.getFederationToken({ Name: 'Bob', DurationSeconds: 129_600 }))).toBe(129_600);
    const root = s.sts(s.account.root);
    expect(secondsOf(s, await root.getFederationToken({ Name: 'Bob' }))).toBe(3600);
    expect(secondsOf(s, await root.getFederationToken({ Name: 'Bob', DurationSeconds: 129_600 }))).toBe(3600);
  });

  it('refuses names and policies that are none', async () => {
    const user = s.sts(await s.account.user(fresh(), { inline: all }));
    await validationError(user.getFederationToken({ Name: 'B' }), /'name' failed to satisfy constraint/);
    await validationError(user.getFederationToken({ Name: 'b'.repeat(33) }), /'name' failed to satisfy constraint/);
    await validationError(user.getFederationToken({ Name: 'a/b' }), /'name' failed to satisfy constraint/);
    await validationError(user.getFederationToken({ Name: 'Bob', Policy: ' '.repeat(2049) }), /'policy' failed to satisfy constraint/);
    await refused(user.getFederationToken({ Name: 'Bob', Policy: '{}' }), 'MalformedPolicyDocumentException', 400, /.+/);
  });
});

describe('T09: what temporary credentials may not call', () => {
  it.each(['GetSessionToken', 'GetFederationToken'] as const)('%s, with sessions of whatever kind', async (operation) => {
    const user = await s.account.user(fresh(), { inline: all });
    const role = await makeRole(s, { may: allow('*') });
    const sessions = [
      await role.assume(user),
      await s.sts(user).getSessionToken({}),
      await s.sts(user).getFederationToken({ Name: 'Bob', Policy: allow('*') }),
    ];
    for (const session of sessions) {
      const sts = s.sts(credentialsOf(session));
      const call = operation === 'GetSessionToken' ? sts.getSessionToken({}) : sts.getFederationToken({ Name: 'Ann' });
      await accessDenied(call, `Cannot call ${operation} with session credentials`);
    }
  });

  it('STS, with federated credentials, and all but AssumeRole with GetSessionToken’s', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    const role = await makeRole(s);
    const federated = credentialsOf(await s.sts(user).getFederationToken({ Name: 'Bob', Policy: allow('*') }));
    await accessDenied(role.assume(federated), 'Cannot call AssumeRole with session credentials');
    const session = credentialsOf(await s.sts(user).getSessionToken({}));
    await role.assume(session);
    const asked = s.sts(session).getAccessKeyInfo({ AccessKeyId: user.accessKeyId });
    await accessDenied(asked, 'Cannot call GetAccessKeyInfo with session credentials');
  });

  it('IAM, with federated credentials and sessions without MFA', async () => {
    const user = await s.account.user(fresh(), { inline: all });
    const invalid = (call: Promise<unknown>) =>
      refused(call, 'InvalidClientTokenId', 403, 'The security token included in the request is invalid');
    const federated = await s.sts(user).getFederationToken({ Name: 'Bob', Policy: allow('*') });
    for (const answer of [await s.sts(user).getSessionToken({}), federated, await s.sts(s.account.root).getSessionToken({})])
      await invalid(s.as(credentialsOf(answer)).listUsers({}));
  });
});
