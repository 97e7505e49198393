import { type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { liveIn, type Where } from '../family.ts';
import { newRow } from '../new-resource.ts';

/*
 * That a trial component belongs to a trial: many to many, so each is a row of its own, found from either side.
 */

const TYPE = 'trial-association';

const idOf = (trial: SageMakerResource, component: SageMakerResource): string => `${trial.id}/${component.id}`;
const ownerOf = (component: Pick<SageMakerResource, 'id'>): string => `experiment-trial-component/${component.id}`;

/** Once it is there, associating again changes nothing (unverified). */
export async function associate(trial: SageMakerResource, component: SageMakerResource, call: Writing): Promise<void> {
  const { account, region, reader: writer } = call;
  if (await writer.get(sageMakerResources, [account, region, TYPE, idOf(trial, component)])) return;
  const more = { name: component.name, parent: trial.id, owner: ownerOf(component), settings: {} };
  await writer.insert(sageMakerResources, newRow(TYPE, idOf(trial, component), call, more));
}

/** Whether there was something to take apart. */
export async function disassociate(trial: SageMakerResource, component: SageMakerResource, call: Writing): Promise<boolean> {
  return call.reader.delete(sageMakerResources, [call.account, call.region, TYPE, idOf(trial, component)]);
}

/** Ids of the components of a trial. */
export async function* componentsOf(trial: Pick<SageMakerResource, 'id'>, where: Where): AsyncGenerator<string> {
  for await (const { id, parent } of liveIn(where, 'child_created', [where.account, where.region, TYPE, trial.id]))
    yield id.slice(parent.length + 1);
}

/** Ids of the trials of a component. */
export async function* trialsOf(component: Pick<SageMakerResource, 'id'>, where: Where): AsyncGenerator<string> {
  for await (const { type, parent } of liveIn(where, 'owner', [where.account, where.region, ownerOf(component)]))
    if (type === TYPE) yield parent;
}
