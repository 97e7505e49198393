import { useCallback, useEffect, useRef, useState } from 'react';
import type { AwsClient } from '../aws/client.ts';
import { type AwsFailure, failureOf } from '../aws/failure.ts';
import type { Loaded } from '../parts/loaded.ts';

/** A call that was made in the account. */
export interface CalledEvent {
  readonly id: string;
  /** ISO 8601 */
  readonly time: string;
  /** ARN; empty when nobody proved who it was. */
  readonly caller: string;
  /** As policies name it: `iam:CreateUser`. */
  readonly action: string;
  readonly isRead: boolean;
  readonly resource: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** How it failed: `NoSuchEntity`. */
  readonly errorCode: string | undefined;
  readonly decisionId: string | undefined;
  readonly sourceIp: string;
  readonly region: string;
  /** CloudTrail's record, as JSON. */
  readonly record: string;
}

interface Told {
  readonly EventId: string;
  /** Seconds since the epoch. */
  readonly EventTime: number;
  readonly EventName: string;
  readonly EventSource: string;
  readonly ReadOnly: string;
  readonly CloudTrailEvent: string;
}

interface Recorded {
  /** Of a caller of another account, the account alone. */
  readonly userIdentity: { readonly arn?: string; readonly identityProvider?: string; readonly accountId?: string };
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly errorCode?: string;
  readonly additionalEventData?: { readonly action?: string; readonly decisionId?: string };
  readonly resources?: readonly { readonly ARN: string }[];
}

function read({ EventId, EventTime, EventName, EventSource, ReadOnly, CloudTrailEvent }: Told): CalledEvent {
  const { userIdentity, awsRegion, sourceIPAddress, errorCode, additionalEventData, resources } = JSON.parse(CloudTrailEvent) as Recorded;
  const { action, decisionId } = additionalEventData ?? {};
  return {
    id: EventId,
    time: new Date(EventTime * 1000).toISOString(),
    caller: userIdentity.arn ?? userIdentity.identityProvider ?? userIdentity.accountId ?? '',
    action: action ?? `${EventSource.replace('.amazonaws.com', '')}:${EventName}`,
    isRead: ReadOnly === 'true',
    resource: resources?.[0]?.ARN ?? '*',
    outcome: errorCode === undefined ? 'allowed' : decisionId === undefined ? 'failed' : 'denied',
    errorCode,
    decisionId,
    sourceIp: sourceIPAddress,
    region: awsRegion,
    record: CloudTrailEvent,
  };
}

/** Events that are shown at most, newest first. */
const MAX_EVENTS = 1000;
/** Milliseconds between two looks. */
const EVERY = 3000;

/** The newest events of a region, up to `MAX_EVENTS`, back to the moment `since` (milliseconds since the epoch). @throws AwsFailure */
async function lookUp(aws: AwsClient, region: string, since: number | undefined): Promise<readonly CalledEvent[]> {
  const found: CalledEvent[] = [];
  let NextToken: string | undefined;
  do {
    const input = { StartTime: since === undefined ? undefined : new Date(since), NextToken };
    const answer = await aws.json<{ Events: readonly Told[]; NextToken?: string }>('cloudtrail', 'LookupEvents', input, region);
    found.push(...answer.Events.map(read));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined && found.length < MAX_EVENTS);
  return found;
}

/** What was called of late in the chosen region, and of IAM and at sign-in; while `isLive`, what comes is added as it comes. */
export function useEvents(aws: AwsClient, isLive: boolean): Loaded<readonly CalledEvent[]> {
  const [events, setEvents] = useState<readonly CalledEvent[] | undefined>();
  const [failure, setFailure] = useState<AwsFailure | undefined>();
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const newest = useRef<number | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` looks anew
  useEffect(() => {
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      // Nobody looks at a page that is hidden.
      if (!document.hidden) {
        try {
          const regions = [...new Set([aws.region, 'us-east-1'])];
          const found = (await Promise.all(regions.map((region) => lookUp(aws, region, newest.current)))).flat();
          if (!isWanted) return;
          for (const { time } of found) newest.current = Math.max(newest.current ?? 0, Date.parse(time));
          setEvents((before = []) => merge(before, found));
          setFailure(undefined);
        } catch (error) {
          if (!isWanted) return;
          setFailure(failureOf(error));
          return;
        } finally {
          if (isWanted) setLoading(false);
        }
      }
      if (isLive) timer = setTimeout(look, EVERY);
    };
    setLoading(true);
    void look();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [aws, isLive, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { value: failure ? undefined : events, failure, isLoading, reload };
}

/** Each once, newest first. What is the same stays the same, so that a table has nothing to draw anew. */
function merge(before: readonly CalledEvent[], found: readonly CalledEvent[]): readonly CalledEvent[] {
  const known = new Set(before.map(({ id }) => id));
  const added = found.filter(({ id }) => !known.has(id));
  if (added.length === 0) return before;
  return [...added, ...before].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, MAX_EVENTS);
}
