import type {
  GetRegionOptStatusRequest,
  GetRegionOptStatusResponse,
  ListRegionsRequest,
  ListRegionsResponse,
  RegionOptStatus,
} from '@aws-sdk/client-account';
import { issueMarker, openMarker } from '../../authorization/marker.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { REGIONS } from '../../core/region.ts';
import type { Valid } from '../../model/valid.ts';
import { invalidField, invalidRegion } from './errors.ts';
import { accountToManage, type Known } from './resources.ts';

/*
 * Which regions an account uses. They are the installation's, the same for every account: what it does not serve is disabled, and enabling or
 * disabling one is not built.
 */

/** Also the most (unverified that it is the default). */
const PAGE = 50;

function statusOf(name: string, { installation }: Pick<OperationContext, 'installation'>): RegionOptStatus {
  if (!installation.regions.includes(name)) return 'DISABLED';
  return REGIONS.get(name)?.optIn ? 'ENABLED' : 'ENABLED_BY_DEFAULT';
}

/**
 * @throws Validation  400  no such region
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_GetRegionOptStatus.html
 */
export async function getRegionOptStatus(
  { RegionName }: Valid<GetRegionOptStatusRequest>,
  context: OperationContext<Known>,
): Promise<GetRegionOptStatusResponse> {
  await accountToManage(context.reader, context, 'GetRegionOptStatus');
  if (!REGIONS.has(RegionName)) throw invalidRegion(RegionName);
  return { RegionName, RegionOptStatus: statusOf(RegionName, context) };
}

/**
 * All regions, or those of some status, by name.
 * @throws Validation  400  a token that is not of this listing
 * @see https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
export async function listRegions(input: Valid<ListRegionsRequest>, context: OperationContext<Known>): Promise<ListRegionsResponse> {
  const { accountId } = await accountToManage(context.reader, context, 'ListRegions');
  const wanted = new Set(input.RegionOptStatusContains);
  const place = { account: context.account, operation: 'account:ListRegions', filters: [accountId, ...[...wanted].sort()] };
  const [after = ''] = input.NextToken === undefined ? [] : (openMarker(context.installation, place, input.NextToken) ?? refuseToken());
  const regions = [...REGIONS.keys()]
    .map((RegionName) => ({ RegionName, RegionOptStatus: statusOf(RegionName, context) }))
    .filter(({ RegionName, RegionOptStatus }) => RegionName > after && (wanted.size === 0 || wanted.has(RegionOptStatus)))
    .sort((a, b) => (a.RegionName < b.RegionName ? -1 : 1));
  const page = regions.slice(0, input.MaxResults ?? PAGE);
  const last = page.at(-1);
  const more = last !== undefined && page.length < regions.length;
  return { Regions: page, ...(more && { NextToken: issueMarker(context.installation, place, [last.RegionName]) }) };
}

function refuseToken(): never {
  throw invalidField('nextToken', 'NextToken is invalid.');
}
