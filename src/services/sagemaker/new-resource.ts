import type { SageMakerResource } from '../../store/tables/sagemaker.ts';
import { idOfArn, type Kind, type Place } from './family.ts';

type More<Settings extends object> = Pick<SageMakerResource<Settings>, 'settings'> &
  Partial<Omit<SageMakerResource<Settings>, 'accountId' | 'region' | 'type' | 'id' | 'arn'>>;

/** The row of a resource that another one makes, without tags, parent, owner and states but those that are given. */
export const newResource = <Settings extends object>(
  kind: Pick<Kind<never>, 'type' | 'arnType' | 'names'>,
  arn: string,
  { account, region, now }: Place & { readonly now: number },
  more: More<Settings>,
): SageMakerResource<Settings> => ({
  accountId: account,
  region,
  type: kind.type,
  id: idOfArn(kind, arn),
  name: arn.slice(arn.lastIndexOf('/') + 1),
  arn,
  parent: '',
  owner: '',
  createdAt: now,
  changedAt: now,
  phases: [],
  tags: [],
  ...more,
});
