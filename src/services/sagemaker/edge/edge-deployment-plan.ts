import type {
  CreateEdgeDeploymentPlanRequest,
  CreateEdgeDeploymentStageRequest,
  DescribeEdgeDeploymentPlanRequest,
  ListStageDevicesRequest,
  ListStageDevicesResponse,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext, Scope } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { type Phase, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { describeResource, projected } from '../describe.ts';
import { invalid, resourceInUse } from '../errors.ts';
import { arnOf, find, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { type Course, phasesOf } from '../lifecycle.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { device } from './device.ts';
import { devicesOf, requireFleet } from './device-fleet.ts';
import { edgePackagingJob } from './edge-packaging-job.ts';

type Input = Valid<CreateEdgeDeploymentPlanRequest>;
type Identity = { readonly EdgeDeploymentPlanName: string };
type StageInput = Valid<CreateEdgeDeploymentStageRequest>['Stages'][number];

/** A stage with its own course. */
interface Stage extends StageInput {
  readonly phases: readonly Phase[];
  /** Since it was started: the devices that it goes to. */
  readonly devices?: readonly string[];
  readonly startedAt?: number;
}

export type EdgeDeploymentPlanSettings = Omit<Input, 'Tags' | 'Stages'> & { readonly stages: readonly Stage[] };

const CREATED: Course = [{ status: 'CREATING', seconds: 5 }, { status: 'READYTODEPLOY' }];
const DEPLOYING: Course = [{ status: 'STARTING', seconds: 10 }, { status: 'INPROGRESS', seconds: 60 }, { status: 'DEPLOYED' }];
const STOPPING: Course = [{ status: 'STOPPING', seconds: 10 }, { status: 'STOPPED' }];
const ACTIVE: readonly string[] = ['STARTING', 'INPROGRESS', 'STOPPING'];

const statusOf = (stage: Stage, now: number): string => phaseAt(stage, now)?.status ?? '';

/** How many of a stage's devices are how far. */
function countsOf(stage: Stage, now: number) {
  const status = statusOf(stage, now);
  const count = stage.devices?.length ?? 0;
  return { success: status === 'DEPLOYED' ? count : 0, pending: ACTIVE.includes(status) ? count : 0, failed: 0 };
}

const sum = (stages: readonly Stage[], now: number, which: 'success' | 'pending' | 'failed'): number =>
  stages.reduce((total, stage) => total + countsOf(stage, now)[which], 0);

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEdgeDeploymentPlan.html */
export const edgeDeploymentPlan = familyOf<Identity, EdgeDeploymentPlanSettings>({
  type: 'edge-deployment-plan',
  arnType: 'edge-deployment',
  noun: 'EdgeDeploymentPlan',
  names: 'as typed',
  // (unverified) sentence
  taken: ({ name }) => invalid(`EdgeDeploymentPlan with name ${name} already exists. Choose a different name.`),
  describe: ({ settings: { stages, ...settings } }, now) => ({
    ...settings,
    EdgeDeploymentSuccess: sum(stages, now, 'success'),
    EdgeDeploymentPending: sum(stages, now, 'pending'),
    EdgeDeploymentFailed: sum(stages, now, 'failed'),
    Stages: stages.map((stage) => describeStage(stage, now)),
  }),
  list: {
    operation: 'ListEdgeDeploymentPlans',
    result: 'EdgeDeploymentPlanSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { DeviceFleetNameContains: part }) =>
      part === undefined || foldCase(settings.DeviceFleetName).includes(foldCase(String(part))),
  },
  deletion: {
    refuse: ({ settings, name }, _, { now }) => {
      const active = settings.stages.find((stage) => ACTIVE.includes(statusOf(stage, now)));
      // (unverified) sentence
      if (active) throw resourceInUse(`EdgeDeploymentPlan ${name} cannot be deleted: its stage ${active.StageName} is active.`);
    },
  },
});

function describeStage(stage: Stage, now: number): object {
  const { phases: _phases, devices: _devices, startedAt, ...asked } = stage;
  const { success, pending, failed } = countsOf(stage, now);
  return {
    DeploymentConfig: { FailureHandlingPolicy: 'DO_NOTHING' },
    ...asked,
    DeploymentStatus: {
      StageStatus: statusOf(stage, now),
      EdgeDeploymentSuccessInStage: success,
      EdgeDeploymentPendingInStage: pending,
      EdgeDeploymentFailedInStage: failed,
      ...(startedAt !== undefined && { EdgeDeploymentStageStartTime: new Date(startedAt) }),
    },
  };
}

/**
 * Stages after others, each with a name of its own.
 * @throws ValidationException  (unverified sentences) a name twice; a choice of devices that says too little
 */
function withStages(held: readonly Stage[], asked: readonly StageInput[], call: Writing): readonly Stage[] {
  for (const { StageName, DeviceSelectionConfig: selection } of asked) {
    const { DeviceSubsetType: kind, Percentage, DeviceNames, DeviceNameContains } = selection;
    const chosen = { PERCENTAGE: Percentage, SELECTION: DeviceNames, NAMECONTAINS: DeviceNameContains }[kind];
    if (chosen === undefined) throw invalid(`Stage ${StageName} does not say which devices its DeviceSubsetType ${kind} chooses.`);
  }
  const stages = [...held, ...asked.map((stage) => ({ ...stage, phases: phasesOf(CREATED, call) }))];
  if (new Set(stages.map(({ StageName }) => StageName)).size < stages.length) throw invalid('Stage names must be unique.');
  return stages;
}

/**
 * Creates a plan for the deployment of models, stage by stage.
 * @throws ValidationException  the name is taken; the fleet or a packaging job is not there; stages as in CreateEdgeDeploymentStage
 */
export const createEdgeDeploymentPlan = create<Input, EdgeDeploymentPlanSettings>(edgeDeploymentPlan, {
  name: (input) => input.EdgeDeploymentPlanName,
  draft: async (input, call) => {
    for (const { EdgePackagingJobName } of input.ModelConfigs) {
      // (unverified) sentence
      if (!(await find(edgePackagingJob, { EdgePackagingJobName }, call)))
        throw invalid(`EdgePackagingJob ${EdgePackagingJobName} does not exist.`);
    }
    const fleet = await requireFleet(input.DeviceFleetName, call);
    const { Stages = [], ...asked } = withoutTags(input);
    return { settings: { ...asked, stages: withStages([], Stages, call) }, parent: fleet.name };
  },
});

/** A plan, with a page of its stages. */
export async function describeEdgeDeploymentPlan(
  input: Valid<DescribeEdgeDeploymentPlanRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const plan = await need(edgeDeploymentPlan, input, context);
  const described = describeResource(edgeDeploymentPlan, plan, context.now);
  const { page, next } = pageOf(described.Stages as readonly object[], 'DescribeEdgeDeploymentPlan', input, context);
  return { ...projected(context.installation, 'DescribeEdgeDeploymentPlan', { ...described, Stages: page }), ...next };
}

const answer = () => ({});

/** @throws ValidationException  a name that is taken; a choice of devices that says too little */
export const createEdgeDeploymentStage = change<Identity, EdgeDeploymentPlanSettings, Valid<CreateEdgeDeploymentStageRequest>>(
  edgeDeploymentPlan,
  (resource, { Stages }, call) => ({
    ...resource,
    changedAt: call.now,
    settings: { ...resource.settings, stages: withStages(resource.settings.stages, Stages, call) },
  }),
  { answer },
);

interface OfStage extends Identity {
  readonly StageName: string;
}

/** @throws ValidationException  (unverified sentence) no such stage */
function needStage({ name, settings }: SageMakerResource<EdgeDeploymentPlanSettings>, StageName: string): Stage {
  const stage = settings.stages.find((each) => each.StageName === StageName);
  if (!stage) throw invalid(`No stage with name ${StageName} in EdgeDeploymentPlan ${name}.`);
  return stage;
}

/** An operation on one stage: what takes its place, or nothing. */
const onStage = (
  work: (
    stage: Stage,
    plan: SageMakerResource<EdgeDeploymentPlanSettings>,
    call: Writing,
  ) => Stage | undefined | Promise<Stage | undefined>,
) =>
  change<Identity, EdgeDeploymentPlanSettings, OfStage>(
    edgeDeploymentPlan,
    async (resource, { StageName }, call) => {
      const stage = needStage(resource, StageName);
      const changed = await work(stage, resource, call);
      const stages = resource.settings.stages.flatMap((each) => (each === stage ? (changed ? [changed] : []) : [each]));
      return { ...resource, changedAt: call.now, settings: { ...resource.settings, stages } };
    },
    { answer },
  );

/** @throws ResourceInUse  the stage is active */
export const deleteEdgeDeploymentStage = onStage((stage, _, { now }) => {
  const status = statusOf(stage, now);
  // (unverified) sentence
  if (ACTIVE.includes(status)) throw resourceInUse(`Stage ${stage.StageName} cannot be deleted in status ${status}.`);
  return undefined;
});

/** @throws ValidationException  (unverified sentences) the stage cannot be started now; one before it is not deployed */
export const startEdgeDeploymentStage = onStage(async (stage, plan, call) => {
  const status = statusOf(stage, call.now);
  if (!['READYTODEPLOY', 'STOPPED', 'FAILED'].includes(status))
    throw invalid(`Stage ${stage.StageName} cannot be started in status ${status}.`);
  const before = plan.settings.stages.slice(0, plan.settings.stages.indexOf(stage));
  const missing = before.find((each) => statusOf(each, call.now) !== 'DEPLOYED');
  if (missing) throw invalid(`Stage ${stage.StageName} cannot be started before stage ${missing.StageName} is deployed.`);
  const devices = await chosenDevices(stage, plan, call);
  return { ...stage, phases: phasesOf(DEPLOYING, call), devices, startedAt: call.now };
});

/** @throws ValidationException  (unverified sentence) the stage is not under way */
export const stopEdgeDeploymentStage = onStage((stage, _, call) => {
  const status = statusOf(stage, call.now);
  if (status !== 'STARTING' && status !== 'INPROGRESS') throw invalid(`Stage ${stage.StageName} cannot be stopped in status ${status}.`);
  return { ...stage, phases: phasesOf(STOPPING, call) };
});

/** Names of the fleet's devices that a stage is for, now. */
async function chosenDevices(stage: Stage, plan: SageMakerResource<EdgeDeploymentPlanSettings>, scope: Scope): Promise<string[]> {
  const { DeviceSubsetType: kind, Percentage = 0, DeviceNames = [], DeviceNameContains = '' } = stage.DeviceSelectionConfig;
  const names: string[] = [];
  for await (const each of devicesOf({ id: foldCase(plan.settings.DeviceFleetName) }, scope)) names.push(each.name);
  if (kind === 'PERCENTAGE') return names.slice(0, Math.ceil((names.length * Percentage) / 100));
  const chosen = new Set(DeviceNames.map(foldCase));
  return names.filter((name) =>
    kind === 'SELECTION' ? chosen.has(foldCase(name)) : foldCase(name).includes(foldCase(DeviceNameContains)),
  );
}

/** How far a device is, by its stage. */
const DEVICE_STATUS: Readonly<Record<string, 'READYTODEPLOY' | 'INPROGRESS' | 'DEPLOYED' | 'FAILED' | 'STOPPING' | 'STOPPED'>> = {
  CREATING: 'READYTODEPLOY',
  READYTODEPLOY: 'READYTODEPLOY',
  STARTING: 'INPROGRESS',
  INPROGRESS: 'INPROGRESS',
  DEPLOYED: 'DEPLOYED',
  FAILED: 'FAILED',
  STOPPING: 'STOPPING',
  STOPPED: 'STOPPED',
};

/**
 * The devices of a stage.
 * @throws ResourceNotFound     no such plan
 * @throws ValidationException  no such stage
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListStageDevices.html
 */
export async function listStageDevices(
  input: Valid<ListStageDevicesRequest>,
  context: OperationContext<Found>,
): Promise<ListStageDevicesResponse> {
  const plan = await need(edgeDeploymentPlan, input, context);
  const stage = needStage(plan, input.StageName);
  const { now } = context;
  const elsewhere = new Map(
    plan.settings.stages
      .filter((each) => each !== stage && statusOf(each, now) === 'DEPLOYED')
      .flatMap((each) => (each.devices ?? []).map((name) => [name, each.StageName] as const)),
  );
  const all = stage.devices ?? (await chosenDevices(stage, plan, context));
  const names = input.ExcludeDevicesDeployedInOtherStage ? all.filter((name) => !elsewhere.has(name)) : all;
  const { page, next } = pageOf(names, 'ListStageDevices', input, context);
  const { DeviceFleetName } = plan.settings;
  const status = statusOf(stage, now);
  return {
    DeviceDeploymentSummaries: page.map((DeviceName) => ({
      EdgeDeploymentPlanArn: plan.arn,
      EdgeDeploymentPlanName: plan.name,
      StageName: stage.StageName,
      DeployedStageName: status === 'DEPLOYED' ? stage.StageName : elsewhere.get(DeviceName),
      DeviceFleetName,
      DeviceName,
      DeviceArn: arnOf(device, { DeviceFleetName, DeviceName }, context),
      DeviceDeploymentStatus: DEVICE_STATUS[status],
      ...(stage.startedAt !== undefined && { DeploymentStartTime: new Date(stage.startedAt) }),
    })),
    ...next,
  };
}
