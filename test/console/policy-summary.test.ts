import { describe, expect, it } from 'vitest';
import { diffLines } from '../../console/src/iam/line-diff.ts';
import { actionsIn, summarizePolicy, unknownActions } from '../../console/src/reference/policy-summary.ts';
import type { ReferenceActions } from '../../src/server/reference.ts';

const KNOWN: ReferenceActions = {
  services: {
    s3: { name: 'Amazon S3', actions: { List: ['ListBucket'], Read: ['GetObject', 'GetObjectAcl'], Write: ['PutObject', 'DeleteObject'] } },
    iam: { name: 'AWS IAM', actions: { Read: ['GetUser'], Write: ['CreateUser'] } },
  },
  globalConditionKeys: [],
  whole: [],
};

const summarize = (...Statement: object[]) => summarizePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), KNOWN);
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });

describe('what a policy grants, in a summary', () => {
  it.each<[string, object, object]>([
    ['everything', allow('*'), { service: 'All services', isWhole: true, levels: [] }],
    ['all of a service', allow('s3:*'), { service: 'Amazon S3', isWhole: true }],
    ['all of a service, one by one', allow(['iam:GetUser', 'iam:createuser']), { service: 'AWS IAM', isWhole: true }],
    [
      'some levels',
      allow(['S3:Get*', 's3:PutObject', 's3:List?ucket']),
      {
        isWhole: false,
        levels: [
          { level: 'List', actions: ['ListBucket'], of: 1 },
          { level: 'Read', actions: ['GetObject', 'GetObjectAcl'], of: 2 },
          { level: 'Write', actions: ['PutObject'], of: 2 },
        ],
        others: [],
      },
    ],
    ['an action that there is not', allow(['s3:GetObject', 's3:Fly']), { others: ['Fly'] }],
    ['an action of whatever service', allow('*:GetUser'), { service: 'All services', others: ['*:GetUser'], isWhole: false }],
    ['a service that there is not', allow('nowhere:Do*'), { service: 'nowhere', levels: [], others: ['Do*'], isWhole: false }],
    ['a name that is no pattern of ours', allow('s3:Get(Object|.+'), { others: ['Get(Object|.+'] }],
    [
      'all but some',
      { Effect: 'Allow', NotAction: ['iam:*'], NotResource: 'arn:aws:s3:::secret/*' },
      { service: 'All services, except for', others: ['iam:*'], isWhole: false, resources: ['all but arn:aws:s3:::secret/*'] },
    ],
    [
      'under conditions',
      allow('s3:*', {
        Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24'] }, Bool: { 'aws:SecureTransport': true } },
      }),
      { conditions: ['aws:SourceIp (IpAddress) 192.0.2.0/24, 203.0.113.0/24', 'aws:SecureTransport (Bool) true'] },
    ],
  ])('%s', (_, statement, expected) => {
    const found = summarize(statement);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
  });

  it('puts together what is on the same resources under the same conditions, and denials first', () => {
    const found = summarize(
      allow('s3:GetObject'),
      allow('iam:GetUser'),
      allow('s3:GetObjectAcl'),
      allow('s3:PutObject', { Resource: 'arn:aws:s3:::mine/*' }),
      { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
    );
    expect(
      found.map(({ effect, prefix, levels, resources }) => [effect, prefix, levels.flatMap(({ actions }) => actions), resources]),
    ).toEqual([
      ['Deny', 's3', ['DeleteObject'], ['*']],
      ['Allow', 's3', ['GetObject', 'GetObjectAcl'], ['*']],
      ['Allow', 's3', ['PutObject'], ['arn:aws:s3:::mine/*']],
      ['Allow', 'iam', ['GetUser'], ['*']],
    ]);
  });

  it('is made at once, whatever a pattern is made of', () => {
    const long: ReferenceActions = { ...KNOWN, services: { s3: { name: 'Amazon S3', actions: { Read: ['a'.repeat(60)] } } } };
    const Action = `s3:${'*?'.repeat(30)}-`;
    expect(summarizePolicy(JSON.stringify({ Version: '2012-10-17', Statement: allow(Action) }), long)).toMatchObject([{ levels: [] }]);
  });

  it('is of no text that does not parse', () => expect(() => summarizePolicy('{', KNOWN)).toThrow('Syntax errors'));
});

describe('two documents, line by line', () => {
  const marks = { same: ' ', added: '+', removed: '-' };
  it.each([
    ['a\nb\nc', 'a\nb\nc', [' a', ' b', ' c']],
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a\nb\na\nb', 'a\nb', [' a', ' b', '-a', '-b']],
    ['a\nb\nc\nd', 'b\nx\nd\ny', ['-a', ' b', '-c', '+x', ' d', '+y']],
    ['', 'a', ['-', '+a']],
  ])('%j to %j', (before, after, expected) => {
    const lines = diffLines(before, after);
    expect(lines.map(({ kind, text }) => marks[kind] + text)).toEqual(expected);
    const rebuilt = (wanted: string) =>
      lines
        .filter(({ kind }) => kind === 'same' || kind === wanted)
        .map(({ text }) => text)
        .join('\n');
    expect([rebuilt('removed'), rebuilt('added')]).toEqual([before, after]);
  });
});

describe('actions that AWS does not have', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'are those that no action fits',
      ['s3:GetObjekt', 's3:GetObject', 's3:get*', 'iam:Create?ser', 'iam:Delete*'],
      ['s3:GetObjekt', 'iam:Delete*'],
    ],
    ['are all of a service that there is not', ['s4:GetObject', 's3:*'], ['s4:GetObject']],
    ['are not what means every service', ['*'], []],
  ])('%s', (_, actions, expected) => expect(unknownActions(actions, KNOWN)).toEqual(expected));

  it('are looked for among those of every statement, excepted ones with them', () => {
    const Statement = [allow('s3:Get*'), { Effect: 'Deny', NotAction: ['iam:GetUser', 'iam:GetUsr'], Resource: '*' }];
    expect(unknownActions(actionsIn(JSON.stringify({ Version: '2012-10-17', Statement })), KNOWN)).toEqual(['iam:GetUsr']);
  });
});
