import { describe, expect, it } from 'vitest';
import { GrantedActions } from './granted-action.ts';

const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const ACTIONS = ['GetObject', 'ListBucket', 'PutObject'];

describe('granted actions', () => {
  it.each<[string, object[], string[]]>([
    ['none without policies', [], []],
    ['everything', [{ Effect: 'Allow', Action: '*', Resource: '*' }], ACTIONS],
    ['any service', [{ Effect: 'Allow', Action: '*:Get*', Resource: '*' }], ['GetObject']],
    ['by pattern, whatever the case', [{ Effect: 'Allow', Action: ['S3:get?bject', 's3:L*'], Resource: '*' }], ['GetObject', 'ListBucket']],
    ['another service', [{ Effect: 'Allow', Action: 's3-outposts:*', Resource: '*' }], []],
    ['all but some', [{ Effect: 'Allow', NotAction: ['s3:Put*', 'iam:*'], Resource: '*' }], ['GetObject', 'ListBucket']],
    [
      'conditions and resources of an Allow aside',
      [{ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::a/*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
      ['PutObject'],
    ],
    [
      'a Deny of everything',
      [
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:Put*', Resource: ['*'] },
      ],
      ['GetObject', 'ListBucket'],
    ],
    [
      'a Deny of all but some',
      [
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' },
      ],
      ['GetObject'],
    ],
    [
      'no Deny that leaves something',
      [
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::a' },
        { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
      ACTIONS,
    ],
  ])('%s', (_, statements, expected) => {
    const granted = new GrantedActions(statements.map((statement) => document(statement)));
    expect(granted.of('s3', ACTIONS)).toEqual(expected);
    expect(granted.anyOf('S3', ACTIONS)).toBe(expected.length > 0);
  });
});
