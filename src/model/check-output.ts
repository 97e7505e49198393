import type { Reference } from './model-file.ts';
import type { OperationModel, ServiceModel } from './service-model.ts';

/**
 * What is wrong with a handler's output: members that the model does not have (they would silently not be sent), values of another type,
 * required members that are missing. Empty when all is well. A check for tests, too slow for every request and never needed twice.
 */
export function outputProblems(model: ServiceModel, operation: OperationModel, output: object): string[] {
  const problems: string[] = [];
  const wrong = (path: string, what: string): void =>
    void problems.push(`${model.service}:${operation.name}: ${path || 'the output'} ${what}`);
  if (operation.output === undefined) {
    for (const name of Object.keys(output)) wrong(name, 'is no member: the operation has no output');
  } else check(model, operation.output, output, '', wrong);
  return problems;
}

/**
 * Required by the model, yet left out: IAM describes the root user without name and path, and reports that are being made by their state alone,
 * and root's password has no name, as recorded; root's certificates and devices have nobody's name by analogy (unverified).
 */
const MISSING_ON_AWS: ReadonlySet<string> = new Set([
  'User.UserName',
  'User.Path',
  'LoginProfile.UserName',
  'SigningCertificate.UserName',
  'MFADevice.UserName',
  'GetServiceLastAccessedDetailsResponse.ServicesLastAccessed',
  'GetServiceLastAccessedDetailsResponse.JobCompletionDate',
  'GetServiceLastAccessedDetailsWithEntitiesResponse.EntityDetailsList',
  'GetServiceLastAccessedDetailsWithEntitiesResponse.JobCompletionDate',
]);

/** Enumerations whose values on the wire are not the model's: the policy simulator says `IAM Policy`, as recorded. */
const OPEN_ON_AWS: ReadonlySet<string> = new Set(['PolicySourceType']);

type Wrong = (path: string, what: string) => void;

const nameOf = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.shape);

function check(model: ServiceModel, shapeName: string, value: unknown, path: string, wrong: Wrong): void {
  const shape = model.shapes[shapeName];
  if (!shape) throw new Error(`the model of ${model.service} has no shape ${shapeName}`);
  const isA = (type: boolean, what: string): void => {
    if (!type) wrong(path, `is no ${what}, but ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}`);
  };
  switch (shape.type) {
    case 'structure': {
      // A stream of events is given as an iterable of them.
      if (shape.eventStream)
        return isA(typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value), 'stream');
      if (!isRecord(value)) return isA(false, 'structure');
      for (const name of shape.required ?? []) {
        if (value[name] === undefined && !MISSING_ON_AWS.has(`${shapeName}.${name}`)) wrong(join(path, name), 'is required, and missing');
      }
      const given = Object.entries(value).filter(([, item]) => item !== undefined);
      if (shape.union && given.length !== 1) wrong(path, `is a union with ${given.length} members`);
      for (const [name, item] of given) {
        const reference = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
        if (reference === undefined) wrong(join(path, name), 'is no member');
        else check(model, nameOf(reference), item, join(path, name), wrong);
      }
      return;
    }
    case 'list':
      if (!Array.isArray(value)) return isA(false, 'list');
      for (const [i, item] of value.entries()) check(model, nameOf(shape.member), item, `${path}[${i}]`, wrong);
      return;
    case 'map':
      if (!isRecord(value)) return isA(false, 'map');
      for (const [key, item] of Object.entries(value))
        if (item !== undefined) check(model, nameOf(shape.value), item, join(path, key), wrong);
      return;
    case 'string':
      if (typeof value !== 'string') return isA(false, 'string');
      if (shape.enum && !shape.enum.includes(value) && !OPEN_ON_AWS.has(shapeName))
        wrong(path, `is none of ${shape.enum.slice(0, 8).join(', ')}: ${value}`);
      return;
    case 'boolean':
      return isA(typeof value === 'boolean', 'boolean');
    case 'integer':
    case 'long':
      return isA(Number.isSafeInteger(value), shape.type);
    case 'float':
    case 'double':
      return isA(typeof value === 'number', shape.type);
    case 'timestamp':
      return isA(value instanceof Date && !Number.isNaN(value.getTime()), 'time');
    case 'blob':
      return isA(value instanceof Uint8Array, 'bytes');
    default:
      return;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
