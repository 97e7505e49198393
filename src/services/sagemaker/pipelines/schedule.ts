import type { StepDefinition } from './definition.ts';

/*
 * When the steps of an execution run: worked out ahead, from what is known of how each ends. Nothing is run. Steps that wait for an answer
 * stop what depends on them until it comes; then the rest is worked out again from there.
 */

/** A step that has been started, or will be. */
export interface StepRecord {
  readonly name: string;
  readonly startedAt: number;
  /** Absent while an answer is waited for. */
  readonly endedAt?: number;
  /** How it ends. */
  readonly status: 'Succeeded' | 'Failed' | 'Stopped';
  readonly reason?: string;
  /** When it was told to stop. */
  readonly stoppingAt?: number;
  readonly attempt: number;
  /** What a condition came to. */
  readonly outcome?: boolean;
  /** By which the answer to a callback comes. */
  readonly token?: string;
  readonly queue?: string;
  readonly outputs?: readonly { readonly Name: string; readonly Value: string }[];
  /** A Fail step's own message. */
  readonly message?: string;
}

/** How a step that starts now will go. */
export type Prospect = Pick<StepRecord, 'status' | 'reason' | 'outcome' | 'token' | 'queue' | 'message'> & {
  /** How long it takes, milliseconds; undefined: until an answer comes. */
  readonly lasts: number | undefined;
};

export interface Plan {
  readonly steps: readonly StepDefinition[];
  /** Steps that run at the same time, at most. */
  readonly parallel: number;
  /** What has been started already, and stays. */
  readonly records: readonly StepRecord[];
  readonly from: number;
  /** Steps that another execution has done for this one. */
  readonly done?: ReadonlySet<string>;
  readonly prospectOf: (step: StepDefinition, records: readonly StepRecord[]) => Promise<Prospect>;
}

const hasEnded = ({ endedAt }: StepRecord, at: number): boolean => endedAt !== undefined && endedAt <= at;

/** Steps that can come at all: those of conditions, once these have been decided. */
function reachable(steps: readonly StepDefinition[], records: ReadonlyMap<string, StepRecord>, at: number): StepDefinition[] {
  return steps.flatMap((step) => {
    const record = records.get(step.Name);
    if (step.Type !== 'Condition' || !record || record.status !== 'Succeeded' || !hasEnded(record, at)) return [step];
    return [step, ...reachable(record.outcome ? step.ifSteps : step.elseSteps, records, at)];
  });
}

/** All steps with their times. After a failure none is started, and what runs comes to its end. Time O(steps²). */
export async function schedule({ steps, parallel, records: kept, from, done, prospectOf }: Plan): Promise<StepRecord[]> {
  const records = new Map(kept.map((record) => [record.name, record]));
  const isDone = (name: string, at: number): boolean => {
    const record = records.get(name);
    return record ? record.status === 'Succeeded' && hasEnded(record, at) : (done?.has(name) ?? false);
  };
  for (let at = from; ; ) {
    const all = [...records.values()];
    const failed = all.some((record) => record.status !== 'Succeeded' && hasEnded(record, at));
    const running = all.filter((record) => !hasEnded(record, at)).length;
    const ready = failed
      ? []
      : reachable(steps, records, at)
          .filter((step) => !records.has(step.Name) && !done?.has(step.Name) && step.after.every((name) => isDone(name, at)))
          .slice(0, Math.max(0, parallel - running));
    for (const step of ready) {
      const { lasts, ...how } = await prospectOf(step, [...records.values()]);
      const attempt = 1;
      records.set(step.Name, { name: step.Name, startedAt: at, ...how, attempt, ...(lasts !== undefined && { endedAt: at + lasts }) });
    }
    // What takes no time is over already, and may let others start.
    if (ready.some(({ Name }) => hasEnded(records.get(Name) as StepRecord, at))) continue;
    const ends = [...records.values()].flatMap(({ endedAt }) => (endedAt !== undefined && endedAt > at ? [endedAt] : []));
    if (ends.length === 0) return [...records.values()];
    at = Math.min(...ends);
  }
}

/** When all that was started is over; undefined while an answer is waited for. */
export function endOf(records: readonly StepRecord[], from: number): number | undefined {
  let end = from;
  for (const { endedAt } of records) {
    if (endedAt === undefined) return undefined;
    end = Math.max(end, endedAt);
  }
  return end;
}

/** A step's status at an instant; undefined before it starts. */
export function statusAt({ startedAt, stoppingAt, endedAt, status }: StepRecord, now: number): string | undefined {
  if (now < startedAt) return undefined;
  if (endedAt !== undefined && now >= endedAt) return status;
  return stoppingAt !== undefined && now >= stoppingAt ? 'Stopping' : 'Executing';
}
