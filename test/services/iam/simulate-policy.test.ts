import type { EvaluationResult, SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import { accessDenied, allow, invalidInput, noSuchEntity, pages, stage, trust, validationError } from './stage.ts';

const s = stage();
const ACCOUNT = '111122223333';
const custom = async (documents: string[], more: object = {}): Promise<EvaluationResult> => {
  const { EvaluationResults } = await s.iam.simulateCustomPolicy({ PolicyInputList: documents, ActionNames: ['s3:GetObject'], ...more });
  expect(EvaluationResults).toHaveLength(1);
  return EvaluationResults?.[0] ?? ({} as EvaluationResult);
};
const statement = (Effect: 'Allow' | 'Deny', Action: string, Resource: string, more: object = {}) =>
  JSON.stringify(policy({ Effect, Action, Resource, ...more }));
const user = (name: string) => `arn:aws:iam::${s.account.id}:user/${name}`;

describe('SimulateCustomPolicy', () => {
  it('answers every field of an allowed action, with the place of the statement', async () => {
    const document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}';
    expect(await custom([document])).toEqual({
      EvalActionName: 's3:GetObject',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 41 },
          EndPosition: { Line: 1, Column: 103 },
        },
      ],
      MissingContextValues: [],
    });
  });

  it('names the place in a document of several lines', async () => {
    const document =
      '{\n  "Version": "2012-10-17",\n  "Statement": [\n    { "Effect": "Deny",\n      "Action": "*", "Resource": "*" }\n  ]\n}';
    const { EvalDecision, MatchedStatements } = await custom([allow('*'), document]);
    expect(EvalDecision).toBe('explicitDeny');
    // The deny statement is the only one listed.
    expect(MatchedStatements).toEqual([
      {
        SourcePolicyId: 'PolicyInputList.2',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 4, Column: 5 },
        EndPosition: { Line: 5, Column: 39 },
      },
    ]);
  });

  it('takes an empty list of policies', async () => {
    expect(await custom([])).toMatchObject({ EvalDecision: 'implicitDeny', MatchedStatements: [] });
  });

  it('answers one result an action, in order, repeats kept, and one for each resource', async () => {
    const { EvaluationResults } = await s.iam.simulateCustomPolicy({
      PolicyInputList: [statement('Allow', 's3:*', 'arn:aws:s3:::a/*'), statement('Deny', 's3:PutObject', 'arn:aws:s3:::a/secret')],
      ActionNames: ['s3:PutObject', 's3:GetObject', 's3:PutObject'],
      ResourceArns: ['arn:aws:s3:::a/x', 'arn:aws:s3:::a/secret'],
    });
    expect(EvaluationResults?.map((result) => [result.EvalActionName, result.EvalDecision])).toEqual([
      ['s3:PutObject', 'explicitDeny'],
      ['s3:GetObject', 'allowed'],
      ['s3:PutObject', 'explicitDeny'],
    ]);
    const [put] = EvaluationResults ?? [];
    expect(put).toMatchObject({ EvalDecisionDetails: {} });
    expect(put?.MatchedStatements?.map((each) => each.SourcePolicyId)).toEqual(['PolicyInputList.1', 'PolicyInputList.2']);
    expect(put?.ResourceSpecificResults?.map((result) => [result.EvalResourceName, result.EvalResourceDecision])).toEqual([
      ['arn:aws:s3:::a/x', 'allowed'],
      ['arn:aws:s3:::a/secret', 'explicitDeny'],
    ]);
    expect(put?.ResourceSpecificResults?.[0]).not.toHaveProperty('EvalDecisionDetails');
  });

  it("names an action's resource by the template that AWS publishes, and results by ARN", async () => {
    const arn = `arn:aws:sagemaker:us-east-1:${ACCOUNT}:endpoint/e`;
    const result = await custom([allow('*')], { ActionNames: ['sagemaker:CreateEndpoint'], ResourceArns: [arn] });
    expect(result.EvalResourceName).toBe('arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/${EndpointName}');
    expect(result.ResourceSpecificResults?.map((each) => each.EvalResourceName)).toEqual([arn]);
  });

  it('tells which context keys are missing, of conditions and variables, spelled as written', async () => {
    const document = JSON.stringify(
      policy(
        { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::home/${aws:username}/*' },
        {
          Effect: 'Allow',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringEquals: { 'AWS:RequestedRegion': '${aws:PrincipalTag/Region}' } },
        },
        { Effect: 'Allow', Action: 'ec2:*', Resource: '*', Condition: { Bool: { 'ec2:IsLaunchTemplateResource': 'true' } } },
      ),
    );
    const ResourceArns = ['arn:aws:s3:::home/jane/x'];
    const nothing = await custom([document], { ResourceArns });
    expect(nothing).toMatchObject({ EvalDecision: 'implicitDeny' });
    expect(nothing.ResourceSpecificResults?.[0]?.MissingContextValues).toEqual([
      'aws:username',
      'AWS:RequestedRegion',
      'aws:PrincipalTag/Region',
    ]);
    const ContextEntries = [{ ContextKeyName: 'aws:UserName', ContextKeyValues: ['jane'], ContextKeyType: 'string' as const }];
    expect(await custom([document], { ResourceArns, ContextEntries })).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: ['AWS:RequestedRegion', 'aws:PrincipalTag/Region'],
    });
  });

  it.each([
    ['string', ['a'], { StringEquals: { 'x:Key': 'a' } }, ['b']],
    ['stringList', ['a', 'b'], { 'ForAllValues:StringEquals': { 'x:Key': ['a', 'b'] } }, ['a', 'c']],
    ['numeric', ['5'], { NumericLessThan: { 'x:Key': '6' } }, ['7']],
    ['numericList', ['5', '9'], { 'ForAnyValue:NumericLessThan': { 'x:Key': '6' } }, ['8', '9']],
    ['boolean', ['True'], { Bool: { 'x:Key': 'true' } }, ['false']],
    ['ip', ['203.0.113.9'], { IpAddress: { 'x:Key': '203.0.113.0/24' } }, ['203.0.114.9']],
    ['date', ['2026-01-01T00:00:00Z'], { DateLessThan: { 'x:Key': '2026-06-01T00:00:00Z' } }, ['2027-01-01']],
    ['binary', ['QUJD'], { BinaryEquals: { 'x:Key': 'QUJD' } }, ['QUJE']],
  ] as const)('takes context entries of type %s', async (ContextKeyType, matching, Condition, other) => {
    const document = statement('Allow', 's3:*', '*', { Condition });
    const decide = async (ContextKeyValues: readonly string[]) =>
      (await custom([document], { ContextEntries: [{ ContextKeyName: 'x:Key', ContextKeyValues, ContextKeyType }] })).EvalDecision;
    expect([await decide(matching), await decide(other)]).toEqual(['allowed', 'implicitDeny']);
  });

  it('knows aws:userid: the caller, or who stands for one', async () => {
    const document = (id: string) => statement('Allow', 's3:*', '*', { Condition: { StringEquals: { 'aws:userid': id } } });
    const caller = `arn:aws:iam::${ACCOUNT}:user/Bob`;
    expect((await custom([document('STUB_PRINCIPAL_FOR_POLICY_SIMULATOR')])).EvalDecision).toBe('allowed');
    expect((await custom([document(caller)], { CallerArn: caller })).EvalDecision).toBe('allowed');
    expect((await custom([document('STUB_PRINCIPAL_FOR_POLICY_SIMULATOR')], { CallerArn: caller })).EvalDecision).toBe('implicitDeny');
  });

  it('lets a boundary limit, and says so', async () => {
    const PermissionsBoundaryPolicyInputList = [statement('Allow', 's3:GetObject', '*')];
    const both = { PermissionsBoundaryPolicyInputList, ActionNames: ['s3:GetObject', 's3:PutObject'] };
    const { EvaluationResults } = await s.iam.simulateCustomPolicy({ PolicyInputList: [allow('s3:*')], ...both });
    expect(EvaluationResults).toMatchObject([
      { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } },
      { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } },
    ]);
    expect(EvaluationResults?.[0]?.MatchedStatements?.map((each) => [each.SourcePolicyId, each.SourcePolicyType])).toEqual([
      ['PolicyInputList.1', 'IAM Policy'],
      ['PermissionsBoundaryPolicyInputList.1', 'Permissions Boundary Policy'],
    ]);
    expect(await custom([allow('s3:*')])).not.toHaveProperty('PermissionsBoundaryDecisionDetail');
  });

  it('lets SCPs limit, level by level, and hides what they are made of', async () => {
    const everything = { ServiceControlPolicyInputList: [allow('*')] };
    const ResourceArns = ['arn:aws:s3:::b/x'];
    const allowed = await custom([allow('s3:*')], { ResourceArns, OrderedOrganizationPolicyInputList: [everything, everything] });
    expect(allowed).toMatchObject({ EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } });
    const denied = await custom([allow('s3:*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })], {
      ResourceArns,
      OrderedOrganizationPolicyInputList: [everything, { ServiceControlPolicyInputList: [allow('ec2:*')] }],
    });
    expect(denied).toMatchObject({
      EvalDecision: 'implicitDeny',
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
      MatchedStatements: [],
      MissingContextValues: [],
    });
    expect(denied).not.toHaveProperty('EvalDecisionDetails');
    expect(await custom([allow('*')])).not.toHaveProperty('OrganizationsDecisionDetail');
  });

  describe('with a resource policy', () => {
    const arn = 'arn:aws:s3:::b/x';
    const caller = `arn:aws:iam::${ACCOUNT}:user/Bob`;
    const grant = (principal: string, resource = 'arn:aws:s3:::b/*') =>
      JSON.stringify(policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: 's3:GetObject', Resource: resource }));
    const on = (ResourcePolicy: string, more: object = {}) =>
      custom([], { ResourceArns: [arn], ResourcePolicy, CallerArn: caller, ...more });

    it('of the same account, it allows whom it names', async () => {
      const result = await on(grant(caller));
      expect(result).toMatchObject({ EvalDecision: 'allowed', EvalDecisionDetails: {} });
      expect(result.MatchedStatements).toMatchObject([{ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'Resource Policy' }]);
      expect((await on(grant(`arn:aws:iam::${ACCOUNT}:user/Eve`))).EvalDecision).toBe('implicitDeny');
      expect((await on(grant(ACCOUNT))).EvalDecision).toBe('implicitDeny');
    });

    it('of another account, both sides must allow, and the answer says what each says', async () => {
      const ResourceOwner = 'arn:aws:iam::444455556666:root';
      expect(await on(grant(caller), { ResourceOwner })).toMatchObject({
        EvalDecision: 'implicitDeny',
        EvalDecisionDetails: { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
      });
      expect(await on(grant(caller), { ResourceOwner, PolicyInputList: [allow('s3:*')] })).toMatchObject({
        EvalDecision: 'allowed',
        EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
        ResourceSpecificResults: [{ EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' } }],
      });
    });

    it('a role that it names is still within its boundary', async () => {
      const role = `arn:aws:iam::${ACCOUNT}:role/service/R`;
      const PermissionsBoundaryPolicyInputList = [allow('ec2:*')];
      expect((await on(grant(role), { CallerArn: role })).EvalDecision).toBe('allowed');
      expect((await on(grant(role), { CallerArn: role, PermissionsBoundaryPolicyInputList })).EvalDecision).toBe('implicitDeny');
    });

    it.each([
      ['nobody calls', { CallerArn: undefined }, 'CallerArn is required when a ResourcePolicy is given.'],
      ['everything is called', { ResourceArns: ['*'] }, 'A resource policy cannot be simulated on the resource *.'],
      ['it is about everything', { ResourcePolicy: grant(caller, '*') }, 'A resource policy cannot be simulated on the resource *.'],
      [
        'it is about something else',
        { ResourceArns: ['arn:aws:sqs:us-east-1:111122223333:q'] },
        'The resource policy does not apply to the resource arn:aws:sqs:us-east-1:111122223333:q.',
      ],
      ['it is none', { ResourcePolicy: allow('*', arn) }, 'Missing required field Principal'],
    ])('is refused when %s', (_, more, message) => invalidInput(on(grant(caller), more), message));
  });

  it.each([
    [
      { CallerArn: 'arn:aws:sts::111122223333:assumed-role/r/s' },
      'Invalid Entity Arn: arn:aws:sts::111122223333:assumed-role/r/s does not clearly define entity type and name.',
    ],
    [
      { CallerArn: 'arn:aws:iam::111122223333:root' },
      'Invalid Entity Arn: arn:aws:iam::111122223333:root does not clearly define entity type and name.',
    ],
    [{ ResourceArns: ['bucket'] }, 'ResourceNames are not in a valid ARN format: bucket.'],
    [{ ResourceOwner: '111122223333' }, "'111122223333' is not a valid as a Resource Owner."],
    [{ PolicyInputList: ['{'] }, 'Syntax errors in policy.'],
    [{ PolicyInputList: [allow('s3')] }, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
    [{ ActionNames: ['s3:Get*'] }, 'Invalid Action Name: s3:Get*'],
    [{ ActionNames: ['GetObject'] }, 'Invalid Action Name: GetObject'],
    [
      { ContextEntries: [{ ContextKeyName: 'aws:X', ContextKeyValues: ['many'], ContextKeyType: 'numeric' as const }] },
      'Invalid value many for the context key aws:X of type numeric.',
    ],
    [{ PermissionsBoundaryPolicyInputList: [allow('*'), allow('*')] }, 'A simulation takes one permissions boundary.'],
    [
      { ResourceHandlingOption: 'EC2-Moon' },
      'Invalid ResourceHandlingOption: EC2-Moon. It must be one of: EC2-VPC-InstanceStore, EC2-VPC-InstanceStore-Subnet, EC2-VPC-EBS, EC2-VPC-EBS-Subnet.',
    ],
  ])('refuses %j', (more, message) => invalidInput(custom([allow('*')], more), message));

  it('insists on the resources of a scenario', async () => {
    const ec2 = (...types: string[]) => types.map((type) => `arn:aws:ec2:us-east-1:${ACCOUNT}:${type}/${type}-1`);
    const ResourceHandlingOption = 'EC2-VPC-EBS';
    const all = ec2('instance', 'image', 'security-group', 'network-interface', 'volume');
    expect((await custom([allow('*')], { ResourceArns: all, ResourceHandlingOption })).EvalDecision).toBe('implicitDeny');
    const CallerArn = `arn:aws:iam::${ACCOUNT}:user/u`;
    expect(
      (await custom([allow('*', all)], { ActionNames: ['ec2:RunInstances'], ResourceArns: all, ResourceHandlingOption, CallerArn }))
        .EvalDecision,
    ).toBe('allowed');
    await invalidInput(
      custom([allow('*')], { ResourceArns: all.slice(0, 3), ResourceHandlingOption }),
      'ResourceHandlingOption EC2-VPC-EBS needs resources of these types as well: network-interface, volume.',
    );
  });

  it('pages by actions, and holds a marker to its question', async () => {
    const ActionNames = Array.from({ length: 7 }, (_, i) => `s3:Action${i}`);
    const input = { PolicyInputList: [allow('s3:Action3')], ActionNames, MaxItems: 3 };
    const { items, pages: count } = await pages(
      (Marker) => s.iam.simulateCustomPolicy({ ...input, Marker }),
      (page) => page.EvaluationResults,
    );
    expect(items.map((item) => item.EvalActionName)).toEqual(ActionNames);
    expect([count, items[3]?.EvalDecision]).toEqual([3, 'allowed']);
    const { Marker } = await s.iam.simulateCustomPolicy(input);
    await validationError(s.iam.simulateCustomPolicy({ ...input, PolicyInputList: [allow('*')], Marker }), 'Invalid Marker.');
  });

  it('Z07: answers short pages when there is much to look at, and refuses what is too much', async () => {
    const filler = 'x'.repeat(120_000);
    const large = JSON.stringify(policy({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${filler}` }));
    const ActionNames = Array.from({ length: 30 }, (_, i) => `s3:Action${i}`);
    const ResourceArns = Array.from({ length: 20 }, (_, i) => `arn:aws:s3:::b/${i}`);
    const { items, pages: count } = await pages(
      (Marker) => s.iam.simulateCustomPolicy({ PolicyInputList: [large], ActionNames, ResourceArns, Marker }),
      (page) => page.EvaluationResults,
    );
    expect(items).toHaveLength(30);
    expect(count).toBe(15);
    const many = Array.from({ length: 200 }, (_, i) => `arn:aws:s3:::b/${i}`);
    await invalidInput(
      s.iam.simulateCustomPolicy({ PolicyInputList: [large], ActionNames, ResourceArns: many }),
      'Too many resources for policies of this size. Simulate them in several calls.',
    );
    await invalidInput(
      s.iam.simulateCustomPolicy({
        PolicyInputList: [allow('*')],
        ActionNames,
        ResourceArns: [...many, ...many, ...many, ...many, ...many, 'arn:aws:s3:::b/more'],
      }),
      'A simulation takes at most 10000 actions and 1000 resources.',
    );
  });
});

describe('SimulatePrincipalPolicy', () => {
  const simulate = async (PolicySourceArn: string, more: Partial<SimulatePrincipalPolicyCommandInput> = {}) =>
    (await s.iam.simulatePrincipalPolicy({ PolicySourceArn, ActionNames: ['s3:GetObject'], ...more })).EvaluationResults?.[0];

  it('takes inline and managed policies, those of groups, and those given', async () => {
    await s.account.user('all', { inline: { own: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }) } });
    await s.iam.createGroup({ GroupName: 'Readers' });
    await s.iam.addUserToGroup({ GroupName: 'Readers', UserName: 'all' });
    await s.iam.putGroupPolicy({ GroupName: 'Readers', PolicyName: 'g', PolicyDocument: allow('s3:GetObject') });
    await s.iam.attachGroupPolicy({ GroupName: 'Readers', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' });
    const result = await simulate(user('all'), { PolicyInputList: [allow('s3:*')] });
    expect(result?.MatchedStatements?.map((each) => [each.SourcePolicyId, each.SourcePolicyType])).toEqual([
      ['user_all_own', 'IAM Policy'],
      ['group_Readers_g', 'IAM Policy'],
      ['AmazonS3ReadOnlyAccess', 'IAM Policy'],
      ['PolicyInputList.1', 'IAM Policy'],
    ]);
    const group = await simulate(`arn:aws:iam::${s.account.id}:group/Readers`);
    expect(group?.MatchedStatements?.map((each) => each.SourcePolicyId)).toEqual(['group_Readers_g', 'AmazonS3ReadOnlyAccess']);
  });

  it('takes the attached boundary, unless another is given in its place', async () => {
    await s.account.user('bounded', {
      inline: { all: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) },
      boundary: 'arn:aws:iam::aws:policy/AmazonEC2FullAccess',
    });
    expect(await simulate(user('bounded'))).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    expect(await simulate(user('bounded'), { PermissionsBoundaryPolicyInputList: [allow('s3:*')] })).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    const without = await simulate(user('bounded'), { PolicyExclusionList: [{ PolicyType: 'permission-boundary' }] });
    expect(without?.EvalDecision).toBe('allowed');
    expect(without).not.toHaveProperty('PermissionsBoundaryDecisionDetail');
  });

  it('leaves out what is excluded, by type, ARN and name', async () => {
    await s.account.user('less', {
      inline: { In: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) },
      managed: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'],
    });
    const ids = async (...PolicyExclusionList: NonNullable<SimulatePrincipalPolicyCommandInput['PolicyExclusionList']>) =>
      (await simulate(user('less'), { PolicyExclusionList }))?.MatchedStatements?.map((each) => each.SourcePolicyId);
    expect(await ids({ PolicyType: 'inline' })).toEqual(['AmazonS3FullAccess']);
    expect(await ids({ PolicyType: 'aws-managed' })).toEqual(['user_less_In']);
    expect(await ids({ PolicyType: 'user-managed' }, { PolicyType: 'rcp' })).toHaveLength(2);
    expect(await ids({ PolicyArn: 'arn:aws:iam::aws:policy/AmazonS?Full*' })).toEqual(['user_less_In']);
    expect(await ids({ PolicyArn: 'arn:aws:iam::aws:policy/AmazonS?Full' })).toHaveLength(2);
    expect(await ids({ InlinePolicyIdentifier: { PolicyName: 'in', AttachmentType: 'user', AttachmentName: 'less' } })).toEqual([
      'AmazonS3FullAccess',
    ]);
    expect(await ids({ InlinePolicyIdentifier: { PolicyName: 'in', AttachmentType: 'group', AttachmentName: 'less' } })).toHaveLength(2);
    await invalidInput(ids({ PolicyArn: 'arn:aws:iam::aws:policy/*A*' }), 'ARN arn:aws:iam::aws:policy/*A* is not valid.');
    await invalidInput(ids({ PolicyArn: 'arn:aws:iam::*:policy/Amazon' }), 'ARN arn:aws:iam::*:policy/Amazon is not valid.');
  });

  it("simulates another caller with this one's policies", async () => {
    await s.account.user('David', {
      inline: { d: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { StringEquals: { 'aws:userid': user('Bob') } } }) },
    });
    expect((await simulate(user('David')))?.EvalDecision).toBe('implicitDeny');
    expect((await simulate(user('David'), { CallerArn: user('Bob') }))?.EvalDecision).toBe('allowed');
  });

  it('takes a role, and the statements of its policies', async () => {
    await s.iam.createRole({ RoleName: 'R', AssumeRolePolicyDocument: trust() });
    await s.iam.putRolePolicy({ RoleName: 'R', PolicyName: 'p', PolicyDocument: allow('s3:*') });
    const result = await simulate(`arn:aws:iam::${s.account.id}:role/R`);
    expect(result).toMatchObject({ EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'role_R_p' }] });
  });

  it('refuses what is no user, group or role, and who is not there', async () => {
    const session = `arn:aws:sts::${s.account.id}:assumed-role/R/s`;
    await invalidInput(simulate(session), `Invalid Entity Arn: ${session} does not clearly define entity type and name.`);
    await noSuchEntity(simulate(user('nobody')), `The entity with arn ${user('nobody')} cannot be found.`);
  });

  it('E26: asks the permission on the very entity, and never answers about other accounts', async () => {
    await s.account.user('target', { inline: { t: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } });
    const key = await s.account.user('curious', {
      inline: {
        c: policy({
          Effect: 'Allow',
          Action: ['iam:SimulatePrincipalPolicy', 'iam:GetContextKeysForPrincipalPolicy'],
          Resource: user('curious'),
        }),
      },
    });
    const iam = s.as(key);
    const ask = (PolicySourceArn: string) => iam.simulatePrincipalPolicy({ PolicySourceArn, ActionNames: ['s3:GetObject'] });
    expect((await ask(user('curious'))).EvaluationResults).toHaveLength(1);
    await accessDenied(ask(user('target')), /iam:SimulatePrincipalPolicy on resource: .*:user\/target because no identity-based policy/);
    const other = await s.server.account();
    await other.user('theirs', { inline: { t: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } });
    const theirs = (name: string) => `arn:aws:iam::${other.id}:user/${name}`;
    const administrator = s.as(
      await s.account.user('administrator', { inline: { a: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) } }),
    );
    // One answer, whether or not there is such a user.
    const outcomes = await Promise.all(
      ['theirs', 'nobody'].map((name) =>
        administrator
          .simulatePrincipalPolicy({ PolicySourceArn: theirs(name), ActionNames: ['s3:GetObject'] })
          .catch((error: Error) => error.message.replaceAll(name, '…')),
      ),
    );
    expect(outcomes[0]).toMatch(/is not authorized to perform: iam:SimulatePrincipalPolicy/);
    expect(outcomes[1]).toBe(outcomes[0]);
  });
});
