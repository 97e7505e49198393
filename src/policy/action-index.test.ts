import { describe, expect, it } from 'vitest';
import { ActionIndex } from './action-index.ts';
import { parsePolicy } from './document.ts';
import { type ActionName, actionName } from './match/action.ts';
import { CompiledStatement, grammarOf } from './statement.ts';

let looked = 0;
class Watched extends CompiledStatement {
  override matchesAction(action: ActionName): boolean {
    looked++;
    return super.matchesAction(action);
  }
}

const listed: readonly object[] = [
  { Action: 's3:GetObject' },
  { Action: ['s3:PutObject', 'S3:GETOBJECT', 's3:getobject', 'iam:CreateUser'] },
  { Action: ['s3:Get*', 's3:Put*', 'ec2:*'] },
  { Action: '*' },
  { Action: '*:Get*' },
  { NotAction: 's3:*' },
  { NotAction: ['iam:*', 's3:GetObject'] },
  { Action: ['nonsense', 'ec2:?un'] },
  { Action: [] },
  {},
  { Action: 's3:GetObject', Effect: 'Deny' },
  { Effect: 'Deny' },
];
const { statements } = parsePolicy(JSON.stringify({ Statement: listed.map((statement) => ({ Effect: 'Allow', ...statement })) }));
const compiled = statements.map((source) => new Watched(source, true, grammarOf('identity')));

describe('an index of actions', () => {
  const index = new ActionIndex(compiled);

  it.each(['s3:GetObject', 's3:PutObject', 's3:x', 'iam:CreateUser', 'ec2:Run', 'ec2:x', 'x:GetX', 'x:y', 'nonsense', ''])(
    'finds the statements that take %j, in order',
    (text) => {
      const action = actionName(text);
      expect(index.statementsFor(action).map(({ source }) => source.index)).toEqual(
        compiled.filter((statement) => statement.matchesAction(action)).map(({ source }) => source.index),
      );
    },
  );

  it('does not look at the others', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ Effect: 'Allow', Action: [`a${i}:X`, `b:N${i}`, `c${i}:*`, `c${i}:X*`] }));
    const { statements: long } = parsePolicy(JSON.stringify({ Statement: many }));
    const wide = new ActionIndex(long.map((source) => new Watched(source, true, grammarOf('identity'))));
    for (const action of ['a7:x', 'B:n7', 'c7:x']) {
      looked = 0;
      expect(wide.statementsFor(actionName(action)).map(({ source }) => source.index)).toEqual([7]);
      expect(looked).toBe(1);
    }
    looked = 0;
    expect(wide.statementsFor(actionName('d:x'))).toEqual([]);
    expect(looked).toBe(0);
  });
});
