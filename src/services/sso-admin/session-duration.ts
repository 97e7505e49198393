import { invalid } from './errors.ts';

/** As a permission set has it when none is said. */
export const DEFAULT_SESSION_DURATION = 'PT1H';
const SHORTEST = 3600;
const LONGEST = 43_200;

const DURATION = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?$/;

/**
 * Seconds of an ISO 8601 duration: one hour to twelve.
 * @throws Validation  400  (unverified) sentence
 */
export function readSessionDuration(text: string): number {
  const [found, days = '0', hours = '0', minutes = '0', seconds = '0'] = DURATION.exec(text) ?? [];
  const total = found === undefined ? 0 : Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (total < SHORTEST || total > LONGEST) throw invalid('SessionDuration must be between 1 hour and 12 hours (PT1H to PT12H).');
  return total;
}
