import type { MovableClock } from '../core/clock.ts';
import type { HttpRequest } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import { readBody } from './json-body.ts';
import { exactly, object, type Path, type Problem } from './shape.ts';

/** A hundred years either way: dates stay dates. */
function seconds(value: unknown, path: Path, problems: Problem[]): number {
  if (typeof value === 'number' && Math.abs(value) <= 3_155_760_000) return value;
  problems.push({ path, sentence: 'expected a number of seconds, at most a hundred years' });
  return 0;
}

/** ISO 8601 with a zone; `now` stops the clock where it is. */
function instant(value: unknown, path: Path, problems: Problem[]): 'now' | number {
  if (value === 'now') return 'now';
  const isIso = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = isIso ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(time) && time >= 0) return time;
  problems.push({ path, sentence: 'expected a time such as 2026-11-21T01:00:00Z, or now' });
  return 0;
}

const move = object({}, { advanceSeconds: seconds, freezeAt: instant, reset: exactly(true) });

/**
 * Moves the clock as the body says: by some seconds, to an instant where it then stands, or back to the system's time.
 * @throws ValidationException  400
 */
export function moveClock(clock: MovableClock, request: HttpRequest): void {
  const asked = readBody(request, move);
  if (Object.keys(asked).length !== 1) {
    throw new ServiceError('ValidationException', 'Say one of advanceSeconds, freezeAt and reset.', { status: 400 });
  }
  if (asked.reset) clock.reset();
  if (asked.advanceSeconds !== undefined) clock.advance(Math.round(asked.advanceSeconds * 1000));
  if (asked.freezeAt !== undefined) clock.freeze(asked.freezeAt === 'now' ? clock.now() : asked.freezeAt);
}
