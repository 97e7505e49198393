import { describe, expect, it } from 'vitest';
import { readTimetable, timesBetween } from './schedule-expression.ts';

describe('a schedule expression', () => {
  it.each([
    ['cron(0 17 ? * * *)', [17]],
    ['cron(0 0/6 ? * * *)', [0, 6, 12, 18]],
    ['cron(0 17/6 ? * * *)', [17, 23]],
    ['cron(0 */12 ? * * *)', [0, 12]],
  ])('%s names the hours %j', (expression, hours) => {
    expect(readTimetable(expression)).toEqual({ hours });
  });

  it('may name every hour, or none but now', () => {
    expect(readTimetable('cron(0 * ? * * *)')).toEqual({ hours: Array.from({ length: 24 }, (_, hour) => hour) });
    expect(readTimetable('NOW')).toBe('now');
  });

  it.each([
    'now',
    'rate(1 hour)',
    'cron(5 * ? * * *)',
    'cron(0 24 ? * * *)',
    'cron(0 1/0 ? * * *)',
    'cron(0 1/25 ? * * *)',
    'cron(0 * * * ? *)',
  ])('%s is none', (expression) => {
    expect(() => readTimetable(expression)).toThrow(/^Invalid ScheduleExpression/);
  });
});

describe('the times of a timetable', () => {
  const at = (text: string) => Date.parse(`2026-03-${text}:00Z`);

  it.each([
    ['both ends included', [6, 18], '01T06:00', '02T06:00', 9, ['02T06:00', '01T18:00', '01T06:00']],
    ['none between', [6], '01T07:00', '02T05:59', 9, []],
    ['the latest ones only', [0, 12], '01T00:00', '09T00:00', 2, ['09T00:00', '08T12:00']],
  ])('%s', (_, hours, from, to, most, expected) => {
    expect(timesBetween({ hours }, at(from), at(to), most)).toEqual(expected.map(at));
  });

  it('is the beginning alone for what runs once', () => {
    expect(timesBetween('now', 5, 9, 9)).toEqual([5]);
    expect(timesBetween('now', 5, 4, 9)).toEqual([]);
  });
});
