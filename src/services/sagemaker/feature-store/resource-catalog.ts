import type { ListResourceCatalogsRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';

/**
 * Catalogues through which accounts share feature groups by AWS Resource Access Manager, of which there is none here.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListResourceCatalogs.html
 */
export async function listResourceCatalogs(input: Valid<ListResourceCatalogsRequest>, context: OperationContext<Found>): Promise<object> {
  const { page, next } = pageOf([], 'ListResourceCatalogs', input, context);
  return { ResourceCatalogs: page, ...next };
}
