import { describe, expect, it } from 'vitest';
import { callersOrganization } from '../../../src/services/organizations/standing.ts';
import { policy } from '../../harness.ts';
import { constraint, invalid, pages, refused, stage } from './stage.ts';

const s = stage();

describe('an organization', () => {
  it('is made by whoever becomes its management account, with one root and a service-linked role', async () => {
    const { id } = s.management;
    const { Organization } = await s.org.describeOrganization({});
    expect(Organization).toEqual({
      Id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
      Arn: `arn:aws:organizations::${id}:organization/${s.organizationId}`,
      FeatureSet: 'ALL',
      MasterAccountArn: `arn:aws:organizations::${id}:account/${s.organizationId}/${id}`,
      MasterAccountId: id,
      MasterAccountEmail: `root@${id}.example.com`,
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    });
    expect((await s.org.listRoots({})).Roots).toEqual([
      {
        Id: expect.stringMatching(/^r-[a-z0-9]{4}$/),
        Arn: `arn:aws:organizations::${id}:root/${s.organizationId}/${s.rootId}`,
        Name: 'Root',
        PolicyTypes: [],
      },
    ]);
    const role = await s.management.asRoot('iam', 'GetRole', { RoleName: 'AWSServiceRoleForOrganizations' });
    expect(role).toMatchObject({ Role: { Path: '/aws-service-role/organizations.amazonaws.com/' } });
    await refused(
      s.org.createOrganization({}),
      'AlreadyInOrganizationException',
      'The AWS account is already a member of an organization.',
    );
  });

  it('needs iam:CreateServiceLinkedRole of whoever makes it', async () => {
    const account = await s.server.account();
    const half = await account.user('half', { inline: { p: policy({ Effect: 'Allow', Action: 'organizations:*', Resource: '*' }) } });
    await refused(
      s.as(half).createOrganization({}),
      'AccessDeniedForDependencyException',
      /service-linked role required by AWS Organizations/,
      'ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE',
    );
    await account.asRoot('iam', 'PutUserPolicy', {
      UserName: 'half',
      PolicyName: 'whole',
      PolicyDocument: JSON.stringify(
        policy({
          Effect: 'Allow',
          Action: 'iam:CreateServiceLinkedRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:AWSServiceName': 'organizations.amazonaws.com' } },
        }),
      ),
    });
    expect((await s.as(half).createOrganization({ FeatureSet: 'CONSOLIDATED_BILLING' })).Organization).toMatchObject({
      FeatureSet: 'CONSOLIDATED_BILLING',
      AvailablePolicyTypes: [],
    });
  });

  it('is deleted when nothing is in it any more', async () => {
    const { account, org, rootId } = await s.elsewhere();
    const unit = await org.createOrganizationalUnit({ ParentId: rootId, Name: 'x' });
    const notEmpty = 'To delete an organization you must first remove all member accounts (except the master).';
    await refused(org.deleteOrganization({}), 'OrganizationNotEmptyException', notEmpty);
    await org.deleteOrganizationalUnit({ OrganizationalUnitId: unit.OrganizationalUnit?.Id });
    const invited = await s.server.account();
    const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: invited.id } });
    const open = await org.inviteAccountToOrganization({ Target: { Type: 'EMAIL', Id: 'nobody@example.com' } });
    await s.as(invited.root).acceptHandshake({ HandshakeId: Handshake?.Id });
    await refused(org.deleteOrganization({}), 'OrganizationNotEmptyException', notEmpty);
    await org.removeAccountFromOrganization({ AccountId: invited.id });
    await org.deleteOrganization({});
    await refused(org.describeOrganization({}), 'AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
    expect((await org.describeHandshake({ HandshakeId: open.Handshake?.Id })).Handshake?.State).toBe('CANCELED');
    expect((await s.as(account.root).createOrganization({})).Organization?.Id).toMatch(/^o-/);
  });

  it('answers an account outside of any that it is not in use, once IAM lets it ask', async () => {
    const account = await s.server.account();
    const notInUse = 'Your account is not a member of an organization.';
    await refused(s.as(account.root).listAccounts({}), 'AWSOrganizationsNotInUseException', notInUse);
    await refused(s.as(account.root).leaveOrganization({}), 'AWSOrganizationsNotInUseException', notInUse);
    const nobody = await account.user('nobody');
    await refused(
      s.as(nobody).listAccounts({}),
      'AccessDeniedException',
      `User: arn:aws:iam::${account.id}:user/nobody is not authorized to perform: organizations:ListAccounts on resource: * because no identity-based policy allows the organizations:ListAccounts action`,
    );
  });
});

describe('organizational units', () => {
  it('make a tree with names, paths, children and parents', async () => {
    const { org, rootId, organizationId } = s;
    const { OrganizationalUnit: a } = await org.createOrganizationalUnit({ ParentId: rootId, Name: 'a' });
    const id = a?.Id ?? '';
    expect(a).toEqual({
      Id: expect.stringMatching(new RegExp(`^ou-${rootId.slice(2)}-[a-z0-9]{8}$`)),
      Arn: `arn:aws:organizations::${s.management.id}:ou/${organizationId}/${id}`,
      Name: 'a',
      Path: `${organizationId}/${rootId}/${id}/`,
    });
    const b = await s.unit(id, 'b');
    expect((await org.describeOrganizationalUnit({ OrganizationalUnitId: b })).OrganizationalUnit?.Path).toBe(
      `${organizationId}/${rootId}/${id}/${b}/`,
    );
    expect((await org.listOrganizationalUnitsForParent({ ParentId: id })).OrganizationalUnits).toMatchObject([{ Id: b, Name: 'b' }]);
    expect((await org.listChildren({ ParentId: id, ChildType: 'ORGANIZATIONAL_UNIT' })).Children).toEqual([
      { Id: b, Type: 'ORGANIZATIONAL_UNIT' },
    ]);
    expect((await org.listChildren({ ParentId: rootId, ChildType: 'ACCOUNT' })).Children).toContainEqual({
      Id: s.management.id,
      Type: 'ACCOUNT',
    });
    expect((await org.listParents({ ChildId: b })).Parents).toEqual([{ Id: id, Type: 'ORGANIZATIONAL_UNIT' }]);
    expect((await org.listParents({ ChildId: id })).Parents).toEqual([{ Id: rootId, Type: 'ROOT' }]);
    await refused(org.deleteOrganizationalUnit({ OrganizationalUnitId: id }), 'OrganizationalUnitNotEmptyException');
    await org.deleteOrganizationalUnit({ OrganizationalUnitId: b });
    await refused(
      org.describeOrganizationalUnit({ OrganizationalUnitId: b }),
      'OrganizationalUnitNotFoundException',
      "You specified an organizational unit that doesn't exist.",
    );
    await refused(org.deleteOrganizationalUnit({ OrganizationalUnitId: b }), 'OrganizationalUnitNotFoundException');
    await refused(org.listParents({ ChildId: b }), 'ChildNotFoundException');
    await refused(org.listParents({ ChildId: '999999999999' }), 'ChildNotFoundException');
    await refused(org.listChildren({ ParentId: b, ChildType: 'ACCOUNT' }), 'ParentNotFoundException');
    await refused(org.listOrganizationalUnitsForParent({ ParentId: 'r-zzzz' }), 'ParentNotFoundException');
    await refused(org.createOrganizationalUnit({ ParentId: b, Name: 'c' }), 'ParentNotFoundException');
  });

  it('are named uniquely under their parent, and renamed', async () => {
    const { org, rootId } = s;
    const one = await s.unit(rootId, 'one');
    const two = await s.unit(rootId, 'two');
    await s.unit(one, 'two');
    await refused(
      org.createOrganizationalUnit({ ParentId: rootId, Name: 'two' }),
      'DuplicateOrganizationalUnitException',
      'An OU with the same name already exists.',
    );
    await refused(org.updateOrganizationalUnit({ OrganizationalUnitId: two, Name: 'one' }), 'DuplicateOrganizationalUnitException');
    await refused(
      org.updateOrganizationalUnit({ OrganizationalUnitId: 'ou-zzzz-12345678', Name: 'one' }),
      'OrganizationalUnitNotFoundException',
    );
    const renamed = await org.updateOrganizationalUnit({ OrganizationalUnitId: two, Name: 'three' });
    expect(renamed.OrganizationalUnit).toMatchObject({ Id: two, Name: 'three' });
    for (const Name of [undefined, ' '])
      expect((await org.updateOrganizationalUnit({ OrganizationalUnitId: two, Name })).OrganizationalUnit?.Name).toBe('three');
    await invalid(org.updateOrganizationalUnit({ OrganizationalUnitId: two, Name: '' }), 'MIN_LENGTH_EXCEEDED:NAME');
    await invalid(org.createOrganizationalUnit({ ParentId: rootId, Name: 'x'.repeat(129) }), 'MAX_LENGTH_EXCEEDED:NAME');
  });

  it('go five deep', async () => {
    let parent = s.rootId;
    for (let depth = 1; depth <= 5; depth++) parent = await s.unit(parent, `depth ${depth}`);
    await constraint(s.org.createOrganizationalUnit({ ParentId: parent, Name: 'too deep' }), 'OU_DEPTH_LIMIT_EXCEEDED');
  });

  it('are listed page by page, with tokens that open nowhere else', async () => {
    const top = await s.unit(s.rootId, 'pages');
    for (let i = 0; i < 5; i++) await s.unit(top, `page ${i}`);
    const found = await pages((page) => s.org.listOrganizationalUnitsForParent({ ParentId: top, ...page }), 2);
    expect(found.map((each) => each.OrganizationalUnits?.length)).toEqual([2, 2, 1]);
    expect(new Set(found.flatMap((each) => each.OrganizationalUnits?.map((unit) => unit.Name))).size).toBe(5);
    const NextToken = found[0]?.NextToken;
    const message = 'You specified an invalid value for nextToken. You must get the value from the response to a previous call to the API.';
    await invalid(s.org.listOrganizationalUnitsForParent({ ParentId: s.rootId, NextToken }), 'INVALID_NEXT_TOKEN', message);
    await invalid(s.org.listChildren({ ParentId: top, ChildType: 'ORGANIZATIONAL_UNIT', NextToken }), 'INVALID_NEXT_TOKEN', message);
    for (const token of ['', 'x', `${NextToken}x`]) await invalid(s.org.listRoots({ NextToken: token }), 'INVALID_NEXT_TOKEN', message);
    for (const [MaxResults, reason] of [
      [0, 'MIN_VALUE_EXCEEDED:MAX_RESULTS'],
      [21, 'MAX_VALUE_EXCEEDED:MAX_RESULTS'],
    ] as const)
      await invalid(s.org.listChildren({ ParentId: top, ChildType: 'ACCOUNT', MaxResults }), reason);
  });
});

it('what was authorised in one organization is not done in another', async () => {
  const { store } = s.server.installation;
  const { id: account } = await s.member();
  const authorised = { account, target: { arn: '*', account: '999999999999' } };
  await expect(callersOrganization(store, authorised)).rejects.toMatchObject({ code: 'ConcurrentModificationException' });
  const still = await callersOrganization(store, { account, target: { arn: '*', account: s.management.id } });
  expect(still.organizationId).toBe(s.organizationId);
});

describe('quotas', () => {
  const few = stage({ quotas: { OrganizationalUnitsPerOrganization: 2 } });

  it('limit the number of OUs', async () => {
    await few.unit(few.rootId, '1');
    await few.unit(few.rootId, '2');
    await constraint(few.org.createOrganizationalUnit({ ParentId: few.rootId, Name: '3' }), 'OU_NUMBER_LIMIT_EXCEEDED');
  });
});
