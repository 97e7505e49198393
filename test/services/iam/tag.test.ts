import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import {
  accessDenied,
  allow,
  invalidInput,
  limitExceeded,
  noPolicyAllows,
  noSuchEntity,
  pages,
  stage,
  trust,
  validationError,
} from './stage.ts';

const s = stage();

type Tags = { Key: string; Value: string }[];
const policyArn = (name: string) => `arn:aws:iam::${s.account.id}:policy/${name}`;
const serial = (name: string) => `arn:aws:iam::${s.account.id}:mfa/${name}`;

const kinds = [
  {
    type: 'user',
    folds: true,
    create: (name: string, Tags?: Tags) => s.iam.createUser({ UserName: name, Tags }),
    tag: (name: string, Tags: Tags) => s.iam.tagUser({ UserName: name, Tags }),
    untag: (name: string, TagKeys: string[]) => s.iam.untagUser({ UserName: name, TagKeys }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listUserTags({ UserName: name, MaxItems, Marker }),
    absent: 'The user with name absent cannot be found.',
  },
  {
    type: 'role',
    folds: true,
    create: (name: string, Tags?: Tags) => s.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: trust(), Tags }),
    tag: (name: string, Tags: Tags) => s.iam.tagRole({ RoleName: name, Tags }),
    untag: (name: string, TagKeys: string[]) => s.iam.untagRole({ RoleName: name, TagKeys }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listRoleTags({ RoleName: name, MaxItems, Marker }),
    absent: 'The role with name absent cannot be found.',
  },
  {
    type: 'policy',
    folds: false,
    create: (name: string, Tags?: Tags) => s.iam.createPolicy({ PolicyName: name, PolicyDocument: allow('s3:*'), Tags }),
    tag: (name: string, Tags: Tags) => s.iam.tagPolicy({ PolicyArn: policyArn(name), Tags }),
    untag: (name: string, TagKeys: string[]) => s.iam.untagPolicy({ PolicyArn: policyArn(name), TagKeys }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listPolicyTags({ PolicyArn: policyArn(name), MaxItems, Marker }),
    absent: 'Policy {policy} was not found.',
  },
  {
    type: 'instance profile',
    folds: false,
    create: (name: string, Tags?: Tags) => s.iam.createInstanceProfile({ InstanceProfileName: name, Tags }),
    tag: (name: string, Tags: Tags) => s.iam.tagInstanceProfile({ InstanceProfileName: name, Tags }),
    untag: (name: string, TagKeys: string[]) => s.iam.untagInstanceProfile({ InstanceProfileName: name, TagKeys }),
    list: (name: string, MaxItems?: number, Marker?: string) =>
      s.iam.listInstanceProfileTags({ InstanceProfileName: name, MaxItems, Marker }),
    absent: 'Instance Profile absent cannot be found.',
  },
  {
    type: 'MFA device',
    folds: false,
    create: (name: string, Tags?: Tags) => s.iam.createVirtualMFADevice({ VirtualMFADeviceName: name, Tags }),
    tag: (name: string, Tags: Tags) => s.iam.tagMFADevice({ SerialNumber: serial(name), Tags }),
    untag: (name: string, TagKeys: string[]) => s.iam.untagMFADevice({ SerialNumber: serial(name), TagKeys }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listMFADeviceTags({ SerialNumber: serial(name), MaxItems, Marker }),
    absent: 'MFA Device with serial number {serial} does not exist.',
  },
];

const tags = (...pairs: [string, string][]): Tags => pairs.map(([Key, Value]) => ({ Key, Value }));

describe.each(kinds)('tags of a $type', ({ folds, create, tag, untag, list, absent }) => {
  it('are added, replaced, listed by page and removed', async () => {
    await create('tagged', tags(['Team', 'a']));
    await tag('tagged', tags(['team', 'b'], ['x', '']));
    const expected = folds ? tags(['team', 'b'], ['x', '']) : tags(['Team', 'a'], ['team', 'b'], ['x', '']);
    expect((await list('tagged')).Tags).toEqual(expected);
    const paged = await pages(
      (Marker) => list('tagged', 1, Marker),
      (page) => page.Tags,
    );
    expect(paged).toEqual({ items: expected, pages: expected.length });
    await untag('tagged', ['TEAM', 'x', 'absent']);
    expect((await list('tagged')).Tags).toEqual(folds ? [] : tags(['Team', 'a'], ['team', 'b']));
  });

  it('are refused when reserved, repeated or too many', async () => {
    const reserved = 'Tag keys beginning with aws: are reserved for system use.';
    await invalidInput(tag('tagged', tags(['aws:x', ''])), reserved);
    await invalidInput(create('refused', tags(['AWS:x', ''])), reserved);
    await invalidInput(
      tag('tagged', tags(['a', '1'], ['a', '1'])),
      folds ? 'Duplicate tag keys found. Please note that Tag keys are case insensitive.' : 'Duplicate tag keys found.',
    );
    await invalidInput(tag('tagged', []), 'The provided tag map must not be null/empty.');
    const before = (await list('tagged')).Tags;
    const fifty = tags(...Array.from({ length: 50 }, (_, i): [string, string] => [`k${i}`, '']));
    await validationError(tag('tagged', [...fifty, ...tags(['more', ''])]), /length less than or equal to 50/);
    await tag('tagged', tags(['one', '']));
    await limitExceeded(tag('tagged', fifty), 'Cannot exceed quota for TagsPerResource: 50');
    expect((await list('tagged')).Tags).toEqual([...(before ?? []), ...tags(['one', ''])]);
  });

  it('of what does not exist', async () => {
    const message = absent.replace('{policy}', policyArn('absent')).replace('{serial}', serial('absent'));
    await noSuchEntity(tag('absent', tags(['k', 'v'])), message);
    await noSuchEntity(untag('absent', ['k']), message);
    await noSuchEntity(list('absent'), message);
  });
});

describe('E20: tags at creation', () => {
  it.each([
    ['user', 'iam:CreateUser', 'iam:TagUser'],
    ['role', 'iam:CreateRole', 'iam:TagRole'],
    ['policy', 'iam:CreatePolicy', 'iam:TagPolicy'],
    ['instance profile', 'iam:CreateInstanceProfile', 'iam:TagInstanceProfile'],
    ['MFA device', 'iam:CreateVirtualMFADevice', 'iam:TagMFADevice'],
  ])('of a %s need the tagging action as well, which is named', async (type, creates, tagsIt) => {
    const UserName = `creates-${type.replace(' ', '-')}`;
    const iam = s.as(await s.account.user(UserName));
    const call = (name: string, Tags?: Tags): Promise<unknown> => {
      if (type === 'user') return iam.createUser({ UserName: name, Tags });
      if (type === 'role') return iam.createRole({ RoleName: name, AssumeRolePolicyDocument: trust(), Tags });
      if (type === 'policy') return iam.createPolicy({ PolicyName: name, PolicyDocument: allow('s3:*'), Tags });
      if (type === 'instance profile') return iam.createInstanceProfile({ InstanceProfileName: name, Tags });
      return iam.createVirtualMFADevice({ VirtualMFADeviceName: name, Tags });
    };
    const may = (...actions: string[]) => s.iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow(actions) });
    await may(creates);
    await call('untagged');
    await accessDenied(
      call('with-tags', tags(['k', 'v'])),
      new RegExp(`perform: ${tagsIt} on resource: .* because no identity-based policy allows the ${tagsIt} action`),
    );
    await may(creates, tagsIt);
    await call('with-tags', tags(['k', 'v']));
  });

  it('are seen by conditions of the creating action', async () => {
    const inline = {
      create: policy({
        Effect: 'Allow',
        Action: ['iam:CreateUser', 'iam:TagUser'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestTag/team': 'a' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
      }),
    };
    const iam = s.as(await s.account.user('team-creator', { inline }));
    await accessDenied(iam.createUser({ UserName: 't1' }), /iam:CreateUser/);
    await accessDenied(iam.createUser({ UserName: 't1', Tags: tags(['team', 'b']) }), /iam:CreateUser/);
    await accessDenied(iam.createUser({ UserName: 't1', Tags: tags(['team', 'a'], ['more', '']) }), /iam:CreateUser/);
    await iam.createUser({ UserName: 't1', Tags: tags(['team', 'a']) });
  });
});

describe('R09: attributes', () => {
  it('TagUser changes what the user’s own tag opens, with permission on that user', async () => {
    const inline = {
      team: policy({
        Effect: 'Allow',
        Action: 'iam:GetRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:ResourceTag/team': `\${aws:PrincipalTag/team}` } },
      }),
    };
    const key = await s.account.user('climber', { inline, tags: { team: 'low' } });
    const caller = `arn:aws:iam::${s.account.id}:user/climber`;
    await s.iam.createRole({ RoleName: 'high', AssumeRolePolicyDocument: trust(), Tags: tags(['team', 'high']) });
    const role = `arn:aws:iam::${s.account.id}:role/high`;
    await noPolicyAllows(s.as(key).getRole({ RoleName: 'high' }), caller, 'iam:GetRole', role);
    const climb = () => s.as(key).tagUser({ UserName: 'climber', Tags: tags(['team', 'high']) });
    await noPolicyAllows(climb(), caller, 'iam:TagUser', caller);
    await s.iam.putUserPolicy({ UserName: 'climber', PolicyName: 'tag', PolicyDocument: allow('iam:TagUser', caller) });
    await climb();
    await s.as(key).getRole({ RoleName: 'high' });
  });

  it('UntagRole removes what a Deny looks at, with permission on that role', async () => {
    const inline = {
      all: policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }),
      guard: policy({
        Effect: 'Deny',
        Action: ['iam:DeleteRole', 'iam:UntagRole'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/kept': 'yes' } },
      }),
    };
    const iam = s.as(await s.account.user('cleaner', { inline }));
    await s.iam.createRole({ RoleName: 'kept', AssumeRolePolicyDocument: trust(), Tags: tags(['kept', 'yes']) });
    await accessDenied(iam.deleteRole({ RoleName: 'kept' }), /with an explicit deny in an identity-based policy$/);
    await accessDenied(iam.untagRole({ RoleName: 'kept', TagKeys: ['kept'] }), /iam:UntagRole .* with an explicit deny/);
    await s.iam.untagRole({ RoleName: 'kept', TagKeys: ['kept'] });
    await iam.deleteRole({ RoleName: 'kept' });
  });
});

describe('E20: keys that are one whatever their case', () => {
  it.each(['role', 'user'] as const)('of a %s are guarded in every spelling', async (kind) => {
    const name = `spelled-${kind}`;
    const Tags = tags(['team', 'red']);
    if (kind === 'role') await s.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: trust(), Tags });
    else await s.iam.createUser({ UserName: name, Tags });
    const inline = {
      all: policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }),
      guard: policy({
        Effect: 'Deny',
        Action: ['iam:TagRole', 'iam:UntagRole', 'iam:TagUser', 'iam:UntagUser'],
        Resource: '*',
        Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } },
      }),
    };
    const iam = s.as(await s.account.user(`speller-${kind}`, { inline }));
    const untag = (...TagKeys: string[]) =>
      kind === 'role' ? iam.untagRole({ RoleName: name, TagKeys }) : iam.untagUser({ UserName: name, TagKeys });
    const tag = (key: string) =>
      kind === 'role'
        ? iam.tagRole({ RoleName: name, Tags: tags([key, 'blue']) })
        : iam.tagUser({ UserName: name, Tags: tags([key, 'blue']) });
    for (const key of ['team', 'TEAM']) {
      await accessDenied(untag(key), /:Untag.* with an explicit deny/);
      await accessDenied(tag(key), /:Tag.* with an explicit deny/);
    }
    await tag('other');
    await untag('OTHER');
  });
});
