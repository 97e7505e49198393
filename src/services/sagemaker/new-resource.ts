import type { SageMakerResource } from '../../store/tables/sagemaker.ts';
import { idOfArn, type Kind, type Place } from './family.ts';

type More<Settings extends object> = Pick<SageMakerResource<Settings>, 'settings'> &
  Partial<Omit<SageMakerResource<Settings>, 'accountId' | 'region' | 'type' | 'id'>>;

type When = Place & { readonly now: number };

/** A new row with an id of its own, without ARN, tags, parent, owner and states but those that are given: versions, and what is no resource. */
export const newRow = <Settings extends object>(
  type: string,
  id: string,
  { account, region, now }: When,
  more: More<Settings>,
): SageMakerResource<Settings> => ({
  accountId: account,
  region,
  type,
  id,
  name: id,
  arn: '',
  parent: '',
  owner: '',
  createdAt: now,
  changedAt: now,
  phases: [],
  tags: [],
  ...more,
});

/** The row of a new resource, which has the id and the name that its ARN tells, or another name that is given. */
export const newResource = <Settings extends object>(
  kind: Pick<Kind<never>, 'type' | 'arnType' | 'names'>,
  arn: string,
  when: When,
  more: More<Settings>,
): SageMakerResource<Settings> => newRow(kind.type, idOfArn(kind, arn), when, { arn, name: arn.slice(arn.lastIndexOf('/') + 1), ...more });
