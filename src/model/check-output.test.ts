import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outputProblems } from './check-output.ts';
import { loadServiceModel } from './load-model.ts';

const iam = loadServiceModel(join(import.meta.dirname, '../../data/models'), 'iam');

function problems(operation: string, output: object): string[] {
  const model = iam.operations[operation];
  if (!model) throw new Error(`no ${operation}`);
  return outputProblems(iam, model, output);
}

const user = { Path: '/', UserName: 'u', UserId: 'AIDA', Arn: 'arn', CreateDate: new Date(0) };

it.each<[what: string, operation: string, output: object, problems: string[]]>([
  ['all is well', 'GetUser', { User: user }, []],
  ['undefined members do not count', 'GetUser', { User: { ...user, Tags: undefined } }, []],
  ['nothing where nothing is due', 'DeleteUser', {}, []],
  [
    'something where nothing is due',
    'DeleteUser',
    { Deleted: true },
    ['iam:DeleteUser: Deleted is no member: the operation has no output'],
  ],
  ['a member that the model does not have', 'GetUser', { User: { ...user, Password: 'x' } }, ['iam:GetUser: User.Password is no member']],
  ['a name of the language', 'GetUser', { User: user, constructor: 1 }, ['iam:GetUser: constructor is no member']],
  ['a required member is missing', 'GetUser', {}, ['iam:GetUser: User is required, and missing']],
  ['a time as text', 'GetUser', { User: { ...user, CreateDate: '2020' } }, ['iam:GetUser: User.CreateDate is no time, but string']],
  ['null', 'GetUser', { User: { ...user, Path: null } }, ['iam:GetUser: User.Path is no string, but null']],
  [
    'inside a list',
    'ListUsers',
    { Users: [user, { ...user, UserName: 5 }], IsTruncated: 'no' },
    ['iam:ListUsers: Users[1].UserName is no string, but number', 'iam:ListUsers: IsTruncated is no boolean, but string'],
  ],
])('%s', (_what, operation, output, expected) => expect(problems(operation, output)).toEqual(expected));
