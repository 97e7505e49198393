import type { PolicyType } from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { constraint, invalid, pages, refused, stage } from './stage.ts';

const s = stage({ quotas: { PoliciesPerOrganization: 30 } });

const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const deny = (Action = 's3:DeleteBucket') => JSON.stringify(policy({ Effect: 'Deny', Action, Resource: '*' }));

async function create(Name: string, Content = deny(), Type: PolicyType = SCP): Promise<string> {
  const { Policy } = await s.org.createPolicy({ Name, Content, Type, Description: 'd' });
  return Policy?.PolicySummary?.Id ?? '';
}

const attachedTo = async (TargetId: string, Filter: PolicyType = SCP) =>
  (await s.org.listPoliciesForTarget({ TargetId, Filter })).Policies?.map(({ Name }) => Name).sort();

describe('policy types', () => {
  it('are enabled on the root; SCPs and RCPs come with full access everywhere', async () => {
    const unit = await s.unit(s.rootId, 'before');
    const member = await s.member(unit);
    await refused(s.org.enablePolicyType({ RootId: 'r-zzzz', PolicyType: SCP }), 'RootNotFoundException');
    await refused(s.org.disablePolicyType({ RootId: s.rootId, PolicyType: SCP }), 'PolicyTypeNotEnabledException');
    expect((await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: SCP })).Root?.PolicyTypes).toEqual([
      { Type: SCP, Status: 'ENABLED' },
    ]);
    const { Root } = await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: RCP });
    expect(Root?.PolicyTypes?.map(({ Type }) => Type)).toEqual([RCP, SCP]);
    await refused(s.org.enablePolicyType({ RootId: s.rootId, PolicyType: SCP }), 'PolicyTypeAlreadyEnabledException');
    const later = await s.unit(unit, 'after');
    for (const target of [s.rootId, unit, later, member.id, s.management.id]) {
      expect(await attachedTo(target)).toEqual(['FullAWSAccess']);
      expect(await attachedTo(target, RCP)).toEqual(['RCPFullAWSAccess']);
    }
    await refused(s.org.disablePolicyType({ RootId: 'r-zzzz', PolicyType: SCP }), 'RootNotFoundException');
  });

  it('forget every attachment when they are disabled', async () => {
    const id = await create('forgotten');
    await s.org.attachPolicy({ PolicyId: id, TargetId: s.rootId });
    await s.org.disablePolicyType({ RootId: s.rootId, PolicyType: SCP });
    expect(await attachedTo(s.rootId)).toEqual([]);
    await refused(
      s.org.attachPolicy({ PolicyId: id, TargetId: s.rootId }),
      'PolicyTypeNotEnabledException',
      'This operation can be performed only for enabled policy types.',
    );
    await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: SCP });
    expect(await attachedTo(s.rootId)).toEqual(['FullAWSAccess']);
    await s.org.deletePolicy({ PolicyId: id });
  });

  it('may need the trusted access of a service, which then has to stay', async () => {
    const type = { RootId: s.rootId, PolicyType: 'SECURITYHUB_POLICY' as const };
    const service = { ServicePrincipal: 'securityhub.amazonaws.com' };
    await constraint(s.org.enablePolicyType(type), 'SERVICE_ACCESS_NOT_ENABLED');
    await s.org.enableAWSServiceAccess(service);
    await s.org.enablePolicyType(type);
    await constraint(s.org.disableAWSServiceAccess(service), 'POLICY_TYPE_ENABLED_FOR_THIS_SERVICE');
    await s.org.disablePolicyType(type);
    await s.org.disableAWSServiceAccess(service);
  });
});

describe('policies', () => {
  it('are created, shown, changed and deleted', async () => {
    const content = `${deny()}\n`;
    const { Policy } = await s.org.createPolicy({ Name: 'one', Content: content, Type: SCP, Description: 'first' });
    const id = Policy?.PolicySummary?.Id ?? '';
    expect(Policy).toEqual({
      PolicySummary: {
        Id: expect.stringMatching(/^p-[0-9a-z]{8}$/),
        Arn: `arn:aws:organizations::${s.management.id}:policy/${s.organizationId}/service_control_policy/${id}`,
        Name: 'one',
        Description: 'first',
        Type: SCP,
        AwsManaged: false,
      },
      Content: content,
    });
    expect((await s.org.describePolicy({ PolicyId: id })).Policy).toEqual(Policy);
    const { Description: _, Name: __, ...identity } = Policy?.PolicySummary ?? {};
    expect((await s.org.updatePolicy({ PolicyId: id, Content: deny('s3:*') })).Policy).toEqual({
      PolicySummary: identity,
      Content: deny('s3:*'),
    });
    expect((await s.org.updatePolicy({ PolicyId: id, Name: 'uno', Description: 'other' })).Policy?.PolicySummary).toMatchObject({
      Name: 'uno',
      Description: 'other',
    });
    await s.org.updatePolicy({ PolicyId: id, Description: '' });
    expect((await s.org.describePolicy({ PolicyId: id })).Policy?.PolicySummary?.Description).toBe('other');
    await s.org.deletePolicy({ PolicyId: id });
    const none = "You specified a policy that doesn't exist.";
    await refused(s.org.describePolicy({ PolicyId: id }), 'PolicyNotFoundException', none);
    await refused(s.org.updatePolicy({ PolicyId: id, Name: 'x' }), 'PolicyNotFoundException', none);
    await refused(s.org.deletePolicy({ PolicyId: id }), 'PolicyNotFoundException', none);
    await refused(s.org.listTargetsForPolicy({ PolicyId: id }), 'PolicyNotFoundException', none);
    await refused(s.org.attachPolicy({ PolicyId: id, TargetId: s.rootId }), 'PolicyNotFoundException', none);
    await refused(s.org.detachPolicy({ PolicyId: id, TargetId: s.rootId }), 'PolicyNotFoundException', none);
  });

  it('have names of their own within a type', async () => {
    const message = 'A policy with the specified name and type already exists.';
    const a = await create('named');
    const b = await create('other name');
    await create('named', '{"tags":{}}', 'TAG_POLICY');
    await refused(s.org.createPolicy({ Name: 'named', Content: deny(), Type: SCP, Description: '' }), 'DuplicatePolicyException', message);
    await refused(
      s.org.createPolicy({ Name: 'FullAWSAccess', Content: deny(), Type: SCP, Description: '' }),
      'DuplicatePolicyException',
      message,
    );
    await refused(s.org.updatePolicy({ PolicyId: b, Name: 'named' }), 'DuplicatePolicyException', message);
    await s.org.updatePolicy({ PolicyId: a, Name: 'named', Content: deny('sqs:*') });
  });

  it.each<[what: string, Type: PolicyType, Content: string]>([
    ['not JSON', SCP, 'x'],
    ['an SCP with a principal', SCP, JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }))],
    ['an RCP that allows', RCP, JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }))],
    [
      'an RCP for one account',
      RCP,
      JSON.stringify(policy({ Effect: 'Deny', Principal: { AWS: '111122223333' }, Action: 's3:*', Resource: '*' })),
    ],
    ['an RCP about everything', RCP, JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }))],
    ['a tag policy that is a list', 'TAG_POLICY', '[]'],
    ['a tag policy about something else', 'TAG_POLICY', '{"plans":{}}'],
    ['forty levels', 'CHATBOT_POLICY', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
  ])('do not take %s', async (_, Type, Content) =>
    refused(s.org.createPolicy({ Name: 'malformed', Content, Type, Description: '' }), 'MalformedPolicyDocumentException'),
  );

  it('have a size by type, white space included', async () => {
    for (const [Type, size] of [
      [SCP, 10_240],
      [RCP, 5120],
      ['AISERVICES_OPT_OUT_POLICY', 2500],
    ] as const) {
      const Content = deny().padEnd(size + 1, ' ');
      await constraint(s.org.createPolicy({ Name: 'large', Content, Type, Description: '' }), 'POLICY_CONTENT_LIMIT_EXCEEDED');
    }
    const id = await create('large enough', deny().padEnd(10_240, ' '));
    await constraint(s.org.updatePolicy({ PolicyId: id, Content: deny().padEnd(10_241, ' ') }), 'POLICY_CONTENT_LIMIT_EXCEEDED');
    await invalid(s.org.updatePolicy({ PolicyId: id, Description: 'x'.repeat(513) }), 'MAX_LENGTH_EXCEEDED:DESCRIPTION');
    await invalid(s.org.createPolicy({ Name: 'x', Content: deny(), Type: 'x' as never, Description: '' }), 'INVALID_ENUM:TYPE');
  });

  it('are listed by type, AWS’s own among them, page by page', async () => {
    for (let i = 0; i < 4; i++) await create(`page ${i}`);
    const found = await pages((page) => s.org.listPolicies({ Filter: SCP, ...page }), 3);
    const names = found.flatMap((each) => each.Policies?.map(({ Name }) => Name) ?? []);
    expect(names).toContain('FullAWSAccess');
    expect(new Set(names).size).toBe(names.length);
    expect(found.slice(0, -1).every((each) => each.Policies?.length === 3)).toBe(true);
    expect((await s.org.listPolicies({ Filter: 'BACKUP_POLICY' })).Policies).toEqual([]);
  });

  it('of AWS cannot be changed', async () => {
    for (const [PolicyId, name] of [
      ['p-FullAWSAccess', 'FullAWSAccess'],
      ['p-RCPFullAWSAccess', 'RCPFullAWSAccess'],
    ]) {
      expect((await s.org.describePolicy({ PolicyId })).Policy?.PolicySummary).toMatchObject({ Name: name, AwsManaged: true });
      await invalid(s.org.updatePolicy({ PolicyId, Name: 'x' }), 'IMMUTABLE_POLICY');
      await invalid(s.org.deletePolicy({ PolicyId }), 'IMMUTABLE_POLICY');
    }
    expect((await s.org.describePolicy({ PolicyId: 'p-FullAWSAccess' })).Policy?.PolicySummary).toMatchObject({
      Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      Description: 'Allows access to every operation',
    });
  });

  it('are so many at most', async () => {
    const count = async () => {
      let found = 0;
      for (const Filter of [SCP, 'TAG_POLICY'] as const)
        for (const page of await pages((each) => s.org.listPolicies({ Filter, ...each }), 20))
          found += page.Policies?.filter(({ AwsManaged }) => !AwsManaged).length ?? 0;
      return found;
    };
    for (let i = await count(); i < 30; i++) await create(`many ${i}`);
    await constraint(
      s.org.createPolicy({ Name: 'one too many', Content: deny(), Type: SCP, Description: '' }),
      'POLICY_NUMBER_LIMIT_EXCEEDED',
    );
    await s.org.deletePolicy({ PolicyId: (await s.org.listPolicies({ Filter: 'TAG_POLICY' })).Policies?.[0]?.Id });
  });
});

describe('attachments', () => {
  const at = stage();
  const make = async (Name: string, Type: PolicyType = SCP, Content = deny()) =>
    (await at.org.createPolicy({ Name, Content, Type, Description: '' })).Policy?.PolicySummary?.Id ?? '';

  it('are made once, listed from both sides, and in the way of deletion', async () => {
    await at.org.enablePolicyType({ RootId: at.rootId, PolicyType: SCP });
    const unit = await at.unit(at.rootId, 'u');
    const id = await make('p');
    const targets = [at.rootId, unit, at.management.id];
    for (const TargetId of targets) await at.org.attachPolicy({ PolicyId: id, TargetId });
    await refused(
      at.org.attachPolicy({ PolicyId: id, TargetId: unit }),
      'DuplicatePolicyAttachmentException',
      'A policy with the specified name and type already exists.',
    );
    const found = await pages((page) => at.org.listTargetsForPolicy({ PolicyId: id, ...page }), 2);
    expect(found.flatMap((each) => each.Targets ?? [])).toEqual(
      expect.arrayContaining([
        {
          TargetId: at.rootId,
          Arn: `arn:aws:organizations::${at.management.id}:root/${at.organizationId}/${at.rootId}`,
          Name: 'Root',
          Type: 'ROOT',
        },
        {
          TargetId: unit,
          Arn: `arn:aws:organizations::${at.management.id}:ou/${at.organizationId}/${unit}`,
          Name: 'u',
          Type: 'ORGANIZATIONAL_UNIT',
        },
        {
          TargetId: at.management.id,
          Arn: `arn:aws:organizations::${at.management.id}:account/${at.organizationId}/${at.management.id}`,
          Name: `account ${at.management.id}`,
          Type: 'ACCOUNT',
        },
      ]),
    );
    await refused(at.org.deletePolicy({ PolicyId: id }), 'PolicyInUseException');
    for (const TargetId of targets) await at.org.detachPolicy({ PolicyId: id, TargetId });
    await refused(at.org.detachPolicy({ PolicyId: id, TargetId: unit }), 'PolicyNotAttachedException');
    await at.org.deletePolicy({ PolicyId: id });
  });

  it('need a target that is there', async () => {
    const id = await make('q');
    for (const TargetId of ['r-zzzz', 'ou-zzzz-12345678', '999999999999']) {
      await refused(at.org.attachPolicy({ PolicyId: id, TargetId }), 'TargetNotFoundException');
      await refused(at.org.detachPolicy({ PolicyId: id, TargetId }), 'TargetNotFoundException');
      await refused(at.org.listPoliciesForTarget({ TargetId, Filter: SCP }), 'TargetNotFoundException');
    }
    await invalid(at.org.attachPolicy({ PolicyId: id, TargetId: 'x' }), 'INVALID_PATTERN:TARGET_ID');
  });

  it('of SCPs are one at least and ten at most; RCPFullAWSAccess stays', async () => {
    const unit = await at.unit(at.rootId, 'limits');
    await constraint(
      at.org.detachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: unit }),
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    );
    for (let i = 1; i < 10; i++) await at.org.attachPolicy({ PolicyId: await make(`limit ${i}`), TargetId: unit });
    await constraint(
      at.org.attachPolicy({ PolicyId: await make('limit 10'), TargetId: unit }),
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    );
    await at.org.detachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: unit });
    await at.org.enablePolicyType({ RootId: at.rootId, PolicyType: RCP });
    await invalid(at.org.detachPolicy({ PolicyId: 'p-RCPFullAWSAccess', TargetId: unit }), 'NON_DETACHABLE_POLICY');
  });
});

describe('effective policies', () => {
  const ef = stage();
  const TYPE = 'TAG_POLICY';

  it('are what root, OUs and account come to', async () => {
    const { org, rootId } = ef;
    const unit = await ef.unit(rootId, 'u');
    const member = await ef.member(unit);
    const effective = async () => {
      const { EffectivePolicy } = await org.describeEffectivePolicy({ PolicyType: TYPE, TargetId: member.id });
      return JSON.parse(EffectivePolicy?.PolicyContent ?? '');
    };
    await refused(org.describeEffectivePolicy({ PolicyType: TYPE, TargetId: member.id }), 'EffectivePolicyNotFoundException');
    await org.enablePolicyType({ RootId: rootId, PolicyType: TYPE });
    expect(await effective()).toEqual({});
    const attach = async (Name: string, tags: object, TargetId: string) => {
      const { Policy } = await org.createPolicy({ Name, Type: TYPE, Description: '', Content: JSON.stringify({ tags }) });
      await org.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId });
    };
    const costs = { tag_key: { '@@assign': 'CostCenter' }, tag_value: { '@@assign': ['100', '200'] } };
    await attach('root', { costcenter: costs, Project: {} }, rootId);
    await attach('unit', { CostCenter: { tag_value: { '@@append': ['300'] } } }, unit);
    await attach('account', { COSTCENTER: { tag_value: { '@@remove': ['100'] } } }, member.id);
    expect(await effective()).toEqual({
      tags: {
        costcenter: { tag_key: 'CostCenter', tag_value: ['200', '300'] },
        project: { tag_key: 'project', tag_value: ['*'] },
      },
    });
    // One's own, any member may see; another's, only the management account and delegates.
    const own = await ef.as(member.root).describeEffectivePolicy({ PolicyType: TYPE });
    expect(own.EffectivePolicy).toMatchObject({ TargetId: member.id, PolicyType: TYPE, LastUpdatedTimestamp: expect.any(Date) });
    await refused(ef.as(member.root).describeEffectivePolicy({ PolicyType: TYPE, TargetId: ef.management.id }), 'AccessDeniedException');
    await invalid(org.describeEffectivePolicy({ PolicyType: TYPE, TargetId: unit }), 'TARGET_NOT_SUPPORTED');
    await refused(org.describeEffectivePolicy({ PolicyType: TYPE, TargetId: '999999999999' }), 'TargetNotFoundException');
    await invalid(org.describeEffectivePolicy({ PolicyType: SCP as never, TargetId: member.id }), 'INVALID_ENUM:POLICY_TYPE');
  });

  it('are never invalid here', async () => {
    const { org, management } = ef;
    expect(await org.listAccountsWithInvalidEffectivePolicy({ PolicyType: TYPE })).toMatchObject({ Accounts: [], PolicyType: TYPE });
    expect(await org.listEffectivePolicyValidationErrors({ AccountId: management.id, PolicyType: TYPE })).toMatchObject({
      EffectivePolicyValidationErrors: [],
      Path: `${ef.organizationId}/${ef.rootId}/${management.id}/`,
    });
    const disabled = { PolicyType: 'BACKUP_POLICY' as const };
    await refused(org.listAccountsWithInvalidEffectivePolicy(disabled), 'EffectivePolicyNotFoundException');
    await refused(org.listEffectivePolicyValidationErrors({ ...disabled, AccountId: management.id }), 'EffectivePolicyNotFoundException');
    await refused(org.listEffectivePolicyValidationErrors({ PolicyType: TYPE, AccountId: '999999999999' }), 'AccountNotFoundException');
  });
});
