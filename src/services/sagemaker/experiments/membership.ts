import type { AssociateTrialComponentRequest, ListTrialComponentsRequest, ListTrialsRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { resourceNotFound } from '../errors.ts';
import { liveIn, need, type Where } from '../family.ts';
import { list } from '../list.ts';
import type { Found } from '../resources.ts';
import { experiment } from './experiment.ts';
import { type TrialSettings, trial } from './trial.ts';
import { associate, componentsOf, disassociate, trialsOf } from './trial-association.ts';
import { type TrialComponentSettings, trialComponent } from './trial-component.ts';

/* Which component belongs to which trial, and so to which experiment. */

type Pair = Valid<AssociateTrialComponentRequest>;

/** @throws ResourceNotFound  no such component or trial */
export async function associateTrialComponent(input: Pair, context: OperationContext<Found>): Promise<object> {
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const [component, of] = [await need(trialComponent, input, call), await need(trial, input, call)];
    await associate(of, component, call);
    return { TrialComponentArn: component.arn, TrialArn: of.arn };
  });
}

/** @throws ResourceNotFound  no such component or trial, or they are not associated */
export async function disassociateTrialComponent(input: Pair, context: OperationContext<Found>): Promise<object> {
  return context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    const [component, of] = [await need(trialComponent, input, call), await need(trial, input, call)];
    // (unverified) sentence
    if (!(await disassociate(of, component, call)))
      throw resourceNotFound(`TrialComponent '${component.arn}' is not associated with Trial '${of.arn}'.`);
    return { TrialComponentArn: component.arn, TrialArn: of.arn };
  });
}

/** Trials, of an experiment or of a component. @throws ResourceNotFound  no such experiment or component */
export const listTrials = list<TrialSettings, Valid<ListTrialsRequest>>(trial, async ({ TrialComponentName }, context) => {
  if (TrialComponentName === undefined) return () => true;
  const trials = new Set<string>();
  for await (const id of trialsOf(await need(trialComponent, { TrialComponentName }, context), context)) trials.add(id);
  return ({ id }) => trials.has(id);
});

/** Components, of an experiment, of a trial or of a job. @throws ResourceNotFound  no such experiment or trial */
export const listTrialComponents = list<TrialComponentSettings, Valid<ListTrialComponentsRequest>>(
  trialComponent,
  async ({ ExperimentName, TrialName, SourceArn }, context) => {
    const members = await membersOf({ ExperimentName, TrialName }, context);
    return ({ id, settings }) =>
      (members === undefined || members.has(id)) && (SourceArn === undefined || settings.Source?.SourceArn === SourceArn);
  },
);

/** Ids of the components that are in a trial, or in any of an experiment; undefined when neither is named. */
async function membersOf(
  { ExperimentName, TrialName }: { readonly ExperimentName?: string | undefined; readonly TrialName?: string | undefined },
  where: Where,
): Promise<ReadonlySet<string> | undefined> {
  if (ExperimentName === undefined && TrialName === undefined) return undefined;
  const of = ExperimentName === undefined ? undefined : await need(experiment, { ExperimentName }, where);
  const members = new Set<string>();
  const addThoseOf = async (one: { readonly id: string }) => {
    for await (const id of componentsOf(one, where)) members.add(id);
  };
  if (TrialName !== undefined) {
    const one = await need(trial, { TrialName }, where);
    if (of === undefined || one.parent === of.id) await addThoseOf(one);
  } else if (of) {
    for await (const one of liveIn(where, 'child_created', [where.account, where.region, trial.type, of.id])) await addThoseOf(one);
  }
  return members;
}
