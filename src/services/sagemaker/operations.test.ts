import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadServiceModel } from '../../model/load-model.ts';
import type { StructureEntry } from '../../model/model-file.ts';
import { families } from './families.ts';
import { sagemakerOperations } from './operations.ts';

const model = loadServiceModel(join(import.meta.dirname, '../../../data/models'), 'sagemaker');

const structure = (name: string | undefined): StructureEntry | undefined => {
  const shape = name === undefined ? undefined : model.shapes[name];
  return shape?.type === 'structure' ? shape : undefined;
};
const membersOf = (name: string | undefined): string[] => Object.keys(structure(name)?.members ?? {});
const inputOf = (operation: string) => membersOf(model.operations[operation]?.input);
const outputOf = (operation: string) => membersOf(model.operations[operation]?.output);

const rows = Object.entries(sagemakerOperations);
const keysOf = (operation: string) => new Set(sagemakerOperations[operation]?.conditionKeys.flatMap(({ keys }) => keys));

/**
 * The service's own condition keys by operation, as AWS lists them, with the deprecated names that customers' policies still ask.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
const APPS = ['ImageArns', 'ImageVersionArns', 'InstanceTypes', 'StudioLifecycleConfigArns'];
const OWNER = ['OwnerUserProfileArn', 'SpaceSharingType'];
const VPC = ['VpcSecurityGroupIds', 'VpcSubnets'];
const NOTEBOOK = [
  'AcceleratorTypes',
  'InstanceTypes',
  'MinimumInstanceMetadataServiceVersion',
  'NotebookInstanceLifecycleConfigArns',
  'RootAccess',
];
const DOMAIN = ['AppNetworkAccessType', ...APPS, 'DomainSharingOutputKmsKey', 'DomainSharingOutputKmsKeyArn', ...VPC];
const PROFILE = [...APPS, 'DomainSharingOutputKmsKey', 'DomainSharingOutputKmsKeyArn', 'VpcSecurityGroupIds'];
const LISTED: Readonly<Record<string, readonly string[]>> = {
  AddTags: ['TaggingAction'],
  CreateApp: [...APPS, ...OWNER],
  CreateDomain: [...DOMAIN, 'AuthMode', 'HomeEfsFileSystemKmsKey', 'VolumeKmsKey', 'VolumeKmsKeyArn'],
  CreateEndpointConfig: [
    'AcceleratorTypes',
    'InstanceTypes',
    'ModelArn',
    'NetworkIsolation',
    'ServerlessMaxConcurrency',
    'ServerlessMemorySize',
    'VolumeKmsKey',
    'VolumeKmsKeyArn',
    ...VPC,
  ],
  CreateFlowDefinition: ['WorkteamArn', 'WorkteamType'],
  CreateModel: ['DirectGatedModelAccess', 'NetworkIsolation', ...VPC],
  CreateNotebookInstance: [...NOTEBOOK, 'DirectInternetAccess', 'VolumeKmsKey', 'VolumeKmsKeyArn', ...VPC],
  CreateSpace: [...APPS, ...OWNER, 'RemoteAccess'],
  CreateTrainingJob: [
    'DirectGatedModelAccess',
    'EnableRemoteDebug',
    'FileSystemAccessMode',
    'FileSystemDirectoryPath',
    'FileSystemId',
    'FileSystemType',
    'InstanceTypes',
    'InterContainerTrafficEncryption',
    'KeepAlivePeriod',
    'MaxRuntimeInSeconds',
    'NetworkIsolation',
    'OutputKmsKey',
    'OutputKmsKeyArn',
    'VolumeKmsKey',
    'VolumeKmsKeyArn',
    ...VPC,
  ],
  CreateUserProfile: PROFILE,
  DeleteApp: OWNER,
  DeleteSpace: OWNER,
  UpdateDomain: DOMAIN,
  UpdateNotebookInstance: NOTEBOOK,
  UpdateSpace: [...APPS, ...OWNER, 'RemoteAccess'],
  UpdateTrainingJob: ['EnableRemoteDebug', 'InstanceTypes', 'KeepAlivePeriod'],
  UpdateUserProfile: PROFILE,
};

describe.each(rows)('the row of %s', (operation, row) => {
  it('is of an operation that the model has, with the action of its name', () => {
    expect(model.operations[operation]).toBeDefined();
    expect(row.action).toBe(`sagemaker:${operation}`);
    expect(row.handler).toBeTypeOf('function');
  });

  it('asks the keys that AWS lists for it, and no other of the service', () => {
    const asked = [...keysOf(operation)].filter((key) => key.startsWith('sagemaker:')).map((key) => key.slice('sagemaker:'.length));
    expect(asked.sort()).toEqual([...(LISTED[operation] ?? [])].sort());
  });

  it('knows tags wherever the request has them', () => {
    const input = inputOf(operation);
    expect(keysOf(operation).has('aws:TagKeys')).toBe(input.includes('Tags') || input.includes('TagKeys'));
    const needed = row.dependentActions.flatMap(({ actions }) => actions);
    expect(needed.includes('sagemaker:AddTags')).toBe(input.includes('Tags') && operation !== 'AddTags');
  });

  it('passes every role that the request hands over', () => {
    const hands = inputOf(operation).some((member) =>
      ['RoleArn', 'ExecutionRoleArn', 'UserSettings', 'DefaultUserSettings'].includes(member),
    );
    const needed = row.dependentActions.flatMap(({ actions }) => actions);
    expect(needed.includes('iam:PassRole')).toBe(hands || operation === 'StartNotebookInstance');
  });
});

describe.each(families.map((family) => [family.type, family] as const))('the family %s', (_, family) => {
  it('lists members that the model has', () => {
    const { operation, result, entry } = family.list;
    expect(outputOf(operation)).toContain(result);
    const list = model.shapes[String(structure(model.operations[operation]?.output)?.members[result])];
    const shown = list?.type === 'list' ? membersOf(String(list.member)) : [];
    expect(shown).toEqual(expect.arrayContaining([...entry]));
  });

  it('has the states of the model', () => {
    if (!family.status) return;
    const { member, values } = family.status;
    const shape = model.shapes[String(structure(model.operations[`Describe${family.noun}`]?.output)?.members[member])];
    expect(shape?.type === 'string' ? [...(shape.enum ?? [])].sort() : undefined).toEqual([...values].sort());
  });

  it('sorts and filters by members of its own', () => {
    const { operation, parent, nameContains } = family.list;
    for (const member of [parent, nameContains]) if (member !== undefined) expect(inputOf(operation)).toContain(member);
  });
});
