import { invalid } from '../errors.ts';
import type { Definition, ParameterDefinition } from './definition.ts';

export interface Parameter {
  readonly Name: string;
  readonly Value: string;
}

const fits = ({ Type, EnumValues }: ParameterDefinition, value: string): boolean => {
  if (EnumValues && !EnumValues.map(String).includes(value)) return false;
  switch (Type) {
    case 'Integer':
      return /^-?\d+$/.test(value);
    case 'Float':
      return value.trim() !== '' && Number.isFinite(Number(value));
    case 'Boolean':
      return /^(true|false)$/i.test(value);
    default:
      return true;
  }
};

/** Characters of a value, by the model also where the definition gives it. */
const MAX_LENGTH = 1024;

/**
 * The parameters of an execution: what the call says, else what the definition does.
 * @throws ValidationException  (unverified sentences) one that the pipeline does not have, one without a value or with one that is too long, one
 * that does not fit its type
 */
export function parametersOf({ parameters }: Definition, given: readonly Parameter[]): Parameter[] {
  for (const { Name } of given)
    if (!parameters.some((each) => each.Name === Name)) throw invalid(`Unknown parameter: the pipeline has no parameter ${Name}.`);
  return parameters.map((parameter) => {
    const { Name, Type, DefaultValue } = parameter;
    const value = given.findLast((each) => each.Name === Name)?.Value ?? DefaultValue;
    if (value === undefined) throw invalid(`Assigned parameter: parameter ${Name} has no default value, and none is assigned.`);
    const Value = String(value);
    if (Value.length > MAX_LENGTH)
      throw invalid(`Assigned parameter: the value of parameter ${Name} is longer than ${MAX_LENGTH} characters.`);
    if (!fits(parameter, Value)) throw invalid(`Assigned parameter: '${Value}' is no value of parameter ${Name} of type ${Type}.`);
    return { Name, Value };
  });
}

/** A parameter as conditions and arguments see it. */
export function typedValue({ parameters }: Definition, { Name, Value }: Parameter): string | number | boolean {
  const type = parameters.find((each) => each.Name === Name)?.Type;
  if (type === 'Integer' || type === 'Float') return Number(Value);
  return type === 'Boolean' ? Value.toLowerCase() === 'true' : Value;
}
