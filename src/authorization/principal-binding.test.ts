import { describe, expect, it } from 'vitest';
import type { Reader } from '../store/store.ts';
import { keyOf, type Table, valuesOf } from '../store/table.ts';
import { type Role, roles, type User, users } from '../store/tables/iam.ts';
import { bindPrincipals, showPrincipals } from './principal-binding.ts';

const A = '111122223333';
const B = '444455556666';
const alice: User = { accountId: A, userName: 'Alice', userId: 'AIDAAAAAAAAAAAAAAAAAA', path: '/team/', createdAt: 0, tags: [] };
const reader: Role = {
  accountId: B,
  roleName: 'Reader',
  roleId: 'AROABBBBBBBBBBBBBBBBB',
  path: '/',
  createdAt: 0,
  trustPolicy: '',
  maxSessionDuration: 3600,
  tags: [],
};
const GONE = 'AROACCCCCCCCCCCCCCCCC';

/** Finds rows by key and by uniqueness rule in a list. */
function readerOf(rows: { table: Table<never>; row: object }[]): Reader {
  const match = <Row>(table: Table<Row>, values: (row: Row) => string[], wanted: readonly string[]) =>
    rows.find((entry) => entry.table.name === table.name && values(entry.row as Row).join() === wanted.join())?.row as Row | undefined;
  return {
    get: async (table, key) => match(table, (row) => keyOf(table, row), key),
    find: async (table, unique, wanted) => match(table, (row) => valuesOf(table, table.unique[unique] ?? [], row), wanted),
    list: () => Promise.reject(new Error('not asked for')),
    count: () => Promise.reject(new Error('not asked for')),
  };
}

const both = readerOf([
  { table: users as Table<never>, row: alice },
  { table: roles as Table<never>, row: reader },
]);
const nobody = readerOf([]);

const USER = 'arn:aws:iam::111122223333:user/team/Alice';
const ROLE = 'arn:aws:iam::444455556666:role/Reader';
const statement = (principal: unknown) =>
  `{"Statement":{"Effect":"Allow","Principal":${JSON.stringify(principal)},"Action":"sts:AssumeRole"}}`;

describe('binding principals to unique ids', () => {
  it('leaves everything else of the text as it was', async () => {
    const text = `{
      "Version" : "2012-10-17", "Statement": [ {"Effect":"Allow",
        "Principal": { "AWS" : [ "${USER}" , "${ROLE}", "${B}" ], "Service":"sagemaker.amazonaws.com" },
        "Action":["sts:AssumeRole"], "Condition":{"ArnEquals":{"aws:PrincipalArn":"${USER}"}} } ] }`;
    const stored = await bindPrincipals(text, both);
    expect(stored).toBe(text.replace(`"${USER}" ,`, `"${alice.userId}" ,`).replace(`"${ROLE}"`, `"${reader.roleId}"`));
    expect(await showPrincipals(stored, both)).toBe(text);
  });

  it('finds a principal behind escapes, and quotes inside strings do not lead it astray', async () => {
    const text = `{"Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"${USER.replace('Alice', '\\u0041lice')}"},"Action":"sts:AssumeRole"},
      {"Effect":"Deny","Principal":{"AWS":"${ROLE}"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"a":"\\"}"}}}]}`;
    const stored = await bindPrincipals(text, both);
    expect(stored).toContain(`"AWS":"${alice.userId}"`);
    expect(stored).toContain(`{"AWS":"${reader.roleId}"}`);
    expect(stored).toContain('{"a":"\\"}"}');
  });

  it('E14: shows the unique id when the entity is gone', async () => {
    const stored = await bindPrincipals(statement({ AWS: ROLE }), both);
    expect(await showPrincipals(stored, nobody)).toBe(statement({ AWS: reader.roleId }));
  });

  it.each([
    ['everybody', '*'],
    ['everybody, typed', { AWS: '*' }],
    ['an account, here or elsewhere', { AWS: '999999999999' }],
    ['an account as root', { AWS: 'arn:aws:iam::999999999999:root' }],
    ['a session', { AWS: 'arn:aws:sts::111122223333:assumed-role/Reader/session' }],
    ['a federated user', { AWS: 'arn:aws:sts::111122223333:federated-user/bob' }],
    ['an id that exists', { AWS: alice.userId }],
    ['a service', { Service: ['ec2.amazonaws.com', 'logs.us-east-1.amazonaws.com', 'ec2.amazonaws.com.cn'] }],
    ['a web identity provider', { Federated: 'accounts.google.com' }],
    ['a SAML provider', { Federated: 'arn:aws:iam::111122223333:saml-provider/Corp' }],
    ['an OIDC provider', { Federated: 'arn:aws:iam::111122223333:oidc-provider/idp.example.com/path' }],
  ])('keeps %s', async (_, principal) => expect(await bindPrincipals(statement(principal), both)).toBe(statement(principal)));

  it.each([
    ['a user of another name', 'AWS', 'arn:aws:iam::111122223333:user/team/Bob'],
    ['a user in another case', 'AWS', 'arn:aws:iam::111122223333:user/team/alice'],
    ['a user on another path', 'AWS', 'arn:aws:iam::111122223333:user/Alice'],
    ['a role in another account', 'AWS', 'arn:aws:iam::111122223333:role/Reader'],
    ['E13: a wildcard', 'AWS', 'arn:aws:iam::111122223333:user/*'],
    ['E13: a wildcard account', 'AWS', 'arn:aws:iam::*:root'],
    ['E13: a group', 'AWS', 'arn:aws:iam::111122223333:group/Alice'],
    ['E13: a session with a path', 'AWS', 'arn:aws:sts::111122223333:assumed-role/team/Reader/session'],
    ['E13: an id that nobody has', 'AWS', GONE],
    ['an instance profile', 'AWS', 'arn:aws:iam::111122223333:instance-profile/Alice'],
    ['another partition', 'AWS', 'arn:aws-cn:iam::111122223333:root'],
    ['a region', 'AWS', 'arn:aws:iam:us-east-1:111122223333:root'],
    ['nonsense', 'AWS', 'Alice'],
    ['nothing', 'AWS', ''],
    ['a canonical user', 'CanonicalUser', 'f'.repeat(64)],
  ])('refuses %s', async (_, type, value) =>
    expect(bindPrincipals(statement({ [type]: value }), both)).rejects.toMatchObject({
      code: 'MalformedPolicyDocumentException',
      message: `Invalid principal in policy: "${type}":"${value}"`,
    }),
  );

  it.each(['sagemaker', '*.amazonaws.com', 'SageMaker.amazonaws.com', 'sagemaker.amazonaws.com.evil.example', 'a b.amazonaws.com'])(
    'refuses the service %s',
    async (value) =>
      expect(bindPrincipals(statement({ Service: value }), both)).rejects.toThrow(`Invalid principal in policy: "SERVICE":"${value}"`),
  );

  it.each(['*', 'nonsense', 'arn:aws:iam::111122223333:role/Reader', 'arn:aws:iam::111122223333:saml-provider/*'])(
    'refuses the provider %s',
    async (value) =>
      expect(bindPrincipals(statement({ Federated: value }), both)).rejects.toThrow(
        'Federated principals must be valid domain names or SAML metadata ARNs',
      ),
  );
});
