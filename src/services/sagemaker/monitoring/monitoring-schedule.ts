import type {
  CreateMonitoringScheduleRequest,
  ListMonitoringAlertHistoryRequest,
  ListMonitoringAlertHistoryResponse,
  ListMonitoringAlertsRequest,
  ListMonitoringAlertsResponse,
  ListMonitoringExecutionsRequest,
  ListMonitoringExecutionsResponse,
  MonitoringExecutionSummary,
  UpdateMonitoringAlertRequest,
  UpdateMonitoringScheduleRequest,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext, ResourceType } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { arnOf, find, type Kind, liveIn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { gather } from '../gather.ts';
import { endpoint } from '../hosting/endpoint.ts';
import { type Course, phasesOf } from '../lifecycle.ts';
import { pageOf } from '../page.ts';
import { type Found, named } from '../resources.ts';
import { encryptsWith, failureByRole, fetchesImage, joinsNetwork, type RoleUse, writesS3 } from '../role-use.ts';
import { endpointOf, jobDefinitions, type MonitoringType, requireOneInput, usesOf } from './job-definition.ts';
import { readTimetable, timesBetween } from './schedule-expression.ts';

type Input = Valid<CreateMonitoringScheduleRequest>;
type Config = Input['MonitoringScheduleConfig'];
type Identity = { readonly MonitoringScheduleName: string };

/** A time through which a schedule ran with the same settings. */
interface Run {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to?: number;
  /** `NOW` when none is asked for. */
  readonly expression: string;
  readonly definitionName?: string;
  readonly endpointName?: string;
  /** Why its executions fail, as far as the role tells. */
  readonly failure?: string;
}

interface Alert {
  readonly datapoints: number;
  readonly period: number;
  readonly changedAt: number;
}

export interface MonitoringScheduleSettings {
  readonly MonitoringScheduleConfig: Config;
  readonly MonitoringType: MonitoringType;
  readonly EndpointName?: string;
  /** Oldest first; the last is the one that runs or is to run. */
  readonly runs: readonly Run[];
  readonly alert: Alert;
  /** Milliseconds that an execution takes. */
  readonly takes: number;
}

/** Runs that are kept of a schedule, and executions that are looked at of each. */
const MAX_RUNS = 50;
const MAX_EXECUTIONS = 1000;
/** Executions that one call looks through. */
const MAX_LISTED = 100_000;
const EXECUTION_SECONDS = 300;
const STARTING: Course = [{ status: 'Pending', seconds: 30 }, { status: 'Scheduled' }];

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMonitoringSchedule.html */
export const monitoringSchedule = familyOf<Identity, MonitoringScheduleSettings>({
  type: 'monitoring-schedule',
  noun: 'MonitoringSchedule',
  status: 'MonitoringScheduleStatus',
  missing: ({ arn }) => resourceNotFound(`Monitoring Schedule ${arn} not found`),
  describe: (resource, now) => {
    const [last] = executionsOf(resource, now, 1);
    const { MonitoringScheduleConfig, MonitoringType, EndpointName } = resource.settings;
    return { MonitoringScheduleConfig, MonitoringType, EndpointName, ...(last && { LastMonitoringExecutionSummary: last }) };
  },
  list: {
    operation: 'ListMonitoringSchedules',
    result: 'MonitoringScheduleSummaries',
    more: ({ settings }) => ({ MonitoringJobDefinitionName: settings.MonitoringScheduleConfig.MonitoringJobDefinitionName }),
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { EndpointName, MonitoringJobDefinitionName, MonitoringTypeEquals }) =>
      (EndpointName === undefined || settings.EndpointName === EndpointName) &&
      (MonitoringTypeEquals === undefined || settings.MonitoringType === MonitoringTypeEquals) &&
      (MonitoringJobDefinitionName === undefined ||
        settings.MonitoringScheduleConfig.MonitoringJobDefinitionName === MonitoringJobDefinitionName),
  },
  deletion: { refuse: (resource, _, scope) => requireQuiet(resource, scope.now), course: [{ status: GONE }] },
});

/** What ran until an instant, latest first. Read off the clock: nothing runs by itself. */
function executionsOf(
  { name, settings }: Pick<SageMakerResource<MonitoringScheduleSettings>, 'name' | 'settings'>,
  now: number,
  most: number,
): MonitoringExecutionSummary[] {
  const executions: MonitoringExecutionSummary[] = [];
  for (const run of settings.runs.toReversed()) {
    const times = timesBetween(readTimetable(run.expression), run.from, Math.min(now, run.to ?? now), most - executions.length);
    for (const time of times) {
      const isOver = now >= time + settings.takes;
      executions.push({
        MonitoringScheduleName: name,
        ScheduledTime: new Date(time),
        CreationTime: new Date(time),
        LastModifiedTime: new Date(isOver ? time + settings.takes : time),
        MonitoringExecutionStatus: isOver ? (run.failure === undefined ? 'Completed' : 'Failed') : 'InProgress',
        MonitoringType: settings.MonitoringType,
        ...(isOver && run.failure !== undefined && { FailureReason: run.failure }),
        ...(run.endpointName !== undefined && { EndpointName: run.endpointName }),
        ...(run.definitionName !== undefined && { MonitoringJobDefinitionName: run.definitionName }),
      });
    }
  }
  return executions;
}

/** @throws ValidationException  it is Pending, or an execution is in progress (unverified sentence) */
function requireQuiet(resource: SageMakerResource<MonitoringScheduleSettings>, now: number): void {
  const status = phaseAt(resource, now)?.status;
  if (status === 'Pending') throw invalid('Monitoring schedule in status Pending');
  if (executionsOf(resource, now, 1)[0]?.MonitoringExecutionStatus === 'InProgress')
    throw invalid(`Monitoring schedule ${resource.arn} has an execution in progress`);
}

interface Checked {
  readonly MonitoringType: MonitoringType;
  readonly EndpointName?: string;
  readonly run: Omit<Run, 'from'>;
}

/**
 * What a configuration comes to.
 * @throws ValidationException  not exactly one of a definition and the name of one; a definition or an endpoint that is not there; a schedule
 *   that cannot be. (unverified sentences)
 */
async function check(config: Config, call: Writing): Promise<Checked> {
  const { ScheduleConfig, MonitoringJobDefinition: definition, MonitoringJobDefinitionName: definitionName } = config;
  const expression = ScheduleConfig?.ScheduleExpression ?? 'NOW';
  const runsOnce = readTimetable(expression) === 'now';
  if (runsOnce && (ScheduleConfig?.DataAnalysisStartTime === undefined || ScheduleConfig.DataAnalysisEndTime === undefined))
    throw invalid('DataAnalysisStartTime and DataAnalysisEndTime are required when ScheduleExpression is NOW.');
  if ((definition === undefined) === (definitionName === undefined))
    throw invalid('Exactly one of MonitoringJobDefinition and MonitoringJobDefinitionName must be specified.');
  const MonitoringType = (config.MonitoringType ?? 'DataQuality') as MonitoringType;
  const what = definitionName === undefined ? inline(definition) : await byName(definitionName, MonitoringType, call);
  const { EndpointName } = what;
  if (EndpointName !== undefined) await need(endpoint, { EndpointName }, call);
  const failure = await failureByRole(what.roleArn, what.uses(call), call);
  return {
    MonitoringType,
    ...(EndpointName !== undefined && { EndpointName }),
    run: {
      expression,
      ...(EndpointName !== undefined && { endpointName: EndpointName }),
      ...(definitionName !== undefined && { definitionName }),
      ...(failure !== undefined && { failure }),
    },
  };
}

interface Monitored {
  readonly roleArn: string;
  readonly EndpointName: string | undefined;
  readonly uses: (call: Writing) => readonly RoleUse[];
}

function inline(definition: Config['MonitoringJobDefinition']): Monitored {
  if (definition === undefined) throw new Error('checked before');
  const [input = {}] = definition.MonitoringInputs;
  requireOneInput(input);
  const { MonitoringOutputs: outputs, KmsKeyId } = definition.MonitoringOutputConfig;
  return {
    roleArn: definition.RoleArn,
    EndpointName: input.EndpointInput?.EndpointName,
    uses: (call) => [
      ...fetchesImage(definition.MonitoringAppSpecification.ImageUri),
      ...outputs.flatMap(({ S3Output }) => writesS3(S3Output.S3Uri)),
      ...encryptsWith(KmsKeyId, call),
      ...joinsNetwork(definition.NetworkConfig?.VpcConfig),
    ],
  };
}

async function byName(JobDefinitionName: string, type: MonitoringType, call: Writing): Promise<Monitored> {
  const found = await find(jobDefinitions[type], { JobDefinitionName }, call);
  if (!found) throw invalid(`${type}JobDefinition ${JobDefinitionName} does not exist.`);
  const { image, outputs } = usesOf(type, found.settings);
  return {
    roleArn: found.settings.RoleArn,
    EndpointName: endpointOf(type, found.settings),
    uses: () => [...fetchesImage(image), ...outputs.flatMap(writesS3), ...joinsNetwork(found.settings.NetworkConfig?.VpcConfig)],
  };
}

/** When a course that starts now is through: what is scheduled runs from then on. */
const runningFrom = (call: Writing): number => phasesOf(STARTING, call).at(-1)?.from ?? call.now;

/**
 * Creates a schedule, and starts it.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  a configuration that cannot be; the role cannot be taken up
 */
export const createMonitoringSchedule = create<Input, MonitoringScheduleSettings>(monitoringSchedule, {
  name: (input) => input.MonitoringScheduleName,
  draft: async (input, call) => {
    const { MonitoringScheduleConfig } = withoutTags(input);
    const { run, ...checked } = await check(MonitoringScheduleConfig, call);
    return {
      settings: {
        MonitoringScheduleConfig,
        ...checked,
        runs: [{ ...run, from: runningFrom(call) }],
        alert: { datapoints: 1, period: 1, changedAt: call.now },
        takes: Math.round(EXECUTION_SECONDS * 1000 * call.installation.pace),
      },
      course: STARTING,
    };
  },
});

type Runs = readonly Run[];

/** Runs that end now, where they have not ended. A run that was to begin later never was. */
const ended = (runs: Runs, now: number): Run[] =>
  runs.filter((run) => run.from <= now).map((run) => ({ ...run, to: Math.min(run.to ?? now, now) }));

const withRun = (runs: Runs, run: Run, now: number): Run[] => [...ended(runs, now), run].slice(-MAX_RUNS);

/**
 * Gives a schedule another configuration; it is Pending for a while.
 * @throws ResourceNotFound     no such schedule
 * @throws ValidationException  it is Pending, or an execution is in progress; a configuration that cannot be
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateMonitoringSchedule.html
 */
export const updateMonitoringSchedule = change<Identity, MonitoringScheduleSettings, Valid<UpdateMonitoringScheduleRequest>>(
  monitoringSchedule,
  async (resource, { MonitoringScheduleConfig }, call) => {
    requireQuiet(resource, call.now);
    const { run, ...checked } = await check(MonitoringScheduleConfig, call);
    const { runs, alert, takes } = resource.settings;
    return {
      ...resource,
      changedAt: call.now,
      phases: phasesOf(STARTING, call),
      settings: { MonitoringScheduleConfig, ...checked, alert, takes, runs: withRun(runs, { ...run, from: runningFrom(call) }, call.now) },
    };
  },
  { passesRoles: 'UpdateMonitoringSchedule', answer: ({ arn }) => ({ MonitoringScheduleArn: arn }) },
);

/** Goes on with a schedule that was stopped; one that runs goes on running. @throws ValidationException it is Pending */
export const startMonitoringSchedule = change<Identity, MonitoringScheduleSettings, Identity>(
  monitoringSchedule,
  async (resource, _, call) => {
    const status = phaseAt(resource, call.now)?.status;
    if (status === 'Pending') throw invalid('Monitoring schedule in status Pending');
    if (status === 'Scheduled') return resource;
    const { run } = await check(resource.settings.MonitoringScheduleConfig, call);
    const runs = withRun(resource.settings.runs, { ...run, from: call.now }, call.now);
    const phases = phasesOf([{ status: 'Scheduled' }], call);
    return { ...resource, changedAt: call.now, phases, settings: { ...resource.settings, runs } };
  },
);

/** Stops a schedule; one that is stopped stays so. @throws ValidationException it is Pending */
export const stopMonitoringSchedule = change<Identity, MonitoringScheduleSettings, Identity>(monitoringSchedule, (resource, _, call) => {
  const status = phaseAt(resource, call.now)?.status;
  if (status === 'Pending') throw invalid('Monitoring schedule in status Pending');
  if (status === 'Stopped') return resource;
  const runs = ended(resource.settings.runs, call.now);
  return { ...resource, changedAt: call.now, phases: phasesOf([{ status: 'Stopped' }], call), settings: { ...resource.settings, runs } };
});

const isWithin = (time: Date | undefined, after: Date | undefined, before: Date | undefined): boolean =>
  time !== undefined && (after === undefined || time > after) && (before === undefined || time < before);

/** Puts in order what a listing found, by what the caller asks for; as it came where that makes no difference. */
function ordered<Entry extends object>(entries: readonly Entry[], by: keyof Entry, order: string | undefined): Entry[] {
  const sortedBy = (entry: Entry): string => {
    const value: unknown = entry[by];
    return value instanceof Date ? value.toISOString() : String(value);
  };
  const ascending = entries.toSorted((a, b) => (sortedBy(a) < sortedBy(b) ? -1 : sortedBy(a) > sortedBy(b) ? 1 : 0));
  return order === 'Ascending' ? ascending : ascending.reverse();
}

/** The schedules of an account, or the one of a name. */
async function schedulesOf(
  name: string | undefined,
  context: OperationContext<Found>,
): Promise<SageMakerResource<MonitoringScheduleSettings>[]> {
  if (name !== undefined) {
    const found = await find(monitoringSchedule, { MonitoringScheduleName: name }, context);
    return found ? [found] : [];
  }
  const all = liveIn(context, 'name', [context.account, context.region, monitoringSchedule.type]);
  // The type of a row tells its family.
  return (await gather(all, () => true)).rows as SageMakerResource<MonitoringScheduleSettings>[];
}

/**
 * What has run, of one schedule or of all; none of a schedule that is not there.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringExecutions.html
 */
export async function listMonitoringExecutions(
  input: Valid<ListMonitoringExecutionsRequest>,
  context: OperationContext<Found>,
): Promise<ListMonitoringExecutionsResponse> {
  const schedules = await schedulesOf(input.MonitoringScheduleName, context);
  // Of very many schedules, the latest executions of each.
  const most = Math.max(1, Math.min(MAX_EXECUTIONS, Math.floor(MAX_LISTED / schedules.length)));
  const passing = schedules
    .flatMap((schedule) => executionsOf(schedule, context.now, most))
    .filter(
      (each) =>
        (input.EndpointName === undefined || each.EndpointName === input.EndpointName) &&
        (input.StatusEquals === undefined || each.MonitoringExecutionStatus === input.StatusEquals) &&
        (input.MonitoringJobDefinitionName === undefined || each.MonitoringJobDefinitionName === input.MonitoringJobDefinitionName) &&
        (input.MonitoringTypeEquals === undefined || each.MonitoringType === input.MonitoringTypeEquals) &&
        isWithin(each.ScheduledTime, input.ScheduledTimeAfter, input.ScheduledTimeBefore) &&
        isWithin(each.CreationTime, input.CreationTimeAfter, input.CreationTimeBefore) &&
        isWithin(each.LastModifiedTime, input.LastModifiedTimeAfter, input.LastModifiedTimeBefore),
    );
  const by = input.SortBy === 'Status' ? 'MonitoringExecutionStatus' : (input.SortBy ?? 'CreationTime');
  const { page, next } = pageOf(ordered(passing, by, input.SortOrder), 'ListMonitoringExecutions', input, context);
  return { MonitoringExecutionSummaries: [...page], ...next };
}

// Alerts: every schedule has one, which no execution here ever sets off.

/** An alert's name (unverified). */
const alertName = ({ settings }: SageMakerResource<MonitoringScheduleSettings>): string => `${settings.MonitoringType}Alert`;

interface AlertIdentity extends Identity {
  readonly MonitoringAlertName: string;
}

const alertKind: Kind<AlertIdentity> = {
  type: 'monitoring-schedule-alert',
  arnType: 'monitoring-schedule',
  path: ({ MonitoringScheduleName, MonitoringAlertName }) => `${MonitoringScheduleName}/alert/${MonitoringAlertName}`,
  arnPath: '${MonitoringScheduleName}/alert/${MonitoringScheduleAlertName}',
  names: 'lower-cased',
};

/** An alert, by its schedule's name and its own. */
export const namedAlert: ResourceType<AlertIdentity, Found> = named(alertKind);

/** Alerts, and changes of alerts, of a page when the caller does not say. */
const ALERTS_PAGE = 100;

/** @throws ResourceNotFound  no such schedule */
export async function listMonitoringAlerts(
  input: Valid<ListMonitoringAlertsRequest>,
  context: OperationContext<Found>,
): Promise<ListMonitoringAlertsResponse> {
  const schedule = await need(monitoringSchedule, input, context);
  const { datapoints, period, changedAt } = schedule.settings.alert;
  const alert = {
    MonitoringAlertName: alertName(schedule),
    CreationTime: new Date(schedule.createdAt),
    LastModifiedTime: new Date(changedAt),
    AlertStatus: 'OK' as const,
    DatapointsToAlert: datapoints,
    EvaluationPeriod: period,
    Actions: { ModelDashboardIndicator: { Enabled: true } },
  };
  const { page, next } = pageOf([alert], 'ListMonitoringAlerts', input, context, ALERTS_PAGE);
  return { MonitoringAlertSummaries: [...page], ...next };
}

/**
 * Changes of alerts: that each has been OK since its schedule was created.
 * @throws ResourceNotFound  no such schedule, or no such alert of it
 */
export async function listMonitoringAlertHistory(
  input: Valid<ListMonitoringAlertHistoryRequest>,
  context: OperationContext<Found>,
): Promise<ListMonitoringAlertHistoryResponse> {
  const { MonitoringScheduleName, MonitoringAlertName } = input;
  if (MonitoringScheduleName !== undefined) {
    const schedule = await need(monitoringSchedule, { MonitoringScheduleName }, context);
    if (MonitoringAlertName !== undefined) requireAlert(schedule, MonitoringAlertName, context);
  }
  const entries = (await schedulesOf(MonitoringScheduleName, context))
    .map((schedule) => ({
      MonitoringScheduleName: schedule.name,
      MonitoringAlertName: alertName(schedule),
      CreationTime: new Date(schedule.createdAt),
      AlertStatus: 'OK' as const,
    }))
    .filter(
      (each) =>
        (MonitoringAlertName === undefined || each.MonitoringAlertName === MonitoringAlertName) &&
        (input.StatusEquals === undefined || each.AlertStatus === input.StatusEquals) &&
        isWithin(each.CreationTime, input.CreationTimeAfter, input.CreationTimeBefore),
    );
  const by = input.SortBy === 'Status' ? 'AlertStatus' : 'CreationTime';
  const { page, next } = pageOf(ordered(entries, by, input.SortOrder), 'ListMonitoringAlertHistory', input, context, ALERTS_PAGE);
  return { MonitoringAlertHistory: [...page], ...next };
}

/** @throws ResourceNotFound  (unverified sentence) the schedule has no alert of that name */
function requireAlert(
  schedule: SageMakerResource<MonitoringScheduleSettings>,
  MonitoringAlertName: string,
  place: Pick<Writing, 'account' | 'region'>,
): void {
  if (MonitoringAlertName === alertName(schedule)) return;
  throw resourceNotFound(
    `Monitoring Alert ${arnOf(alertKind, { MonitoringScheduleName: schedule.name, MonitoringAlertName }, place)} not found`,
  );
}

/**
 * Says after how many violations an alert goes off.
 * @throws ResourceNotFound     no such schedule, or no such alert of it
 * @throws ValidationException  (unverified sentence) more datapoints than the period has
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateMonitoringAlert.html
 */
export const updateMonitoringAlert = change<Identity, MonitoringScheduleSettings, Valid<UpdateMonitoringAlertRequest>>(
  monitoringSchedule,
  (resource, input, call) => {
    requireAlert(resource, input.MonitoringAlertName, call);
    const { DatapointsToAlert: datapoints, EvaluationPeriod: period } = input;
    if (datapoints > period) throw invalid('DatapointsToAlert must not be greater than EvaluationPeriod.');
    return { ...resource, settings: { ...resource.settings, alert: { datapoints, period, changedAt: call.now } } };
  },
  { answer: (resource) => ({ MonitoringScheduleArn: resource.arn, MonitoringAlertName: alertName(resource) }) },
);
