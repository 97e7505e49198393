import type {
  CreateTrainingPlanRequest,
  DescribeReservedCapacityRequest,
  DescribeTrainingPlanExtensionHistoryRequest,
  ExtendTrainingPlanRequest,
  ListUltraServersByReservedCapacityRequest,
  SearchTrainingPlanOfferingsRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext } from '../../../authorization/operation.ts';
import { hexadecimal, lowerAlphanumeric } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { sortableTime } from '../../../store/table.ts';
import { phaseAt, type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { create, type Writing } from '../create.ts';
import { invalid, resourceNotFound } from '../errors.ts';
import { findByArn, type Kind, type Named, sageMakerArn, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Course } from '../lifecycle.ts';
import { newResource } from '../new-resource.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';
import { newTags } from '../tag-rules.ts';
import {
  type Capacity,
  capacityMembers,
  extensionEnd,
  extensionOffering,
  FEE,
  offeredCapacity,
  offeredExtension,
  planOfferings,
  wholeDays,
  zoneOf,
} from './training-plan-offering.ts';

type Input = Valid<CreateTrainingPlanRequest>;

interface Extended {
  readonly offeringId: string;
  readonly at: number;
  readonly startsAt: number;
  readonly hours: number;
}

export interface TrainingPlanSettings {
  readonly capacity: Capacity;
  readonly capacityArn: string;
  readonly extensions: readonly Extended[];
}

interface ReservedCapacitySettings {
  readonly planArn: string;
  /** Of UltraServers: the id of each, and how many of its instances are kept as spares. */
  readonly ultraServerIds: readonly string[];
  readonly spares: number;
}

const statusOf = (resource: Pick<SageMakerResource, 'phases'>, now: number): string => phaseAt(resource, now)?.status ?? 'Pending';

/** There is no operation to delete one. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingPlan.html */
export const trainingPlan = familyOf<{ readonly TrainingPlanName: string }, TrainingPlanSettings>({
  type: 'training-plan',
  noun: 'TrainingPlan',
  names: 'unique regardless of case',
  status: 'Status',
  describe: ({ region, settings: { capacity, capacityArn }, phases }, now) => {
    const of = capacityMembers(capacity);
    return {
      DurationHours: of.DurationHours,
      DurationMinutes: of.DurationMinutes,
      StartTime: of.StartTime,
      EndTime: of.EndTime,
      ...FEE,
      TotalInstanceCount: capacity.instanceCount,
      UnhealthyInstanceCount: 0,
      ...(capacity.ultraServers && { TotalUltraServerCount: capacity.ultraServers.count }),
      TargetResources: capacity.targets,
      ReservedCapacitySummaries: [
        {
          ReservedCapacityArn: capacityArn,
          ...of,
          TotalInstanceCount: capacity.instanceCount,
          Status: statusOf({ phases }, now),
          AvailabilityZone: zoneOf(region),
        },
      ],
    };
  },
  list: {
    operation: 'ListTrainingPlans',
    result: 'TrainingPlanSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings: { capacity }, phases }, { Filters, StartTimeAfter, StartTimeBefore }, now) =>
      ((Filters as readonly { readonly Value: string }[] | undefined) ?? []).every(({ Value }) => statusOf({ phases }, now) === Value) &&
      (StartTimeAfter === undefined || capacity.startsAt > (StartTimeAfter as Date).getTime()) &&
      (StartTimeBefore === undefined || capacity.startsAt < (StartTimeBefore as Date).getTime()),
  },
});

export const reservedCapacity = {
  type: 'reserved-capacity',
  path: (input: { readonly ReservedCapacityArn: string }) => input.ReservedCapacityArn,
  arnPath: '${RandomString}',
  names: 'as typed',
  // (unverified) sentence
  missing: ({ arn }: Named) => resourceNotFound(`Reserved capacity ${arn} does not exist.`),
} as const;

/** A plan that is named by its ARN. */
export const trainingPlanByArn: Kind<{ readonly TrainingPlanArn: string }> = { ...trainingPlan, path: (input) => input.TrainingPlanArn };

/** @throws ResourceNotFound  no such plan in this account and region */
export async function requireTrainingPlan(arn: string, where: Where): Promise<SageMakerResource<TrainingPlanSettings>> {
  const plan = await findByArn<TrainingPlanSettings>(trainingPlan, arn, where);
  if (!plan) throw trainingPlan.missing({ arn, name: arn.slice(arn.lastIndexOf('/') + 1) }, 'describe');
  return plan;
}

const PENDING_SECONDS = 60;

/** Only its being made takes as long as the installation's pace says; time that is reserved is real time. */
function courseOf({ startsAt, endsAt }: Capacity, { now, installation: { pace } }: Pick<Writing, 'now' | 'installation'>): Course {
  const scheduled = now + PENDING_SECONDS * 1000 * pace;
  return [
    { status: 'Pending', seconds: PENDING_SECONDS },
    { status: 'Scheduled', seconds: Math.max(0, startsAt - scheduled) / 1000, fixed: true },
    { status: 'Active', seconds: (endsAt - Math.max(startsAt, scheduled)) / 1000, fixed: true },
    { status: 'Expired' },
  ];
}

/**
 * Reserves the capacity of an offer.
 * @throws ResourceInUse     the name is taken
 * @throws ResourceNotFound  there is no such offer, or it stands no longer
 */
export const createTrainingPlan = create<Input, TrainingPlanSettings>(trainingPlan, {
  name: (input) => input.TrainingPlanName,
  draft: async (input, call) => {
    const capacity = offeredCapacity(input.TrainingPlanOfferingId, call);
    // (unverified) sentence
    if (!capacity) throw resourceNotFound(`Training plan offering ${input.TrainingPlanOfferingId} does not exist.`);
    const { random } = call.installation;
    const capacityArn = sageMakerArn(call, `reserved-capacity/${lowerAlphanumeric(12, random)}`);
    const settings: ReservedCapacitySettings = {
      planArn: call.target.arn,
      ultraServerIds: Array.from({ length: capacity.ultraServers?.count ?? 0 }, () => `us-${hexadecimal(17, random)}`),
      spares: input.SpareInstanceCountPerUltraServer ?? 0,
    };
    await call.reader.insert(sageMakerResources, newResource(reservedCapacity, capacityArn, call, { settings, tags: newTags(input.Tags) }));
    return {
      settings: { capacity, capacityArn, extensions: [] },
      // So that an index has plans in the order in which they start.
      parent: sortableTime(capacity.startsAt),
      course: courseOf(capacity, call),
    };
  },
});

/**
 * Offers of capacity; with a plan, offers to go on with it.
 * @throws ResourceNotFound     no such plan
 * @throws ValidationException  neither instances nor UltraServers are asked for, or both
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SearchTrainingPlanOfferings.html
 */
export async function searchTrainingPlanOfferings(
  input: Valid<SearchTrainingPlanOfferingsRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  if (input.TrainingPlanArn === undefined) return { TrainingPlanOfferings: planOfferings(input, context) };
  const { arn, settings, phases } = await requireTrainingPlan(input.TrainingPlanArn, context);
  const goesOn = statusOf({ phases }, context.now) !== 'Expired';
  const extension = { planArn: arn, startsAt: settings.capacity.endsAt, hours: wholeDays(input.DurationHours) };
  return {
    TrainingPlanOfferings: [],
    TrainingPlanExtensionOfferings: goesOn ? [extensionOffering(extension, context)] : [],
  };
}

const extensionMembers = ({ offeringId, at, startsAt, hours }: Extended, region: string) => ({
  TrainingPlanExtensionOfferingId: offeringId,
  ExtendedAt: new Date(at),
  StartDate: new Date(startsAt),
  EndDate: new Date(extensionEnd({ planArn: '', startsAt, hours })),
  Status: 'Active',
  PaymentStatus: 'Succeeded',
  AvailabilityZone: zoneOf(region),
  DurationHours: hours,
  ...FEE,
});

/**
 * Lengthens a plan by an offer that was made for it.
 * @throws ResourceNotFound     there is no such offer, it stands no longer, or its plan is gone
 * @throws ValidationException  (unverified) the plan has ended, or has been lengthened since
 */
export const extendTrainingPlan: Handler<Valid<ExtendTrainingPlanRequest>, Found> = (input, context) =>
  context.installation.store.write(async (writer) => {
    const { TrainingPlanExtensionOfferingId: offeringId } = input;
    const offered = offeredExtension(offeringId, context);
    // (unverified) all sentences
    if (!offered) throw resourceNotFound(`Training plan extension offering ${offeringId} does not exist.`);
    const plan = await requireTrainingPlan(offered.planArn, { ...context, reader: writer });
    const { capacity, extensions } = plan.settings;
    const status = statusOf(plan, context.now);
    if (status !== 'Active' && status !== 'Scheduled')
      throw invalid(`Training plan ${plan.arn} is in status ${status} and cannot be extended.`);
    if (capacity.endsAt !== offered.startsAt) throw invalid(`Training plan ${plan.arn} no longer ends when the offering begins.`);
    const longer: Capacity = { ...capacity, endsAt: extensionEnd(offered), hours: capacity.hours + offered.hours };
    const all = [...extensions, { offeringId, at: context.now, startsAt: offered.startsAt, hours: offered.hours }];
    await writer.update(sageMakerResources, {
      ...plan,
      changedAt: context.now,
      settings: { ...plan.settings, capacity: longer, extensions: all },
      phases: plan.phases.map((phase) => (phase.status === 'Expired' ? { ...phase, from: longer.endsAt } : phase)),
    });
    return { TrainingPlanExtensions: all.map((each) => extensionMembers(each, context.region)) };
  });

/** How a plan was lengthened, page by page. @throws ResourceNotFound  no such plan */
export async function describeTrainingPlanExtensionHistory(
  input: Valid<DescribeTrainingPlanExtensionHistoryRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const { settings } = await requireTrainingPlan(input.TrainingPlanArn, context);
  const { page, next } = pageOf(settings.extensions, 'DescribeTrainingPlanExtensionHistory', input, context);
  return { TrainingPlanExtensions: page.map((each) => extensionMembers(each, context.region)), ...next };
}

/** Reserved capacity with the plan that it is of. @throws ResourceNotFound  there is no such capacity */
async function needCapacity(arn: string, where: Where) {
  const reserved = await findByArn<ReservedCapacitySettings>(reservedCapacity, arn, where);
  if (!reserved) throw reservedCapacity.missing({ arn, name: '' });
  return { reserved, plan: await requireTrainingPlan(reserved.settings.planArn, where) };
}

/** @throws ResourceNotFound  there is no such capacity */
export async function describeReservedCapacity(
  { ReservedCapacityArn }: Valid<DescribeReservedCapacityRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const { reserved, plan } = await needCapacity(ReservedCapacityArn, context);
  const { capacity } = plan.settings;
  const { UltraServerType: _type, UltraServerCount: _count, ...of } = capacityMembers(capacity);
  return {
    ReservedCapacityArn,
    ...of,
    Status: statusOf(plan, context.now),
    AvailabilityZone: zoneOf(context.region),
    TotalInstanceCount: capacity.instanceCount,
    ...(capacity.ultraServers && {
      UltraServerSummary: {
        UltraServerType: capacity.ultraServers.type,
        InstanceType: capacity.instanceType,
        UltraServerCount: capacity.ultraServers.count,
        AvailableSpareInstanceCount: reserved.settings.spares * capacity.ultraServers.count,
        UnhealthyInstanceCount: 0,
      },
    }),
  };
}

/** The UltraServers of reserved capacity; none when it is of instances. @throws ResourceNotFound  there is no such capacity */
export async function listUltraServersByReservedCapacity(
  input: Valid<ListUltraServersByReservedCapacityRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const { reserved, plan } = await needCapacity(input.ReservedCapacityArn, context);
  const { instanceType, instanceCount, ultraServers } = plan.settings.capacity;
  const { ultraServerIds, spares } = reserved.settings;
  const { page, next } = pageOf(ultraServerIds, 'ListUltraServersByReservedCapacity', input, context);
  return {
    UltraServers: page.map((UltraServerId) => ({
      UltraServerId,
      UltraServerType: ultraServers?.type,
      AvailabilityZone: zoneOf(context.region),
      InstanceType: instanceType,
      TotalInstanceCount: instanceCount / ultraServerIds.length,
      ConfiguredSpareInstanceCount: spares,
      AvailableSpareInstanceCount: spares,
      UnhealthyInstanceCount: 0,
      HealthStatus: 'OK',
    })),
    ...next,
  };
}
