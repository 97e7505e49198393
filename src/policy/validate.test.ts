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
    ['every action', managed({ ...good, Action: '*' })],
    ['every letter and digit in a Sid', managed({ ...good, Sid: '0189ABYZabyz' })],
    ['the last character of Latin-1', managed({ ...good, Resource: 'arn:aws:s3:::\u00ff' })],
    ['a vendor with dots and dashes', managed({ ...good, Action: 'a.b-c:D' })],
    ['an ARN that ends early', managed({ ...good, Resource: 'arn:aws:sqs' })],
    ['any partition', managed({ ...good, Resource: 'arn:*:s3:::b' })],
    ['an S3 access point', managed({ ...good, Resource: 'arn:aws:s3:*:*:accesspoint/a' })],
    ['an IAM path', managed({ ...good, Resource: 'arn:aws:iam::*:role/x' })],
    ['all of IAM', managed({ ...good, Resource: ['arn:aws:iam::*:*', 'arn:aws:iam::*:root', 'arn:aws:iam'] })],
    ['all of S3', managed({ ...good, Resource: ['arn:aws:s3', 'arn:aws:s3:::*'] })],
    ['a region', managed({ ...good, Resource: ['arn:aws:sagemaker:eu-west-1:*:endpoint/x', 'arn:aws:sagemaker:eu-west-1'] })],
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
    ['the first one beyond', managed({ ...good, Resource: 'arn:aws:s3:::\u0100' }), SYNTAX],
    ['version 2008', managed(good, { Version: '2008-10-17' }), 'Policy document must be version 2012-10-17 or greater.'],
    ['Effect in lower case', managed({ ...good, Effect: 'allow' }), LEGACY],
    ['month 13', managed({ ...good, Condition: { DateEquals: { a: '2026-13' } } }), LEGACY],
    ['a negative epoch', managed({ ...good, Condition: { DateEquals: { a: '-9999999999999' } } }), LEGACY],
    ['an epoch beyond 64 bits', managed({ ...good, Condition: { DateEquals: { a: '9223372036854775808' } } }), LEGACY],
    ['an offset of one digit', managed({ ...good, Condition: { DateEquals: { a: '2026-01-01T00:00+1' } } }), LEGACY],
    ['ten fractional digits', managed({ ...good, Condition: { DateEquals: { a: '2026-01-01T00:00:00.1234567890Z' } } }), LEGACY],
    ['a resource cut short', managed({ ...good, Resource: 'arn:aws::x' }), LEGACY],
    ['a resource cut short after its service', managed({ ...good, Resource: 'arn:aws:s3::x' }), LEGACY],
    ['a resource without service', managed({ ...good, Resource: 'arn:aws::::x' }), LEGACY],
    ['a NotResource without service', managed({ Effect: 'Allow', Action: 'a:b', NotResource: 'arn:aws::::x' }), LEGACY],
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
    ['another partition and no more', managed({ ...good, Resource: 'a:b' }), 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'],
    [
      'another partition, cut short',
      managed({ ...good, Resource: 'a:b:c:d:e' }),
      'Partition "b" is not valid for resource "arn:b:c:d:e:*".',
    ],
    [
      'another partition, with more colons',
      managed({ ...good, Resource: 'a:b:c:d:e:f:g' }),
      'Partition "b" is not valid for resource "arn:b:c:d:e:f:g".',
    ],
    [
      'a vendor with ?',
      managed({ ...good, Resource: 'arn:aws:s?:::x' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
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
    ['no vendor before the colon', managed({ ...good, Action: ':c' }), 'Vendor  is not valid'],
  ])('%s', (_, text, expected) => expect(message(text)).toBe(expected));
});

describe('other kinds', () => {
  it('inline policies may be of version 2008 or of none', () => {
    expect(message(managed(good, { Version: '2008-10-17' }), 'identity')).toBeUndefined();
    expect(message(JSON.stringify({ Statement: good }), 'session')).toBeUndefined();
  });

  it.each<PolicyKind>(['scp', 'rcp'])('the policies of an organization have one sentence: %s', (kind) => {
    const sentence = 'The provided policy document does not meet the requirements of the specified policy type.';
    expect(message('{', kind)).toBe(sentence);
    expect(message(managed({ ...good, Effect: 'Deny', Action: [] }), kind)).toBe(sentence);
  });

  it.each<[PolicyKind, object]>([
    ['identity', good],
    ['managed', good],
    ['boundary', good],
    ['session', good],
    ['scp', good],
    ['rcp', { ...good, Effect: 'Deny', Principal: '*' }],
    ['resource', { ...good, Principal: '*' }],
    ['endpoint', { ...good, Principal: '*' }],
    ['trust', { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }],
  ])('of kind %s', (kind, statement) => {
    expect(message(managed(statement), kind)).toBeUndefined();
    expect(message(managed(statement, { Version: '2008-10-17' }), kind) === undefined).toBe(kind !== 'managed' && kind !== 'boundary');
    expect(message(managed({ ...statement, Action: [] }), kind)).toBeDefined();
    expect(message(managed([]), kind)).toBeDefined();
    expect(message(managed({ ...statement, Effect: 'allow' }), kind)).toBeDefined();
    expect(message(managed({ ...statement, Principal: { AWS: 'nobody' } }), kind)).toBeDefined();
    if (kind !== 'trust') expect(message(managed({ ...statement, Resource: [] }), kind)).toBeDefined();
    if (kind !== 'trust') expect(message(managed({ ...statement, Action: 'nope' }), kind)).toBeDefined();
    const twice = { ...statement, Sid: 'a' };
    expect(message(managed([twice, twice]), kind)).toBeDefined();
  });

  it('a resource-based policy may have other characters in its Sids', () => {
    expect(message(managed({ ...good, Principal: '*', Sid: 'a b' }), 'resource')).toBeUndefined();
    expect(message(managed({ ...good, Sid: 'a b' }), 'identity')).toBeDefined();
  });

  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
  it.each<[string, object, boolean]>([
    ['a Deny for everyone', deny, true],
    ['a Deny for {"AWS":"*"}', { ...deny, Principal: { AWS: '*' } }, true],
    ['an Allow', { ...deny, Effect: 'Allow' }, false],
    ['a Deny for someone', { ...deny, Principal: { AWS: '111122223333' } }, false],
    ['a Deny for everyone and someone', { ...deny, Principal: { AWS: ['*', '111122223333'] } }, false],
    ['a Deny for every provider', { ...deny, Principal: { Federated: '*' } }, false],
    ['a Deny for nobody', { ...deny, Principal: {} }, false],
    ['a Deny without principal', { ...deny, Principal: undefined }, false],
    ['no action', { ...deny, Action: undefined }, false],
    ['no resource', { ...deny, Resource: undefined }, false],
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
  it('have no resource', () => {
    expect(trust({ Resource: '*' })).toBe('Has prohibited field Resource');
    expect(trust({ NotResource: '*' })).toBe('Has prohibited field NotResource');
    expect(trust({ Resource: [] })).toBe('Has prohibited field Resource');
  });
  it('need a principal', () => {
    expect(trust({ Principal: undefined })).toBe('Missing required field Principal');
    expect(trust({ Principal: {} })).toBe('Missing required field Principal cannot be empty!');
    expect(trust({ Principal: { AWS: [] } })).toBe('Missing required field Principal cannot be empty!');
  });
  it.each([
    'sts:AssumeRole',
    'sts:AssumeRoleWithSAML',
    'sts:AssumeRoleWithWebIdentity',
    'sts:*',
    'STS:Assume*',
    'sts:TagSession',
    'sts:SetSourceIdentity',
    'sts:SetContext',
  ])('may be about %s', (action) => expect(trust({ Action: action })).toBeUndefined());
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
    ['Federated', 'accounts.google.com'],
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

  describe('O08: a shared provider needs its subject tested', () => {
    const trusting = (provider: string, conditions?: object, effect = 'Allow') =>
      trust({
        Effect: effect,
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: conditions,
      });
    const github = 'token.actions.githubusercontent.com';

    it.each([github, 'gitlab.com', 'app.terraform.io', 'agent.buildkite.com'])('%s', (provider) => {
      expect(trusting(provider)).toBe(
        `Trust policy with trusted principal arn:aws:iam::111122223333:oidc-provider/${provider} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, ${provider}:sub which is not scoped to all.`,
      );
      expect(trusting(provider, { StringEquals: { [`${provider}:sub`]: 'a' } })).toBeUndefined();
    });

    it.each<[string, unknown, boolean]>([
      ['StringLike', 'repo:a/*', true],
      ['StringEquals', ['repo:a/b', 'repo:a/c'], true],
      ['ForAnyValue:StringLike', 'repo:a/*', true],
      ['StringLike', '*', false],
      ['StringLike', '**', false],
      ['StringLike', '?*', false],
      ['StringLike', ['repo:a/*', '*'], false],
      ['StringNotLike', 'repo:a/*', false],
      ['StringLikeIfExists', 'repo:a/*', false],
      ['ForAllValues:StringLike', 'repo:a/*', false],
      ['Null', 'false', false],
    ])('%s %j tests it: %s', (operator, values, enough) => {
      expect(trusting(github, { [operator]: { [`${github}:sub`]: values } }) === undefined).toBe(enough);
      expect(trusting(github, { [operator]: { [`${github}:SUB`]: values } }) === undefined).toBe(enough);
      expect(trusting(github, { [operator]: { [`${github}:aud`]: values } })).toBeDefined();
    });

    it('a service of that name is none', () => expect(trust({ Principal: { Service: 'cognito-identity.amazonaws.com' } })).toBeUndefined());

    it('not one that is not shared, and not to be denied', () => {
      expect(trusting('login.example.com')).toBeUndefined();
      expect(trusting(`${github}.example.com`)).toBeUndefined();
      expect(trusting(github, undefined, 'Deny')).toBeUndefined();
    });
  });
});

describe('says what is wrong where `§` stands', () => {
  const only = (members: string) => `{"Version":"2012-10-17","Statement":{${members}}}`;
  const identity = (members: string) => only(`"Effect":"Allow","Action":"a:b","Resource":"*",${members}`);
  const allow = (resource: string) => `{"Effect":"Allow","Action":"a:b","Resource":${resource}}`;
  const role = (members: string) => `{"Statement":§{"Effect":"Allow",${members}}}`;
  const control = (members: string) => `{"Statement":§{"Effect":"Deny",${members}}}`;

  it.each<[PolicyKind, string, string]>([
    ['managed', identity('"Sid":"§\u0100"'), 'a character that policies may not hold'],
    ['managed', identity('"Condition":{§"Boole":{"a":"b"}}'), 'unknown condition operator "Boole"'],
    ['managed', identity('"Condition":{"Bool":{"a":"b",§"A":"b"}}'), 'the condition key "A" stands twice under one operator'],
    ['managed', only('"Effect":§"allow"'), 'Effect must be spelled "Allow" or "Deny"'],
    ['managed', identity('"Condition":{"DateEquals":{"a":["2026",§"b"]}}'), '"b" is neither a date nor epoch seconds'],
    ['managed', only('"Effect":"Deny","NotResource":["*",§"a::b"]'), '"a::b" is cut short or names no service'],
    [
      'managed',
      `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Sid":"a"},{"Effect":"Deny","Sid":§"a" }]}`,
      'a second statement has the Sid "a"',
    ],
    ['managed', identity('"Sid":§"a-b"'), 'the Sid "a-b" holds other characters than letters and digits'],
    ['managed', identity('"Sid":§"a/"'), 'the Sid "a/" holds other characters than letters and digits'],
    ['managed', identity('"Sid":§"a:"'), 'the Sid "a:" holds other characters than letters and digits'],
    ['managed', identity('"Sid":§"a@"'), 'the Sid "a@" holds other characters than letters and digits'],
    ['managed', identity('"Sid":§"a["'), 'the Sid "a[" holds other characters than letters and digits'],
    ['managed', identity('"Sid":§"a`"'), 'the Sid "a`" holds other characters than letters and digits'],
    ['managed', identity('"Sid":§"a{"'), 'the Sid "a{" holds other characters than letters and digits'],
    ['managed', identity('"NotPrincipal":§"*"'), 'policies of this kind apply to whoever they are attached to'],
    ['managed', '{"Version":"2012-10-17","Statement":[§{"Effect":"Deny","NotAction":[]}]}', 'the statement names no action'],
    ['managed', '{"Version":"2012-10-17","Statement":[§{"Effect":"Deny","Action":"a:b"}]}', 'the statement names no resource'],
    ['managed', `{"Version":"2012-10-17","Statement":[${allow('["c",§"d"]')},${allow('"d"')}]}`, 'the resource "d" is not well-formed'],
    ['managed', only('"Effect":"Allow","NotAction":["a:b",§"c"],"Resource":"*"'), 'the action "c" is not of the form service:Name'],
    ['trust', '{"Statement":{"Effect":"Allow","Resource":[§"*"]}}', "a trust policy's resource is the role itself"],
    ['trust', '{"Statement":{"Effect":"Allow","NotResource":§"*"}}', "a trust policy's resource is the role itself"],
    ['trust', role('"Resource":[]'), "a trust policy's resource is the role itself"],
    ['trust', '{"Statement":{"Effect":"Deny","NotPrincipal":§"*"}}', 'NotPrincipal is for Deny statements of resource-based policies'],
    ['trust', role('"Action":"sts:AssumeRole"'), 'the statement names no principal'],
    ['trust', '{"Statement":{"Effect":"Allow","Principal":§{}}}', 'the statement names no principal'],
    ['trust', '{"Statement":{"Effect":"Allow","Principal":"*","Action":["sts:AssumeRole",§"a:b"]}}', '"a:b" takes none of them'],
    [
      'resource',
      '{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["*",§"x"]},"Action":"a:b","Resource":"*"}}',
      '"x" cannot be a principal of type AWS',
    ],
    [
      'trust',
      '{"Statement":{"Effect":"Allow","Principal":{"Federated":§"arn:aws:iam::111122223333:oidc-provider/gitlab.com"},"Action":"sts:*"}}',
      'everybody can get tokens of this provider: say whose may assume the role',
    ],
    ['rcp', '{"Statement":{"Effect":§"Allow"}}', 'only AWS may allow in a resource control policy'],
    ['rcp', control('"Action":"a:b"'), 'the principal of a resource control policy must be "*"'],
    ['rcp', '{"Statement":{"Effect":"Deny","Principal":§{"AWS":"1"}}}', 'the principal of a resource control policy must be "*"'],
    ['rcp', control('"Principal":"*","NotAction":"a:b"'), 'NotAction is not for resource control policies'],
    [
      'rcp',
      '{"Statement":{"Effect":"Deny","Principal":"*","Action":["a:b",§"*"]}}',
      'a resource control policy cannot be about all actions',
    ],
  ])('%s %s: %s', (kind, marked, detail) => {
    const error = validatePolicy(marked.replace('§', ''), kind);
    expect(error?.detail).toBe(detail);
    expect(error?.position).toEqual({ line: 1, column: marked.indexOf('§') + 1 });
  });

  it.each<[string, string]>([
    [managed([]), 'Statement is an empty list'],
    [managed(good, { Version: '2008-10-17' }), 'managed policies need "Version": "2012-10-17"'],
  ])('or of the whole: %s', (text, detail) => {
    const error = validatePolicy(text, 'managed');
    expect(error?.detail).toBe(detail);
    expect(error?.position).toBeUndefined();
  });

  it('by line and column', () =>
    expect(validatePolicy('{\n  "Statement": { "Effect":\n    "Alow" }\n}', 'identity')?.position).toEqual({ line: 3, column: 5 }));
});

it('another partition has its own ARNs', () => {
  const text = managed({ ...good, Resource: 'arn:aws-cn:s3:::b' });
  expect(validatePolicy(text, 'managed', { partition: 'aws-cn' })).toBeUndefined();
  expect(validatePolicy(text, 'managed')).toBeDefined();
});
