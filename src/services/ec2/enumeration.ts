import { ServiceError } from '../../core/service-error.ts';

/**
 * EC2 judges its texts itself, so what an operation keeps or acts on is held to its known values here: a value that nobody understands would
 * otherwise count as whatever the comparison makes of it.
 * @throws InvalidParameterValue  400  (unverified) sentence
 */
export function requireOneOf<T extends string>(name: string, value: string | undefined, known: readonly T[]): void {
  if (value === undefined || known.some((each) => each === value)) return;
  throw new ServiceError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${name} is invalid. Expected: ${known.map((each) => `'${each}'`).join(', ')}`,
  );
}
