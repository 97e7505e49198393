import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../authorization/operation.ts';
import { loadServiceModel } from '../../model/load-model.ts';
import type { StructureEntry } from '../../model/model-file.ts';
import { referredShape } from '../../model/project.ts';
import { openServiceAuthorization } from '../../model/service-authorization.ts';
import { conditionKeyPaths, conditionKeysOf, hasTags } from './condition-keys.ts';
import { dependentActionsOf } from './dependent-actions.ts';
import { families } from './families.ts';
import type { MemberPath } from './member-path.ts';
import { sagemakerOperations } from './operations.ts';
import { partsOf } from './parts.ts';
import { operationsThatPassRoles, passedRolesOf } from './passed-roles.ts';

const data = join(import.meta.dirname, '../../../data');
const model = loadServiceModel(join(data, 'models'), 'sagemaker');
const published = openServiceAuthorization(join(data, 'service-authorization')).service('sagemaker');

const structure = (name: string | undefined): StructureEntry | undefined => {
  const shape = name === undefined ? undefined : model.shapes[name];
  return shape?.type === 'structure' ? shape : undefined;
};
const membersOf = (name: string | undefined): string[] => Object.keys(structure(name)?.members ?? {});
const inputOf = (operation: string) => membersOf(model.operations[operation]?.input);
const outputOf = (operation: string) => membersOf(model.operations[operation]?.output);

/** The type of what stands at a path in an operation's request; undefined where the model has no such place. */
function typeAt(operation: string, path: MemberPath): string | undefined {
  let name = model.operations[operation]?.input;
  for (const step of path.split('.')) {
    const each = step.endsWith('[]');
    const reference = structure(name)?.members[each ? step.slice(0, -2) : step];
    if (reference === undefined) return undefined;
    name = referredShape(reference);
    const shape = model.shapes[name];
    if (each !== (shape?.type === 'list')) return undefined;
    if (shape?.type === 'list') name = referredShape(shape.member);
  }
  return name === undefined ? undefined : model.shapes[name]?.type;
}

const operations = Object.keys(model.operations);
const SCALARS = ['string', 'integer', 'long', 'float', 'double', 'boolean'];

/** What AWS publishes of an operation's action, own keys of its resources included. */
const publishedKeys = (operation: string): Set<string> => {
  const action = published?.actions[operation];
  return new Set([...(action?.conditionKeys ?? []), ...(action?.resources ?? []).flatMap((resource) => resource.conditionKeys ?? [])]);
};

/** Deprecated twins of the `…Arn` keys, which policies in use still name. */
const isTwin = (key: string): boolean => /^sagemaker:\w+KmsKey$/.test(key);

describe('the condition keys', () => {
  it.each(conditionKeyPaths)('%s stands in the request of %s at %s', (_, operation, path) => {
    expect(SCALARS).toContain(typeAt(operation, path));
  });

  it.each(operations)('of %s are those that AWS publishes', (operation) => {
    const filled = conditionKeysOf(operation).flatMap(({ keys }) => keys);
    const asked = [...publishedKeys(operation)].filter((key) => key.startsWith('sagemaker:') && !key.includes('ResourceTag/'));
    expect(filled.filter((key) => key.startsWith('sagemaker:') && !isTwin(key)).sort()).toEqual(asked.sort());
    const input = inputOf(operation);
    expect(filled.includes('aws:TagKeys')).toBe(input.includes('Tags') || input.includes('TagKeys'));
    expect(hasTags(operation)).toBe(input.includes('Tags'));
  });
});

/** Names that members have where they hold a key's values, wherever they stand. Apps of Studio have a list of their own (studio-settings.ts). */
const NAMES: readonly (readonly [key: string, name: RegExp])[] = [
  ['sagemaker:AcceleratorTypes', /^AcceleratorTypes?$/],
  ['sagemaker:FileSystemId', /^FileSystemId$/],
  ['sagemaker:InstanceTypes', /^(Selected)?InstanceTypes?$/],
  ['sagemaker:InterContainerTrafficEncryption', /^EnableInterContainerTrafficEncryption$/],
  ['sagemaker:NetworkIsolation', /^EnableNetworkIsolation$/],
  ['sagemaker:VpcSecurityGroupIds', /^SecurityGroup(s|Ids)$/],
  ['sagemaker:VpcSubnets', /^Subnet(s|Ids?)$/],
];

/** Every place in a structure, lists with `[]`; a structure within itself once. */
function placesIn(name: string | undefined, seen: readonly string[] = []): MemberPath[] {
  const shape = name === undefined || seen.includes(name) ? undefined : model.shapes[name];
  if (name === undefined || shape?.type !== 'structure') return [];
  return Object.entries(shape.members).flatMap(([member, reference]) => {
    const target = referredShape(reference);
    const held = model.shapes[target];
    const [path, inner] = held?.type === 'list' ? [`${member}[]`, referredShape(held.member)] : [member, target];
    const places = placesIn(inner, [...seen, name]);
    return structure(inner) ? places.map((place) => `${path}.${place}`) : [path];
  });
}

describe('the values of a condition key', () => {
  const withKey = NAMES.flatMap(([key, name]) =>
    [...new Set(conditionKeyPaths.filter(([of]) => of === key).map(([, operation]) => operation))].map((operation) => ({
      key,
      name,
      operation,
    })),
  );

  it.each(withKey)('E23: $key of $operation are looked for wherever they can stand', ({ key, name, operation }) => {
    const known = conditionKeyPaths.filter(([of, where]) => of === key && where === operation).map(([, , path]) => path);
    const places = placesIn(model.operations[operation]?.input);
    const named = places.filter((place) => name.test(place.slice(place.lastIndexOf('.') + 1).replace('[]', '')));
    expect(named.filter((place) => !known.includes(place))).toEqual([]);
  });
});

/** Puts a value at a path; of lists, two elements, each with a value of its own. */
function put(into: Record<string, unknown>, [step = '', ...steps]: readonly string[], value: string): void {
  const name = step.replace('[]', '');
  const isList = step.endsWith('[]');
  if (steps.length === 0) {
    into[name] = isList ? [`${value}0`, `${value}1`] : value;
    return;
  }
  into[name] ??= isList ? [{}, {}] : {};
  const inner = into[name] as Record<string, unknown> | Record<string, unknown>[];
  for (const [i, each] of (Array.isArray(inner) ? inner : [inner]).entries()) put(each, steps, `${value}${i}`);
}

describe('keys that AWS gives one value', () => {
  const pathsOf = (operation: string) =>
    conditionKeyPaths.filter(
      ([key, of]) => of === operation && !published?.conditionKeys[isTwin(key) ? `${key}Arn` : key]?.startsWith('ArrayOf'),
    );
  const withSeveral = operations.filter((operation) => {
    const paths = pathsOf(operation);
    return paths.some(([key, , path]) => path.includes('[]') || paths.filter(([other]) => other === key).length > 1);
  });

  it.each(withSeveral)('have one in each part of %s', (operation) => {
    const input: Record<string, unknown> = {};
    const paths = pathsOf(operation);
    for (const [, , path] of paths) put(input, path.split('.'), path);
    const scope = { account: '123456789012', region: 'us-east-1' } as Scope;
    const parts = partsOf(operation)?.(input) ?? [];
    const keys = new Set(paths.map(([key]) => key));
    const seen = new Map([...keys].map((key) => [key, new Set<unknown>()]));
    for (const part of parts) {
      const values = Object.assign({}, ...conditionKeysOf(operation).map((each) => each.values(part, { arn: '*', account: '' }, scope)));
      for (const key of keys) {
        expect([key, Array.isArray(values[key])]).toEqual([key, false]);
        seen.get(key)?.add(values[key]);
      }
    }
    // All that the whole has is in some part.
    const whole = Object.assign({}, ...conditionKeysOf(operation).map((each) => each.values(input, { arn: '*', account: '' }, scope)));
    for (const key of keys)
      expect([key, [...(seen.get(key) ?? [])].filter((value) => value !== undefined).sort()]).toEqual([key, [whole[key]].flat().sort()]);
  });

  it('are of four operations', () => {
    expect(withSeveral.sort()).toEqual([
      'CreateEndpointConfig',
      'CreateHyperParameterTuningJob',
      'CreateInferenceComponent',
      'CreateTrainingJob',
    ]);
  });
});

describe('the roles that requests hand over', () => {
  it.each(operationsThatPassRoles.flatMap((operation) => passedRolesOf(operation).map(({ at }) => [operation, at] as const)))(
    'stand in the request of %s at %s',
    (operation, at) => {
      expect(typeAt(operation, at)).toBe('string');
    },
  );

  it.each(operations)('of %s are all asked for', (operation) => {
    const handsOver = inputOf(operation).some((member) => /^(Execution)?RoleArn$/.test(member));
    if (handsOver) expect(passedRolesOf(operation).length).toBeGreaterThan(0);
  });
});

/**
 * Dependent actions that AWS publishes and that no request can need here.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
const NOT_NEEDED: readonly (readonly [operation: RegExp, action: string, why: string])[] = [
  [/^CreateEdgeDeployment(Plan|Stage)$/, 'iam:PassRole', 'the request has no role'],
  [/^CreateEdgeDeploymentStage$/, 'sagemaker:AddTags', 'the request has no tags'],
];

describe('the dependent actions', () => {
  it.each(operations)('of %s are at least those that AWS publishes', (operation) => {
    const asked = dependentActionsOf(operation).flatMap(({ actions }) => actions as readonly string[]);
    const missing = (published?.actions[operation]?.dependentActions ?? []).filter((action) => !asked.includes(action));
    expect(missing.filter((action) => !NOT_NEEDED.some(([of, which]) => of.test(operation) && which === action))).toEqual([]);
  });
});

it('has a row for each operation of the model', () => {
  expect(operations.filter((operation) => !Object.hasOwn(sagemakerOperations, operation))).toEqual([]);
});

describe.each(Object.entries(sagemakerOperations))('the row of %s', (operation, row) => {
  it('is of an operation that the model has, with the action of its name', () => {
    expect(model.operations[operation]).toBeDefined();
    expect(row.action).toBe(`sagemaker:${operation}`);
    expect(row.handler).toBeTypeOf('function');
  });
});

/** Families of which AWS's template tells only the last part. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateWorkteam.html */
const ARNS: Readonly<Record<string, string>> = { 'workteam/${WorkteamName}': 'workteam/private-crowd/${WorkteamName}' };

describe.each(families.map((family) => [family.type, family] as const))('the family %s', (_, family) => {
  it('lists members that the model has', () => {
    const { operation, result, parent, nameContains } = family.list;
    expect(outputOf(operation)).toContain(result);
    for (const member of [parent, nameContains]) if (member !== undefined) expect(inputOf(operation)).toContain(member);
  });

  it('has a status of the model', () => {
    const output = structure(model.operations[`Describe${family.noun}`]?.output)?.members ?? {};
    // Some answers hold the description whole: `{"Workforce": {…}}`.
    const whole = output[family.noun];
    const members = whole === undefined ? Object.keys(output) : membersOf(referredShape(whole));
    if (family.status !== undefined) expect(members).toContain(family.status);
  });

  it('has the ARN that AWS publishes', () => {
    const template = published?.resourceTypes[family.type]?.arn ?? '';
    const resource = template.slice(template.indexOf('${Account}:') + '${Account}:'.length);
    expect(ARNS[resource] ?? resource).toBe(`${family.arnType ?? family.type}/${family.arnPath}`);
  });
});
