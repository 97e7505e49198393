import { describe, it } from 'vitest';
import { allowing, trusting } from '../conformance/story.ts';
import type { Credentials } from '../harness.ts';
import { form, IAM, target, WHO_AM_I } from './wire.ts';

/* Temporary credentials, over the wire. What is inside a token is attacked in src/authentication/session-token.test.ts. */

const t = target();
const INVALID = 'The security token included in the request is invalid';

/** Credentials in an answer of STS. */
function credentialsIn(body: string): Required<Credentials> {
  const part = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(body)?.[1] ?? '';
  return { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey'), sessionToken: part('SessionToken') };
}

const session = async (as: Credentials, action = 'GetSessionToken', members: object = {}) =>
  credentialsIn((await t.allowed(t.query(form({ Action: action, Version: '2011-06-15', ...members }), { as }))).body);

let count = 0;
/** A role that this account's principals may take up with a policy of their own. */
async function role(more: object = {}, inline?: string): Promise<{ name: string; arn: string }> {
  const name = `role-${++count}`;
  await t.account.asRoot('iam', 'CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${t.account.id}:root` }),
    ...more,
  });
  if (inline !== undefined) await t.account.asRoot('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'own', PolicyDocument: inline });
  return { name, arn: `arn:aws:iam::${t.account.id}:role/${name}` };
}

const user = (name: string, inline: string) => t.account.user(name, { inline: { own: JSON.parse(inline) as object } });
const assume = (as: Credentials, arn: string, members: object = {}) =>
  session(as, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'session', ...members });

describe('T01 a token that was altered', () => {
  it('flipped, cut, extended or written otherwise', async () => {
    const as = await session(t.account.root);
    const { sessionToken: token } = as;
    await t.allowed(t.query(WHO_AM_I, { as }));
    const middle = Math.floor(token.length / 2);
    const flipped = `${token.slice(0, middle)}${token[middle] === 'A' ? 'B' : 'A'}${token.slice(middle + 1)}`;
    for (const bad of [
      flipped,
      token.slice(0, -4),
      token.slice(4),
      `${token}AAAA`,
      token.replaceAll('+', '-').replaceAll('/', '_').concat('='),
      'A',
      ' ',
      '=',
      'A'.repeat(16_000),
    ]) {
      await t.attack(t.query(WHO_AM_I, { as: { ...as, sessionToken: bad } }), {
        status: 403,
        code: 'InvalidClientTokenId',
        message: INVALID,
      });
    }
  });
});

describe('T02 a token of another key', () => {
  it('of another session, with a long-term key, or left out', async () => {
    const [one, other] = [await session(t.account.root), await session(t.account.root)];
    const refused = { status: 403, code: 'InvalidClientTokenId', message: INVALID };
    await t.attack(t.query(WHO_AM_I, { as: { ...one, sessionToken: other.sessionToken } }), refused);
    await t.attack(t.query(WHO_AM_I, { as: { ...t.account.root, sessionToken: one.sessionToken } }), refused);
    const { sessionToken: _, ...without } = one;
    await t.attack(t.query(WHO_AM_I, { as: without }), refused);
    // The right token with the other's secret.
    await t.attack(t.query(WHO_AM_I, { as: { ...one, secretAccessKey: other.secretAccessKey } }), {
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });
});

describe('T04 what was sealed for something else', () => {
  it('a marker as a token, and a token as a marker', async () => {
    for (const name of ['t04-a', 't04-b']) await t.account.user(name);
    const page = await t.allowed(t.query(`Action=ListUsers&MaxItems=1&${IAM}`));
    const marker = /<Marker>([^<]*)/.exec(page.body)?.[1] ?? '';
    const as = await session(t.account.root);
    await t.attack(t.query(WHO_AM_I, { as: { ...as, sessionToken: marker } }), {
      status: 403,
      code: 'InvalidClientTokenId',
      message: INVALID,
    });
    await t.attack(t.query(form({ Action: 'ListUsers', Marker: as.sessionToken, Version: '2010-05-08' })), {
      status: 400,
      code: 'ValidationError',
    });
    await t.attack(t.json('ListDomains', JSON.stringify({ NextToken: as.sessionToken })), { status: 400, code: 'ValidationException' });
  });
});

describe('T06 durations', () => {
  it('beyond the role’s, beyond an hour in a chain, or no number of seconds', async () => {
    const { arn } = await role();
    const as = await user('t06', allowing('sts:AssumeRole'));
    const ask = (seconds: string, who: Credentials = as) =>
      t.query(form({ Action: 'AssumeRole', RoleArn: arn, RoleSessionName: 'session', DurationSeconds: seconds, Version: '2011-06-15' }), {
        as: who,
      });
    const refused = { status: 400, code: 'ValidationError' };
    await t.attack(ask('3601'), { ...refused, message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.' });
    for (const seconds of ['899', '43201', '2147483647', '0', '-3600']) await t.attack(ask(seconds), refused);
    await t.attack(ask('2147483648'), { status: 400, code: 'MalformedInput' });
    const first = await role({ MaxSessionDuration: 43_200 }, allowing('sts:AssumeRole'));
    const chained = await assume(as, first.arn, { DurationSeconds: '43200' });
    await t.attack(ask('3601', chained), {
      ...refused,
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  it('root’s session ends after an hour at the latest, and no session lives on at its end', async () => {
    const as = await session(t.account.root, 'GetSessionToken', { DurationSeconds: '129600' });
    const { clock } = t.server;
    const begun = clock.now();
    clock.freeze(begun + 3_590_000);
    await t.allowed(t.query(WHO_AM_I, { as }));
    clock.freeze(begun + 3_600_000);
    await t.attack(t.query(WHO_AM_I, { as }), {
      status: 403,
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
    await t.attack(t.json('ListDomains', '{}', { as }), { status: 400, code: 'ExpiredTokenException' });
    clock.reset();
  });
});

describe('T07 a role that goes', () => {
  it('takes its sessions with it, also when another one comes under its name', async () => {
    const { name, arn } = await role();
    const as = await assume(await user('t07', allowing('sts:AssumeRole')), arn);
    await t.allowed(t.query(WHO_AM_I, { as }));
    await t.account.asRoot('iam', 'DeleteRole', { RoleName: name });
    await t.attack(t.query(WHO_AM_I, { as }), { status: 403, code: 'InvalidClientTokenId' });
    await t.account.asRoot('iam', 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${t.account.id}:root` }),
    });
    await t.attack(t.query(WHO_AM_I, { as }), { status: 403, code: 'InvalidClientTokenId' });
  });
});

describe('T08 permissions that change', () => {
  it('change at the next request, and older sessions are ended by the time they were issued', async () => {
    const { name, arn } = await role({}, allowing('iam:ListUsers'));
    const as = await assume(await user('t08', allowing('sts:AssumeRole')), arn);
    const list = () => t.query(`Action=ListUsers&${IAM}`, { as });
    await t.allowed(list());
    await t.account.asRoot('iam', 'DeleteRolePolicy', { RoleName: name, PolicyName: 'own' });
    await t.attack(list(), { status: 403, code: 'AccessDenied' });
    await t.account.asRoot('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'own', PolicyDocument: allowing('iam:ListUsers') });
    await t.allowed(list());
    const later = new Date(t.server.clock.now() + 2000).toISOString();
    const revoke = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': later } } };
    await t.account.asRoot('iam', 'PutRolePolicy', {
      RoleName: name,
      PolicyName: 'revoke',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [revoke] }),
    });
    await t.attack(list(), { status: 403, code: 'AccessDenied', message: /with an explicit deny in an identity-based policy$/ });
  });
});

describe('T09 limited credentials', () => {
  it('of GetSessionToken without MFA, and of GetFederationToken, do not reach IAM', async () => {
    const everything = await user('t09', allowing('*'));
    const plain = await session(everything);
    const federated = await session(everything, 'GetFederationToken', { Name: 'bob', Policy: allowing('*') });
    for (const as of [plain, federated]) {
      await t.attack(t.query(`Action=ListUsers&${IAM}`, { as }), { status: 403, code: 'InvalidClientTokenId', message: INVALID });
      await t.allowed(t.json('ListDomains', '{}', { as }));
    }
    for (const action of ['GetSessionToken', 'GetFederationToken']) {
      await t.attack(t.query(form({ Action: action, Name: 'eve', Version: '2011-06-15' }), { as: federated }), {
        status: 403,
        code: 'AccessDenied',
        message: `Cannot call ${action} with session credentials`,
      });
    }
    const unlimited = await session(everything, 'GetFederationToken', { Name: 'bob' });
    await t.attack(t.json('ListDomains', '{}', { as: unlimited }), {
      status: 400,
      code: 'AccessDeniedException',
      message: /because no session policy allows the sagemaker:ListDomains action$/,
    });
  });

  it('of a role do not get others for a user', async () => {
    const { arn } = await role({}, allowing('*'));
    const as = await assume(await user('t09-role', allowing('sts:AssumeRole')), arn);
    for (const action of ['GetSessionToken', 'GetFederationToken']) {
      await t.attack(t.query(form({ Action: action, Name: 'eve', Version: '2011-06-15' }), { as }), { status: 403, code: 'AccessDenied' });
    }
  });
});

describe('T10 a chain that is tampered with', () => {
  const trust = (actions: string[]) =>
    trusting({ AWS: `arn:aws:iam::${t.account.id}:root` }).replace('"sts:AssumeRole"', JSON.stringify(actions));
  const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

  it('by another source identity', async () => {
    const [first, second] = [
      await role({ AssumeRolePolicyDocument: trust(all) }, allowing('sts:*')),
      await role({ AssumeRolePolicyDocument: trust(all) }),
    ];
    const as = await assume(await user('t10', allowing('sts:*')), first.arn, { SourceIdentity: 'alice' });
    const ask = (SourceIdentity: string) =>
      t.query(form({ Action: 'AssumeRole', RoleArn: second.arn, RoleSessionName: 'session', SourceIdentity, Version: '2011-06-15' }), {
        as,
      });
    await t.attack(ask('bob'), { status: 403, code: 'AccessDenied' });
    await t.attack(ask('Alice'), { status: 403, code: 'AccessDenied' });
    await t.allowed(ask('alice'));
  });

  it('by a transitive tag in another case, a reserved one, too many, or too much', async () => {
    const [first, second] = [
      await role({ AssumeRolePolicyDocument: trust(all) }, allowing('sts:*')),
      await role({ AssumeRolePolicyDocument: trust(all) }),
    ];
    const key = await user('t10-tags', allowing('sts:*'));
    const tag = (Key: string, Value = 'x', at = 1) => ({ [`Tags.member.${at}.Key`]: Key, [`Tags.member.${at}.Value`]: Value });
    const as = await assume(key, first.arn, { ...tag('team', 'a'), 'TransitiveTagKeys.member.1': 'team' });
    const ask = (members: object, who: Credentials = as) =>
      t.query(form({ Action: 'AssumeRole', RoleArn: second.arn, RoleSessionName: 'session', Version: '2011-06-15', ...members }), {
        as: who,
      });
    await t.attack(ask(tag('TEAM', 'b')), { status: 400, code: 'InvalidParameterValue', message: /conflicts with a transitive tag key/ });
    await t.attack(ask(tag('aws:PrincipalTag')), {
      status: 400,
      code: 'InvalidParameterValue',
      message: 'Tag keys beginning with aws: are reserved for system use.',
    });
    await t.attack(ask({ ...tag('a'), ...tag('A', 'y', 2) }), {
      status: 400,
      code: 'InvalidParameterValue',
      message: /^Duplicate tag keys found/,
    });
    const many = Object.assign({}, ...Array.from({ length: 51 }, (_, i) => tag(`k${i}`, 'v', i + 1)));
    await t.attack(ask(many), { status: 400, code: 'ValidationError' });
    const heavy = Object.assign({}, ...Array.from({ length: 50 }, (_, i) => tag(`${i}${'k'.repeat(100)}`, noise(256, i), i + 1)));
    await t.attack(ask(heavy, key), { status: 400, code: 'PackedPolicyTooLarge' });
  });

  it('by tags that the trust policy does not let in', async () => {
    const { arn } = await role();
    const as = await user('t10-trust', allowing('sts:*'));
    const members = { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'a' };
    const request = t.query(form({ Action: 'AssumeRole', RoleArn: arn, RoleSessionName: 'session', Version: '2011-06-15', ...members }), {
      as,
    });
    await t.attack(request, {
      status: 403,
      code: 'AccessDenied',
      message: `User: arn:aws:iam::${t.account.id}:user/t10-trust is not authorized to perform: sts:TagSession on resource: ${arn}`,
    });
  });
});

/** Text that does not compress, the same every time. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[state % 62];
  }).join('');
}

it('E26 no message is decoded for who did not get it: there is nothing to decode yet', async () => {
  await t.attack(
    t.query(form({ Action: 'DecodeAuthorizationMessage', EncodedMessage: 'AAAA', Version: '2011-06-15' }), {
      as: await t.account.user('e26'),
    }),
    {
      status: 403,
      code: 'AccessDenied',
    },
  );
});
