import { IAM } from '@aws-sdk/client-iam';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { accounts } from '../../../src/store/tables/account.ts';
import { fidoDevices } from '../../../src/store/tables/iam.ts';
import { type Credentials, clientConfig, policy, type TestAccount, whileSuspended } from '../../harness.ts';
import { accessDenied, allow, alreadyExists, noSuchEntity, validationError } from '../iam/stage.ts';
import { stage } from '../organizations/stage.ts';
import { credentialsOf } from './stage.ts';

/*
 * R12: the root users of members, by the organization's administrators, for one task at a time.
 */

const s = stage();
const TASK = 'arn:aws:iam::aws:policy/root-task/';
const AUDIT = `${TASK}IAMAuditRootUserCredentials`;
const UNLOCK = `${TASK}S3UnlockBucketPolicy`;

let member: TestAccount;
let administrator: Credentials;
beforeAll(async () => {
  await s.org.enableAWSServiceAccess({ ServicePrincipal: 'iam.amazonaws.com' });
  await s.management.asRoot('iam', 'EnableOrganizationsRootCredentialsManagement', {});
  member = await s.member();
  administrator = await s.management.user('administrator', { inline: { all: JSON.parse(allow('*')) } });
});

const iam = (who: Credentials) => new IAM(clientConfig(s.server, who));
const assume = (who: Credentials, TargetPrincipal = member.id, task = AUDIT, more: object = {}) =>
  s.sts(who).assumeRoot({ TargetPrincipal, TaskPolicyArn: { arn: task }, ...more });
const root = (account: string) => `arn:aws:iam::${account}:root`;
const userOf = (account: string, name: string) => `arn:aws:iam::${account}:user/${name}`;
const isDenied = (call: Promise<unknown>, caller: string, target = member.id) =>
  accessDenied(call, `User: ${caller} is not authorized to perform: sts:AssumeRoot on resource: ${root(target)}`);

describe('AssumeRoot', () => {
  it('makes the root user of a member, for fifteen minutes at most', async () => {
    const answer = await assume(administrator);
    const lasts = (answer.Credentials?.Expiration?.getTime() ?? 0) - s.server.clock.now();
    expect(lasts).toBeGreaterThan(890_000);
    expect(lasts).toBeLessThanOrEqual(900_000);
    expect(answer).not.toHaveProperty('SourceIdentity');
    expect(await s.sts(credentialsOf(answer)).getCallerIdentity({})).toMatchObject({
      UserId: member.id,
      Account: member.id,
      Arn: root(member.id),
    });
    await assume(administrator, root(member.id), AUDIT, { DurationSeconds: 60 });
  });

  it('makes none of a member that is suspended', async () => {
    await whileSuspended(s.server, member.id, () => isDenied(assume(administrator), userOf(s.management.id, 'administrator')));
  });

  it('lets it do its task on the root user, and nothing else', async () => {
    const session = credentialsOf(await assume(administrator));
    await member.user('somebody');
    expect((await iam(session).getUser({})).User?.Arn).toBe(root(member.id));
    expect((await iam(session).listAccessKeys({})).AccessKeyMetadata?.length).toBe(1);
    expect((await iam(session).getAccountSummary({})).SummaryMap?.Users).toBe(1);
    const denied = / with an explicit deny in a session policy$/;
    await accessDenied(iam(session).listAccessKeys({ UserName: 'somebody' }), denied);
    await accessDenied(iam(session).listUsers({}), denied);
    await accessDenied(iam(session).createUser({ UserName: 'mine' }), denied);
    await accessDenied(iam(session).createAccessKey({}), denied);
    const sageMaker = new SageMaker(clientConfig(s.server, session));
    await expect(sageMaker.listModels({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await accessDenied(s.sts(session).getSessionToken({}), 'Cannot call GetSessionToken with session credentials');
  });

  it('deletes the credentials of a root user', async () => {
    const session = iam(credentialsOf(await assume(administrator, member.id, `${TASK}IAMDeleteRootUserCredentials`)));
    const [key] = (await session.listAccessKeys({})).AccessKeyMetadata ?? [];
    await session.deleteAccessKey({ AccessKeyId: key?.AccessKeyId });
    expect((await session.listAccessKeys({})).AccessKeyMetadata).toEqual([]);
    await expect(s.sts(member.root).getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('takes the password of a root user away, and lets it have one again', async () => {
    const { store } = s.server.installation;
    const account = () => store.get(accounts, [member.id]);
    await store.write(async (writer) => {
      const row = await writer.get(accounts, [member.id]);
      if (row) await writer.update(accounts, { ...row, rootPasswordHash: 'a hash', rootPasswordChangedAt: 1, rootPasswordLastUsed: 2 });
    });
    const inTask = async (task: string) => iam(credentialsOf(await assume(administrator, member.id, `${TASK}${task}`)));
    const [audit, create, remove] = await Promise.all(
      ['IAMAuditRootUserCredentials', 'IAMCreateRootUserPassword', 'IAMDeleteRootUserCredentials'].map(inTask),
    );
    if (!audit || !create || !remove) throw new Error('there are three sessions');
    // There is no name, although the model requires one.
    const { LoginProfile } = await audit.getLoginProfile({});
    expect(LoginProfile).toEqual({ CreateDate: expect.any(Date), PasswordResetRequired: false });
    await alreadyExists(create.createLoginProfile({}), 'Login Profile for user root already exists.');
    await accessDenied(create.deleteLoginProfile({}), / with an explicit deny in a session policy$/);
    await accessDenied(remove.createLoginProfile({}), / with an explicit deny in a session policy$/);

    await remove.deleteLoginProfile({});
    expect(await account()).toMatchObject({ rootPasswordLastUsed: 2 });
    expect(await account()).not.toHaveProperty('rootPasswordHash');
    await noSuchEntity(audit.getLoginProfile({}), 'Login Profile for User root cannot be found.');
    await noSuchEntity(remove.deleteLoginProfile({}), 'Login Profile for User root cannot be found.');

    await validationError(
      create.createLoginProfile({ Password: 'Corr3ct-Horse' }),
      'Password must not be specified when calling with root user credentials',
    );
    const made = await create.createLoginProfile({});
    expect(made.LoginProfile).toEqual({ CreateDate: expect.any(Date), PasswordResetRequired: false });
    await alreadyExists(create.createLoginProfile({}), 'Login Profile for user root already exists.');
    expect((await audit.getLoginProfile({})).LoginProfile?.CreateDate).toEqual(made.LoginProfile?.CreateDate);
    expect((await audit.getAccountSummary({})).SummaryMap?.AccountPasswordPresent).toBe(0);
    await accessDenied(remove.deleteLoginProfile({ UserName: 'somebody' }), / with an explicit deny in a session policy$/);
  });

  it('leaves root users of new accounts without a password, where the organization manages their credentials', async () => {
    const { store } = s.server.installation;
    const made = async (org: typeof s.org, Email: string) => {
      await org.createAccount({ Email, AccountName: 'new' });
      return store.find(accounts, 'email', [Email]);
    };
    expect(await made(s.org, 'managed@example.com')).not.toHaveProperty('rootPasswordAllowedAt');
    const { org } = await s.elsewhere();
    expect(await made(org, 'unmanaged@example.com')).toHaveProperty('rootPasswordAllowedAt');
  });

  it('takes an MFA device from a root user, though nobody has proved it', async () => {
    const serialNumber = `arn:aws:iam::${member.id}:u2f/root-account/key`;
    await s.server.installation.store.write((writer) =>
      writer.insert(fidoDevices, {
        accountId: member.id,
        serialNumber,
        userId: member.id,
        credentialId: 'id',
        rpId: 'localhost',
        algorithm: -7,
        publicKey: {},
        signCount: 0,
        enabledAt: s.server.clock.now(),
      }),
    );
    const session = iam(credentialsOf(await assume(administrator, member.id, `${TASK}IAMDeleteRootUserCredentials`)));
    expect((await session.listMFADevices({})).MFADevices?.map((device) => device.SerialNumber)).toEqual([serialNumber]);
    await session.deactivateMFADevice({ SerialNumber: serialNumber });
    expect((await session.listMFADevices({})).MFADevices).toEqual([]);
  });

  it('has aws:AssumedRoot in its context, and SCPs over it', async () => {
    const deny = policy({
      Effect: 'Deny',
      Action: 'iam:GetAccountSummary',
      Resource: '*',
      Condition: { Bool: { 'aws:AssumedRoot': 'true' } },
    });
    await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const { Policy } = await s.org.createPolicy({
      Name: 'no-summary',
      Description: '',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: JSON.stringify(deny),
    });
    await s.org.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: member.id });
    const session = iam(credentialsOf(await assume(administrator)));
    await session.listAccessKeys({});
    await accessDenied(session.getAccountSummary({}), / with an explicit deny in a service control policy$/);
    await s.org.detachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: member.id });
  });
});

describe('AssumeRoot is refused', () => {
  it.each(['12345678901x', 'arn:aws:iam::123456789012:user/root', 'arn:aws-cn:iam::123456789012:root', 'arn:aws:iam::123456789012:root/x'])(
    'for what is no root user: %s',
    async (target) => {
      await validationError(assume(administrator, target), 'Request must contain a valid target principal');
    },
  );

  it('for what is no task', async () => {
    for (const task of ['arn:aws:iam::aws:policy/AdministratorAccess', `${TASK}Other`, AUDIT.toLowerCase()])
      await validationError(assume(administrator, member.id, task), 'Request must contain valid AWS managed task policy ARN');
    await validationError(
      assume(administrator, member.id, AUDIT, { DurationSeconds: 901 }),
      "1 validation error detected: Value '901' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 900",
    );
  });

  it('for tasks of a feature that is not enabled; neither feature implies the other', async () => {
    const caller = userOf(s.management.id, 'administrator');
    await isDenied(assume(administrator, member.id, UNLOCK), caller);
    await s.management.asRoot('iam', 'EnableOrganizationsRootSessions', {});
    await assume(administrator, member.id, UNLOCK);
    await s.management.asRoot('iam', 'DisableOrganizationsRootCredentialsManagement', {});
    await isDenied(assume(administrator), caller);
    await assume(administrator, member.id, UNLOCK);
    await s.management.asRoot('iam', 'EnableOrganizationsRootCredentialsManagement', {});
    await s.management.asRoot('iam', 'DisableOrganizationsRootSessions', {});
  });

  it('to root, of the own management account, of strangers, and of accounts that are not', async () => {
    await isDenied(assume(s.management.root), root(s.management.id));
    const caller = userOf(s.management.id, 'administrator');
    await isDenied(assume(administrator, s.management.id), caller, s.management.id);
    const stranger = await s.server.account();
    await isDenied(assume(administrator, stranger.id), caller, stranger.id);
    await isDenied(assume(administrator, '999999999999'), caller, '999999999999');
    const outside = await stranger.user('administrator', { inline: { all: JSON.parse(allow('*')) } });
    await isDenied(assume(outside), userOf(stranger.id, 'administrator'));
  });

  it('to members, but for those who administer IAM, and to who has no permission', async () => {
    const other = await s.member();
    const name = 'delegate';
    const delegate = await other.user(name, { inline: { all: JSON.parse(allow('*')) } });
    await isDenied(assume(delegate), userOf(other.id, name));
    await s.org.registerDelegatedAdministrator({ AccountId: other.id, ServicePrincipal: 'iam.amazonaws.com' });
    await assume(delegate);
    await isDenied(assume(delegate, s.management.id), userOf(other.id, name), s.management.id);
    await s.org.deregisterDelegatedAdministrator({ AccountId: other.id, ServicePrincipal: 'iam.amazonaws.com' });
    await isDenied(assume(delegate), userOf(other.id, name));
    const nobody = await s.management.user('nobody');
    await isDenied(assume(nobody), userOf(s.management.id, 'nobody'));
  });

  it('where the identity policy asks for another task', async () => {
    const Condition = { StringEquals: { 'sts:TaskPolicyArn': AUDIT } };
    const auditor = await s.management.user('auditor', {
      inline: { audit: JSON.parse(allow('sts:AssumeRoot', root(member.id), { Condition })) },
    });
    await assume(auditor);
    const remove = assume(auditor, member.id, `${TASK}IAMDeleteRootUserCredentials`);
    await isDenied(remove, userOf(s.management.id, 'auditor'));
  });
});

it.each(['AssumeRoot', 'GetWebIdentityToken'])('%s is unknown to the global endpoint', async (action) => {
  const headers = { host: 'sts.amazonaws.com:443', 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from(`Action=${action}&Version=2011-06-15`);
  const request = {
    method: 'POST',
    target: '/',
    rawHeaders: Object.entries(headers).flat(),
    headers,
    body,
    remoteAddress: '127.0.0.1',
    secure: true,
  };
  const { status, body: answer } = await s.server.pipeline.answer(request);
  expect(status).toBe(400);
  expect(Buffer.from(answer).toString()).toContain('<Code>InvalidAction</Code><Message>Unknown Operation</Message>');
});
