import { describe, expect, it } from 'vitest';
import { type PolicyKind, validatePolicy } from './index.ts';

const managed = (statement: object | object[], more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', ...more, Statement: statement });
const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const message = (text: string, kind: PolicyKind = 'managed') => validatePolicy(text, kind)?.message;

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';

describe('a well-formed policy', () => {
  it.each([
    ['one statement without a list', managed(good)],
    ['leading white space', ` \n${managed(good)}`],
    ['an Id', managed(good, { Id: 'x' })],
    ['an unknown service and action', managed({ ...good, Action: 's3s:List Bucket' })],
    ['an unknown condition key', managed({ ...good, Condition: { StringEquals: { 'x:y': 'z' } } })],
    ['an unknown operator with an empty block', managed({ ...good, Condition: { StringEqual: {} } })],
    [
      'numbers and booleans as condition values',
      managed({ ...good, Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 'a:b': 10 } } }),
    ],
    [
      'empty Sids, twice',
      managed([
        { ...good, Sid: '' },
        { ...good, Sid: '' },
      ]),
    ],
    ['every service', managed({ ...good, Action: '*:*' })],
    ['a vendor with dots and dashes', managed({ ...good, Action: 'a.b-c:D' })],
    ['an ARN that ends early', managed({ ...good, Resource: 'arn:aws:sqs' })],
    ['any partition', managed({ ...good, Resource: 'arn:*:s3:::b' })],
    ['an S3 access point', managed({ ...good, Resource: 'arn:aws:s3:*:*:accesspoint/a' })],
    ['an IAM path', managed({ ...good, Resource: 'arn:aws:iam::*:role/x' })],
    ['a first field that is not arn', managed({ ...good, Resource: 'x:aws:s3:::b' })],
    ['a date without values', managed({ ...good, Condition: { DateEquals: { 'aws:CurrentTime': [] } } })],
  ])('%s', (_, text) => expect(message(text)).toBeUndefined());

  it.each([
    '01T',
    '-292275054',
    '2026-01-01t10:00Z',
    '+23',
    '2026-01-01T00:00+23',
    '0',
    '9223372036854775807',
    '2026-11-21T10:00:00.123456789Z',
  ])('the date %s', (date) =>
    expect(message(managed({ ...good, Condition: { DateLessThan: { 'aws:CurrentTime': date } } }))).toBeUndefined(),
  );
});

describe('what AWS answers to a managed policy with', () => {
  it.each<[string, string, string]>([
    ['no JSON', '{', SYNTAX],
    ['a trailing comma', '{"Version":"2012-10-17",}', SYNTAX],
    ['a list at the top', '[]', SYNTAX],
    ['an unknown member', managed(good, { Foo: 1 }), SYNTAX],
    ['an unknown statement member', managed({ ...good, Foo: 1 }), SYNTAX],
    ['a bad version', managed(good, { Version: '2013-10-17' }), SYNTAX],
    ['no statement', '{"Version":"2012-10-17"}', SYNTAX],
    ['an empty list of statements', managed([]), SYNTAX],
    ['no effect', managed({ Action: 'a:b', Resource: '*' }), SYNTAX],
    ['an invalid effect', managed({ ...good, Effect: 'invalid' }), SYNTAX],
    ['a numeric Sid', managed({ ...good, Sid: 1 }), SYNTAX],
    ['a condition that is a list', managed({ ...good, Condition: [] }), SYNTAX],
    ['a null value', managed({ ...good, Condition: { StringEquals: { a: null } } }), SYNTAX],
    ['nested values', managed({ ...good, Condition: { StringEquals: { a: [['b']] } } }), SYNTAX],
    ['an unknown operator', managed({ ...good, Condition: { StringEqual: { a: 'b' } } }), SYNTAX],
    ['an operator in lower case', managed({ ...good, Condition: { stringequals: { a: 'b' } } }), SYNTAX],
    ['a doubled colon in an operator', managed({ ...good, Condition: { 'ForAnyValue::StringEquals': { a: 'b' } } }), SYNTAX],
    ['NullIfExists', managed({ ...good, Condition: { NullIfExists: { a: 'true' } } }), SYNTAX],
    ['Action with NotAction, even empty', managed({ ...good, NotAction: [] }), SYNTAX],
    ['Resource with NotResource', managed({ ...good, NotResource: [] }), SYNTAX],
    [
      'a duplicate member',
      '{"Version":"2012-10-17","Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}',
      SYNTAX,
    ],
    [
      'a duplicate member in disguise',
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","\\u0045ffect":"Allow","Action":"a:b","Resource":"*"}}',
      SYNTAX,
    ],
    [
      'condition keys that differ by case',
      managed({ ...good, Condition: { StringEquals: { 'aws:username': 'a', 'aws:UserName': 'b' } } }),
      SYNTAX,
    ],
    ['a character beyond U+00FF', managed({ ...good, Sid: 'аllow' }), SYNTAX],
    ['version 2008', managed(good, { Version: '2008-10-17' }), 'Policy document must be version 2012-10-17 or greater.'],
    ['Effect in lower case', managed({ ...good, Effect: 'allow' }), LEGACY],
    ['month 13', managed({ ...good, Condition: { DateEquals: { a: '2026-13' } } }), LEGACY],
    ['a negative epoch', managed({ ...good, Condition: { DateEquals: { a: '-9999999999999' } } }), LEGACY],
    ['an epoch beyond 64 bits', managed({ ...good, Condition: { DateEquals: { a: '9223372036854775808' } } }), LEGACY],
    ['an offset of one digit', managed({ ...good, Condition: { DateEquals: { a: '2026-01-01T00:00+1' } } }), LEGACY],
    ['ten fractional digits', managed({ ...good, Condition: { DateEquals: { a: '2026-01-01T00:00:00.1234567890Z' } } }), LEGACY],
    ['a resource cut short', managed({ ...good, Resource: 'arn:aws::x' }), LEGACY],
    ['a resource without service', managed({ ...good, Resource: 'arn:aws::::x' }), LEGACY],
    [
      'two equal Sids',
      managed([
        { ...good, Sid: 'a' },
        { ...good, Sid: 'a' },
      ]),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      'a Sid with a dash',
      managed({ ...good, Sid: 'a-b' }),
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
    ['a principal', managed({ ...good, Principal: '*' }), 'Policy document should not specify a principal.'],
    ['no action', managed({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
    ['an empty list of actions', managed({ ...good, Action: [] }), 'Policy statement must contain actions.'],
    [
      'no resource, before the action is looked at',
      managed({ Effect: 'Allow', Action: 'nope' }),
      'Policy statement must contain resources.',
    ],
    ['a resource without colon', managed({ ...good, Resource: 'x' }), 'Resource x must be in ARN format or "*".'],
    ['an empty resource', managed({ ...good, Resource: '' }), 'Resource  must be in ARN format or "*".'],
    ['another partition', managed({ ...good, Resource: 'a:b:cadfsdf' }), 'Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*".'],
    ['no vendor', managed({ ...good, Resource: 'arn:aws' }), 'Resource vendor must be fully qualified and cannot contain regexes.'],
    [
      'a wildcard vendor',
      managed({ ...good, Resource: 'arn:aws:*:::x' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    [
      'an IAM region',
      managed({ ...good, Resource: 'arn:aws:iam:*:*:role/x' }),
      'IAM resource arn:aws:iam:*:*:role/x cannot contain region information.',
    ],
    ['an S3 region', managed({ ...good, Resource: 'arn:aws:s3:x::b' }), 'Resource arn:aws:s3:x::b can not contain region information.'],
    [
      'an IAM resource type that does not exist',
      managed({ ...good, Resource: 'arn:aws:iam::1:thing/x' }),
      'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
    [
      'several bad resources: the last in order',
      managed({ ...good, Resource: ['b', 'c', 'a'] }),
      'Resource c must be in ARN format or "*".',
    ],
    [
      'an action without vendor',
      managed({ ...good, Action: 'nope' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    ['an action with two colons', managed({ ...good, Action: 'a:b:c' }), 'Actions/Condition can contain only one colon.'],
    ['a vendor with a blank', managed({ ...good, Action: 'a b:c' }), 'Vendor a b is not valid'],
  ])('%s', (_, text, expected) => expect(message(text)).toBe(expected));
});

describe('other kinds', () => {
  it('inline policies may be of version 2008 or of none', () => {
    expect(message(managed(good, { Version: '2008-10-17' }), 'identity')).toBeUndefined();
    expect(message(JSON.stringify({ Statement: good }), 'session')).toBeUndefined();
  });

  it('service control policies have one sentence', () =>
    expect(message(managed({ ...good, Action: [] }), 'scp')).toBe(
      'The provided policy document does not meet the requirements of the specified policy type.',
    ));

  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
  it.each<[string, object, boolean]>([
    ['a Deny for everyone', deny, true],
    ['a Deny for {"AWS":"*"}', { ...deny, Principal: { AWS: '*' } }, true],
    ['an Allow', { ...deny, Effect: 'Allow' }, false],
    ['a Deny for someone', { ...deny, Principal: { AWS: '111122223333' } }, false],
    ['all actions', { ...deny, Action: ['s3:*', '*'] }, false],
    ['NotAction', { Effect: 'Deny', Principal: '*', NotAction: 's3:*', Resource: '*' }, false],
  ])('resource control policies: %s', (_, statement, accepted) => expect(message(managed(statement), 'rcp') === undefined).toBe(accepted));

  it('NotPrincipal is for Deny', () => {
    const named = { NotPrincipal: { AWS: '111122223333' }, Action: 's3:*', Resource: '*' };
    expect(message(managed({ Effect: 'Deny', ...named }), 'resource')).toBeUndefined();
    expect(message(managed({ Effect: 'Allow', ...named }), 'resource')).toBe('Has prohibited field NotPrincipal');
    expect(message(managed({ Effect: 'Deny', NotPrincipal: { AWS: '*' }, Action: 'sts:AssumeRole' }), 'trust')).toBe(
      'Has prohibited field NotPrincipal',
    );
  });
});

describe('trust policies', () => {
  const trust = (more: object) =>
    message(managed({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole', ...more }), 'trust');

  it('say so when they are not JSON', () => expect(message('{', 'trust')).toBe('This policy contains invalid Json'));
  it('have no resource', () => expect(trust({ Resource: '*' })).toBe('Has prohibited field Resource'));
  it('need a principal', () => {
    expect(trust({ Principal: undefined })).toBe('Missing required field Principal');
    expect(trust({ Principal: {} })).toBe('Missing required field Principal cannot be empty!');
    expect(trust({ Principal: { AWS: [] } })).toBe('Missing required field Principal cannot be empty!');
  });
  it.each(['sts:AssumeRole', 'sts:*', 'STS:Assume*', 'sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext'])(
    'may be about %s',
    (action) => expect(trust({ Action: action })).toBeUndefined(),
  );
  it.each(['sts:TagSessions', 'sts:GetCallerIdentity', 's3:GetObject', '*', 'AssumeRole'])('may not be about %s', (action) =>
    expect(trust({ Action: action })).toBe('AssumeRole policy may only specify STS AssumeRole actions.'),
  );

  it.each<[string, string]>([
    ['AWS', '*'],
    ['AWS', 'arn:aws:iam::111122223333:root'],
    ['AWS', 'arn:aws:iam::111122223333:user/a/b/jane'],
    ['AWS', 'arn:aws:iam::111122223333:role/r'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/r/session'],
    ['AWS', 'arn:aws:sts::111122223333:federated-user/jane'],
    ['AWS', 'AROAEXAMPLEEXAMPLE123'],
    ['Service', 'sagemaker.amazonaws.com'],
    ['Service', 'logs.us-east-1.amazonaws.com'],
    ['Federated', 'cognito-identity.amazonaws.com'],
    ['Federated', 'arn:aws:iam::111122223333:saml-provider/adfs'],
    ['Federated', 'arn:aws:iam::111122223333:oidc-provider/login.example.com/a'],
  ])('%s %s can be a principal', (type, value) => expect(trust({ Principal: { [type]: value } })).toBeUndefined());

  it.each<[string, string, string]>([
    ['AWS', 'arn:aws:iam::111122223333:user/*', 'AWS'],
    ['AWS', 'arn:aws:iam::*:root', 'AWS'],
    ['AWS', 'arn:aws:iam::111122223333:group/g', 'AWS'],
    ['AWS', 'arn:aws:iam::111122223333:role/', 'AWS'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/path/r/session', 'AWS'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/r', 'AWS'],
    ['AWS', 'arn:aws-cn:iam::111122223333:root', 'AWS'],
    ['AWS', '11112222333', 'AWS'],
    ['AWS', 'sagemaker.amazonaws.com', 'AWS'],
    ['Service', '*.amazonaws.com', 'SERVICE'],
    ['Service', 'sagemaker', 'SERVICE'],
    ['CanonicalUser', 'x', 'CanonicalUser'],
  ])('%s %s cannot', (type, value, shown) =>
    expect(trust({ Principal: { [type]: value } })).toBe(`Invalid principal in policy: "${shown}":"${value}"`),
  );

  it('a provider must be one', () =>
    expect(trust({ Principal: { Federated: '*' } })).toBe('Federated principals must be valid domain names or SAML metadata ARNs'));

  it('O08: a shared provider needs its subject tested', () => {
    const github = 'token.actions.githubusercontent.com';
    const statement = {
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${github}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
    };
    expect(trust(statement)).toContain(`${github}:sub`);
    expect(trust({ ...statement, Condition: { StringLike: { [`${github}:sub`]: '*' } } })).toContain(`${github}:sub`);
    expect(trust({ ...statement, Condition: { StringNotLike: { [`${github}:sub`]: 'repo:a/*' } } })).toContain(`${github}:sub`);
    expect(trust({ ...statement, Condition: { StringLike: { [`${github}:sub`]: 'repo:a/*' } } })).toBeUndefined();
  });
});

it('says where', () => {
  const error = validatePolicy(
    '{\n  "Version": "2012-10-17",\n  "Statement": { "Effect": "Allow",\n    "Action": "nope", "Resource": "*" }\n}',
    'managed',
  );
  expect(error?.position).toEqual({ line: 4, column: 15 });
  expect(error?.detail).toBe('the action "nope" is not of the form service:Name');
});
