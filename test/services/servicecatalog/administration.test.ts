import { paginateListPortfolios, paginateSearchProductsAsAdmin } from '@aws-sdk/client-service-catalog';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../harness.ts';
import { allow, catalogStage, deny, refused, template, token } from './stage.ts';

const s = catalogStage({ quotas: { 'Product versions per product': 3 } });

describe('a portfolio', () => {
  it('is made, shown, changed, listed and deleted', async () => {
    const IdempotencyToken = token();
    const input = {
      DisplayName: 'ML',
      ProviderName: 'Platform',
      Description: 'Projects',
      Tags: [{ Key: 'team', Value: 'a' }],
      IdempotencyToken,
    };
    const { PortfolioDetail, Tags } = await s.admin.createPortfolio(input);
    const Id = PortfolioDetail?.Id ?? '';
    expect(Id).toMatch(/^port-[a-z0-9]{13}$/);
    expect(PortfolioDetail).toMatchObject({
      ARN: `arn:aws:catalog:us-east-1:${s.account.id}:portfolio/${Id}`,
      DisplayName: 'ML',
      ProviderName: 'Platform',
      Description: 'Projects',
      CreatedTime: expect.any(Date),
    });
    expect(Tags).toEqual([{ Key: 'team', Value: 'a' }]);
    expect((await s.admin.createPortfolio(input)).PortfolioDetail?.Id).toBe(Id);
    const change = { AddTags: [{ Key: 'stage', Value: 'prod' }], RemoveTags: ['team'] };
    await s.admin.updatePortfolio({ Id, DisplayName: 'ML projects', ...change });
    const shown = await s.admin.describePortfolio({ Id });
    expect(shown.PortfolioDetail).toMatchObject({ DisplayName: 'ML projects', Description: 'Projects' });
    expect(shown.Tags).toEqual([{ Key: 'stage', Value: 'prod' }]);
    expect((await s.admin.listPortfolios({})).PortfolioDetails?.map((each) => each.Id)).toContain(Id);
    await s.admin.deletePortfolio({ Id });
    for (const call of atOnce([s.admin.describePortfolio({ Id }), s.admin.updatePortfolio({ Id }), s.admin.deletePortfolio({ Id })]))
      expect(await refused(call)).toBe('ResourceNotFoundException');
  });

  it('is not deleted while it has products or principals', async () => {
    const { portfolioId: Id, productId: ProductId } = await s.offer('full', s.adminArn);
    const del = () => refused(s.admin.deletePortfolio({ Id }));
    expect(await del()).toBe('ResourceInUseException');
    await s.admin.disassociateProductFromPortfolio({ PortfolioId: Id, ProductId });
    expect(await del()).toBe('ResourceInUseException');
    await s.admin.disassociatePrincipalFromPortfolio({ PortfolioId: Id, PrincipalARN: s.adminArn });
    expect(await del()).toBeUndefined();
    expect(await refused(s.admin.disassociatePrincipalFromPortfolio({ PortfolioId: Id, PrincipalARN: s.adminArn }))).toBe(
      'ResourceNotFoundException',
    );
  });

  it.each([
    [
      'twice',
      [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    ],
    ['of AWS', [{ Key: 'aws:x', Value: '1' }]],
  ])('takes no tags %s', async (_, Tags) => {
    expect(await refused(s.portfolio('tagged', { Tags }))).toBe('InvalidParametersException');
  });

  it('is of one region and one account', async () => {
    const Id = await s.portfolio('here');
    const other = await s.server.account();
    expect(await refused(s.as(s.account.root, 'us-east-2').describePortfolio({ Id }))).toBe('ResourceNotFoundException');
    expect(await refused(s.as(other.root).describePortfolio({ Id }))).toBe('ResourceNotFoundException');
  });

  it('is listed in pages, whose tokens go with the listing', async () => {
    for (let i = 0; i < 4; i++) await s.portfolio(`page ${i}`);
    const ids: (string | undefined)[] = [];
    for await (const { PortfolioDetails = [] } of paginateListPortfolios({ client: s.admin, pageSize: 2 }, {})) {
      expect(PortfolioDetails.length).toBeLessThanOrEqual(2);
      ids.push(...PortfolioDetails.map(({ Id }) => Id));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual((await s.admin.listPortfolios({ PageSize: 100 })).PortfolioDetails?.map(({ Id }) => Id));
    const { NextPageToken: PageToken } = await s.admin.listPortfolios({ PageSize: 1 });
    expect(await refused(s.admin.searchProductsAsAdmin({ PageToken }))).toBe('InvalidParametersException');
  });
});

describe('a product', () => {
  it('is made with its first version, shown, changed and deleted', async () => {
    const IdempotencyToken = token();
    const input = {
      Name: 'Template',
      Owner: 'Platform',
      Description: 'Builds models',
      SupportEmail: 'help@example.com',
      ProductType: 'CLOUD_FORMATION_TEMPLATE' as const,
      ProvisioningArtifactParameters: { Name: 'v1', Description: 'first', Info: template },
      Tags: [{ Key: 'sagemaker:studio-visibility', Value: 'true' }],
      IdempotencyToken,
    };
    const made = await s.admin.createProduct(input);
    const { ProductViewSummary: summary = {}, ProductARN } = made.ProductViewDetail ?? {};
    const Id = summary.ProductId ?? '';
    expect([Id, summary.Id, made.ProvisioningArtifactDetail?.Id].map((id) => id?.replace(/-[a-z0-9]{13}$/, ''))).toEqual([
      'prod',
      'prodview',
      'pa',
    ]);
    expect(ProductARN).toBe(`arn:aws:catalog:us-east-1:${s.account.id}:product/${Id}`);
    expect(made.ProvisioningArtifactDetail).toMatchObject({
      Name: 'v1',
      Description: 'first',
      Type: 'CLOUD_FORMATION_TEMPLATE',
      Active: true,
    });
    expect((await s.admin.createProduct(input)).ProductViewDetail?.ProductViewSummary?.ProductId).toBe(Id);
    await s.admin.updateProduct({ Id, Name: 'Template 2', Owner: 'ML', RemoveTags: ['sagemaker:studio-visibility'] });
    const shown = await s.admin.describeProductAsAdmin({ Name: 'Template 2' });
    expect(shown.ProductViewDetail?.ProductViewSummary).toMatchObject({ ProductId: Id, Owner: 'ML', ShortDescription: 'Builds models' });
    expect([shown.Tags, shown.ProvisioningArtifactSummaries?.length]).toEqual([[], 1]);
    await s.admin.deleteProduct({ Id });
    expect(await refused(s.admin.describeProductAsAdmin({ Id }))).toBe('ResourceNotFoundException');
    expect(await refused(s.admin.listProvisioningArtifacts({ ProductId: Id }))).toBe('ResourceNotFoundException');
  });

  it.each([
    ['no version', { ProvisioningArtifactParameters: undefined }],
    ['a version without a template', { ProvisioningArtifactParameters: { Name: 'v1' } }],
    [
      'a repository as its source',
      {
        SourceConnection: {
          ConnectionParameters: {
            CodeStar: {
              ConnectionArn: 'arn:aws:codestar-connections:us-east-1:123456789012:connection/x',
              Repository: 'r',
              Branch: 'b',
              ArtifactPath: 'p',
            },
          },
        },
      },
    ],
  ])('is refused with %s', async (_, more) => {
    expect(await refused(s.product('wrong', more))).toBe('InvalidParametersException');
  });

  it('is not deleted while it is in a portfolio, and is listed with those that it is in', async () => {
    const { portfolioId, productId } = await s.offer('kept');
    expect((await s.admin.listPortfoliosForProduct({ ProductId: productId })).PortfolioDetails?.map(({ Id }) => Id)).toEqual([portfolioId]);
    expect(await refused(s.admin.deleteProduct({ Id: productId }))).toBe('ResourceInUseException');
    await s.admin.disassociateProductFromPortfolio({ PortfolioId: portfolioId, ProductId: productId });
    expect(await refused(s.admin.disassociateProductFromPortfolio({ PortfolioId: portfolioId, ProductId: productId }))).toBe(
      'ResourceNotFoundException',
    );
    expect(await refused(s.admin.deleteProduct({ Id: productId }))).toBeUndefined();
  });

  it('goes only into a portfolio that there is', async () => {
    const { productId } = await s.product('homeless');
    const portfolioId = await s.portfolio('home');
    const put = (ProductId: string, PortfolioId: string) => refused(s.admin.associateProductWithPortfolio({ ProductId, PortfolioId }));
    expect(await put(productId, 'port-none')).toBe('ResourceNotFoundException');
    expect(await put('prod-none', portfolioId)).toBe('ResourceNotFoundException');
    expect([await put(productId, portfolioId), await put(productId, portfolioId)]).toEqual([undefined, undefined]);
  });

  it('is found by administrators by text, owner, type and portfolio, in order', async () => {
    const { portfolioId, productId } = await s.offer('zebra found');
    await s.product('aardvark found', { Owner: 'Zoo', Description: 'eats ants' });
    const names = async (input: object) =>
      ((await s.admin.searchProductsAsAdmin(input)).ProductViewDetails ?? []).map(({ ProductViewSummary }) => ProductViewSummary?.Name);
    expect(await names({ Filters: { FullTextSearch: ['FOUND'] } })).toEqual(['aardvark found', 'zebra found']);
    expect(await names({ Filters: { FullTextSearch: ['found'] }, SortBy: 'Title', SortOrder: 'DESCENDING' })).toEqual([
      'zebra found',
      'aardvark found',
    ]);
    expect(await names({ Filters: { FullTextSearch: ['found'] }, SortBy: 'CreationDate' })).toEqual(['zebra found', 'aardvark found']);
    expect(await names({ Filters: { FullTextSearch: ['ants'], Owner: ['Zoo', 'IT'] } })).toEqual(['aardvark found']);
    expect(await names({ Filters: { SourceProductId: [productId], ProductType: ['MARKETPLACE'] } })).toEqual([]);
    expect(await names({ PortfolioId: portfolioId })).toEqual(['zebra found']);
    expect(await refused(names({ PortfolioId: 'port-none' }))).toBe('ResourceNotFoundException');
    let count = 0;
    for await (const { ProductViewDetails = [] } of paginateSearchProductsAsAdmin(
      { client: s.admin, pageSize: 1 },
      { Filters: { FullTextSearch: ['found'] } },
    ))
      count += ProductViewDetails.length;
    expect(count).toBe(2);
  });
});

describe('a version of a product', () => {
  it('is added, shown, changed and deleted', async () => {
    const { productId: ProductId, artifactId: first } = await s.product('versioned');
    const input = { ProductId, Parameters: { Name: 'v2', Info: template }, IdempotencyToken: token() };
    const made = await s.admin.createProvisioningArtifact(input);
    const ProvisioningArtifactId = made.ProvisioningArtifactDetail?.Id ?? '';
    expect([made.Status, made.Info]).toEqual(['AVAILABLE', { TemplateUrl: template.LoadTemplateFromURL }]);
    expect((await s.admin.createProvisioningArtifact(input)).ProvisioningArtifactDetail?.Id).toBe(ProvisioningArtifactId);
    await s.admin.updateProvisioningArtifact({ ProductId, ProvisioningArtifactId, Active: false, Guidance: 'DEPRECATED', Name: 'two' });
    const { ProvisioningArtifactDetails = [] } = await s.admin.listProvisioningArtifacts({ ProductId });
    expect(ProvisioningArtifactDetails.map(({ Name, Active, Guidance }) => [Name, Active, Guidance])).toEqual([
      ['v1', true, 'DEFAULT'],
      ['two', false, 'DEPRECATED'],
    ]);
    const shown = await s.admin.describeProvisioningArtifact({ ProductId, ProvisioningArtifactName: 'two' });
    expect(shown.ProvisioningArtifactDetail?.Id).toBe(ProvisioningArtifactId);
    await s.admin.deleteProvisioningArtifact({ ProductId, ProvisioningArtifactId });
    expect(await refused(s.admin.describeProvisioningArtifact({ ProductId, ProvisioningArtifactId }))).toBe('ResourceNotFoundException');
    expect(await refused(s.admin.deleteProvisioningArtifact({ ProductId, ProvisioningArtifactId: first }))).toBe('ResourceInUseException');
    expect(await refused(s.admin.describeProvisioningArtifact({ ProductId }))).toBe('InvalidParametersException');
  });

  it('is one of its product and of no other', async () => {
    const [one, other] = [await s.product('one'), await s.product('other')];
    const mixed = { ProductId: one.productId, ProvisioningArtifactId: other.artifactId };
    for (const call of atOnce([
      s.admin.describeProvisioningArtifact(mixed),
      s.admin.updateProvisioningArtifact(mixed),
      s.admin.deleteProvisioningArtifact(mixed),
    ]))
      expect(await refused(call)).toBe('ResourceNotFoundException');
  });

  it('is one of so many', async () => {
    const { productId: ProductId } = await s.product('crowded');
    const add = () => refused(s.admin.createProvisioningArtifact({ ProductId, Parameters: { Info: template }, IdempotencyToken: token() }));
    expect([await add(), await add(), await add()]).toEqual([undefined, undefined, 'LimitExceededException']);
  });
});

describe('who may administer', () => {
  const arn = (resource: string) => `arn:aws:catalog:us-east-1:${s.account.id}:${resource}`;

  it('those with the action on the portfolio or the product, and no others', async () => {
    const { portfolioId, productId } = await s.offer('guarded');
    const { catalog: nobody, arn: nobodyArn } = await s.user();
    await expect(nobody.describePortfolio({ Id: portfolioId })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${nobodyArn} is not authorized to perform: servicecatalog:DescribePortfolio on resource: ${arn(`portfolio/${portfolioId}`)} because no identity-based policy allows the servicecatalog:DescribePortfolio action`,
    });
    const { catalog: one } = await s.user(allow('servicecatalog:*', [arn(`portfolio/${portfolioId}`), arn(`product/${productId}`)]));
    expect(await refused(one.describePortfolio({ Id: portfolioId }))).toBeUndefined();
    expect(await refused(one.describeProductAsAdmin({ Id: productId }))).toBeUndefined();
    expect(await refused(one.describePortfolio({ Id: 'port-other' }))).toBe('AccessDeniedException');
    expect(await refused(one.listPortfolios({}))).toBe('AccessDeniedException');
    expect(await refused(one.createPortfolio({ DisplayName: 'x', ProviderName: 'x', IdempotencyToken: token() }))).toBe(
      'AccessDeniedException',
    );
  });

  it('a policy about a product is not got around by its name', async () => {
    const { productId } = await s.product('secret product');
    const { catalog } = await s.user(allow('*'), deny('servicecatalog:DescribeProductAsAdmin', arn(`product/${productId}`)));
    expect(await refused(catalog.describeProductAsAdmin({ Id: productId }))).toBe('AccessDeniedException');
    expect(await refused(catalog.describeProductAsAdmin({ Name: 'secret product' }))).toBe('AccessDeniedException');
    await s.product('secret product');
    expect(await refused(catalog.describeProductAsAdmin({ Name: 'secret product' }))).toBe('InvalidParametersException');
  });

  it('as tags allow: those of the request, and those of the resource', async () => {
    const { catalog } = await s.user(
      allow('servicecatalog:CreatePortfolio', '*', { StringEquals: { 'aws:RequestTag/team': 'a' } }),
      allow('servicecatalog:UpdatePortfolio', '*', {
        StringEquals: { 'aws:ResourceTag/team': 'a' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['stage'] },
      }),
    );
    const make = (value: string) =>
      catalog.createPortfolio({ DisplayName: 'x', ProviderName: 'x', IdempotencyToken: token(), Tags: [{ Key: 'team', Value: value }] });
    expect(await refused(make('b'))).toBe('AccessDeniedException');
    const Id = (await make('a')).PortfolioDetail?.Id ?? '';
    expect(await refused(catalog.updatePortfolio({ Id, RemoveTags: ['team'] }))).toBe('AccessDeniedException');
    expect(await refused(catalog.updatePortfolio({ Id, AddTags: [{ Key: 'stage', Value: 'x' }] }))).toBeUndefined();
    expect(await refused(catalog.updatePortfolio({ Id: await s.portfolio('untagged') }))).toBe('AccessDeniedException');
  });

  it('what is not built yet is authorised all the same', async () => {
    const { catalog: nobody } = await s.user();
    expect(await refused(nobody.listConstraintsForPortfolio({ PortfolioId: 'port-x' }))).toBe('AccessDeniedException');
    expect(await refused(s.admin.listConstraintsForPortfolio({ PortfolioId: 'port-x' }))).toBe('NotImplemented');
  });
});
