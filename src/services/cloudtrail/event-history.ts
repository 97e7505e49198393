import type { LookupEventsRequest, LookupEventsResponse } from '@aws-sdk/client-cloudtrail';
import type { OperationContext } from '../../authorization/operation.ts';
import { pagesOf } from '../../authorization/page.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type EventSummary, regionOfEvent, summarize, toRecord } from './event-record.ts';

/** AWS gives fifty, and keeps them for ninety days; ours are kept as long as the process lives and there is room. */
const { takePage } = pagesOf(
  'cloudtrail',
  50,
  () => new ServiceError('InvalidNextTokenException', 'Invalid token or token with a value that is no longer valid.'),
);

type Attribute = NonNullable<LookupEventsRequest['LookupAttributes']>[number];

/** Whether an event has the wanted value of an attribute. */
const ATTRIBUTES: Readonly<Record<NonNullable<Attribute['AttributeKey']>, (event: EventSummary, wanted: string) => boolean>> = {
  EventId: ({ EventId }, wanted) => EventId === wanted,
  EventName: ({ EventName }, wanted) => EventName === wanted,
  ReadOnly: ({ ReadOnly }, wanted) => ReadOnly === wanted,
  Username: ({ Username }, wanted) => Username === wanted,
  ResourceType: ({ Resources }, wanted) => Resources.some(({ ResourceType }) => ResourceType === wanted),
  ResourceName: ({ Resources }, wanted) => Resources.some(({ ResourceName }) => ResourceName === wanted),
  EventSource: ({ EventSource }, wanted) => EventSource === wanted,
  AccessKeyId: ({ AccessKeyId }, wanted) => AccessKeyId === wanted,
};

/**
 * What was called of late in the caller's account and region, newest first: allowed, denied or failed. IAM's events and sign-ins are in us-east-1.
 * A look that succeeds is not in it.
 * @throws InvalidLookupAttributesException  400  more than one attribute, or a value that none can have
 * @throws InvalidTimeRangeException         400  it ends before it begins
 * @throws InvalidNextTokenException         400  a token of another look-up
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export async function lookupEvents(input: LookupEventsRequest, context: OperationContext): Promise<LookupEventsResponse> {
  const { LookupAttributes = [], StartTime, EndTime, EventCategory } = input;
  const [wanted] = LookupAttributes;
  if (LookupAttributes.length > 1) throw invalidAttributes('You can only specify one lookup attribute.');
  if (wanted?.AttributeKey === 'ReadOnly' && wanted.AttributeValue !== 'true' && wanted.AttributeValue !== 'false')
    throw invalidAttributes('The value of the attribute ReadOnly is true or false.');
  if (StartTime && EndTime && StartTime > EndTime)
    throw new ServiceError('InvalidTimeRangeException', 'The start time must not be later than the end time.');
  // Nothing is analysed, so nothing is unusual.
  if (EventCategory === 'insight') return { Events: [] };
  const { account, region, installation } = context;
  const { accountEvents, serviceAuthorizations } = installation;
  function* walk(after: readonly string[] | undefined) {
    for (const { number, event } of accountEvents.list(account, after && Number(after[0]))) {
      if (regionOfEvent(event) !== region || (StartTime && event.time < +StartTime) || (EndTime && event.time > +EndTime)) continue;
      const summary = summarize(event, account, serviceAuthorizations);
      const key = wanted?.AttributeKey;
      if (key === undefined || ATTRIBUTES[key](summary, wanted?.AttributeValue ?? '')) yield { number, event, summary };
    }
  }
  const filters = [region, wanted?.AttributeKey, wanted?.AttributeValue, StartTime?.toISOString(), EndTime?.toISOString()];
  const { items, end } = await takePage(context, ['LookupEvents', ...filters], input, walk, ({ number }) => [String(number)]);
  return { Events: items.map(({ event, summary }) => toRecord(event, summary, account) as never), ...end };
}

/** 400. The sentences are (unverified). */
const invalidAttributes = (message: string): ServiceError => new ServiceError('InvalidLookupAttributesException', message);
