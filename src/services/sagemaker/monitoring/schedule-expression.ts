import { invalid } from '../errors.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** When a schedule runs: once, at once; or in the hours of each day, on the hour (UTC). */
export type Timetable = 'now' | { readonly hours: readonly number[] };

/** `cron(0 * ? * * *)`, `cron(0 17 ? * * *)`, `cron(0 17/6 ? * * *)` */
const CRON = /^cron\(0 (\*|\d{1,2})(?:\/(\d{1,2}))? \? \* \* \*\)$/;

/**
 * Reads a schedule's expression.
 * @throws ValidationException  (unverified sentence) neither `NOW` nor one of the forms of cron that monitoring takes
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-schedule-expression.html
 */
export function readTimetable(expression: string): Timetable {
  if (expression === 'NOW') return 'now';
  const [, first, step] = CRON.exec(expression) ?? [];
  const from = first === '*' ? 0 : Number(first);
  const every = step === undefined ? (first === '*' ? 1 : 24) : Number(step);
  if (first === undefined || from > 23 || every < 1 || every > 24)
    throw invalid(
      `Invalid ScheduleExpression ${expression}: it must be NOW, or hourly or daily as in cron(0 * ? * * *) and cron(0 17/6 ? * * *).`,
    );
  const hours: number[] = [];
  for (let hour = from; hour < 24; hour += every) hours.push(hour);
  return { hours };
}

/** The latest times of a timetable from one instant to another, both included; latest first, as many as wanted at most. */
export function timesBetween(timetable: Timetable, from: number, to: number, most: number): number[] {
  if (timetable === 'now') return from <= to ? [from] : [];
  const latestFirst = timetable.hours.toReversed();
  const times: number[] = [];
  for (let day = Math.floor(to / DAY) * DAY; day + DAY > from && times.length < most; day -= DAY) {
    for (const hour of latestFirst) {
      const time = day + hour * HOUR;
      if (time >= from && time <= to && times.length < most) times.push(time);
    }
  }
  return times;
}
