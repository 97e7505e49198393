import { SageMaker } from '@aws-sdk/client-sagemaker';
import { beforeAll, expect, it } from 'vitest';
import { clientConfig } from '../../harness.ts';
import { credentialsOf, notAuthorized, userArn } from '../sts/stage.ts';
import { accessDenied, allow, refused, stage, trust } from './stage.ts';

/*
 * --iam-propagation: what IAM was told is listed at once, and takes effect after a while.
 */

const DELAY = 2000;
const s = stage({ iamPropagation: DELAY });
// Time passes only when a test says so.
beforeAll(() => {
  s.server.clock.freeze(s.server.clock.now());
  s.advance(DELAY);
});
const all = { all: JSON.parse(allow('*')) };
const later = () => s.advance(DELAY);

it('a new user is listed at once; its key and its policies work after a while', async () => {
  const key = await s.account.user('New', { inline: all });
  expect((await s.iam.getUser({ UserName: 'New' })).User?.UserName).toBe('New');
  expect((await s.iam.listUserPolicies({ UserName: 'New' })).PolicyNames).toEqual(['all']);
  const unknown = () =>
    refused(s.as(key).listUsers({}), 'InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
  await unknown();
  s.advance(DELAY - 1);
  await unknown();
  s.advance(1);
  await s.as(key).listUsers({});
});

it('a policy is read at once, and allows and denies after a while', async () => {
  const key = await s.account.user('Changing');
  later();
  const lists = () => s.as(key).listUsers({});
  const isDenied = () => accessDenied(lists(), /iam:ListUsers/);
  await isDenied();
  await s.iam.putUserPolicy({ UserName: 'Changing', PolicyName: 'p', PolicyDocument: allow('iam:ListUsers') });
  await isDenied();
  later();
  await lists();
  await s.iam.deleteUserPolicy({ UserName: 'Changing', PolicyName: 'p' });
  await lists();
  later();
  await isDenied();
});

it('a new role can be assumed after a while, and a changed trust policy counts after a while', async () => {
  const user = await s.account.user('Assumer', { inline: all });
  later();
  const RoleArn = `arn:aws:iam::${s.account.id}:role/Fresh`;
  const assume = () => s.sts(user).assumeRole({ RoleArn, RoleSessionName: 'session' });
  const isDenied = () => notAuthorized(assume(), userArn(s, 'Assumer'), 'sts:AssumeRole', RoleArn);
  await s.iam.createRole({ RoleName: 'Fresh', AssumeRolePolicyDocument: trust({ AWS: s.account.id }) });
  await isDenied();
  later();
  const session = credentialsOf(await assume());
  await s.iam.updateAssumeRolePolicy({ RoleName: 'Fresh', PolicyDocument: trust() });
  await assume();
  later();
  await isDenied();
  await s.iam.deleteRole({ RoleName: 'Fresh' });
  await s.sts(session).getCallerIdentity({});
  later();
  await refused(s.sts(session).getCallerIdentity({}), 'InvalidClientTokenId', 403, 'The security token included in the request is invalid');
});

it('a service can take up a new role after a while', async () => {
  const user = await s.account.user('Builder', { inline: all });
  later();
  const sageMaker = new SageMaker({ ...clientConfig(s.server, user), systemClockOffset: s.server.clock.now() - Date.now() });
  await s.iam.createRole({ RoleName: 'Notebook', AssumeRolePolicyDocument: trust({ Service: 'sagemaker.amazonaws.com' }) });
  const RoleArn = `arn:aws:iam::${s.account.id}:role/Notebook`;
  const create = () => sageMaker.createNotebookInstance({ NotebookInstanceName: 'n', InstanceType: 'ml.t3.medium', RoleArn });
  await refused(
    create(),
    'ValidationException',
    400,
    `Could not assume role ${RoleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
  );
  later();
  expect((await create()).NotebookInstanceArn).toContain(':notebook-instance/n');
});
