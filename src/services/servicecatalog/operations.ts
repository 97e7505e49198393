import { type ConditionKeys, type Operations, row } from '../../authorization/operation.ts';
import { requestTagValues } from '../../authorization/request-tags.ts';
import type { Tag } from '../../core/tag.ts';
import { listedLevel, ownLevel } from './access-level.ts';
import { listLaunchPaths } from './launch-path.ts';
import * as portfolios from './portfolio.ts';
import * as shares from './portfolio-share.ts';
import * as principals from './principal.ts';
import * as products from './product.ts';
import * as views from './product-view.ts';
import * as provisionedProducts from './provisioned-product.ts';
import * as artifacts from './provisioning-artifact.ts';
import { describeRecord, listRecordHistory } from './record.ts';
import {
  administeredProduct,
  newPortfolio,
  newProduct,
  portfolio,
  portfolioOfCall,
  product,
  productOfCall,
  provisioned,
  provisionedOfCall,
  record,
} from './resources.ts';

const TAG_KEYS = ['aws:RequestTag/${TagKey}', 'aws:TagKeys'];

const tagged: ConditionKeys<{ readonly Tags?: readonly Tag[] | undefined }> = {
  keys: TAG_KEYS,
  values: ({ Tags }) => requestTagValues(Tags),
};

/** Tags that are laid on; keys also of those that are taken off. */
const retagged: ConditionKeys<{ readonly AddTags?: readonly Tag[] | undefined; readonly RemoveTags?: readonly string[] | undefined }> = {
  keys: TAG_KEYS,
  values: ({ AddTags = [], RemoveTags = [] }) => {
    const keys = [...new Set([...AddTags.map(({ Key }) => Key), ...RemoveTags])];
    return { ...requestTagValues(AddTags), ...(keys.length > 0 && { 'aws:TagKeys': keys }) };
  },
};

/**
 * Who may call what of Service Catalog. Users need more than a policy: a portfolio that they are a principal of.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsservicecatalog.html
 */
// biome-ignore format: a table, to be read in columns.
export const servicecatalogOperations: Operations = {
  //                                   action                                              access                    resource             condition keys  dep.  handler
  CreatePortfolio:                   row('servicecatalog:CreatePortfolio',                   'Write',                  newPortfolio,        [tagged],       [],   portfolios.createPortfolio),
  DescribePortfolio:                 row('servicecatalog:DescribePortfolio',                 'Read',                   portfolio,           [],             [],   portfolios.describePortfolio),
  ListPortfolios:                    row('servicecatalog:ListPortfolios',                    'List',                   '*',                 [],             [],   portfolios.listPortfolios),
  UpdatePortfolio:                   row('servicecatalog:UpdatePortfolio',                   'Write',                  portfolio,           [retagged],     [],   portfolios.updatePortfolio),
  DeletePortfolio:                   row('servicecatalog:DeletePortfolio',                   'Write',                  portfolio,           [],             [],   portfolios.deletePortfolio),
  CreatePortfolioShare:              row('servicecatalog:CreatePortfolioShare',              'Permissions management', portfolioOfCall,     [],             [],   shares.createPortfolioShare),
  DeletePortfolioShare:              row('servicecatalog:DeletePortfolioShare',              'Permissions management', portfolioOfCall,     [],             [],   shares.deletePortfolioShare),
  ListPortfolioAccess:               row('servicecatalog:ListPortfolioAccess',               'List',                   portfolioOfCall,     [],             [],   shares.listPortfolioAccess),
  AcceptPortfolioShare:              row('servicecatalog:AcceptPortfolioShare',              'Write',                  portfolioOfCall,     [],             [],   shares.acceptPortfolioShare),
  RejectPortfolioShare:              row('servicecatalog:RejectPortfolioShare',              'Write',                  portfolioOfCall,     [],             [],   shares.rejectPortfolioShare),
  ListAcceptedPortfolioShares:       row('servicecatalog:ListAcceptedPortfolioShares',       'List',                   '*',                 [],             [],   shares.listAcceptedPortfolioShares),
  AssociatePrincipalWithPortfolio:   row('servicecatalog:AssociatePrincipalWithPortfolio',   'Write',                  portfolioOfCall,     [],             [],   principals.associatePrincipal),
  DisassociatePrincipalFromPortfolio:row('servicecatalog:DisassociatePrincipalFromPortfolio','Write',                  portfolioOfCall,     [],             [],   principals.disassociatePrincipal),
  ListPrincipalsForPortfolio:        row('servicecatalog:ListPrincipalsForPortfolio',        'List',                   portfolioOfCall,     [],             [],   principals.listPrincipals),

  CreateProduct:                     row('servicecatalog:CreateProduct',                     'Write',                  newProduct,          [tagged],       [],   products.createProduct),
  DescribeProductAsAdmin:            row('servicecatalog:DescribeProductAsAdmin',            'Read',                   administeredProduct, [],             [],   products.describeProductAsAdmin),
  SearchProductsAsAdmin:             row('servicecatalog:SearchProductsAsAdmin',             'List',                   '*',                 [],             [],   views.searchProductsAsAdmin),
  UpdateProduct:                     row('servicecatalog:UpdateProduct',                     'Write',                  administeredProduct, [retagged],     [],   products.updateProduct),
  DeleteProduct:                     row('servicecatalog:DeleteProduct',                     'Write',                  administeredProduct, [],             [],   products.deleteProduct),
  AssociateProductWithPortfolio:     row('servicecatalog:AssociateProductWithPortfolio',     'Write',                  '*',                 [],             [],   products.associateProduct),
  DisassociateProductFromPortfolio:  row('servicecatalog:DisassociateProductFromPortfolio',  'Write',                  '*',                 [],             [],   products.disassociateProduct),
  ListPortfoliosForProduct:          row('servicecatalog:ListPortfoliosForProduct',          'List',                   productOfCall,       [],             [],   products.listPortfoliosForProduct),
  CreateProvisioningArtifact:        row('servicecatalog:CreateProvisioningArtifact',        'Write',                  productOfCall,       [],             [],   artifacts.createProvisioningArtifact),
  DescribeProvisioningArtifact:      row('servicecatalog:DescribeProvisioningArtifact',      'Read',                   productOfCall,       [],             [],   artifacts.describeProvisioningArtifact),
  ListProvisioningArtifacts:         row('servicecatalog:ListProvisioningArtifacts',         'List',                   productOfCall,       [],             [],   artifacts.listProvisioningArtifacts),
  UpdateProvisioningArtifact:        row('servicecatalog:UpdateProvisioningArtifact',        'Write',                  productOfCall,       [],             [],   artifacts.updateProvisioningArtifact),
  DeleteProvisioningArtifact:        row('servicecatalog:DeleteProvisioningArtifact',        'Write',                  productOfCall,       [],             [],   artifacts.deleteProvisioningArtifact),

  DescribeProduct:                   row('servicecatalog:DescribeProduct',                   'Read',                   product,             [],             [],   views.describeProduct),
  DescribeProductView:               row('servicecatalog:DescribeProductView',               'Read',                   '*',                 [],             [],   views.describeProductView),
  SearchProducts:                    row('servicecatalog:SearchProducts',                    'List',                   '*',                 [],             [],   views.searchProducts),
  ListLaunchPaths:                   row('servicecatalog:ListLaunchPaths',                   'List',                   productOfCall,       [],             [],   listLaunchPaths),
  ProvisionProduct:                  row('servicecatalog:ProvisionProduct',                  'Write',                  productOfCall,       [],             [],   provisionedProducts.provisionProduct),
  DescribeProvisionedProduct:        row('servicecatalog:DescribeProvisionedProduct',        'Read',                   provisioned,         [ownLevel],     [],   provisionedProducts.describeProvisionedProduct),
  SearchProvisionedProducts:         row('servicecatalog:SearchProvisionedProducts',         'List',                   '*',                 [listedLevel],  [],   provisionedProducts.searchProvisionedProducts),
  ScanProvisionedProducts:           row('servicecatalog:ScanProvisionedProducts',           'List',                   '*',                 [listedLevel],  [],   provisionedProducts.scanProvisionedProducts),
  UpdateProvisionedProduct:          row('servicecatalog:UpdateProvisionedProduct',          'Write',                  provisionedOfCall,   [ownLevel],     [],   provisionedProducts.updateProvisionedProduct),
  TerminateProvisionedProduct:       row('servicecatalog:TerminateProvisionedProduct',       'Write',                  provisionedOfCall,   [ownLevel],     [],   provisionedProducts.terminateProvisionedProduct),
  DescribeRecord:                    row('servicecatalog:DescribeRecord',                    'Read',                   record,              [ownLevel],     [],   describeRecord),
  ListRecordHistory:                 row('servicecatalog:ListRecordHistory',                 'List',                   '*',                 [listedLevel],  [],   listRecordHistory),
};
