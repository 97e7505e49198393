import { beforeAll, describe, expect, it } from 'vitest';
import { atOnce } from '../../harness.ts';
import { allow, catalogStage, deny, refused, template, token } from './stage.ts';

const s = catalogStage({ pace: 1 });
/** All that users of a catalog may need. */
const everything = allow('servicecatalog:*');

describe('who sees a product', () => {
  it('principals of its portfolio, however much others may', async () => {
    const { catalog: inside, arn } = await s.user(everything);
    const { productId: Id, viewId } = await s.offer('seen', arn);
    const seen = async (catalog: typeof inside) =>
      ((await catalog.searchProducts({})).ProductViewSummaries ?? []).map(({ ProductId }) => ProductId);
    expect(await seen(inside)).toEqual([Id]);
    const shown = await inside.describeProduct({ Id });
    expect(shown.ProductViewSummary).toMatchObject({ Id: viewId, ProductId: Id, Name: 'seen' });
    expect(shown.ProvisioningArtifacts).toMatchObject([{ Name: 'v1', Guidance: 'DEFAULT' }]);
    expect(shown.LaunchPaths).toEqual([{ Id: expect.stringMatching(/^lpv2-/), Name: 'seen' }]);
    expect((await inside.listLaunchPaths({ ProductId: Id })).LaunchPathSummaries).toMatchObject([
      { Name: 'seen', ConstraintSummaries: [] },
    ]);
    expect((await inside.describeProductView({ Id: viewId })).ProductViewSummary?.ProductId).toBe(Id);
    const { catalog: outside } = await s.user(everything);
    // Not even the administrator who made it.
    for (const catalog of [outside, s.admin]) {
      expect(await seen(catalog)).toEqual([]);
      for (const call of atOnce([
        catalog.describeProduct({ Id }),
        catalog.describeProduct({ Name: 'seen' }),
        catalog.listLaunchPaths({ ProductId: Id }),
        catalog.describeProductView({ Id: viewId }),
        catalog.provisionProduct({ ProductId: Id, ProvisioningArtifactName: 'v1', ProvisionedProductName: 'x', ProvisionToken: token() }),
      ]))
        expect(await refused(call)).toBe('ResourceNotFoundException');
    }
  });

  it('principals who may: a portfolio grants nothing by itself', async () => {
    const { catalog, arn } = await s.user();
    const { productId: Id } = await s.offer('not granted', arn);
    expect(await refused(catalog.describeProduct({ Id }))).toBe('AccessDeniedException');
    expect(await refused(catalog.searchProducts({}))).toBe('AccessDeniedException');
  });

  it('members of a group, sessions of a role, and names like a pattern', async () => {
    const { catalog: member, name } = await s.user(everything);
    await s.account.asRoot('iam', 'CreateGroup', { GroupName: 'Scientists' });
    await s.account.asRoot('iam', 'AddUserToGroup', { GroupName: 'Scientists', UserName: name });
    const { credentials, roleArn } = await s.session('Engineer', [everything]);
    const forGroup = await s.offer('for the group', `arn:aws:iam::${s.account.id}:group/Scientists`);
    const forRole = await s.offer('for the role', roleArn);
    const forPattern = await s.offer('for a pattern');
    await s.admin.associatePrincipalWithPortfolio({
      PortfolioId: forPattern.portfolioId,
      PrincipalARN: 'arn:aws:iam:::role/Engin*',
      PrincipalType: 'IAM_PATTERN',
    });
    const seen = async (catalog: typeof member) =>
      ((await catalog.searchProducts({})).ProductViewSummaries ?? []).map(({ ProductId }) => ProductId).sort();
    expect(await seen(member)).toEqual([forGroup.productId]);
    expect(await seen(s.as(credentials))).toEqual([forRole.productId, forPattern.productId].sort());
    const { Principals } = await s.admin.listPrincipalsForPortfolio({ PortfolioId: forPattern.portfolioId });
    expect(Principals).toEqual([{ PrincipalARN: 'arn:aws:iam:::role/Engin*', PrincipalType: 'IAM_PATTERN' }]);
  });

  it('E14: nobody who was made anew under the name of a principal', async () => {
    const { credentials, roleArn } = await s.session('Reborn', [everything]);
    const { productId: Id } = await s.offer('inherited', roleArn);
    expect(await refused(s.as(credentials).describeProduct({ Id }))).toBeUndefined();
    await s.account.asRoot('iam', 'DeleteRolePolicy', { RoleName: 'Reborn', PolicyName: 'granted' });
    await s.account.asRoot('iam', 'DeleteRole', { RoleName: 'Reborn' });
    const again = await s.session('Reborn', [everything]);
    expect(await refused(s.as(again.credentials).describeProduct({ Id }))).toBe('ResourceNotFoundException');
  });

  it.each([
    ['somebody who is not there', 'IAM', (id: string) => `arn:aws:iam::${id}:user/none`],
    ['somebody in another account', 'IAM', () => 'arn:aws:iam::123456789012:user/alice'],
    ['a pattern that is an ARN of an account', 'IAM_PATTERN', (id: string) => `arn:aws:iam::${id}:role/*`],
    ['a pattern that is none', 'IAM_PATTERN', () => '*'],
  ] as const)('never %s', async (_, PrincipalType, arn) => {
    const PortfolioId = await s.portfolio('wrong principal');
    const associate = s.admin.associatePrincipalWithPortfolio({ PortfolioId, PrincipalARN: arn(s.account.id), PrincipalType });
    expect(await refused(associate)).toBe('InvalidParametersException');
  });

  it('only versions that are active', async () => {
    const { catalog, arn } = await s.user(everything);
    const { productId: ProductId, artifactId } = await s.offer('versions', arn);
    await s.admin.createProvisioningArtifact({ ProductId, Parameters: { Name: 'v2', Info: template }, IdempotencyToken: token() });
    await s.admin.updateProvisioningArtifact({ ProductId, ProvisioningArtifactId: artifactId, Active: false });
    expect((await catalog.describeProduct({ Id: ProductId })).ProvisioningArtifacts?.map(({ Name }) => Name)).toEqual(['v2']);
    const launch = catalog.provisionProduct({
      ProductId,
      ProvisioningArtifactId: artifactId,
      ProvisionedProductName: 'old',
      ProvisionToken: token(),
    });
    expect(await refused(launch)).toBe('InvalidParametersException');
  });

  it('a policy about a product is not got around by its name', async () => {
    const user = await s.user(everything);
    const { productId } = await s.offer('by name', user.arn);
    const denied = await s.user(everything, deny('servicecatalog:*', `arn:aws:catalog:us-east-1:${s.account.id}:product/${productId}`));
    await s.admin.associatePrincipalWithPortfolio({
      PortfolioId: (await s.admin.listPortfoliosForProduct({ ProductId: productId })).PortfolioDetails?.[0]?.Id ?? '',
      PrincipalARN: denied.arn,
      PrincipalType: 'IAM',
    });
    const launch = (catalog: typeof user.catalog, ProvisionedProductName: string) =>
      refused(
        catalog.provisionProduct({
          ProductName: 'by name',
          ProvisioningArtifactName: 'v1',
          ProvisionedProductName,
          ProvisionToken: token(),
        }),
      );
    expect(await launch(denied.catalog, 'denied')).toBe('AccessDeniedException');
    expect(await refused(denied.catalog.describeProduct({ Name: 'by name' }))).toBe('AccessDeniedException');
    expect(await launch(user.catalog, 'allowed')).toBeUndefined();
  });
});

describe('a launched product', () => {
  let user: Awaited<ReturnType<typeof s.user>>;
  let offered: Awaited<ReturnType<typeof s.offer>>;
  beforeAll(async () => {
    user = await s.user(everything);
    offered = await s.offer('launched', user.arn);
  });
  const launch = (ProvisionedProductName: string, more: object = {}) =>
    user.catalog.provisionProduct({
      ProductId: offered.productId,
      ProvisioningArtifactId: offered.artifactId,
      ProvisionedProductName,
      ProvisionToken: token(),
      ...more,
    });
  const shown = async (Name: string) => (await user.catalog.describeProvisionedProduct({ Name })).ProvisionedProductDetail ?? {};

  it('is under change until it is available, and so is its record', async () => {
    const ProvisionToken = token();
    const { RecordDetail = {} } = await launch('first', {
      ProvisionToken,
      Tags: [{ Key: 'team', Value: 'a' }],
      ProvisioningParameters: [{ Key: 'Size', Value: '1' }],
    });
    expect(RecordDetail).toMatchObject({
      Status: 'CREATED',
      RecordType: 'PROVISION_PRODUCT',
      ProductId: offered.productId,
      ProvisionedProductType: 'CFN_STACK',
    });
    const Id = RecordDetail.RecordId ?? '';
    expect((await launch('first', { ProvisionToken })).RecordDetail?.RecordId).toBe(Id);
    expect(await shown('first')).toMatchObject({ Status: 'UNDER_CHANGE', LastRecordId: Id, LastProvisioningRecordId: Id });
    expect((await shown('first')).LastSuccessfulProvisioningRecordId).toBeUndefined();
    s.elapse(30);
    expect((await user.catalog.describeRecord({ Id })).RecordDetail?.Status).toBe('IN_PROGRESS');
    s.elapse(60);
    const record = await user.catalog.describeRecord({ Id });
    expect([record.RecordDetail?.Status, record.RecordDetail?.RecordTags, record.RecordOutputs]).toEqual([
      'SUCCEEDED',
      [{ Key: 'team', Value: 'a' }],
      [],
    ]);
    const product = await shown('first');
    expect(product).toMatchObject({ Status: 'AVAILABLE', LastSuccessfulProvisioningRecordId: Id, Type: 'CFN_STACK' });
    expect(product.Arn).toBe(`arn:aws:servicecatalog:us-east-1:${s.account.id}:stack/first/${product.Id}`);
  });

  it('has a name of its own, until it is terminated', async () => {
    await launch('named');
    expect(await refused(launch('named'))).toBe('DuplicateResourceException');
    const terminate = (TerminateToken = token()) =>
      user.catalog.terminateProvisionedProduct({ ProvisionedProductName: 'named', TerminateToken });
    expect(await refused(terminate())).toBe('InvalidParametersException');
    s.elapse(90);
    const { RecordDetail } = await terminate('end-1');
    expect(RecordDetail).toMatchObject({ RecordType: 'TERMINATE_PROVISIONED_PRODUCT', Status: 'CREATED' });
    expect((await terminate('end-1')).RecordDetail?.RecordId).toBe(RecordDetail?.RecordId);
    expect((await shown('named')).Status).toBe('UNDER_CHANGE');
    s.elapse(90);
    expect(await refused(shown('named'))).toBe('ResourceNotFoundException');
    expect(await refused(launch('named'))).toBeUndefined();
  });

  it('is updated to another version, with parameters laid over its own', async () => {
    await launch('updated', {
      ProvisioningParameters: [
        { Key: 'A', Value: '1' },
        { Key: 'B', Value: '2' },
      ],
    });
    s.elapse(90);
    const added = await s.admin.createProvisioningArtifact({
      ProductId: offered.productId,
      Parameters: { Name: 'v2', Info: template },
      IdempotencyToken: token(),
    });
    const ProvisioningArtifactId = added.ProvisioningArtifactDetail?.Id ?? '';
    const update = (more: object) =>
      user.catalog.updateProvisionedProduct({ ProvisionedProductName: 'updated', UpdateToken: token(), ...more });
    expect(await refused(update({ ProvisioningArtifactId: 'pa-none' }))).toBe('ResourceNotFoundException');
    const { RecordDetail } = await update({
      ProvisioningArtifactId,
      ProvisioningParameters: [
        { Key: 'A', UsePreviousValue: true },
        { Key: 'B', Value: '3' },
      ],
    });
    expect(RecordDetail).toMatchObject({ RecordType: 'UPDATE_PROVISIONED_PRODUCT', ProvisioningArtifactId });
    expect(await refused(update({}))).toBe('InvalidParametersException');
    s.elapse(90);
    expect(await shown('updated')).toMatchObject({
      Status: 'AVAILABLE',
      ProvisioningArtifactId,
      LastProvisioningRecordId: RecordDetail?.RecordId,
    });
    expect(await refused(s.admin.deleteProvisioningArtifact({ ProductId: offered.productId, ProvisioningArtifactId }))).toBe(
      'ResourceInUseException',
    );
    const { RecordDetails = [] } = await user.catalog.listRecordHistory({
      SearchFilter: { Key: 'provisionedproduct', Value: (await shown('updated')).Id ?? '' },
    });
    expect(RecordDetails.map(({ RecordType }) => RecordType)).toEqual(['UPDATE_PROVISIONED_PRODUCT', 'PROVISION_PRODUCT']);
  });

  it('needs to be told which product, which version and which way', async () => {
    expect(await refused(launch('x', { ProductId: undefined }))).toBe('InvalidParametersException');
    expect(await refused(launch('x', { ProvisioningArtifactId: undefined }))).toBe('InvalidParametersException');
    expect(await refused(launch('x', { PathId: 'lpv2-none' }))).toBe('ResourceNotFoundException');
    const second = await s.portfolio('a second way');
    await s.admin.associateProductWithPortfolio({ PortfolioId: second, ProductId: offered.productId });
    await s.admin.associatePrincipalWithPortfolio({ PortfolioId: second, PrincipalARN: user.arn, PrincipalType: 'IAM' });
    expect(await refused(launch('two-ways'))).toBe('InvalidParametersException');
    expect(await refused(launch('two-ways', { PathName: 'a second way' }))).toBeUndefined();
    await s.admin.disassociateProductFromPortfolio({ PortfolioId: second, ProductId: offered.productId });
  });

  it('is searched for', async () => {
    for (const name of ['search-b', 'search-a']) await launch(name, { Tags: [{ Key: 'kind', Value: name }] });
    const search = async (...SearchQuery: string[]) =>
      ((await user.catalog.searchProvisionedProducts({ Filters: { SearchQuery }, SortBy: 'name' })).ProvisionedProducts ?? []).map(
        ({ Name }) => Name,
      );
    expect(await search('name:search-*')).toEqual(['search-a', 'search-b']);
    expect(await search('SEARCH-A')).toEqual(['search-a']);
    expect(await search('name:search-*', 'tags:kind:search-b')).toEqual(['search-b']);
    expect(await search('status:available', 'name:search-*')).toEqual([]);
    expect(await search(`productId:${offered.productId}`, 'name:search-?')).toEqual(['search-a', 'search-b']);
    expect(await refused(user.catalog.searchProvisionedProducts({ SortBy: 'price' }))).toBe('InvalidParametersException');
    const paged = await user.catalog.searchProvisionedProducts({ PageSize: 1 });
    expect([paged.ProvisionedProducts?.length, Number(paged.TotalResultsCount) > 1]).toEqual([1, true]);
    const next = await user.catalog.searchProvisionedProducts({ PageSize: 1, PageToken: paged.NextPageToken });
    expect(next.ProvisionedProducts?.[0]?.Id).not.toBe(paged.ProvisionedProducts?.[0]?.Id);
  });
});

describe('whose launched products one may see and change', () => {
  const level = (name: string) => ({ StringEquals: { [`servicecatalog:${name}`]: 'self' } });
  const names = async (call: Promise<{ ProvisionedProducts?: { Name?: string | undefined }[] | undefined }>) =>
    ((await call).ProvisionedProducts ?? []).map(({ Name }) => Name).sort();

  it('one’s own, one’s role’s, or the account’s', async () => {
    const launchOnly = allow(['servicecatalog:ProvisionProduct']);
    const forUser = allow('servicecatalog:*ProvisionedProduct*', '*', level('userLevel'));
    const forRole = allow('servicecatalog:*ProvisionedProduct*', '*', level('roleLevel'));
    const one = await s.session('LevelUser', [launchOnly, forUser], 'ann');
    const same = await s.session('LevelUser', [], 'bob');
    const role = await s.session('LevelRole', [launchOnly, forRole], 'ann');
    const sameRole = await s.session('LevelRole', [], 'bob');
    const { productId: ProductId } = await s.offer('levels', one.roleArn, role.roleArn);
    const launch = (credentials: typeof one.credentials, ProvisionedProductName: string) =>
      s.as(credentials).provisionProduct({ ProductId, ProvisioningArtifactName: 'v1', ProvisionedProductName, ProvisionToken: token() });
    await launch(one.credentials, 'of-user-ann');
    await launch(role.credentials, 'of-role-ann');
    s.elapse(90);
    const describeIt = (credentials: typeof one.credentials, Name: string) =>
      refused(s.as(credentials).describeProvisionedProduct({ Name }));
    expect(await describeIt(one.credentials, 'of-user-ann')).toBeUndefined();
    expect(await describeIt(same.credentials, 'of-user-ann')).toBe('AccessDeniedException');
    expect(await describeIt(sameRole.credentials, 'of-role-ann')).toBeUndefined();
    expect(await describeIt(sameRole.credentials, 'of-user-ann')).toBe('AccessDeniedException');
    // Whether it is there, nobody is told who may not know.
    expect(await describeIt(same.credentials, 'none')).toBe('AccessDeniedException');
    const terminate = (credentials: typeof one.credentials, ProvisionedProductName: string) =>
      refused(s.as(credentials).terminateProvisionedProduct({ ProvisionedProductName, TerminateToken: token() }));
    expect(await terminate(same.credentials, 'of-user-ann')).toBe('AccessDeniedException');
    expect(await terminate(sameRole.credentials, 'of-role-ann')).toBeUndefined();

    const scan = (credentials: typeof one.credentials, Key?: 'Account' | 'Role' | 'User') =>
      names(s.as(credentials).scanProvisionedProducts(Key ? { AccessLevelFilter: { Key, Value: 'self' } } : {}));
    expect(await scan(one.credentials)).toEqual(['of-user-ann']);
    expect(await scan(same.credentials, 'User')).toEqual([]);
    expect(await refused(scan(one.credentials, 'Role'))).toBe('AccessDeniedException');
    expect(await scan(sameRole.credentials, 'Role')).toEqual(['of-role-ann']);
    expect(await refused(scan(sameRole.credentials, 'Account'))).toBe('AccessDeniedException');
    expect(await refused(scan(sameRole.credentials))).toBe('AccessDeniedException');
    const { catalog } = await s.user(allow('servicecatalog:ScanProvisionedProducts', '*', level('accountLevel')));
    expect(await names(catalog.scanProvisionedProducts({ AccessLevelFilter: { Key: 'Account', Value: 'self' }, PageSize: 20 }))).toEqual(
      expect.arrayContaining(['of-user-ann']),
    );
  });
});

describe('a portfolio of another account', () => {
  it('is seen once it is offered and accepted, and no longer when the share ends', async () => {
    const other = await s.server.account();
    const theirs = s.as(other.root);
    const { portfolioId: PortfolioId, productId: Id } = await s.offer('shared');
    expect(await refused(theirs.acceptPortfolioShare({ PortfolioId }))).toBe('ResourceNotFoundException');
    for (const AccountId of ['999999999999', s.account.id])
      expect(await refused(s.admin.createPortfolioShare({ PortfolioId, AccountId }))).toBe('InvalidParametersException');
    const toOrganization = { PortfolioId, OrganizationNode: { Type: 'ORGANIZATION', Value: 'o-abcdefghij' } } as const;
    expect(await refused(s.admin.createPortfolioShare(toOrganization))).toBe('OperationNotSupportedException');
    await s.admin.createPortfolioShare({ PortfolioId, AccountId: other.id });
    expect((await s.admin.listPortfolioAccess({ PortfolioId })).AccountIds).toEqual([other.id]);
    expect(await refused(theirs.describePortfolio({ Id: PortfolioId }))).toBe('ResourceNotFoundException');
    await theirs.acceptPortfolioShare({ PortfolioId });
    const accepted = (await theirs.listAcceptedPortfolioShares({})).PortfolioDetails;
    expect(accepted).toMatchObject([{ Id: PortfolioId, ARN: `arn:aws:catalog:us-east-1:${s.account.id}:portfolio/${PortfolioId}` }]);
    const credentials = await other.user('launcher', { managed: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    const launcher = s.as(credentials);
    expect(await refused(launcher.describeProduct({ Id }))).toBe('ResourceNotFoundException');
    const principal = { PortfolioId, PrincipalARN: `arn:aws:iam::${other.id}:user/launcher`, PrincipalType: 'IAM' } as const;
    await theirs.associatePrincipalWithPortfolio(principal);
    expect((await launcher.describeProduct({ Id })).ProductViewSummary?.Name).toBe('shared');
    const input = { ProductId: Id, ProvisioningArtifactName: 'v1', ProvisionedProductName: 'abroad', ProvisionToken: token() };
    expect((await launcher.provisionProduct(input)).RecordDetail?.Status).toBe('CREATED');
    // Seen, not owned.
    for (const call of atOnce([
      theirs.updatePortfolio({ Id: PortfolioId, DisplayName: 'mine' }),
      theirs.deletePortfolio({ Id: PortfolioId }),
      theirs.updateProduct({ Id, Name: 'mine' }),
      theirs.deleteProduct({ Id }),
      theirs.createProvisioningArtifact({ ProductId: Id, Parameters: { Info: template }, IdempotencyToken: token() }),
      theirs.createPortfolioShare({ PortfolioId, AccountId: s.account.id }),
    ]))
      expect(await refused(call)).toBe('ResourceNotFoundException');
    await s.admin.deletePortfolioShare({ PortfolioId, AccountId: other.id });
    expect(await refused(launcher.describeProduct({ Id }))).toBe('ResourceNotFoundException');
    expect((await theirs.listAcceptedPortfolioShares({})).PortfolioDetails).toEqual([]);
    expect(await refused(theirs.rejectPortfolioShare({ PortfolioId }))).toBe('ResourceNotFoundException');
    // Offered anew, it has to be accepted anew; and whoever accepted it can let it go.
    await s.admin.createPortfolioShare({ PortfolioId, AccountId: other.id });
    expect(await refused(theirs.describePortfolio({ Id: PortfolioId }))).toBe('ResourceNotFoundException');
    await theirs.acceptPortfolioShare({ PortfolioId });
    await theirs.describePortfolio({ Id: PortfolioId });
    await theirs.rejectPortfolioShare({ PortfolioId });
    expect(await refused(theirs.describePortfolio({ Id: PortfolioId }))).toBe('ResourceNotFoundException');
  });
});
