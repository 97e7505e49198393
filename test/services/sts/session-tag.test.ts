import { describe, expect, it } from 'vitest';
import { type Credentials, policy } from '../../harness.ts';
import { accessDenied, allow, refused, stage, trust, validationError } from '../iam/stage.ts';
import { credentialsOf, fresh, makeRole, notAuthorized, sessionArn, userArn } from './stage.ts';

const s = stage();
const TAGS = trust({ AWS: '*' }, ['sts:AssumeRole', 'sts:TagSession']);
const tags = (given: Record<string, string>) => Object.entries(given).map(([Key, Value]) => ({ Key, Value }));
const invalid = (call: Promise<unknown>, message: string) => refused(call, 'InvalidParameterValue', 400, message);

/** A policy that lets ListUsers through where the caller's tag has this value. */
const whereTag = (key: string, value: string) =>
  allow('iam:ListUsers', '*', { Condition: { StringEquals: { [`aws:PrincipalTag/${key}`]: value } } });
const lists = (who: Credentials) => s.as(who).listUsers({});

describe('session tags', () => {
  it('become the tags of the principal, over those of the role whatever their case', async () => {
    const user = await s.account.user(fresh());
    const role = await makeRole(s, { trusts: TAGS, tags: { Team: 'a' }, may: whereTag('team', 'b') });
    await accessDenied(lists(credentialsOf(await role.assume(user))), /iam:ListUsers/);
    const answer = await role.assume(user, { Tags: tags({ TEAM: 'b' }) });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    await lists(credentialsOf(answer));
  });

  it('need sts:TagSession in the trust policy, which may ask for keys and values', async () => {
    const user = await s.account.user('tagger');
    const plain = await makeRole(s, { trusts: trust({ AWS: '*' }) });
    const self = userArn(s, 'tagger');
    await notAuthorized(plain.assume(user, { Tags: tags({ a: '1' }) }), self, 'sts:TagSession', plain.arn);
    const Condition = {
      StringEquals: { 'aws:RequestTag/Team': ['a', 'b'] },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team', 'Cost'], 'sts:TransitiveTagKeys': ['Team'] },
    };
    const trusts = JSON.stringify(
      policy(
        { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:TagSession', Condition },
      ),
    );
    const asking = await makeRole(s, { trusts });
    await asking.assume(user, { Tags: tags({ Team: 'a', Cost: '1' }), TransitiveTagKeys: ['Team'] });
    for (const [given, TransitiveTagKeys] of [
      [{ Team: 'c' }, []],
      [{ Cost: '1' }, []],
      [{ Team: 'a', Other: '1' }, []],
      [{ Team: 'a', Cost: '1' }, ['Cost']],
    ] as const)
      await notAuthorized(
        asking.assume(user, { Tags: tags(given), TransitiveTagKeys: [...TransitiveTagKeys] }),
        self,
        'sts:TagSession',
        asking.arn,
      );
  });

  it('need it on the identity side too where trust is in the account', async () => {
    const role = await makeRole(s, { trusts: trust({ AWS: s.account.id }, ['sts:AssumeRole', 'sts:TagSession']) });
    const user = await s.account.user('half', { inline: { p: JSON.parse(allow('sts:AssumeRole')) } });
    await role.assume(user);
    await notAuthorized(role.assume(user, { Tags: tags({ a: '1' }) }), userArn(s, 'half'), 'sts:TagSession', role.arn);
  });

  it('T10: are refused when they are not as they must be', async () => {
    const user = await s.account.user(fresh());
    const role = await makeRole(s, { trusts: TAGS });
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await role.assume(user, { Tags: many(50) });
    await validationError(
      role.assume(user, { Tags: many(51) }),
      /'tags' failed to satisfy constraint: Member must have length less than or equal to 50$/,
    );
    await validationError(role.assume(user, { Tags: tags({ '': '1' }) }), /'tags\.1\.member\.key' failed to satisfy constraint/);
    await validationError(
      role.assume(user, { Tags: tags({ ['k'.repeat(129)]: '1' }) }),
      /'tags\.1\.member\.key' failed to satisfy constraint/,
    );
    await validationError(
      role.assume(user, { Tags: tags({ a: 'v'.repeat(257) }) }),
      /'tags\.1\.member\.value' failed to satisfy constraint/,
    );
    await invalid(
      role.assume(user, { Tags: [...tags({ Team: 'a' }), ...tags({ team: 'b' })] }),
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    await invalid(role.assume(user, { Tags: tags({ 'AWS:x': '1' }) }), 'Tag keys beginning with aws: are reserved for system use.');
    await invalid(
      role.assume(user, { Tags: tags({ a: '1' }), TransitiveTagKeys: ['b'] }),
      'The specified transitive tag key must be included in the requested tags.',
    );
    const bomb = Array.from({ length: 50 }, (_, i) => ({ Key: `${i}${'é'.repeat(100)}`, Value: 'é'.repeat(256) }));
    await refused(
      role.assume(user, { Tags: bomb }),
      'PackedPolicyTooLargeException',
      400,
      /^Packed policy consumes \d{3,}% of allotted space, please use smaller policy\.$/,
    );
  });
});

describe('transitive tags', () => {
  it('travel on, and need sts:TagSession at every hop', async () => {
    const user = await s.account.user(fresh());
    const role = await makeRole(s, { trusts: TAGS, may: allow('sts:*') });
    const last = await makeRole(s, { trusts: TAGS, may: whereTag('Team', 'a') });
    const closed = await makeRole(s, { trusts: trust({ AWS: '*' }) });
    const first = credentialsOf(await role.assume(user, { Tags: tags({ Team: 'a', Stays: '1' }), TransitiveTagKeys: ['team'] }));
    const second = await role.assume(first);
    expect(second.PackedPolicySize).toBeGreaterThan(0);
    await lists(credentialsOf(await last.assume(credentialsOf(second))));
    await notAuthorized(closed.assume(first), sessionArn(s, role.name), 'sts:TagSession', closed.arn);
    const stays = await makeRole(s, { trusts: TAGS, may: whereTag('Stays', '1') });
    await accessDenied(lists(credentialsOf(await stays.assume(first))), /iam:ListUsers/);
  });

  it('T10: cannot be overridden, in whatever case', async () => {
    const user = await s.account.user(fresh());
    const role = await makeRole(s, { trusts: TAGS, may: allow('sts:*') });
    const first = credentialsOf(await role.assume(user, { Tags: tags({ Team: 'a' }), TransitiveTagKeys: ['Team'] }));
    const conflict =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    for (const Key of ['Team', 'TEAM']) {
      await invalid(role.assume(first, { Tags: tags({ [Key]: 'b' }) }), conflict);
      await invalid(
        role.assume(credentialsOf(await role.assume(first)), { Tags: tags({ [Key]: 'b' }), TransitiveTagKeys: [Key] }),
        conflict,
      );
    }
    await role.assume(first, { Tags: tags({ Other: 'b' }) });
  });
});
