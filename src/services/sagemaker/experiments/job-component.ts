import type { ExperimentConfig } from '@aws-sdk/client-sagemaker';
import { lowerAlphanumeric } from '../../../core/id.ts';
import { foldCase } from '../../../core/name.ts';
import { type Phase, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { type Family, find, need, sageMakerArn } from '../family.ts';
import { type Course, phasesOf } from '../lifecycle.ts';
import { newResource } from '../new-resource.ts';
import { createdBy } from '../user-context.ts';
import { experiment } from './experiment.ts';
import { type TrialSettings, trial } from './trial.ts';
import { associate } from './trial-association.ts';
import { type TrialComponentSettings, trialComponent } from './trial-component.ts';

/*
 * Jobs that are part of an experiment: each has a trial component that tells of it.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ExperimentConfig.html
 */

/** Kinds of jobs that can be, with what their components name them. */
const SOURCE_TYPES: Readonly<Record<string, string>> = {
  'training-job': 'SageMakerTrainingJob',
  'processing-job': 'SageMakerProcessingJob',
  'transform-job': 'SageMakerTransformJob',
};

type Config = { readonly [Member in keyof ExperimentConfig]?: string | undefined } | undefined;

const componentName = (type: string, job: string): string => `${job}-aws-${type}`;

/**
 * Makes the component of a job that is being created, and puts it into its trial; in a new one when only the experiment is named.
 * @throws ResourceNotFound     no such experiment or trial
 * @throws ValidationException  there is a component of that name
 */
export async function joinExperiment(config: Config, job: { type: string; name: string; course: Course }, call: Writing): Promise<void> {
  if (config?.ExperimentName === undefined && config?.TrialName === undefined) return;
  const named = await trialFor(config, call);
  const TrialComponentName = componentName(job.type, job.name);
  const there = await find(trialComponent, { TrialComponentName }, call);
  if (there) throw trialComponent.taken(there);
  const component = rowOf<TrialComponentSettings>(trialComponent, TrialComponentName, call, {
    phases: phasesOf(job.course, call),
    settings: {
      TrialComponentName,
      ...(config.TrialComponentDisplayName !== undefined && { DisplayName: config.TrialComponentDisplayName }),
      Source: { SourceArn: call.target.arn, SourceType: SOURCE_TYPES[job.type] },
      ...createdBy(call),
    },
  });
  await call.reader.insert(sageMakerResources, component);
  await associate(named, component, call);
}

/** The trial that is named, or a new one of the experiment that is (its name unverified). */
async function trialFor({ ExperimentName, TrialName }: NonNullable<Config>, call: Writing): Promise<SageMakerResource> {
  const of = ExperimentName === undefined ? undefined : await need(experiment, { ExperimentName }, call);
  if (TrialName !== undefined) {
    const one = await need(trial, { TrialName }, call);
    // A trial of another experiment is not there, in this one.
    if (of && one.parent !== of.id) throw trial.missing(one, 'describe');
    return one;
  }
  const experimentOf = of as NonNullable<typeof of>;
  const name = `${experimentOf.name.slice(0, 100)}-${lowerAlphanumeric(12, call.installation.random)}`;
  const made = rowOf<TrialSettings>(trial, name, call, {
    parent: experimentOf.id,
    settings: { TrialName: name, ExperimentName: experimentOf.name, ...createdBy(call) },
  });
  await call.reader.insert(sageMakerResources, made);
  return made;
}

const rowOf = <Settings extends object>(
  family: Pick<Family<never, Settings>, 'type' | 'names'>,
  name: string,
  call: Writing,
  more: { readonly settings: Settings; readonly phases?: readonly Phase[]; readonly parent?: string },
): SageMakerResource<Settings> => newResource(family, sageMakerArn(call, `${family.type}/${foldCase(name)}`), call, { name, ...more });

/** Sets the component of a job on the course that the job has taken. */
export async function tellExperiment(job: SageMakerResource, call: Writing): Promise<void> {
  if (!Object.hasOwn(SOURCE_TYPES, job.type)) return;
  const component = await find(trialComponent, { TrialComponentName: componentName(job.type, job.name) }, call);
  if (component?.settings.Source?.SourceArn !== job.arn) return;
  await call.reader.update(sageMakerResources, { ...component, changedAt: call.now, phases: job.phases });
}
