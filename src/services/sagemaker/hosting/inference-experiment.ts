import type {
  CreateInferenceExperimentRequest,
  StopInferenceExperimentRequest,
  UpdateInferenceExperimentRequest,
} from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { type Course, continued, phasesOf } from '../lifecycle.ts';
import { requireStatus, statusOf } from '../status.ts';
import { endpoint } from './endpoint.ts';
import { model } from './model.ts';

type Input = Valid<CreateInferenceExperimentRequest>;
type Identity = { readonly Name: string };
export type InferenceExperimentSettings = Omit<Input, 'Tags'> & { readonly StatusReason?: string };

const FINAL: readonly string[] = ['Completed', 'Cancelled'];

/** What a variant is while its experiment is in a state. */
const VARIANT_STATUS: Readonly<Record<string, string>> = {
  Creating: 'Creating',
  Created: 'Creating',
  Starting: 'Creating',
  Running: 'InService',
  Updating: 'Updating',
  Stopping: 'Deleting',
  Completed: 'Deleted',
  Cancelled: 'Deleted',
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceExperiment.html */
export const inferenceExperiment = familyOf<Identity, InferenceExperimentSettings>({
  type: 'inference-experiment',
  noun: 'InferenceExperiment',
  nameMember: 'Name',
  arnMember: 'Arn',
  arnPath: '${InferenceExperimentName}',
  names: 'as typed',
  status: 'Status',
  describe: (resource, now) => {
    const { settings, phases } = resource;
    const status = statusOf(resource, { now });
    const completed = phases.findLast((phase) => FINAL.includes(phase.status) && phase.from <= now);
    return {
      ...settings,
      EndpointMetadata: { EndpointName: settings.EndpointName },
      ModelVariants: settings.ModelVariants.map((variant) => ({ ...variant, Status: VARIANT_STATUS[status] })),
      ...(completed && { CompletionTime: new Date(completed.from) }),
    };
  },
  list: {
    operation: 'ListInferenceExperiments',
    result: 'InferenceExperiments',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { Type }) => Type === undefined || settings.Type === Type,
  },
  deletion: { refuse: (resource, _, scope) => requireStatus(resource, ['Created', ...FINAL], scope) },
});

/** Seconds that it takes to create, change, start and stop one. */
const CREATING = 60;
const UPDATING = 30;
const STARTING = 60;
const STOPPING = 60;

/** Milliseconds that such seconds last in this installation. */
const lasting = (seconds: number, { installation }: Writing): number => seconds * 1000 * installation.pace;

const secondsUntil = (time: number, from: number): number => Math.max(0, (time - from) / 1000);

/** Running, from an instant on until its time is over. */
function running({ Schedule }: Pick<Input, 'Schedule'>, from: number): Course {
  const end = Schedule?.EndTime?.getTime();
  if (end === undefined) return [{ status: 'Running' }];
  return [
    { status: 'Running', seconds: secondsUntil(end, from), fixed: true },
    { status: 'Stopping', seconds: STOPPING },
    { status: 'Completed' },
  ];
}

const starting = (input: Pick<Input, 'Schedule'>, from: number, call: Writing): Course => [
  { status: 'Starting', seconds: STARTING },
  ...running(input, from + lasting(STARTING, call)),
];

/** Waiting from an instant on for its time to start; without one, it starts at once. */
function waiting(input: Pick<Input, 'Schedule'>, from: number, call: Writing): Course {
  const start = Math.max(from, input.Schedule?.StartTime?.getTime() ?? from);
  return [{ status: 'Created', seconds: secondsUntil(start, from), fixed: true }, ...starting(input, start, call)];
}

type Variants = Pick<Input, 'ModelVariants' | 'ShadowModeConfig'>;

/** @throws ValidationException  a model that is not there; (unverified sentences) variants that do not fit each other */
async function requireVariants({ ModelVariants, ShadowModeConfig }: Variants, call: Writing): Promise<void> {
  for (const { ModelName } of ModelVariants) await need(model, { ModelName }, call);
  const names = ModelVariants.map(({ VariantName }) => VariantName);
  if (new Set(names).size < names.length) throw invalid('Variant names must be unique.');
  const { SourceModelVariantName: source, ShadowModelVariants: shadows } = ShadowModeConfig;
  for (const name of [source, ...shadows.map((shadow) => shadow.ShadowModelVariantName)])
    if (!names.includes(name)) throw invalid(`Model variant ${name} is not one of ModelVariants.`);
}

/** @throws ValidationException  (unverified sentence) an end before the start */
function requireSchedule(schedule: Input['Schedule']): void {
  const { StartTime, EndTime } = schedule ?? {};
  if (StartTime !== undefined && EndTime !== undefined && EndTime <= StartTime)
    throw invalid('EndTime of the Schedule must be later than StartTime.');
}

/**
 * Creates an experiment that sends a part of an endpoint's requests to another variant as well.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  the endpoint or a model is not there; the endpoint is not in service; the role cannot be taken up
 */
export const createInferenceExperiment = create<Input, InferenceExperimentSettings>(inferenceExperiment, {
  name: (input) => input.Name,
  draft: async (input, call) => {
    const on = await need(endpoint, input, call);
    await requireVariants(input, call);
    requireSchedule(input.Schedule);
    const status = statusOf(on, call);
    // (unverified) sentence
    if (status !== 'InService') throw invalid(`Endpoint "${on.arn}" is in status ${status}, not InService.`);
    const created = call.now + lasting(CREATING, call);
    return { settings: withoutTags(input), course: [{ status: 'Creating', seconds: CREATING }, ...waiting(input, created, call)] };
  },
  answer: ({ arn }) => ({ InferenceExperimentArn: arn }),
});

const answer = ({ arn }: SageMakerResource) => ({ InferenceExperimentArn: arn });

/**
 * @throws ResourceNotFound   no such experiment
 * @throws ConflictException  it is neither created nor running
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateInferenceExperiment.html
 */
export const updateInferenceExperiment = change<Identity, InferenceExperimentSettings, Valid<UpdateInferenceExperimentRequest>>(
  inferenceExperiment,
  async (resource, input, call) => {
    requireStatus(resource, ['Created', 'Running'], call);
    const { Name: _, ...changes } = input;
    const { ModelVariants = resource.settings.ModelVariants, ShadowModeConfig = resource.settings.ShadowModeConfig } = changes;
    await requireVariants({ ModelVariants, ShadowModeConfig }, call);
    requireSchedule(changes.Schedule);
    const settings = { ...resource.settings, ...changes, ModelVariants, ShadowModeConfig };
    const next = statusOf(resource, call) === 'Running' ? running : waiting;
    const left = next(withTimes(settings), call.now + lasting(UPDATING, call), call);
    return { ...resource, changedAt: call.now, settings, phases: phasesOf([{ status: 'Updating', seconds: UPDATING }, ...left], call) };
  },
  { answer },
);

/** Times of a schedule that was stored, which are texts by then, or of a new one. */
const withTimes = ({ Schedule }: Pick<Input, 'Schedule'>): Pick<Input, 'Schedule'> => ({
  Schedule: Schedule && {
    ...(Schedule.StartTime !== undefined && { StartTime: new Date(Schedule.StartTime) }),
    ...(Schedule.EndTime !== undefined && { EndTime: new Date(Schedule.EndTime) }),
  },
});

/** @throws ConflictException  it waits for no start */
export const startInferenceExperiment = change<Identity, InferenceExperimentSettings, Identity>(
  inferenceExperiment,
  (resource, _, call) => {
    requireStatus(resource, ['Created'], call);
    const course = starting(withTimes(resource.settings), call.now, call);
    return { ...resource, changedAt: call.now, phases: phasesOf(course, call) };
  },
  { answer },
);

/**
 * Ends an experiment, and says what becomes of its variants.
 * @throws ResourceNotFound     no such experiment
 * @throws ConflictException    it does not run
 * @throws ValidationException  (unverified sentence) not exactly the experiment's variants
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopInferenceExperiment.html
 */
export const stopInferenceExperiment = change<Identity, InferenceExperimentSettings, Valid<StopInferenceExperimentRequest>>(
  inferenceExperiment,
  async (resource, input, call) => {
    requireStatus(resource, ['Running'], call);
    const names = resource.settings.ModelVariants.map(({ VariantName }) => VariantName);
    const acted = Object.keys(input.ModelVariantActions);
    const wrong = [...names.filter((name) => !acted.includes(name)), ...acted.filter((name) => !names.includes(name))];
    if (wrong.length > 0) throw invalid(`ModelVariantActions must be for the experiment's variants; see ${wrong.join(', ')}.`);
    for (const { ModelName } of input.DesiredModelVariants ?? []) await need(model, { ModelName }, call);
    const next = phasesOf([{ status: 'Stopping', seconds: STOPPING }, { status: input.DesiredState ?? 'Completed' }], call);
    const settings = { ...resource.settings, ...(input.Reason !== undefined && { StatusReason: input.Reason }) };
    return { ...resource, changedAt: call.now, settings, phases: continued(resource.phases, next, call.now) };
  },
  { answer },
);
