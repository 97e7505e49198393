import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { type Place, sageMakerArn } from '../family.ts';

/** The group that everything of lineage is in: one for an account and region, and never created. */
export const LINEAGE_GROUP = 'sagemaker-default-lineage-group';

export const lineageGroupArn = (place: Place): string => sageMakerArn(place, `lineage-group/${LINEAGE_GROUP}`);

/** In descriptions of what is in it. */
export const inLineageGroup = ({ accountId, region }: SageMakerResource): { readonly LineageGroupArn: string } => ({
  LineageGroupArn: lineageGroupArn({ account: accountId, region }),
});
