import { describe, expect, it } from 'vitest';
import { createPolicyCompiler, createRequestContext, type PolicyKind, type Principal } from './index.ts';
import { actionName } from './match/action.ts';
import { Evaluation } from './statement.ts';

const user: Principal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/jane',
  uniqueId: 'AIDAJANEEXAMPLE000001',
};

/** Whether the one statement of a policy applies to s3:GetObject on an object, asked by a user. */
function applies(kind: PolicyKind, statement: object, bounded = false): boolean {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const { statements } = createPolicyCompiler().compile(text, { kind, source: 'a' }).content;
  const request = { principal: user, action: 's3:GetObject', resource: 'arn:aws:s3:::b/o', context: createRequestContext({ 'x:a': '1' }) };
  const [only] = statements;
  if (!only) throw new Error('no statement');
  return only.matchesAction(actionName(request.action)) && only.applies(new Evaluation(request, bounded)) !== 0;
}

const named = { Principal: { AWS: user.arn } };
const whole = { Action: 's3:*', Resource: '*' };

describe('a statement as its kind of policy has it', () => {
  it.each<[PolicyKind, object, boolean]>([
    ['identity', whole, true],
    ['identity', { ...whole, Resource: 'arn:aws:s3:::b/*' }, true],
    ['identity', { ...whole, Resource: 'arn:aws:s3:::c/*' }, false],
    ['identity', { Action: 's3:*', NotResource: 'arn:aws:s3:::c/*' }, true],
    ['identity', { Action: 's3:*', NotResource: ['arn:aws:s3:::c/*', 'arn:aws:s3:::b/*'] }, false],
    ['identity', { ...whole, Action: 's3:Put*' }, false],
    ['identity', { NotAction: 's3:Put*', Resource: '*' }, true],
    ['identity', { NotAction: ['s3:Put*', 's3:Get*'], Resource: '*' }, false],
    ['identity', { ...whole, Condition: { StringEquals: { 'x:a': '1' } } }, true],
    ['identity', { ...whole, Condition: { StringEquals: { 'x:a': '1', 'x:b': '1' } } }, false],
    ['scp', whole, true],
    ['resource', { ...whole, ...named }, true],
    ['resource', { ...whole, Principal: '*' }, true],
    ['resource', { ...whole, Principal: { AWS: '444455556666' } }, false],
    ['resource', { ...whole, ...named, Resource: 'arn:aws:s3:::c/*' }, false],
    ['trust', { Action: 's3:*', ...named }, true],
    ['trust', { Action: 's3:*', Principal: { AWS: '444455556666' } }, false],
  ])('%s %j applies: %s, whatever its effect', (kind, statement, expected) => {
    expect(applies(kind, { Effect: 'Allow', ...statement })).toBe(expected);
    expect(applies(kind, { Effect: 'Deny', ...statement })).toBe(expected);
  });

  it('of a trust policy applies whatever resource is asked for, and whatever it names', () => {
    expect(applies('trust', { Effect: 'Allow', Action: 's3:*', ...named, Resource: 'arn:aws:s3:::c' })).toBe(true);
    expect(applies('trust', { Effect: 'Allow', Action: 's3:*', ...named, NotResource: '*' })).toBe(true);
  });
});

describe('a stored statement that its kind should not have never allows, and always denies', () => {
  it.each<[PolicyKind, object]>([
    ['identity', { Resource: '*' }],
    ['identity', { Action: 's3:*' }],
    ['identity', { ...whole, ...named }],
    ['identity', { ...whole, Principal: { AWS: '444455556666' } }],
    ['identity', { ...whole, NotPrincipal: { AWS: '444455556666' } }],
    ['identity', { ...whole, Condition: { StringEqual: { 'x:a': '2' } } }],
    ['session', { ...whole, Principal: '*' }],
    ['resource', whole],
    ['resource', { Action: 's3:*', Principal: '*' }],
    ['resource', { Resource: '*', Principal: '*' }],
    ['resource', { ...whole, NotPrincipal: { AWS: '444455556666' } }],
    ['endpoint', whole],
    ['rcp', whole],
    ['trust', { Action: 's3:*' }],
    ['trust', { Principal: '*' }],
  ])('%s %j', (kind, statement) => {
    expect(applies(kind, { Effect: 'Allow', ...statement })).toBe(false);
    expect(applies(kind, { Effect: 'allow', ...statement })).toBe(true);
    expect(applies(kind, { Effect: 'Deny', ...statement })).toBe(true);
  });
});

it('Deny with NotPrincipal spares whom it names, unless they have a permissions boundary', () => {
  const spared = { Effect: 'Deny', ...whole, NotPrincipal: { AWS: [user.account, user.arn] } };
  expect(applies('resource', spared)).toBe(false);
  expect(applies('resource', spared, true)).toBe(true);
  expect(applies('resource', { ...spared, NotPrincipal: { AWS: '444455556666' } })).toBe(true);
});

describe('a statement that applies to every request for its actions', () => {
  const unconditional = (kind: PolicyKind, statement: object) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', ...statement } });
    return createPolicyCompiler().compile(text, { kind, source: 'a' }).content.statements[0]?.unconditional;
  };
  it.each<[PolicyKind, object, boolean]>([
    ['identity', { Resource: '*' }, true],
    ['identity', { Resource: ['arn:aws:s3:::b', '*'] }, true],
    ['identity', { Resource: 'arn:aws:s3:::b' }, false],
    ['identity', { Resource: 'arn:*:s3:*:*:*' }, false],
    ['identity', { NotResource: '*' }, false],
    ['identity', { NotResource: 'arn:aws:s3:::b' }, false],
    ['identity', {}, false],
    ['identity', { Resource: '*', Condition: { Bool: { a: 'true' } } }, false],
    ['identity', { Resource: '*', Principal: '*' }, false],
    ['identity', { Resource: '*', NotPrincipal: { AWS: '1' } }, false],
    ['resource', { Resource: '*', Principal: '*' }, false],
    ['trust', { Principal: '*' }, false],
  ])('%s %j: %s', (kind, statement, expected) => expect(unconditional(kind, statement)).toBe(expected));
});
