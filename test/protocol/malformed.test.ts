/** Inputs that are not of the model's types, and those that two readers would read differently. */
import { describe, expect, it } from 'vitest';
import { ask, form, iam, json, rest, verdict } from './ask.ts';

const ROLE = 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=me';
const USER = 'Action=CreateUser&UserName=u';
const MALFORMED = '400 MalformedInput';

const duration = (text: string) => form('sts', `${ROLE}&DurationSeconds=${text}`);

describe('values of the query protocol', () => {
  it.each([
    ['900', 900],
    ['0900', 900],
    ['%2B900', 900],
  ])('DurationSeconds=%s', (text, seconds) => expect(ask(duration(text)).input).toMatchObject({ DurationSeconds: seconds }));

  it.each([
    '+900',
    '%20900',
    '900%20',
    '900.0',
    '9e2',
    '0x384',
    '2147483648',
    '-2147483649',
    '1e400',
    'NaN',
    '%D9%A9%D9%A0%D9%A0',
    '',
    '900%00',
    'null',
  ])('P08 DurationSeconds=%s', (text) => expect(verdict(duration(text))).toBe(MALFORMED));

  it.each(['0', '-1', '899', '43201'])('DurationSeconds=%s is a number, if not a good one', (text) =>
    expect(verdict(duration(text))).toBe('400 ValidationError'),
  );

  it.each([
    ['true', true],
    ['false', false],
    ['1', true],
    ['0', false],
  ])('OnlyAttached=%s', (text, value) =>
    expect(ask(iam(`Action=ListPolicies&OnlyAttached=${text}`)).input).toEqual({ OnlyAttached: value }),
  );

  it.each(['TRUE', 'True', '%20', '', 'null', 'yes', '2', '01'])('OnlyAttached=%s', (text) =>
    expect(verdict(iam(`Action=ListPolicies&OnlyAttached=${text}`))).toBe(MALFORMED),
  );
});

describe('lists of the query protocol', () => {
  const tags = (...positions: string[]) =>
    iam(`${USER}&${positions.map((n) => `Tags.member.${n}.Key=k${n}&Tags.member.${n}.Value=`).join('&')}`);
  const keys = (...positions: string[]) =>
    (ask(tags(...positions)).input as { Tags: { Key: string }[] } | undefined)?.Tags.map((tag) => tag.Key);

  it('positions may have zeros before them', () => expect(keys('01', '2')).toEqual(['k01', 'k2']));
  it('are sorted as numbers', () => {
    const twelve = Array.from({ length: 12 }, (_, i) => String(i + 1));
    expect(keys(...twelve.toSorted())).toEqual(twelve.map((n) => `k${n}`));
  });
  it('a gap is a member that must not be null', () => {
    expect(ask(tags('2')).refusal?.body).toContain("Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null");
  });
  it('Tags= is the empty list', () => expect(ask(iam(`${USER}&Tags=`)).input).toEqual({ UserName: 'u', Tags: [] }));

  it.each([
    [['0']],
    [['-1']],
    [['+1']],
    [['x']],
    [['']],
    [['1', '13']],
    [['999999999']],
    [['1', '01']],
    [['0x1']],
    [['１']],
    [['constructor']],
  ])('P06 positions %j', (positions) => expect(verdict(tags(...positions))).toBe(MALFORMED));

  it('P06 a jump of ten is the most', () => {
    expect(verdict(tags('1', '11'))).toBe('400 ValidationError');
    expect(verdict(tags('1', '12'))).toBe(MALFORMED);
  });

  it.each(['Tags=x', 'Tags.1.Key=x', 'Tags.member=x', 'Tags.member.1=x&Tags.other=y'])('%s is no list', (text) =>
    expect(verdict(iam(`${USER}&${text}`))).not.toBe('iam:CreateUser'),
  );

  it('P07 nesting has an end', () => {
    expect(verdict(iam(`Action=ListUsers&${'a.'.repeat(100)}b=1`))).toBe(MALFORMED);
    expect(verdict(iam(`Action=ListUsers&${'a.'.repeat(30_000)}b=1`))).toBe(MALFORMED);
  });
  it('P06 so have parameters', () =>
    expect(verdict(iam(`Action=ListUsers&${Array.from({ length: 30_000 }, (_, i) => `p${i}=`).join('&')}`))).toBe(MALFORMED));
});

describe('text of the query protocol', () => {
  it('+ and %20 are blanks, %2B is a plus', () =>
    expect(ask(iam('Action=GetGroup&GroupName=a%2Bb&Marker=a+b%20c')).input).toEqual({ GroupName: 'a+b', Marker: 'a b c' }));
  it.each(['%', '%4', '%zz', '%ff', '%c0%af', '%ed%a0%80'])('UserName=%s is not UTF-8', (text) =>
    expect(verdict(iam(`Action=GetUser&UserName=${text}`))).toBe(MALFORMED),
  );
  it('a body that is not UTF-8', () => expect(verdict(form('iam', Uint8Array.of(0x41, 0x3d, 0xff)))).toMatch(/^40[03] /));
  it('P05 unknown members never reach the input', () =>
    expect(ask(iam(`${USER}&UserId=AIDA&Arn=x&CreateDate=2020&Status=Active`)).input).toEqual({ UserName: 'u' }));
  it.each(['__proto__', 'constructor', 'prototype', 'toString'])('P04 %s is a name like any other', (name) => {
    const { input } = ask(iam(`${USER}&${name}=x&${name}.y=z&Tags.member.1.Key=${name}&Tags.member.1.Value=v`));
    expect(input).toEqual({ UserName: 'u', Tags: [{ Key: name, Value: 'v' }] });
    expect(Object.getPrototypeOf(input)).toBeNull();
    expect({}).not.toHaveProperty('y');
  });
});

describe('values of the JSON protocol', () => {
  const create = (members: string) =>
    json(
      'SageMaker.CreateNotebookInstance',
      `{"NotebookInstanceName":"n","InstanceType":"ml.t3.medium","RoleArn":"arn:aws:iam::123456789012:role/r"${members}}`,
    );
  const SERIALIZATION = '400 SerializationException';

  it('the plain case', () => expect(verdict(create(',"VolumeSizeInGB":5'))).toBe('sagemaker:CreateNotebookInstance'));
  it('null is absent', () => expect(ask(create(',"VolumeSizeInGB":null')).input).not.toHaveProperty('VolumeSizeInGB'));
  it('unknown members are ignored (P05)', () =>
    expect(ask(create(',"NotebookInstanceStatus":"InService"')).input).not.toHaveProperty('NotebookInstanceStatus'));

  it.each([
    [',"VolumeSizeInGB":"5"'],
    [',"VolumeSizeInGB":5.5'],
    [',"VolumeSizeInGB":2147483648'],
    [',"VolumeSizeInGB":1e400'],
    [',"VolumeSizeInGB":true'],
    [',"VolumeSizeInGB":[5]'],
    [',"VolumeSizeInGB":{}'],
    [',"SubnetId":5'],
    [',"SubnetId":{}'],
    [',"SubnetId":"\\ud800"'],
    [',"SecurityGroupIds":"sg-1"'],
    [',"SecurityGroupIds":{"0":"sg-1"}'],
    [',"SecurityGroupIds":[5]'],
    [',"Tags":[["Key"]]'],
    [',"NotebookInstanceName":"m"'],
    [',"NotebookInstanceN\\u0061me":"m"'],
    [',"Tags":[{"Key":"a","Key":"b","Value":""}]'],
    [',"Unknown":{"a":1,"a":2}'],
  ])('P09 %s', (members) => expect(verdict(create(members))).toBe(SERIALIZATION));

  it.each([
    ['[]'],
    ['"x"'],
    ['5'],
    ['null'],
    ['{'],
    ['{}x'],
    ["{'a':1}"],
    ['{"a":1,}'],
    ['{"a":NaN}'],
    ['\ufeff{}'],
    ['{"a":01}'],
    ['// c\n{}'],
    ['{"a":"\u0000"}'],
  ])('P09 %j is no input', (body) => expect(verdict(json('SageMaker.ListModels', body))).toBe(SERIALIZATION));

  it('bytes that are not UTF-8', () =>
    expect(verdict(json('SageMaker.ListModels', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)))).toBe(SERIALIZATION));

  it.each([65, 1_000, 100_000])('P07 %i lists in one another', (depth) => {
    expect(verdict(json('SageMaker.ListModels', `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`))).toBe(SERIALIZATION);
    expect(verdict(json('SageMaker.ListModels', `${'{"x":'.repeat(depth)}1${'}'.repeat(depth)}`))).toBe(SERIALIZATION);
    expect(verdict(json('SageMaker.ListModels', '['.repeat(depth)))).toBe(SERIALIZATION);
  });
  it('brackets in strings are not nesting', () =>
    expect(verdict(json('SageMaker.ListModels', `{"x":"${'['.repeat(1000)}\\"{"}`))).toBe('sagemaker:ListModels'));

  it.each(['{"SortBy":"Name","__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}},"SortBy":"Name"}'])('P04 %s', (body) => {
    const { input } = ask(json('SageMaker.ListModels', body));
    expect(input).toEqual({ SortBy: 'Name' });
    expect({}).not.toHaveProperty('x');
  });
  it('P04 __proto__ is a key of a map', () => {
    const body = '{"ModelName":"m","PrimaryContainer":{"Environment":{"__proto__":"x"}}}';
    const { input } = ask(json('SageMaker.CreateModel', body));
    const { Environment } = (input as { PrimaryContainer: { Environment: object } }).PrimaryContainer;
    expect(Object.entries(Environment)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(Environment)).toBeNull();
  });
  it('a union has exactly one member', () => {
    const body = (value: string) => json('SageMaker.CreateTrialComponent', `{"TrialComponentName":"t","Parameters":{"p":${value}}}`);
    expect(verdict(body('{"StringValue":"s"}'))).toBe('sagemaker:CreateTrialComponent');
    expect(verdict(body('{"StringValue":"s","NumberValue":null}'))).toBe('sagemaker:CreateTrialComponent');
    expect(verdict(body('{"StringValue":"s","NumberValue":1}'))).toBe(SERIALIZATION);
    expect(verdict(body('{}'))).toBe(SERIALIZATION);
  });
  it('times are seconds or text', () => {
    const createdAfter = (value: string) => ask(json('SageMaker.ListModels', `{"CreationTimeAfter":${value}}`)).input?.CreationTimeAfter;
    expect(createdAfter('1700000000.123')).toEqual(new Date(1700000000123));
    expect(createdAfter('"2023-11-14T22:13:20Z"')).toEqual(new Date(1700000000000));
    expect(createdAfter('"2026-02-30T00:00:00Z"')).toBeUndefined();
    expect(createdAfter('"yesterday"')).toBeUndefined();
    expect(createdAfter('1e300')).toBeUndefined();
  });
});

describe('values of REST-JSON', () => {
  it('a parameter twice', () =>
    expect(verdict(rest('GET', '/analyzer?type=ACCOUNT&type=ORGANIZATION', 'access-analyzer'))).toBe('400 SerializationException'));
  it('a list of parameters', () =>
    expect(
      ask(
        rest(
          'DELETE',
          '/tags/arn%3Aaws%3Aaccess-analyzer%3Aus-east-1%3A123456789012%3Aanalyzer%2Fa?tagKeys=a&tagKeys=b',
          'access-analyzer',
        ),
      ).input,
    ).toMatchObject({ tagKeys: ['a', 'b'] }));
  it.each(['1.5', 'x', '', '%2B', '99999999999'])('maxResults=%s', (text) =>
    expect(verdict(rest('GET', `/analyzer?maxResults=${text}`, 'access-analyzer'))).toBe('400 SerializationException'),
  );
  it('a body that is not JSON', () => expect(verdict(rest('PUT', '/analyzer', 'access-analyzer', '{'))).toBe('400 SerializationException'));
});

describe('P11 what goes out', () => {
  it('is XML, whatever was asked', () => {
    const body = ask(iam('Action=GetUser&UserName=%3Cb%3E%5D%5D%3E%00%08%0D%0A%ef%bf%be')).refusal?.body.toString() ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(body).not.toMatch(/<b>|\]\]>|[\u0000-\u0008\ufffe]/);
  });
});
