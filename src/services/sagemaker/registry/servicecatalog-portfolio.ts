import type { GetSagemakerServicecatalogPortfolioStatusOutput } from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext, Scope } from '../../../authorization/operation.ts';
import { sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { newRow } from '../new-resource.ts';
import type { Found } from '../resources.ts';

/*
 * Whether projects of this account and region may be made of SageMaker's products in Service Catalog: a switch, off until it is turned.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-studio-updates.html
 */

const TYPE = '(servicecatalog-portfolio)';
const ID = 'enabled';
const keyOf = ({ account, region }: Pick<Scope, 'account' | 'region'>) => [account, region, TYPE, ID];

/** Enabled is a row, disabled is none. */
export const isPortfolioEnabled = async (scope: Pick<Scope, 'account' | 'region' | 'reader'>): Promise<boolean> =>
  (await scope.reader.get(sageMakerResources, keyOf(scope))) !== undefined;

export const enableSagemakerServicecatalogPortfolio: Handler<object, Found> = async (_, context) => {
  await context.installation.store.write(async (writer) => {
    if (await isPortfolioEnabled({ ...context, reader: writer })) return;
    await writer.insert(sageMakerResources, newRow(TYPE, ID, context, { settings: {} }));
  });
  return {};
};

export const disableSagemakerServicecatalogPortfolio: Handler<object, Found> = async (_, context) => {
  await context.installation.store.write((writer) => writer.delete(sageMakerResources, keyOf(context)));
  return {};
};

export async function getSagemakerServicecatalogPortfolioStatus(
  _: object,
  context: OperationContext<Found>,
): Promise<GetSagemakerServicecatalogPortfolioStatusOutput> {
  return { Status: (await isPortfolioEnabled(context)) ? 'Enabled' : 'Disabled' };
}
