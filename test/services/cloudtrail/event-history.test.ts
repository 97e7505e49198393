import { CloudTrail, type LookupAttributeKey } from '@aws-sdk/client-cloudtrail';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Credentials, clientConfig, policy, startTestServer, type TestAccount, type TestServer } from '../../harness.ts';

let server: TestServer;
let account: TestAccount;
let reader: Credentials;

beforeAll(async () => {
  server = await startTestServer();
  account = await server.account();
  const look = { Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' };
  reader = await account.user('reader', { inline: { Look: policy(look) } });
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});
beforeEach(() => server.installation.accountEvents.clear());

const trail = (credentials: Credentials, region?: string) => new CloudTrail(clientConfig(server, credentials, region));
const namesOf = async (by: CloudTrail, input: Parameters<CloudTrail['lookupEvents']>[0] = {}) =>
  ((await by.lookupEvents(input)).Events ?? []).map(({ EventName }) => EventName);

describe('LookupEvents', () => {
  it('tells who called what, on what, and how it ended, newest first', async () => {
    const iam = new IAM(clientConfig(server, account.root));
    const empty = iam.createRole({ RoleName: 'Worker', AssumeRolePolicyDocument: JSON.stringify(policy()) });
    await expect(empty).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await iam.listUsers({});
    server.clock.advance(2000);
    await expect(new IAM(clientConfig(server, reader)).getUser({ UserName: 'reader' })).rejects.toThrow('is not authorized');
    const { Events = [] } = await trail(reader).lookupEvents({});
    expect(Events.map(({ EventName, ReadOnly, Username, EventSource }) => [EventName, ReadOnly, Username, EventSource])).toEqual([
      ['GetUser', 'true', 'reader', 'iam.amazonaws.com'],
      ['ListUsers', 'true', 'root', 'iam.amazonaws.com'],
      ['CreateRole', 'false', 'root', 'iam.amazonaws.com'],
    ]);
    const [denied] = Events;
    expect(denied?.Resources).toEqual([{ ResourceType: 'AWS::IAM::User', ResourceName: `arn:aws:iam::${account.id}:user/reader` }]);
    expect(JSON.parse(denied?.CloudTrailEvent ?? '')).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: expect.stringMatching(/^AIDA/),
        arn: `arn:aws:iam::${account.id}:user/reader`,
        accountId: account.id,
        accessKeyId: reader.accessKeyId,
        userName: 'reader',
      },
      eventSource: 'iam.amazonaws.com',
      eventName: 'GetUser',
      awsRegion: 'us-east-1',
      sourceIPAddress: '127.0.0.1',
      errorCode: 'AccessDenied',
      errorMessage: expect.stringContaining('because no identity-based policy allows the iam:GetUser action'),
      requestParameters: null,
      responseElements: null,
      additionalEventData: { status: 403, action: 'iam:GetUser', decisionId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      eventID: denied?.EventId,
      resources: [{ accountId: account.id, type: 'AWS::IAM::User', ARN: `arn:aws:iam::${account.id}:user/reader` }],
      recipientAccountId: account.id,
    });
  });

  it('finds by each attribute, by time, and in pages', async () => {
    const iam = new IAM(clientConfig(server, account.root));
    for (let i = 0; i < 3; i++) {
      await iam.listUsers({});
      server.clock.advance(10_000);
    }
    const until = new Date(server.clock.now() - 5000);
    await iam.getUser({ UserName: 'reader' });
    const by = trail(reader);
    const arn = `arn:aws:iam::${account.id}:user/reader`;
    const { Events = [] } = await by.lookupEvents({ MaxResults: 1 });
    const finds: readonly [LookupAttributeKey, string, number][] = [
      ['EventName', 'ListUsers', 3],
      ['EventName', 'listusers', 0],
      ['EventId', Events[0]?.EventId ?? '', 1],
      ['ReadOnly', 'true', 4],
      ['ReadOnly', 'false', 0],
      ['Username', 'root', 4],
      ['ResourceName', arn, 1],
      ['ResourceType', 'AWS::IAM::User', 4],
      ['EventSource', 'sts.amazonaws.com', 0],
      ['AccessKeyId', account.root.accessKeyId, 4],
    ];
    for (const [AttributeKey, AttributeValue, count] of finds) {
      const found = await namesOf(by, { LookupAttributes: [{ AttributeKey, AttributeValue }] });
      expect([AttributeKey, AttributeValue, found.length]).toEqual([AttributeKey, AttributeValue, count]);
    }
    expect(await namesOf(by, { EndTime: until })).toEqual(['ListUsers', 'ListUsers', 'ListUsers']);
    expect(await namesOf(by, { StartTime: until })).toEqual(['GetUser']);
    expect(await namesOf(by, { EventCategory: 'insight' })).toEqual([]);
    const first = await by.lookupEvents({ MaxResults: 3 });
    // What comes in between moves nothing.
    await iam.listUsers({});
    const second = await by.lookupEvents({ MaxResults: 3, NextToken: first.NextToken });
    expect([first.Events?.length, second.Events?.length, second.NextToken]).toEqual([3, 1, undefined]);
  });

  it.each([
    [
      'two attributes',
      { LookupAttributes: ['a', 'b'].map((AttributeValue) => ({ AttributeKey: 'EventName' as const, AttributeValue })) },
      'InvalidLookupAttributesException',
    ],
    [
      'a value that cannot be',
      { LookupAttributes: [{ AttributeKey: 'ReadOnly' as const, AttributeValue: 'yes' }] },
      'InvalidLookupAttributesException',
    ],
    ['an end before the beginning', { StartTime: new Date(2000), EndTime: new Date(1000) }, 'InvalidTimeRangeException'],
    ['a token that was not given', { NextToken: 'AAAA' }, 'InvalidNextTokenException'],
  ])('refuses %s', async (_, input, name) => {
    await expect(trail(reader).lookupEvents(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('tells of a region what was called there; of IAM in us-east-1', async () => {
    await new STS(clientConfig(server, reader, 'eu-west-1')).getCallerIdentity({});
    await new IAM(clientConfig(server, account.root)).listUsers({});
    expect(await namesOf(trail(reader, 'eu-west-1'))).toEqual(['GetCallerIdentity']);
    expect(await namesOf(trail(reader))).toEqual(['ListUsers']);
  });

  it('does not tell of the looking itself, but of looks that were refused', async () => {
    const nobody = await account.user('nobody');
    server.installation.accountEvents.clear();
    await trail(reader).lookupEvents({});
    await expect(trail(nobody).lookupEvents({})).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('cloudtrail:LookupEvents'),
    });
    expect(await namesOf(trail(reader))).toEqual(['LookupEvents']);
  });

  it('E26 tells an account its own events alone; that its role was taken on is its own too, that somebody was refused is not', async () => {
    const other = await server.account();
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${other.id}:user/guest` }, Action: 'sts:AssumeRole' };
    const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
    const guestKeys = await other.user('guest', { inline: { Assume: policy(assume) } });
    const guest = new STS(clientConfig(server, guestKeys));
    await account.asRoot('iam', 'CreateRole', { RoleName: 'Shared', AssumeRolePolicyDocument: JSON.stringify(policy(trust)) });
    await account.asRoot('iam', 'CreateRole', {
      RoleName: 'Closed',
      AssumeRolePolicyDocument: JSON.stringify(policy({ ...trust, Principal: { AWS: account.id } })),
    });
    server.installation.accountEvents.clear();
    const RoleSessionName = 'visit';
    await guest.getCallerIdentity({});
    await guest.assumeRole({ RoleArn: `arn:aws:iam::${account.id}:role/Shared`, RoleSessionName });
    await expect(guest.assumeRole({ RoleArn: `arn:aws:iam::${account.id}:role/Closed`, RoleSessionName })).rejects.toThrow();
    const { Events = [] } = await trail(reader).lookupEvents({});
    expect(Events.map(({ EventName, Resources }) => [EventName, Resources?.[0]?.ResourceName])).toEqual([
      ['AssumeRole', `arn:aws:iam::${account.id}:role/Shared`],
    ]);
    // Of whom it was taken on by, the account alone.
    const [visit] = Events;
    expect(JSON.parse(visit?.CloudTrailEvent ?? '')).toMatchObject({
      userIdentity: { type: 'AWSAccount', principalId: expect.stringMatching(/^AIDA/), accountId: other.id },
      recipientAccountId: account.id,
    });
    expect(JSON.stringify(visit)).not.toMatch(new RegExp(`user/guest|${guestKeys.accessKeyId}|"Username"`));
    for (const [AttributeKey, AttributeValue] of [
      ['Username', 'guest'],
      ['AccessKeyId', guestKeys.accessKeyId],
    ] as const)
      expect(await namesOf(trail(reader), { LookupAttributes: [{ AttributeKey, AttributeValue }] })).toEqual([]);
    expect(await namesOf(trail(other.root))).toEqual(['AssumeRole', 'AssumeRole', 'GetCallerIdentity']);
    const { NextToken } = await trail(other.root).lookupEvents({ MaxResults: 1 });
    await expect(trail(reader).lookupEvents({ NextToken })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
  });

  it('A03 A06 holds no parameter and no secret: what was given and answered is left out', async () => {
    const Password = 'Not-For-Any-Log-1';
    await new IAM(clientConfig(server, account.root)).createLoginProfile({ UserName: 'reader', Password });
    const made = await new IAM(clientConfig(server, account.root)).createAccessKey({ UserName: 'reader' });
    const text = JSON.stringify(await trail(reader).lookupEvents({}));
    expect(text).toContain('CreateLoginProfile');
    expect(text).not.toContain(Password);
    expect(text).not.toContain(made.AccessKey?.SecretAccessKey);
  });

  it('A01 keeps what a client says of itself as text, cut short', async () => {
    const userAgent = `Mozilla","errorCode":"x"}\\u0000 <script>${'é'.repeat(400)}`;
    await fetch(`${server.url}/?Action=GetCallerIdentity&Version=2011-06-15`, { headers: { 'user-agent': encodeURIComponent(userAgent) } });
    const own = new IAM({ ...clientConfig(server, account.root), customUserAgent: [['a"b}{\\n', '1']] });
    await own.listUsers({});
    const { Events = [] } = await trail(reader).lookupEvents({});
    // Who did not sign is nobody, and in nobody's history.
    expect(Events).toHaveLength(1);
    const told = JSON.parse(Events[0]?.CloudTrailEvent ?? '') as { userAgent: string; errorCode?: string };
    expect(told.userAgent.length).toBeLessThanOrEqual(256);
    expect(told.errorCode).toBeUndefined();
  });
});
