import { ServiceError } from '../core/service-error.ts';
import type { ConstraintKind, Violation } from './constraint-message.ts';

/**
 * Organizations answers a broken model with a reason instead of the usual sentence, one thing at a time.
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html#API_CreateOrganization_Errors
 */
const REASONS: Readonly<Record<ConstraintKind, readonly [reason: string, message: string]>> = {
  required: ['INPUT_REQUIRED', 'You must provide a value for the parameter.'],
  'max-length': ['MAX_LENGTH_EXCEEDED', 'You provided a string that exceeds that maximum length.'],
  // (unverified) the sentences of this one, of the two values and of list members.
  'min-length': ['MIN_LENGTH_EXCEEDED', 'You provided a string that is shorter than the minimum length.'],
  'max-value': ['MAX_VALUE_EXCEEDED', 'You provided a number that exceeds the maximum value.'],
  'min-value': ['MIN_VALUE_EXCEEDED', 'You provided a number that is smaller than the minimum value.'],
  pattern: ['INVALID_PATTERN', 'You provided a value that does not match the required pattern.'],
  enum: ['INVALID_ENUM', 'You specified an invalid value.'],
  member: ['INVALID_LIST_MEMBER', 'You provided a list that contains at least one invalid value.'],
};

/** InvalidInputException for the first of what is wrong. */
export function organizationsRefusal([first]: readonly Violation[]): ServiceError {
  if (!first) throw new Error('a refusal without a reason');
  const [reason, message] = REASONS[first.kind];
  const parameter = parameterOf(first.path);
  return new ServiceError('InvalidInputException', message, {
    fields: { Reason: parameter === undefined ? reason : `${reason}:${parameter}` },
  });
}

/** `filter.actionType` → `FILTER_ACTION_TYPE`. Members of Target and of list elements are not told, as recorded (of elements: unverified). */
function parameterOf(path: string): string | undefined {
  if (path.startsWith('target.') || path.includes('.member')) return undefined;
  return path
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll('.', '_')
    .toUpperCase();
}
