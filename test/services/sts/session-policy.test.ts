import { describe, expect, it } from 'vitest';
import { type Credentials, policy } from '../../harness.ts';
import { accessDenied, allow, refused, stage, validationError } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole } from './stage.ts';

const s = stage();
const READ_ONLY = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
const all = { all: JSON.parse(allow('*')) };

const listsUsers = (who: Credentials) => s.as(who).listUsers({});
const listsRoles = (who: Credentials) => s.as(who).listRoles({});
const createsGroup = (who: Credentials) => s.as(who).createGroup({ GroupName: fresh('group') });
const isDenied = (call: Promise<unknown>) =>
  accessDenied(call, /^User: arn:aws:sts::\d{12}:assumed-role\/.* because no session policy allows the iam:\w+ action$/);

async function prepared() {
  const user = await s.account.user(fresh('user'), { inline: all });
  return { user, role: await makeRole(s, { may: allow(['iam:List*', 'iam:CreateGroup', 'sts:*']) }) };
}

describe('session policies', () => {
  it('limit the role: the inline one, the managed ones, and all of them as one group', async () => {
    const { user, role } = await prepared();
    const inline = await role.assume(user, { Policy: allow('iam:ListUsers') });
    expect(inline.PackedPolicySize).toBeGreaterThan(0);
    await listsUsers(credentialsOf(inline));
    await isDenied(listsRoles(credentialsOf(inline)));
    const managed = await role.assume(user, { PolicyArns: [{ arn: READ_ONLY }] });
    expect(managed.PackedPolicySize).toBeGreaterThan(0);
    await listsRoles(credentialsOf(managed));
    await isDenied(createsGroup(credentialsOf(managed)));
    const both = await role.assume(user, { Policy: allow('iam:CreateGroup'), PolicyArns: [{ arn: READ_ONLY }] });
    expect(both.PackedPolicySize).toBeGreaterThan(managed.PackedPolicySize ?? 0);
    await listsRoles(credentialsOf(both));
    await createsGroup(credentialsOf(both));
  });

  it('grant nothing: what the role may not do, its session may not either', async () => {
    const { user, role } = await prepared();
    const session = credentialsOf(await role.assume(user, { Policy: allow('*') }));
    await accessDenied(
      s.as(session).deleteGroup({ GroupName: 'x' }),
      /because no identity-based policy allows the iam:DeleteGroup action$/,
    );
  });

  it('deny, whatever else allows', async () => {
    const { user, role } = await prepared();
    const Policy = JSON.stringify(
      policy({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }),
    );
    const session = credentialsOf(await role.assume(user, { Policy }));
    await listsRoles(session);
    await accessDenied(listsUsers(session), / with an explicit deny in a session policy$/);
  });

  it('may be a customer managed policy of the account, and no other', async () => {
    const { user, role } = await prepared();
    const { Policy } = await s.iam.createPolicy({ PolicyName: fresh('own'), PolicyDocument: allow('iam:ListUsers') });
    const session = credentialsOf(await role.assume(user, { PolicyArns: [{ arn: Policy?.Arn }] }));
    await listsUsers(session);
    await isDenied(listsRoles(session));
    const other = await s.server.account();
    const { Policy: foreign } = (await other.asRoot('iam', 'CreatePolicy', { PolicyName: 'x', PolicyDocument: allow('*') })) as {
      Policy: { Arn: string };
    };
    for (const arn of [foreign.Arn, `arn:aws:iam::${s.account.id}:policy/absent`, 'arn:aws:iam::aws:policy/Absent'])
      await validationError(role.assume(user, { PolicyArns: [{ arn }] }), `Policy ${arn} does not exist or is not attachable.`);
  });

  it('limit to nothing once their managed policy is gone', async () => {
    const { user, role } = await prepared();
    const { Policy } = await s.iam.createPolicy({ PolicyName: fresh('gone'), PolicyDocument: allow('*') });
    const session = credentialsOf(await role.assume(user, { PolicyArns: [{ arn: Policy?.Arn }] }));
    await listsUsers(session);
    await s.iam.deletePolicy({ PolicyArn: Policy?.Arn });
    await isDenied(listsUsers(session));
  });

  it('are refused when they do not parse', async () => {
    const { user, role } = await prepared();
    for (const Policy of ['{', '[]', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}', trustLike])
      await refused(role.assume(user, { Policy }), 'MalformedPolicyDocumentException', 400, /.+/);
    await role.assume(user, { Policy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}}' });
    await validationError(
      role.assume(user, { Policy: 'snow ☃' }),
      /'policy' failed to satisfy constraint: Member must satisfy regular expression/,
    );
  });

  it('are bounded: ten managed ones, 2,048 characters with white space, and the packed size (T10)', async () => {
    const { user, role } = await prepared();
    const arns = await Promise.all(
      Array.from({ length: 11 }, async () => {
        const { Policy } = await s.iam.createPolicy({ PolicyName: fresh('p'), PolicyDocument: allow('iam:ListUsers') });
        return { arn: Policy?.Arn };
      }),
    );
    await listsUsers(credentialsOf(await role.assume(user, { PolicyArns: arns.slice(0, 10) })));
    await validationError(role.assume(user, { PolicyArns: arns }), 'The number of session policy ARNs must be less than or equal to 10');
    const document = allow('iam:ListUsers');
    const padded = (length: number) => document + ' '.repeat(length - document.length);
    await role.assume(user, { Policy: padded(2048) });
    const tooLong = 'The session policies must have length less than or equal to 2048';
    await validationError(role.assume(user, { Policy: padded(2049) }), tooLong);
    await validationError(role.assume(user, { Policy: padded(1_000_000) }), tooLong);
    await validationError(role.assume(user, { Policy: padded(2048), PolicyArns: arns.slice(0, 1) }), tooLong);
  });
});

/** Names a principal, which no session policy may. */
const trustLike = JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }));
