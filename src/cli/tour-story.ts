import type { ClientCredentials } from '../sigv4/index.ts';
import { type Actor, codeOf, type Expected, type Guide } from './tour-guide.ts';

/*
 * The story: from signing up to serving a model, with everything that must be refused on the way. The order is that of AWS's guides.
 */

const REGION = 'us-east-2';
const FULL_ACCESS = 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess';
const PASSWORD = 'Correct-Horse-9-Battery';

const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const trust = (Service: string): string => document({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });

/** As SageMaker's guide prints it; it names no spaces. */
const DOMAIN_POLICY = document(
  {
    Effect: 'Allow',
    Action: 'sagemaker:*',
    Resource: ['domain', 'user-profile', 'app', 'flow-definition'].map((type) => `arn:aws:sagemaker:*:*:${type}/*`),
  },
  { Effect: 'Allow', Action: ['iam:GetRole', 'servicecatalog:*'], Resource: '*' },
);

const notAllowed = (action: string): Expected => ({
  code: action.startsWith('iam:') ? 'AccessDenied' : 'AccessDeniedException',
  says: `because no identity-based policy allows the ${action} action`,
});

/** SageMaker's answer when it is another service's action that the call depends on. */
const dependsOn = (action: string): Expected => ({
  code: 'AccessDeniedException',
  says: `because no identity-based policy allows the ${action} action`,
});

/** Looks a value up in an answer: `at(output, 'Role', 'Arn')`. */
function at(value: unknown, ...path: (string | number)[]): string {
  let found = value;
  for (const part of path) found = (found as Record<string | number, unknown> | undefined)?.[part];
  return String(found ?? '');
}

const holds =
  (...path: (string | number)[]) =>
  (expected: string): Expected => ({
    ok: true,
    check: (output) => {
      const found = at(output, ...path);
      return found === expected ? undefined : `expected ${path.join('.')} to be ${expected}, and it is ${found}`;
    },
  });

/** Everything that later chapters need of earlier ones. */
interface Cast {
  readonly account: string;
  readonly administrator: Actor;
  readonly scientist: Actor;
  readonly lead: Actor;
  readonly role: string;
}

export async function walkTour(guide: Guide): Promise<void> {
  const { account, root } = await signUp(guide);
  await bootstrapOnly(guide, account, root);
  const administrator = await makeAdministrator(guide, account, root);
  const { scientist, lead } = await makeUsers(guide, account, administrator);
  await checkCredentials(guide, account, administrator);
  const role = await makeExecutionRole(guide, account, administrator, scientist);
  const cast: Cast = { account, administrator, scientist, lead, role };
  const network = await lookAtNetwork(guide, cast);
  await buildDomain(guide, cast, network);
  await runNotebook(guide, cast);
  await trainAndHost(guide, cast);
}

async function signUp(guide: Guide): Promise<{ account: string; root: Actor }> {
  guide.chapter(1, 'Sign up', 'A mailbox, a password, contact details and a telephone; each proved by a code.');
  guide.say('$ npx sagegate account create --code-from-outbox --root-keys');
  const local = guide.local();
  const contact = {
    FullName: 'Ada Example',
    AddressLine1: '1 Example Street',
    City: 'Seattle',
    PostalCode: '98101',
    CountryCode: 'US',
    PhoneNumber: '+1 206 555 0100',
  };
  const started = await local.post('signup', { email: 'owner@example.com', accountName: 'example-corp' });
  const step = (path: string, body: object) => local.post(`signup/${String(started.signUpId)}/${path}`, body);
  const newestCode = async (): Promise<string> => /[0-9]{6}/.exec(at(await local.get('outbox'), 'messages', 0, 'text'))?.[0] ?? '';
  await step('email-code', { code: await newestCode() });
  await step('password', { password: PASSWORD });
  await step('contact', contact);
  await step('phone', { channel: 'text' });
  const done = await step('phone-code', { code: await newestCode() });
  const key = await step('first-key', { password: PASSWORD, for: 'root' });
  guide.say(`The account ${String(done.accountId)} is active.`);
  return { account: String(done.accountId), root: { name: 'root', credentials: credentialsIn(key, 'accessKeyId', 'secretAccessKey') } };
}

async function bootstrapOnly(guide: Guide, account: string, root: Actor): Promise<void> {
  guide.chapter(2, 'Root, only to begin with', 'The root user may do everything in its account, and asks no policy.');
  await guide.call(root, 'sts', 'GetCallerIdentity', {}, holds('Arn')(`arn:aws:iam::${account}:root`));
}

async function makeAdministrator(guide: Guide, account: string, root: Actor): Promise<Actor> {
  guide.chapter(3, 'An administrator', 'A group that holds the power, a user in it, a password, a key and a second factor.');
  const UserName = 'Administrator';
  const by = (operation: string, input: object, expected?: Expected) => guide.call(root, 'iam', operation, input, expected);
  await by('CreateGroup', { GroupName: 'Administrators' });
  await by('AttachGroupPolicy', { GroupName: 'Administrators', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  await by('CreateUser', { UserName }, holds('User', 'Arn')(`arn:aws:iam::${account}:user/Administrator`));
  await by('CreateUser', { UserName }, { code: 'EntityAlreadyExists', says: 'User with name Administrator already exists.' });
  await by('AddUserToGroup', { GroupName: 'Administrators', UserName });
  await by('CreateLoginProfile', { UserName, Password: 'Str0ng!Passw0rd', PasswordResetRequired: true });
  const administrator = { name: 'admin', credentials: await createKey(guide, root, UserName) };
  await by('CreateAccountAlias', { AccountAlias: 'example-corp' });
  await by('UpdateAccountPasswordPolicy', {
    MinimumPasswordLength: 14,
    RequireSymbols: true,
    RequireNumbers: true,
    AllowUsersToChangePassword: true,
    MaxPasswordAge: 90,
    PasswordReusePrevention: 5,
  });
  guide.say('From here on nobody signs as root.');
  const typed = ' --bootstrap-method Base32StringSeed --outfile seed.txt';
  const device = { VirtualMFADeviceName: UserName };
  const made = await guide.call(administrator, 'iam', 'CreateVirtualMFADevice', device, { ok: true }, { typed });
  const seed = Buffer.from(at(made, 'VirtualMFADevice', 'Base32StringSeed'), 'base64').toString('utf8');
  const SerialNumber = `arn:aws:iam::${account}:mfa/${UserName}`;
  const wrong = { AuthenticationCode1: codeOf(seed), AuthenticationCode2: codeOf(seed) };
  const refused = { code: 'InvalidAuthenticationCode', says: 'Authentication code for device is not valid.' };
  await guide.call(administrator, 'iam', 'EnableMFADevice', { UserName, SerialNumber, ...wrong }, refused);
  const pair = { AuthenticationCode1: codeOf(seed, -1), AuthenticationCode2: codeOf(seed) };
  await guide.call(administrator, 'iam', 'EnableMFADevice', { UserName, SerialNumber, ...pair });
  const withCode = { SerialNumber, TokenCode: codeOf(seed, 1), DurationSeconds: 3600 };
  await guide.call(administrator, 'sts', 'GetSessionToken', withCode);
  guide.say('A code works once:');
  await guide.call(administrator, 'sts', 'GetSessionToken', withCode, { code: 'AccessDenied', says: 'MultiFactorAuthentication failed' });
  return administrator;
}

async function makeUsers(guide: Guide, account: string, administrator: Actor): Promise<{ scientist: Actor; lead: Actor }> {
  guide.chapter(
    4,
    'Who may do what in SageMaker',
    'The scientist has AmazonSageMakerFullAccess. The lead has it too, and a policy for domains.',
  );
  const by = (operation: string, input: object) => guide.call(administrator, 'iam', operation, input);
  const made = await by('CreatePolicy', { PolicyName: 'SageMakerDomainAccess', PolicyDocument: DOMAIN_POLICY });
  const domainPolicy = at(made, 'Policy', 'Arn');
  const user = async (UserName: string, policies: readonly string[]): Promise<Actor> => {
    await by('CreateUser', { UserName });
    for (const PolicyArn of policies) await by('AttachUserPolicy', { UserName, PolicyArn });
    return { name: UserName, credentials: await createKey(guide, administrator, UserName) };
  };
  const scientist = await user('scientist', [FULL_ACCESS]);
  const lead = await user('lead', [FULL_ACCESS, domainPolicy]);
  guide.say('Neither may make itself more than it is:');
  const AssumeRolePolicyDocument = trust('sagemaker.amazonaws.com');
  await guide.call(scientist, 'iam', 'CreateRole', { RoleName: 'Mine', AssumeRolePolicyDocument }, notAllowed('iam:CreateRole'));
  const grant = { UserName: 'lead', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  await guide.call(lead, 'iam', 'AttachUserPolicy', grant, notAllowed('iam:AttachUserPolicy'));
  await guide.call(lead, 'iam', 'CreateAccessKey', { UserName: 'Administrator' }, notAllowed('iam:CreateAccessKey'));
  await guide.call(scientist, 'sts', 'GetCallerIdentity', {}, holds('Arn')(`arn:aws:iam::${account}:user/scientist`));
  return { scientist, lead };
}

async function checkCredentials(guide: Guide, account: string, administrator: Actor): Promise<void> {
  guide.chapter(5, 'Credentials', 'What signs, and what does not.');
  const { credentials } = administrator;
  await guide.call(administrator, 'sts', 'GetCallerIdentity', {}, holds('Arn')(`arn:aws:iam::${account}:user/Administrator`));
  const with_ = (name: string, changes: Partial<ClientCredentials>): Actor => ({ name, credentials: { ...credentials, ...changes } });
  const identity = (actor: Actor, code: string) => guide.call(actor, 'sts', 'GetCallerIdentity', {}, { code });
  await identity(with_('wrong-secret', { secretAccessKey: 'x'.repeat(40) }), 'SignatureDoesNotMatch');
  await identity(with_('unknown-key', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }), 'InvalidClientTokenId');
  await identity(with_('folklore', { accessKeyId: 'test', secretAccessKey: 'test' }), 'InvalidClientTokenId');
  await guide.call(administrator, 'iam', 'CreateUser', { UserName: 'leaver' });
  const leaver: Actor = { name: 'leaver', credentials: await createKey(guide, administrator, 'leaver') };
  const AccessKeyId = leaver.credentials.accessKeyId;
  await guide.call(administrator, 'iam', 'UpdateAccessKey', { UserName: 'leaver', AccessKeyId, Status: 'Inactive' });
  await identity(leaver, 'InvalidClientTokenId');
}

async function makeExecutionRole(guide: Guide, account: string, administrator: Actor, scientist: Actor): Promise<string> {
  guide.chapter(6, 'An execution role', 'What notebooks and jobs may do is decided by the role they run under.');
  const RoleName = 'ExampleExecutionRole';
  const AssumeRolePolicyDocument = trust('sagemaker.amazonaws.com');
  await guide.call(administrator, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
  await guide.call(administrator, 'iam', 'AttachRolePolicy', { RoleName, PolicyArn: FULL_ACCESS });
  const arn = `arn:aws:iam::${account}:role/${RoleName}`;
  await guide.call(administrator, 'iam', 'GetRole', { RoleName }, holds('Role', 'Arn')(arn));
  guide.say('A role may be passed to a service, and taken up by nobody whom it does not trust:');
  const RoleArn = arn;
  await guide.call(scientist, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'me' }, { code: 'AccessDenied', says: 'sts:AssumeRole' });
  return arn;
}

interface Network {
  readonly vpc: string;
  readonly subnets: readonly string[];
}

async function lookAtNetwork(guide: Guide, { lead }: Cast): Promise<Network> {
  guide.chapter(7, 'The network', 'Every account has a default VPC in every region.');
  const vpcs = await guide.call(
    lead,
    'ec2',
    'DescribeVpcs',
    { Filters: [{ Name: 'isDefault', Values: ['true'] }] },
    { ok: true },
    { region: REGION },
  );
  const vpc = at(vpcs, 'vpcSet', 0, 'vpcId');
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpc] }] };
  const found = await guide.call(lead, 'ec2', 'DescribeSubnets', inVpc, { ok: true }, { region: REGION });
  const subnets = ((found.subnetSet ?? []) as { subnetId: string }[]).map(({ subnetId }) => subnetId);
  return { vpc, subnets };
}

async function buildDomain(guide: Guide, cast: Cast, { vpc, subnets }: Network): Promise<void> {
  const { administrator, scientist, lead, role } = cast;
  guide.chapter(8, 'A domain', 'A domain, a profile, an app and a link to it.');
  const by = (actor: Actor, operation: string, input: object, expected?: Expected) =>
    guide.call(actor, 'sagemaker', operation, input, expected, { region: REGION });
  const newDomain = {
    DomainName: 'example',
    AuthMode: 'IAM',
    DefaultUserSettings: { ExecutionRole: role },
    SubnetIds: subnets,
    VpcId: vpc,
  };
  await by(scientist, 'CreateDomain', newDomain, notAllowed('sagemaker:CreateDomain'));
  guide.say("The first domain makes SageMaker's own role, so whoever creates it must be allowed to make that:");
  await by(lead, 'CreateDomain', newDomain, dependsOn('iam:CreateServiceLinkedRole'));
  await guide.call(administrator, 'iam', 'CreateServiceLinkedRole', { AWSServiceName: 'sagemaker.amazonaws.com' });
  const created = await by(lead, 'CreateDomain', newDomain);
  const DomainId = at(created, 'DomainArn').split('/').at(-1) ?? '';
  await by(lead, 'CreateDomain', { ...newDomain, DomainName: 'second' }, { code: 'ResourceLimitExceeded' });
  const tagged = { ResourceArn: at(created, 'DomainArn'), Tags: [{ Key: 'team', Value: 'research' }] };
  await by(scientist, 'AddTags', tagged, notAllowed('sagemaker:AddTags'));
  await by(lead, 'AddTags', tagged);
  await by(scientist, 'ListDomains', {}, holds('Domains', 0, 'DomainId')(DomainId));
  await by(scientist, 'DescribeDomain', { DomainId }, holds('Status')('InService'));
  const alice = { DomainId, UserProfileName: 'alice' };
  const settings = { UserSettings: { ExecutionRole: role } };
  await by(scientist, 'CreateUserProfile', { ...alice, ...settings }, notAllowed('sagemaker:CreateUserProfile'));
  await by(lead, 'CreateUserProfile', { ...alice, ...settings });
  await by(scientist, 'DescribeUserProfile', alice, holds('Status')('InService'));
  const app = { ...alice, AppType: 'JupyterServer', AppName: 'default' };
  await by(scientist, 'CreateApp', app);
  await by(scientist, 'DescribeApp', app, holds('Status')('InService'));
  await by(scientist, 'CreatePresignedDomainUrl', { ...alice, SessionExpirationDurationInSeconds: 43_200, ExpiresInSeconds: 300 });
  await by(lead, 'CreateSpace', { DomainId, SpaceName: 'shared1' }, notAllowed('sagemaker:CreateSpace'));
  await by(scientist, 'DeleteDomain', { DomainId }, notAllowed('sagemaker:DeleteDomain'));
  await by(lead, 'DeleteDomain', { DomainId }, { code: 'ResourceInUse' });
  guide.say('Taking it down, in the order that works:');
  await by(lead, 'DeleteApp', app);
  await by(lead, 'DeleteUserProfile', alice);
  await by(lead, 'DeleteDomain', { DomainId, RetentionPolicy: { HomeEfsFileSystem: 'Retain' } });
}

async function runNotebook(guide: Guide, { administrator, scientist, account, role }: Cast): Promise<void> {
  guide.chapter(9, 'A notebook instance', 'Created by who may pass its role, and to no other service.');
  const by = (actor: Actor, operation: string, input: object, expected?: Expected) =>
    guide.call(actor, 'sagemaker', operation, input, expected, { region: REGION });
  const NotebookInstanceName = 'ExampleNotebookInstance';
  const notebook = { NotebookInstanceName, InstanceType: 'ml.t2.medium', RoleArn: role };
  const intern = await makeIntern(guide, administrator);
  await by(intern, 'CreateNotebookInstance', notebook, dependsOn('iam:PassRole'));
  await guide.call(administrator, 'iam', 'CreateRole', { RoleName: 'Ec2Only', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') });
  await by(
    administrator,
    'CreateNotebookInstance',
    { ...notebook, RoleArn: `arn:aws:iam::${account}:role/Ec2Only` },
    {
      code: 'ValidationException',
      says: 'Could not assume role',
    },
  );
  const arn = `arn:aws:sagemaker:${REGION}:${account}:notebook-instance/examplenotebookinstance`;
  await by(scientist, 'CreateNotebookInstance', notebook, holds('NotebookInstanceArn')(arn));
  await by(scientist, 'DescribeNotebookInstance', { NotebookInstanceName }, holds('NotebookInstanceStatus')('InService'));
  await by(scientist, 'CreatePresignedNotebookInstanceUrl', { NotebookInstanceName, SessionExpirationDurationInSeconds: 3600 });
  await by(
    scientist,
    'DeleteNotebookInstance',
    { NotebookInstanceName },
    { code: 'ValidationException', says: 'Unable to transition to (Deleting)' },
  );
  await by(scientist, 'StopNotebookInstance', { NotebookInstanceName });
  await by(scientist, 'DeleteNotebookInstance', { NotebookInstanceName });
}

/** May do everything in SageMaker, and pass no role. */
async function makeIntern(guide: Guide, administrator: Actor): Promise<Actor> {
  await guide.call(administrator, 'iam', 'CreateUser', { UserName: 'intern' });
  const PolicyDocument = document({ Effect: 'Allow', Action: 'sagemaker:*', Resource: '*' });
  await guide.call(administrator, 'iam', 'PutUserPolicy', { UserName: 'intern', PolicyName: 'sagemaker', PolicyDocument });
  return { name: 'intern', credentials: await createKey(guide, administrator, 'intern') };
}

async function trainAndHost(guide: Guide, { administrator, scientist, account, role }: Cast): Promise<void> {
  guide.chapter(10, 'Train and host', 'Each call asks for every action it depends on.');
  const by = (actor: Actor, operation: string, input: object, expected?: Expected) =>
    guide.call(actor, 'sagemaker', operation, input, expected, { region: REGION });
  const image = `${account}.dkr.ecr.${REGION}.amazonaws.com/example:1`;
  await by(scientist, 'CreateTrainingJob', {
    TrainingJobName: 't1',
    RoleArn: role,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: 's3://sagemaker-example/out' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  });
  await by(scientist, 'CreateModel', {
    ModelName: 'm1',
    PrimaryContainer: { Image: image, ModelDataUrl: 's3://sagemaker-example/out/m.tar.gz' },
    ExecutionRoleArn: role,
  });
  await by(scientist, 'CreateEndpointConfig', {
    EndpointConfigName: 'c1',
    ProductionVariants: [{ VariantName: 'v1', ModelName: 'm1', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }],
  });
  await by(scientist, 'CreateEndpoint', { EndpointName: 'e1', EndpointConfigName: 'c1', Tags: [{ Key: 'team', Value: 'a' }] });
  await by(scientist, 'DescribeEndpoint', { EndpointName: 'e1' }, holds('EndpointStatus')('InService'));
  guide.say('An application may invoke, and nothing else:');
  await guide.call(administrator, 'iam', 'CreateUser', { UserName: 'application' });
  const Resource = `arn:aws:sagemaker:*:${account}:endpoint/e1`;
  const PolicyDocument = document({ Effect: 'Allow', Action: 'sagemaker:InvokeEndpoint', Resource });
  await guide.call(administrator, 'iam', 'PutUserPolicy', { UserName: 'application', PolicyName: 'invoke', PolicyDocument });
  const application: Actor = { name: 'application', credentials: await createKey(guide, administrator, 'application') };
  await by(application, 'DescribeEndpoint', { EndpointName: 'e1' }, notAllowed('sagemaker:DescribeEndpoint'));
  guide.say('Invoking is allowed; no container runs behind this endpoint, so the model has nothing to answer:');
  await guide.invoke(application, 'e1', '1,2,3', { code: 'ModelError' }, REGION);
}

async function createKey(guide: Guide, actor: Actor, UserName: string): Promise<ClientCredentials> {
  const { AccessKey } = await guide.call(actor, 'iam', 'CreateAccessKey', { UserName });
  return credentialsIn(AccessKey, 'AccessKeyId', 'SecretAccessKey');
}

const credentialsIn = (value: unknown, id: string, secret: string): ClientCredentials => ({
  accessKeyId: at(value, id),
  secretAccessKey: at(value, secret),
});
