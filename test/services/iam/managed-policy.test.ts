import { beforeAll, describe, expect, it } from 'vitest';
import {
  accessDenied,
  allow,
  alreadyExists,
  deleteConflict,
  invalidInput,
  limitExceeded,
  malformedPolicy,
  noSuchEntity,
  pages,
  refused,
  stage,
  trust,
  validationError,
} from './stage.ts';

const s = stage();

const arnOf = (name: string) => `arn:aws:iam::${s.account.id}:policy/${name}`;
const notFound = (call: Promise<unknown>, arn: string) => noSuchEntity(call, `Policy ${arn} was not found.`);
const notAttachable = (call: Promise<unknown>, arn: string) => noSuchEntity(call, `Policy ${arn} does not exist or is not attachable.`);
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

describe('CreatePolicy', () => {
  it('answers without the description, which GetPolicy has', async () => {
    const { Policy } = await s.iam.createPolicy({
      PolicyName: 'Full',
      Path: '/x/',
      Description: 'words',
      PolicyDocument: allow('s3:*'),
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(Policy).toEqual({
      PolicyName: 'Full',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      Arn: arnOf('x/Full'),
      Path: '/x/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect((await s.iam.getPolicy({ PolicyArn: arnOf('x/Full') })).Policy).toEqual({ ...Policy, Description: 'words' });
    const listed = (await s.iam.listPolicies({ Scope: 'Local', PathPrefix: '/x/' })).Policies?.[0];
    expect(listed).not.toHaveProperty('Description');
    expect(listed).not.toHaveProperty('Tags');
    await alreadyExists(
      s.iam.createPolicy({ PolicyName: 'FULL', PolicyDocument: allow('s3:*') }),
      'A policy called FULL already exists. Duplicate names are not allowed.',
    );
    await s.iam.createPolicy({ PolicyName: 'Bare', PolicyDocument: allow('s3:*') });
    expect((await s.iam.getPolicy({ PolicyArn: arnOf('Bare') })).Policy?.Tags).toEqual([]);
  });

  it.each([
    ['what is no JSON', 'nonsense', 'Syntax errors in policy.'],
    [
      'no version',
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
      'Policy document must be version 2012-10-17 or greater.',
    ],
    ['no action', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}', 'Policy statement must contain actions.'],
    ['no resource', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*"}}', 'Policy statement must contain resources.'],
    ['an action without service', allow('GetObject'), 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
    ['a resource that is no ARN', allow('s3:*', 'bucket'), 'Resource bucket must be in ARN format or "*".'],
    [
      'a principal',
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}',
      'Policy document should not specify a principal.',
    ],
  ])('refuses %s', (_, PolicyDocument, message) =>
    malformedPolicy(s.iam.createPolicy({ PolicyName: 'Malformed', PolicyDocument }), message),
  );
});

describe('policies that are not there', () => {
  beforeAll(() => s.iam.createUser({ UserName: 'Nobody' }));

  it.each([
    ['of this account', () => arnOf('Absent')],
    ['of AWS', () => 'arn:aws:iam::aws:policy/Absent'],
    ['in another case', () => arnOf('BARE')],
    ['on another path', () => arnOf('y/Full')],
  ])('%s', async (_, arn) => {
    const PolicyArn = arn();
    await notFound(s.iam.getPolicy({ PolicyArn }), PolicyArn);
    await notFound(s.iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' }), PolicyArn);
    await notFound(s.iam.listPolicyVersions({ PolicyArn }), PolicyArn);
    await notFound(s.iam.listEntitiesForPolicy({ PolicyArn }), PolicyArn);
    await notFound(s.iam.listPolicyTags({ PolicyArn }), PolicyArn);
    await notAttachable(s.iam.attachUserPolicy({ UserName: 'Nobody', PolicyArn }), PolicyArn);
    await notFound(s.iam.detachUserPolicy({ UserName: 'Nobody', PolicyArn }), PolicyArn);
  });

  it('because the ARN is none, or of something else', async () => {
    await validationError(s.iam.getPolicy({ PolicyArn: 'this-is-not-an-arn-at-all' }), 'Invalid ARN:  Could not be parsed!');
    await validationError(
      s.iam.attachUserPolicy({ UserName: 'Absent', PolicyArn: 'this-is-not-an-arn-at-all' }),
      'Invalid ARN:  Could not be parsed!',
    );
    const user = `arn:aws:iam::${s.account.id}:user/Nobody`;
    await invalidInput(s.iam.getPolicy({ PolicyArn: user }), `ARN ${user} is not valid.`);
  });

  it('because they are another account’s', async () => {
    const other = await s.server.account();
    await s.as(other.root).createPolicy({ PolicyName: 'Foreign', PolicyDocument: allow('s3:*') });
    const foreign = `arn:aws:iam::${other.id}:policy/Foreign`;
    await accessDenied(
      s.iam.getPolicy({ PolicyArn: foreign }),
      /iam:GetPolicy on resource: policy arn:aws:iam::\d+:policy\/Foreign because/,
    );
    await accessDenied(s.iam.setDefaultPolicyVersion({ PolicyArn: foreign, VersionId: 'v1' }), /iam:SetDefaultPolicyVersion/);
    await notAttachable(s.iam.attachUserPolicy({ UserName: 'Nobody', PolicyArn: foreign }), foreign);
  });
});

describe('versions', () => {
  const PolicyDocument = allow('s3:*');

  it('are made, put in force, shown and deleted; numbers are not used again', async () => {
    await s.iam.createPolicy({ PolicyName: 'Versioned', PolicyDocument });
    const PolicyArn = arnOf('Versioned');
    const second = await s.iam.createPolicyVersion({ PolicyArn, PolicyDocument: allow('ec2:*') });
    expect(second.PolicyVersion).toEqual({ VersionId: 'v2', IsDefaultVersion: false, CreateDate: expect.any(Date) });
    const third = await s.iam.createPolicyVersion({ PolicyArn, PolicyDocument, SetAsDefault: true });
    expect(third.PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: true });
    const shown = (await s.iam.getPolicyVersion({ PolicyArn, VersionId: 'v2' })).PolicyVersion;
    expect(shown).toMatchObject({ VersionId: 'v2', IsDefaultVersion: false });
    expect(decodeURIComponent(shown?.Document ?? '')).toBe(allow('ec2:*'));
    await s.iam.createPolicyVersion({ PolicyArn, PolicyDocument });
    await s.iam.createPolicyVersion({ PolicyArn, PolicyDocument });
    const { items } = await pages(
      (Marker) => s.iam.listPolicyVersions({ PolicyArn, MaxItems: 2, Marker }),
      (page) => page.Versions,
    );
    expect(items.map((version) => version.VersionId)).toEqual(['v5', 'v4', 'v3', 'v2', 'v1']);
    for (const version of items) expect(version).not.toHaveProperty('Document');
    await limitExceeded(
      s.iam.createPolicyVersion({ PolicyArn, PolicyDocument }),
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
    await deleteConflict(s.iam.deletePolicyVersion({ PolicyArn, VersionId: 'v3' }), 'Cannot delete the default version of a policy.');
    await s.iam.deletePolicyVersion({ PolicyArn, VersionId: 'v5' });
    expect((await s.iam.createPolicyVersion({ PolicyArn, PolicyDocument })).PolicyVersion?.VersionId).toBe('v6');
    await s.iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v6' });
    await s.iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v6' });
    expect((await s.iam.getPolicy({ PolicyArn })).Policy?.DefaultVersionId).toBe('v6');
    const absent = `Policy ${PolicyArn} version v9 does not exist or is not attachable.`;
    await noSuchEntity(s.iam.getPolicyVersion({ PolicyArn, VersionId: 'v9' }), absent);
    await noSuchEntity(s.iam.deletePolicyVersion({ PolicyArn, VersionId: 'v9' }), absent);
    await noSuchEntity(s.iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v9' }), absent);
    await deleteConflict(
      s.iam.deletePolicy({ PolicyArn }),
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
    for (const VersionId of ['v1', 'v2', 'v3', 'v4']) await s.iam.deletePolicyVersion({ PolicyArn, VersionId });
    await s.iam.deletePolicy({ PolicyArn });
    await notFound(s.iam.deletePolicy({ PolicyArn }), PolicyArn);
  });

  it('move UpdateDate when they are made, not when they are put in force', async () => {
    await s.iam.createPolicy({ PolicyName: 'Dated', PolicyDocument });
    const PolicyArn = arnOf('Dated');
    const updated = async () => (await s.iam.getPolicy({ PolicyArn })).Policy?.UpdateDate?.getTime() ?? 0;
    const created = await updated();
    s.advance(60_000);
    await s.iam.createPolicyVersion({ PolicyArn, PolicyDocument });
    const changed = await updated();
    expect(changed).toBeGreaterThan(created);
    s.advance(60_000);
    await s.iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v2' });
    expect(await updated()).toBe(changed);
  });

  it('of AWS’s policies can be read', async () => {
    const { Policy } = await s.iam.getPolicy({ PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess' });
    expect(Policy).toMatchObject({ PolicyName: 'AmazonSageMakerFullAccess', Path: '/', IsAttachable: true, Tags: [] });
    const PolicyArn = Policy?.Arn;
    const { Versions } = await s.iam.listPolicyVersions({ PolicyArn, MaxItems: 1000 });
    expect(Versions?.[0]).toMatchObject({ VersionId: Policy?.DefaultVersionId, IsDefaultVersion: true });
    const { PolicyVersion } = await s.iam.getPolicyVersion({ PolicyArn, VersionId: Policy?.DefaultVersionId });
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toMatchObject({ Version: '2012-10-17' });
  });
});

describe('AWS’s policies', () => {
  it('R01: are nobody’s to change', async () => {
    const denied = (call: Promise<unknown>) => accessDenied(call, `Policy ${READ_ONLY} is managed by AWS and cannot be changed.`);
    await denied(s.iam.createPolicyVersion({ PolicyArn: READ_ONLY, PolicyDocument: allow('*'), SetAsDefault: true }));
    await denied(s.iam.setDefaultPolicyVersion({ PolicyArn: READ_ONLY, VersionId: 'v1' }));
    await denied(s.iam.deletePolicyVersion({ PolicyArn: READ_ONLY, VersionId: 'v1' }));
    await denied(s.iam.deletePolicy({ PolicyArn: READ_ONLY }));
    await denied(s.iam.tagPolicy({ PolicyArn: READ_ONLY, Tags: [{ Key: 'k', Value: 'v' }] }));
    await denied(s.iam.untagPolicy({ PolicyArn: READ_ONLY, TagKeys: ['k'] }));
  });

  it('for service-linked roles cannot be attached', async () => {
    await s.iam.createUser({ UserName: 'Plain' });
    await refused(
      s.iam.attachUserPolicy({
        UserName: 'Plain',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AmazonSageMakerNotebooksServiceRolePolicy',
      }),
      'PolicyNotAttachableException',
      400,
      'Cannot attach a Service Role Policy to a Customer Role.',
    );
  });
});

describe('attaching', () => {
  it('counts, is idempotent, and holds against deletion', async () => {
    await s.iam.createPolicy({ PolicyName: 'Used', PolicyDocument: allow('s3:*') });
    const PolicyArn = arnOf('Used');
    await s.iam.createUser({ UserName: 'Holder', Path: '/h/' });
    await s.iam.createGroup({ GroupName: 'Holders' });
    await s.iam.createRole({ RoleName: 'HolderRole', AssumeRolePolicyDocument: trust(), PermissionsBoundary: PolicyArn });
    await s.iam.attachUserPolicy({ UserName: 'holder', PolicyArn });
    await s.iam.attachUserPolicy({ UserName: 'Holder', PolicyArn });
    await s.iam.attachGroupPolicy({ GroupName: 'Holders', PolicyArn });
    await s.iam.attachRolePolicy({ RoleName: 'HolderRole', PolicyArn });
    expect((await s.iam.getPolicy({ PolicyArn })).Policy).toMatchObject({ AttachmentCount: 3, PermissionsBoundaryUsageCount: 1 });
    await deleteConflict(s.iam.deletePolicy({ PolicyArn }), 'Cannot delete a policy attached to entities.');
    await s.iam.detachUserPolicy({ UserName: 'Holder', PolicyArn });
    await notFound(s.iam.detachUserPolicy({ UserName: 'Holder', PolicyArn }), PolicyArn);
    await s.iam.detachGroupPolicy({ GroupName: 'Holders', PolicyArn });
    await s.iam.detachRolePolicy({ RoleName: 'HolderRole', PolicyArn });
    await deleteConflict(s.iam.deletePolicy({ PolicyArn }), 'Cannot delete a policy attached to entities.');
    await s.iam.deleteRolePermissionsBoundary({ RoleName: 'HolderRole' });
    await s.iam.deletePolicy({ PolicyArn });
  });

  it('is listed by name, by page, below a path', async () => {
    await s.iam.createUser({ UserName: 'Listed' });
    for (const name of ['a/zeta', 'b/Alpha', 'b/beta'])
      await s.iam.createPolicy({ PolicyName: name.slice(2), Path: `/${name.slice(0, 2)}`, PolicyDocument: allow('s3:*') });
    for (const PolicyArn of [arnOf('a/zeta'), arnOf('b/Alpha'), arnOf('b/beta'), ADMINISTRATOR])
      await s.iam.attachUserPolicy({ UserName: 'Listed', PolicyArn });
    const { items, pages: count } = await pages(
      (Marker) => s.iam.listAttachedUserPolicies({ UserName: 'Listed', MaxItems: 3, Marker }),
      (page) => page.AttachedPolicies,
    );
    expect(items).toEqual([
      { PolicyName: 'AdministratorAccess', PolicyArn: ADMINISTRATOR },
      { PolicyName: 'Alpha', PolicyArn: arnOf('b/Alpha') },
      { PolicyName: 'beta', PolicyArn: arnOf('b/beta') },
      { PolicyName: 'zeta', PolicyArn: arnOf('a/zeta') },
    ]);
    expect(count).toBe(2);
    const below = await s.iam.listAttachedUserPolicies({ UserName: 'Listed', PathPrefix: '/b/' });
    expect(below.AttachedPolicies?.map((policy) => policy.PolicyName)).toEqual(['Alpha', 'beta']);
    await s.iam.attachGroupPolicy({ GroupName: 'Holders', PolicyArn: READ_ONLY });
    expect((await s.iam.listAttachedGroupPolicies({ GroupName: 'Holders' })).AttachedPolicies).toHaveLength(1);
    expect((await s.iam.listAttachedRolePolicies({ RoleName: 'HolderRole' })).AttachedPolicies).toEqual([]);
    await noSuchEntity(s.iam.listAttachedUserPolicies({ UserName: 'Absent' }), 'The user with name Absent cannot be found.');
  });

  it('to what does not exist', async () => {
    const PolicyArn = READ_ONLY;
    await noSuchEntity(s.iam.attachUserPolicy({ UserName: 'Absent', PolicyArn }), 'The user with name Absent cannot be found.');
    await noSuchEntity(s.iam.attachGroupPolicy({ GroupName: 'Absent', PolicyArn }), 'The group with name Absent cannot be found.');
    await noSuchEntity(s.iam.attachRolePolicy({ RoleName: 'Absent', PolicyArn }), 'The role with name Absent cannot be found.');
    await noSuchEntity(s.iam.detachUserPolicy({ UserName: 'Absent', PolicyArn }), 'The user with name Absent cannot be found.');
    await noSuchEntity(s.iam.detachGroupPolicy({ GroupName: 'Absent', PolicyArn }), 'The group with name Absent cannot be found.');
    await noSuchEntity(s.iam.detachRolePolicy({ RoleName: 'Absent', PolicyArn }), 'The role with name Absent cannot be found.');
  });
});

describe('ListPolicies', () => {
  it('runs through AWS’s and the customer’s in one order', async () => {
    const { items } = await pages(
      (Marker) => s.iam.listPolicies({ MaxItems: 400, Marker }),
      (page) => page.Policies,
    );
    const names = items.map((policy) => policy.PolicyName?.toLowerCase() ?? '');
    expect(names).toEqual(names.toSorted());
    expect(names.length).toBeGreaterThan(1000);
    expect(new Set(items.map((policy) => policy.Arn)).size).toBe(items.length);
    const counted = async (Scope: 'AWS' | 'Local') => {
      const all = await pages(
        (Marker) => s.iam.listPolicies({ Scope, MaxItems: 1000, Marker }),
        (page) => page.Policies,
      );
      return all.items.length;
    };
    expect((await counted('AWS')) + (await counted('Local'))).toBe(items.length);
  });

  it('keeps two of one name apart across pages', async () => {
    await s.iam.createPolicy({ PolicyName: 'ReadOnlyAccess', PolicyDocument: allow('s3:*') });
    const { items } = await pages(
      (Marker) => s.iam.listPolicies({ MaxItems: 1, Marker, PathPrefix: '/', OnlyAttached: false, Scope: 'Local' }),
      (page) => page.Policies,
    );
    expect(items.filter((policy) => policy.PolicyName === 'ReadOnlyAccess')).toHaveLength(1);
    const everywhere = await pages(
      (Marker) => s.iam.listPolicies({ MaxItems: 333, Marker }),
      (page) => page.Policies,
    );
    expect(everywhere.items.filter((policy) => policy.PolicyName === 'ReadOnlyAccess').map((policy) => policy.Arn)).toEqual([
      READ_ONLY,
      arnOf('ReadOnlyAccess'),
    ]);
  });

  it('filters by use only together with OnlyAttached', async () => {
    const fresh = await s.server.account();
    const iam = s.as(fresh.root);
    const arn = (name: string) => `arn:aws:iam::${fresh.id}:policy/${name}`;
    for (const PolicyName of ['attached', 'bounding', 'unused']) await iam.createPolicy({ PolicyName, PolicyDocument: allow('s3:*') });
    await iam.createUser({ UserName: 'u', PermissionsBoundary: arn('bounding') });
    await iam.attachUserPolicy({ UserName: 'u', PolicyArn: arn('attached') });
    const names = async (input: object) => (await iam.listPolicies({ Scope: 'Local', ...input })).Policies?.map((p) => p.PolicyName);
    expect(await names({ PolicyUsageFilter: 'PermissionsPolicy' })).toEqual(['attached', 'bounding', 'unused']);
    expect(await names({ OnlyAttached: true, PolicyUsageFilter: 'PermissionsPolicy' })).toEqual(['attached']);
    expect(await names({ OnlyAttached: true, PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['bounding']);
    expect(await names({ OnlyAttached: true })).toEqual(['attached', 'bounding']);
  });

  it('counts attachments of AWS’s policies by account', async () => {
    const fresh = await s.server.account();
    const iam = s.as(fresh.root);
    expect((await iam.getPolicy({ PolicyArn: READ_ONLY })).Policy?.AttachmentCount).toBe(0);
    await iam.createUser({ UserName: 'u' });
    await iam.attachUserPolicy({ UserName: 'u', PolicyArn: READ_ONLY });
    expect((await iam.getPolicy({ PolicyArn: READ_ONLY })).Policy?.AttachmentCount).toBe(1);
    expect((await iam.listPolicies({ OnlyAttached: true })).Policies?.map((policy) => policy.Arn)).toEqual([READ_ONLY]);
  });
});

describe('ListEntitiesForPolicy', () => {
  it('names groups, users and roles by use, path and kind', async () => {
    await s.iam.createPolicy({ PolicyName: 'Entities', PolicyDocument: allow('s3:*') });
    const PolicyArn = arnOf('Entities');
    await s.iam.createUser({ UserName: 'e-user', Path: '/e/', PermissionsBoundary: PolicyArn });
    await s.iam.createGroup({ GroupName: 'e-group', Path: '/e/' });
    await s.iam.createRole({ RoleName: 'e-role', AssumeRolePolicyDocument: trust() });
    await s.iam.attachUserPolicy({ UserName: 'e-user', PolicyArn });
    await s.iam.attachGroupPolicy({ GroupName: 'e-group', PolicyArn });
    await s.iam.attachRolePolicy({ RoleName: 'e-role', PolicyArn });
    const names = async (input: object) => {
      const page = await s.iam.listEntitiesForPolicy({ PolicyArn, ...input });
      return [
        ...(page.PolicyGroups ?? []).map((group) => group.GroupName),
        ...(page.PolicyUsers ?? []).map((user) => user.UserName),
        ...(page.PolicyRoles ?? []).map((role) => role.RoleName),
      ];
    };
    expect(await names({})).toEqual(['e-group', 'e-user', 'e-role']);
    expect(await names({ EntityFilter: 'Role' })).toEqual(['e-role']);
    expect(await names({ PathPrefix: '/e/' })).toEqual(['e-group', 'e-user']);
    expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['e-user']);
    expect(await names({ EntityFilter: 'LocalManagedPolicy' })).toEqual([]);
    const paged = await pages(
      (Marker) => s.iam.listEntitiesForPolicy({ PolicyArn, MaxItems: 1, Marker }),
      (page) => [...(page.PolicyGroups ?? []), ...(page.PolicyUsers ?? []), ...(page.PolicyRoles ?? [])],
    );
    expect([paged.items.length, paged.pages]).toEqual([3, 3]);
    expect((await s.iam.listEntitiesForPolicy({ PolicyArn })).PolicyUsers?.[0]?.UserId).toMatch(/^AIDA/);
  });
});

describe('R01: CreatePolicyVersion and SetDefaultPolicyVersion on an attached policy', () => {
  it('raise what it grants, with permission on it', async () => {
    await s.iam.createPolicy({ PolicyName: 'Growing', PolicyDocument: allow('iam:GetUser') });
    const PolicyArn = arnOf('Growing');
    const key = await s.account.user('grower', { managed: [PolicyArn] });
    const grow = () => s.as(key).createPolicyVersion({ PolicyArn, PolicyDocument: allow('*'), SetAsDefault: true });
    await accessDenied(grow(), /iam:CreatePolicyVersion on resource: policy arn:aws:iam::\d+:policy\/Growing because no identity-based/);
    await s.iam.putUserPolicy({ UserName: 'grower', PolicyName: 'p', PolicyDocument: allow('iam:CreatePolicyVersion', PolicyArn) });
    await accessDenied(s.as(key).listUsers({}), /iam:ListUsers/);
    await grow();
    await s.as(key).listUsers({});
    await s.as(key).setDefaultPolicyVersion({ PolicyArn, VersionId: 'v1' });
    await accessDenied(s.as(key).setDefaultPolicyVersion({ PolicyArn, VersionId: 'v2' }), /iam:SetDefaultPolicyVersion/);
    await s.iam.putUserPolicy({ UserName: 'grower', PolicyName: 'p', PolicyDocument: allow('iam:SetDefaultPolicyVersion', PolicyArn) });
    await s.as(key).setDefaultPolicyVersion({ PolicyArn, VersionId: 'v2' });
    await s.as(key).listUsers({});
  });
});
