import type { SageMaker, ServiceCatalogProvisioningDetails } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { allow, deny, REGION, refusal, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });

describe('projects', () => {
  let details: { ServiceCatalogProvisioningDetails: ServiceCatalogProvisioningDetails };
  /** Another version of the product. */
  let next: string;
  const inCatalog = (operation: string, input: object) => world().account.asRoot('servicecatalog', operation, input, REGION);

  beforeAll(async () => {
    const Info = { LoadTemplateFromURL: 'https://bucket.s3.amazonaws.com/template.yml' };
    const version = (Name: string) => ({ Name, Info, Type: 'CLOUD_FORMATION_TEMPLATE' });
    const made = (await inCatalog('CreateProduct', {
      Name: 'template',
      Owner: 'IT',
      ProductType: 'CLOUD_FORMATION_TEMPLATE',
      ProvisioningArtifactParameters: version('v1'),
      IdempotencyToken: 'product',
    })) as { ProductViewDetail: { ProductViewSummary: { ProductId: string } }; ProvisioningArtifactDetail: { Id: string } };
    const { ProductId } = made.ProductViewDetail.ProductViewSummary;
    const added = (await inCatalog('CreateProvisioningArtifact', {
      ProductId,
      Parameters: version('v2'),
      IdempotencyToken: 'version',
    })) as {
      ProvisioningArtifactDetail: { Id: string };
    };
    next = added.ProvisioningArtifactDetail.Id;
    const { PortfolioDetail } = (await inCatalog('CreatePortfolio', {
      DisplayName: 'projects',
      ProviderName: 'IT',
      IdempotencyToken: 'portfolio',
    })) as { PortfolioDetail: { Id: string } };
    const PortfolioId = PortfolioDetail.Id;
    await inCatalog('AssociateProductWithPortfolio', { PortfolioId, ProductId });
    const everyUser = { PrincipalARN: 'arn:aws:iam:::user/user-*', PrincipalType: 'IAM_PATTERN' };
    await inCatalog('AssociatePrincipalWithPortfolio', { PortfolioId, ...everyUser });
    const ProvisioningParameters = [{ Key: 'a', Value: '1' }];
    const ProvisioningArtifactId = made.ProvisioningArtifactDetail.Id;
    details = { ServiceCatalogProvisioningDetails: { ProductId, ProvisioningArtifactId, ProvisioningParameters } };
  });

  /** What is launched in Service Catalog: name → status. */
  const launched = async () => {
    const { ProvisionedProducts } = (await inCatalog('ScanProvisionedProducts', {
      AccessLevelFilter: { Key: 'Account', Value: 'self' },
    })) as {
      ProvisionedProducts: { Id: string; Name: string; Status: string; ProvisioningArtifactId: string }[];
    };
    return ProvisionedProducts;
  };

  it('are made of products once Service Catalog is enabled for them', async () => {
    const { admin, arn, elapse } = world();
    expect((await admin.getSagemakerServicecatalogPortfolioStatus({})).Status).toBe('Disabled');
    expect(await refusal(admin.createProject({ ProjectName: 'Early', ...details }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Service Catalog is not enabled'),
    });
    for (let i = 0; i < 2; i++) await admin.enableSagemakerServicecatalogPortfolio({});
    expect((await admin.getSagemakerServicecatalogPortfolioStatus({})).Status).toBe('Enabled');
    const { ProjectId } = await admin.createProject({ ProjectName: 'Works', ...details, Tags: [{ Key: 'k', Value: 'v' }] });
    expect(ProjectId).toMatch(/^p-[a-z0-9]{12}$/);
    const status = async () => (await admin.describeProject({ ProjectName: 'Works' })).ProjectStatus;
    expect(await status()).toBe('Pending');
    expect(await refusal(admin.updateProject({ ProjectName: 'Works', ProjectDescription: 'x' }))).toMatchObject({
      name: 'ConflictException',
    });
    elapse(6);
    expect(await status()).toBe('CreateInProgress');
    elapse(61);
    expect(await admin.describeProject({ ProjectName: 'Works' })).toMatchObject({
      ProjectStatus: 'CreateCompleted',
      ...details,
      ServiceCatalogProvisionedProductDetails: { ProvisionedProductId: expect.stringMatching(/^pp-/) },
    });
    await admin.updateProject({
      ProjectName: 'Works',
      ProjectDescription: 'better',
      ServiceCatalogProvisioningUpdateDetails: {
        ProvisioningArtifactId: next,
        ProvisioningParameters: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '3' },
        ],
      },
      Tags: [{ Key: 'l', Value: 'w' }],
    });
    expect(await status()).toBe('UpdateInProgress');
    const { ServiceCatalogProvisionedProductDetails: provisioned } = await admin.describeProject({ ProjectName: 'Works' });
    const Id = provisioned?.ProvisionedProductId;
    expect(await launched()).toMatchObject([{ Id, Name: `Works-${ProjectId}`, Status: 'UNDER_CHANGE', ProvisioningArtifactId: next }]);
    elapse(61);
    expect(await admin.describeProject({ ProjectName: 'Works' })).toMatchObject({
      ProjectStatus: 'UpdateCompleted',
      ProjectDescription: 'better',
      ServiceCatalogProvisioningDetails: {
        ProductId: details.ServiceCatalogProvisioningDetails.ProductId,
        ProvisioningArtifactId: next,
        ProvisioningParameters: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '3' },
        ],
      },
    });
    expect((await admin.listTags({ ResourceArn: arn('project/Works') })).Tags).toHaveLength(2);
    expect(await refusal(admin.createProject({ ProjectName: 'WORKS', ...details }))).toMatchObject({
      message: expect.stringMatching(/^Project already exists/),
    });
    expect(await launched()).toMatchObject([{ Status: 'AVAILABLE' }]);
    await admin.deleteProject({ ProjectName: 'Works' });
    elapse(31);
    expect(await status()).toBe('DeleteCompleted');
    elapse(31);
    expect(await launched()).toEqual([]);
    expect((await admin.listProjects({})).ProjectSummaryList).toMatchObject([{ ProjectName: 'Works', ProjectStatus: 'DeleteCompleted' }]);
    expect(await refusal(admin.deleteProject({ ProjectName: 'Works' }))).toMatchObject({
      message: expect.stringContaining('in DeleteCompleted status'),
    });
    const { ProductId } = details.ServiceCatalogProvisioningDetails;
    await admin.createProject({ ProjectName: 'Works', ServiceCatalogProvisioningDetails: { ProductId } });
    // The newest version, where the request names none.
    expect(await launched()).toMatchObject([{ ProvisioningArtifactId: next }]);
  });

  it('need what launching their product needs, of whoever calls', async () => {
    const { user, account } = world();
    const create = (sagemaker: SageMaker, ProjectName: string, more: object = {}) =>
      refusal(
        sagemaker.createProject({
          ProjectName,
          ServiceCatalogProvisioningDetails: { ...details.ServiceCatalogProvisioningDetails, ...more },
        }),
      );
    const { ProductId } = details.ServiceCatalogProvisioningDetails;
    const product = `arn:aws:catalog:${REGION}:${account.id}:product/${ProductId}`;
    const { sagemaker: denied } = await user(allow('*'), deny('servicecatalog:ProvisionProduct', product));
    expect(await create(denied, 'Denied')).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('servicecatalog:ProvisionProduct'),
    });
    const { sagemaker: allowed } = await user(allow('*'));
    expect(await create(allowed, 'Gone', { ProductId: 'prod-none' })).toMatchObject({ name: 'ValidationException' });
    expect(await create(allowed, 'Gone', { ProvisioningArtifactId: 'pa-none' })).toMatchObject({ name: 'ValidationException' });
    expect((await launched()).filter(({ Name }) => /^(Denied|Gone)-/.test(Name))).toEqual([]);
    for (const ProjectName of ['Denied', 'Gone'])
      expect(await refusal(allowed.describeProject({ ProjectName }))).toMatchObject({ name: 'ValidationException' });
    // The root user is a principal of no portfolio.
    const { sagemaker: root } = world().clients(account.root);
    expect(await create(root, 'Outside')).toMatchObject({ name: 'ValidationException' });
    await world().admin.disableSagemakerServicecatalogPortfolio({});
    expect((await world().admin.getSagemakerServicecatalogPortfolioStatus({})).Status).toBe('Disabled');
  });

  it('are made of templates too', async () => {
    const { admin, elapse } = world();
    const template = { TemplateName: 'T', TemplateURL: 'https://bucket.s3.amazonaws.com/template.yml' };
    await admin.createProject({ ProjectName: 'Cfn', TemplateProviders: [{ CfnTemplateProvider: template }] });
    elapse(70);
    await admin.updateProject({
      ProjectName: 'Cfn',
      TemplateProvidersToUpdate: [{ CfnTemplateProvider: { ...template, TemplateURL: 'https://bucket.s3.amazonaws.com/next.yml' } }],
    });
    expect(await admin.describeProject({ ProjectName: 'Cfn' })).toMatchObject({
      TemplateProviderDetails: [
        { CfnTemplateProviderDetail: { TemplateName: 'T', TemplateURL: 'https://bucket.s3.amazonaws.com/next.yml' } },
      ],
    });
    elapse(70);
    expect(await refusal(admin.updateProject({ ProjectName: 'Cfn', ServiceCatalogProvisioningUpdateDetails: {} }))).toMatchObject({
      name: 'ValidationException',
    });
    expect(await refusal(admin.createProject({ ProjectName: 'Neither' }))).toMatchObject({ name: 'ValidationException' });
    expect(await refusal(admin.describeProject({ ProjectName: 'none' }))).toMatchObject({
      name: 'ValidationException',
      message: `Project ${world().arn('project/none')} does not exist.`,
    });
  });
});
