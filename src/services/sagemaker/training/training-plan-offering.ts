import type { SearchTrainingPlanOfferingsRequest } from '@aws-sdk/client-sagemaker';
import { open, seal } from '../../../authentication/sealed.ts';
import type { OperationContext, Scope } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';
import type { Found } from '../resources.ts';

/*
 * Offers of reserved capacity. They are made up when asked for, as there is no capacity here that could be sold out, and cost nothing. An offer is
 * not stored: its id is the sealed offer.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/reserve-capacity-with-training-plans.html
 */

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long an offer stands (unverified). */
const VALID = 15 * MINUTE;

const TARGETS = ['training-job', 'hyperpod-cluster', 'endpoint', 'studio-apps'] as const;

/** Machines that are sold whole: what they are made of. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UltraServerInfo.html */
const ULTRA_SERVERS: Readonly<Record<string, { readonly instanceType: string; readonly instances: number }>> = {
  'ml.u-p6e-gb200x36': { instanceType: 'ml.p6e-gb200.36xlarge', instances: 9 },
  'ml.u-p6e-gb200x72': { instanceType: 'ml.p6e-gb200.36xlarge', instances: 18 },
};

/** Capacity of one kind for a time. Times in milliseconds since the epoch, whole minutes. */
export interface Capacity {
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly ultraServers?: { readonly type: string; readonly count: number };
  readonly targets: readonly string[];
  readonly hours: number;
  readonly startsAt: number;
  readonly endsAt: number;
}

type Caller = Pick<Scope, 'account' | 'region' | 'installation'>;
type Kind = 'plan' | 'extension';

/** An id of the letters that ids of offers may have. It opens in the account and region that it was made for. */
const issueId = (kind: Kind, content: readonly unknown[], { account, region, installation: { keys, random } }: Caller): string =>
  seal(Buffer.from(JSON.stringify(content)), 'training-plan-offering', [kind, account, region], keys, random).toString('hex');

function openId(kind: Kind, id: string, { account, region, installation: { keys } }: Caller): unknown[] | undefined {
  if (id.length > 1024 || !/^[0-9a-f]+$/.test(id)) return undefined;
  const text = open(Buffer.from(id, 'hex'), 'training-plan-offering', [kind, account, region], keys);
  // Only `issueId` can have made it.
  return text && (JSON.parse(text.toString('utf8')) as unknown[]);
}

/** Capacity begins at half past eleven, UTC, on the next day that comes into question. */
const firstStart = (after: number): number => {
  const today = Math.floor(after / DAY) * DAY + 11.5 * HOUR;
  return today > after ? today : today + DAY;
};

/** The id of an offer: short enough for AWS's 256 characters. */
const offeringId = (capacity: Capacity, caller: Caller, now: number): string =>
  issueId(
    'plan',
    [
      capacity.instanceType,
      capacity.instanceCount,
      capacity.ultraServers?.type ?? 0,
      capacity.ultraServers?.count ?? 0,
      capacity.hours,
      capacity.startsAt / MINUTE,
      Math.floor(now / MINUTE),
      TARGETS.reduce((mask, target, i) => (capacity.targets.includes(target) ? mask | (1 << i) : mask), 0),
    ],
    caller,
  );

/** The capacity that is offered under an id; undefined for what was never offered here, or too long ago. */
export function offeredCapacity(id: string, caller: Caller & Pick<Scope, 'now'>): Capacity | undefined {
  const content = openId('plan', id, caller);
  if (!content) return undefined;
  const [instanceType, instanceCount, type, count, hours, starts, issued, mask] = content as [
    string,
    number,
    string | 0,
    number,
    number,
    number,
    number,
    number,
  ];
  if (caller.now - issued * MINUTE > VALID) return undefined;
  const startsAt = starts * MINUTE;
  return {
    instanceType,
    instanceCount,
    ...(type !== 0 && { ultraServers: { type, count } }),
    targets: TARGETS.filter((_, i) => mask & (1 << i)),
    hours,
    startsAt,
    endsAt: startsAt + hours * HOUR,
  };
}

/** Time is sold by the day. */
export const wholeDays = (hours = 24): number => Math.ceil(hours / 24) * 24;

type Search = Valid<SearchTrainingPlanOfferingsRequest>;

/** What a search asks for. @throws ValidationException  (unverified sentence) neither instances nor UltraServers, or both */
function askedCapacity(input: Search, now: number): Capacity | undefined {
  const { InstanceType, InstanceCount, UltraServerType, UltraServerCount } = input;
  if ((InstanceType === undefined) === (UltraServerType === undefined))
    throw invalid('Exactly one of InstanceType and UltraServerType must be specified.');
  const hours = wholeDays(input.DurationHours);
  const startsAt = firstStart(Math.max(now, input.StartTimeAfter?.getTime() ?? 0));
  const endsAt = startsAt + hours * HOUR;
  if (input.EndTimeBefore && endsAt > input.EndTimeBefore.getTime()) return undefined;
  const when = { hours, startsAt, endsAt, targets: input.TargetResources ?? TARGETS };
  if (InstanceType !== undefined) return { instanceType: InstanceType, instanceCount: Math.max(1, InstanceCount ?? 1), ...when };
  const type = UltraServerType ?? '';
  const made = Object.hasOwn(ULTRA_SERVERS, type) ? ULTRA_SERVERS[type] : undefined;
  const count = UltraServerCount ?? 1;
  return made && { instanceType: made.instanceType, instanceCount: made.instances * count, ultraServers: { type, count }, ...when };
}

/** How capacity is described in offers and plans. */
export const capacityMembers = (capacity: Capacity) => ({
  ReservedCapacityType: capacity.ultraServers ? 'UltraServer' : 'Instance',
  ...(capacity.ultraServers && { UltraServerType: capacity.ultraServers.type, UltraServerCount: capacity.ultraServers.count }),
  InstanceType: capacity.instanceType,
  DurationHours: capacity.hours,
  DurationMinutes: 0,
  StartTime: new Date(capacity.startsAt),
  EndTime: new Date(capacity.endsAt),
});

/** Nobody is charged. */
export const FEE = { UpfrontFee: '0', CurrencyCode: 'USD' } as const;

export const zoneOf = (region: string): string => `${region}a`;

/** Offers for what a search asks: one, or none when it would end too late or nobody has such machines. */
export function planOfferings(input: Search, context: OperationContext<Found>): object[] {
  const capacity = askedCapacity(input, context.now);
  if (!capacity) return [];
  return [
    {
      TrainingPlanOfferingId: offeringId(capacity, context, context.now),
      TargetResources: capacity.targets,
      RequestedStartTimeAfter: input.StartTimeAfter,
      RequestedEndTimeBefore: input.EndTimeBefore,
      DurationHours: capacity.hours,
      DurationMinutes: 0,
      ...FEE,
      ReservedCapacityOfferings: [
        { ...capacityMembers(capacity), InstanceCount: capacity.instanceCount, AvailabilityZone: zoneOf(context.region) },
      ],
    },
  ];
}

/** A longer time for a plan that there is. */
export interface Extension {
  readonly planArn: string;
  /** When the plan ends without it. */
  readonly startsAt: number;
  readonly hours: number;
}

export const extensionEnd = ({ startsAt, hours }: Extension): number => startsAt + hours * HOUR;

/** One offer to go on with a plan when it would end. */
export const extensionOffering = (extension: Extension, context: OperationContext<Found>): object => ({
  TrainingPlanExtensionOfferingId: issueId('extension', [extension.planArn, extension.startsAt, extension.hours, context.now], context),
  AvailabilityZone: zoneOf(context.region),
  StartDate: new Date(extension.startsAt),
  EndDate: new Date(extensionEnd(extension)),
  DurationHours: extension.hours,
  ...FEE,
});

export function offeredExtension(id: string, caller: Caller & Pick<Scope, 'now'>): Extension | undefined {
  const content = openId('extension', id, caller);
  if (!content) return undefined;
  const [planArn, startsAt, hours, issuedAt] = content as [string, number, number, number];
  return caller.now - issuedAt > VALID ? undefined : { planArn, startsAt, hours };
}
