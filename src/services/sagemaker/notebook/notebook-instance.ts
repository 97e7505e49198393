import type { CreateNotebookInstanceInput, UpdateNotebookInstanceInput } from '@aws-sdk/client-sagemaker';
import { hexadecimal } from '../../../core/id.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { securityGroups, subnets } from '../../../store/tables/ec2.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing } from '../create.ts';
import { invalid } from '../errors.ts';
import { type Family, find, nameOf } from '../family.ts';
import type { Course } from '../lifecycle.ts';
import { type Instances, requireInstances } from '../quota.ts';
import { requireRepositories } from './code-repository.ts';
import { notebookInstanceLifecycleConfig } from './notebook-instance-lifecycle-config.ts';

type Input = Valid<CreateNotebookInstanceInput>;
type Identity = { readonly NotebookInstanceName: string };
export type NotebookInstanceSettings = Omit<Input, 'Tags' | 'NotebookInstanceName'> & { readonly NetworkInterfaceId?: string };

const STARTING: Course = [{ status: 'Pending', seconds: 150 }, { status: 'InService' }];

/** What may be done in which state, and what it leads to. */
const TRANSITIONS = {
  Stopping: ['InService'],
  Pending: ['Stopped', 'Failed'],
  Updating: ['Stopped', 'Failed'],
  Deleting: ['Stopped', 'Failed'],
} as const;

const refuseFrom = (resource: SageMakerResource, status: string | undefined, to: keyof typeof TRANSITIONS): void => {
  const from: readonly (string | undefined)[] = TRANSITIONS[to];
  if (from.includes(status)) return;
  throw invalid(
    `Status (${status}) not in ([${from.join(', ')}]). Unable to transition to (${to}) for Notebook Instance (${resource.arn})`,
  );
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html */
export const notebookInstance: Family<Identity, NotebookInstanceSettings> = {
  type: 'notebook-instance',
  noun: 'NotebookInstance',
  path: (input) => input.NotebookInstanceName,
  arnPath: '${NotebookInstanceName}',
  names: 'lower-cased',
  status: 'NotebookInstanceStatus',
  missing: () => invalid('RecordNotFound'),
  // (unverified) sentence
  taken: ({ arn }) => invalid(`Cannot create a duplicate Notebook Instance (${arn})`),
  describe: ({ name, region, settings: { SecurityGroupIds, LifecycleConfigName, ...settings } }) => ({
    ...settings,
    Url: `${foldCase(name)}.notebook.${region}.sagemaker.aws`,
    ...(SecurityGroupIds && { SecurityGroups: SecurityGroupIds }),
    ...(LifecycleConfigName !== undefined && { NotebookInstanceLifecycleConfigName: LifecycleConfigName }),
  }),
  list: {
    operation: 'ListNotebookInstances',
    result: 'NotebookInstances',
    sort: 'Name',
    order: 'Ascending',
    passes: ({ settings }, filter) =>
      contains(settings.LifecycleConfigName, filter.NotebookInstanceLifecycleConfigNameContains) &&
      contains(settings.DefaultCodeRepository, filter.DefaultCodeRepositoryContains) &&
      (filter.AdditionalCodeRepositoryEquals === undefined ||
        (settings.AdditionalCodeRepositories ?? []).includes(String(filter.AdditionalCodeRepositoryEquals))),
  },
  deletion: {
    refuse: (resource, status) => refuseFrom(resource, status, 'Deleting'),
    course: [{ status: 'Deleting', seconds: 30 }, { status: GONE }],
  },
};

const contains = (text: string | undefined, part: unknown): boolean =>
  part === undefined || (text !== undefined && foldCase(text).includes(foldCase(String(part))));

const heldBy = (resource: SageMakerResource, status: string | undefined): Instances =>
  // Only rows of this family are asked; a stopped instance holds none.
  status === 'Stopped' || status === 'Failed' ? new Map() : new Map([[(resource.settings as NotebookInstanceSettings).InstanceType, 1]]);

const requireInstance = (type: string, call: Writing): Promise<void> =>
  requireInstances('notebook instance', 'notebook-instance', new Map([[type, 1]]), heldBy, call);

/** @throws ValidationException  a lifecycle configuration that is not there */
async function requireLifecycleConfig(name: string | undefined, call: Writing): Promise<void> {
  if (name === undefined) return;
  const identity = { NotebookInstanceLifecycleConfigName: name };
  if (await find(notebookInstanceLifecycleConfig, identity, call)) return;
  const { arn } = nameOf(notebookInstanceLifecycleConfig, identity, call);
  // (unverified) sentence
  throw invalid(`Notebook Instance Lifecycle Config '${arn}' does not exist.`);
}

/** @throws ValidationException  (unverified) a subnet or security group that is not there, or groups of another VPC */
async function requireNetwork({ SubnetId, SecurityGroupIds }: Input, { account, region, reader }: Writing): Promise<void> {
  if (SubnetId === undefined) {
    if (SecurityGroupIds?.length) throw invalid('SecurityGroupIds can be specified only together with SubnetId.');
    return;
  }
  const subnet = await reader.get(subnets, [account, region, SubnetId]);
  if (!subnet) throw invalid(`The subnet ID '${SubnetId}' does not exist`);
  for (const id of SecurityGroupIds ?? []) {
    const group = await reader.get(securityGroups, [account, region, id]);
    if (!group) throw invalid(`The security group '${id}' does not exist`);
    if (group.vpcId !== subnet.vpcId) throw invalid(`Security group ${id} and subnet ${SubnetId} belong to different networks.`);
  }
}

/**
 * Creates a notebook instance and starts it.
 * @throws ValidationException    the name is taken; role, lifecycle configuration, repositories or network that are not there or do not fit
 * @throws ResourceLimitExceeded  more instances of the type than the account may have
 */
export const createNotebookInstance = create<Input, NotebookInstanceSettings>(notebookInstance, {
  name: (input) => input.NotebookInstanceName,
  draft: async (input, call) => {
    await requireLifecycleConfig(input.LifecycleConfigName, call);
    await requireRepositories(input, call);
    // (unverified) sentence
    if (input.DirectInternetAccess === 'Disabled' && input.SubnetId === undefined)
      throw invalid('A SubnetId is required when DirectInternetAccess is Disabled.');
    await requireNetwork(input, call);
    await requireInstance(input.InstanceType, call);
    const { Tags: _tags, NotebookInstanceName: _name, ...asked } = input;
    return {
      settings: {
        DirectInternetAccess: 'Enabled',
        VolumeSizeInGB: 5,
        RootAccess: 'Enabled',
        PlatformIdentifier: 'notebook-al2-v3',
        InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '1' },
        ...asked,
        ...(input.SubnetId !== undefined && { NetworkInterfaceId: `eni-${hexadecimal(17, call.installation.random)}` }),
      },
      course: STARTING,
    };
  },
});

/** Starts a stopped notebook instance. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartNotebookInstance.html */
export const startNotebookInstance = change<Identity, NotebookInstanceSettings, Identity>(notebookInstance, async (resource, _, call) => {
  refuseFrom(resource, phaseAt(resource, call.now)?.status, 'Pending');
  await requireInstance(resource.settings.InstanceType, call);
  return onCourse(resource, STARTING, call);
});

/** Stops a notebook instance; its volume stays. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopNotebookInstance.html */
export const stopNotebookInstance = change<Identity, NotebookInstanceSettings, Identity>(notebookInstance, (resource, _, call) => {
  refuseFrom(resource, phaseAt(resource, call.now)?.status, 'Stopping');
  return onCourse(resource, [{ status: 'Stopping', seconds: 60 }, { status: 'Stopped' }], call);
});

/** What `Disassociate…` takes away, and must not come with. */
const DISASSOCIATIONS = {
  DisassociateLifecycleConfig: 'LifecycleConfigName',
  DisassociateAcceleratorTypes: 'AcceleratorTypes',
  DisassociateDefaultCodeRepository: 'DefaultCodeRepository',
  DisassociateAdditionalCodeRepositories: 'AdditionalCodeRepositories',
} as const;

/**
 * Changes a stopped notebook instance, which stays stopped.
 * @throws ValidationException  it is not stopped; a role, or lifecycle configuration, that is not there; a smaller volume
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html
 */
export const updateNotebookInstance = change<Identity, NotebookInstanceSettings, Valid<UpdateNotebookInstanceInput>>(
  notebookInstance,
  async (resource, input, call) => {
    refuseFrom(resource, phaseAt(resource, call.now)?.status, 'Updating');
    await requireLifecycleConfig(input.LifecycleConfigName, call);
    await requireRepositories(input, call);
    const {
      NotebookInstanceName: _name,
      DisassociateLifecycleConfig: _config,
      DisassociateAcceleratorTypes: _types,
      DisassociateDefaultCodeRepository: _default,
      DisassociateAdditionalCodeRepositories: _additional,
      ...changes
    } = input;
    const settings: Record<string, unknown> = { ...resource.settings };
    // (unverified) both sentences
    for (const [flag, member] of Object.entries(DISASSOCIATIONS) as [keyof typeof DISASSOCIATIONS, keyof typeof changes][]) {
      if (!input[flag]) continue;
      if (changes[member] !== undefined) throw invalid(`${member} cannot be specified together with ${flag}.`);
      delete settings[member];
    }
    if (changes.VolumeSizeInGB !== undefined && changes.VolumeSizeInGB < (resource.settings.VolumeSizeInGB ?? 5))
      throw invalid(`VolumeSizeInGB of Notebook Instance (${resource.arn}) cannot be decreased.`);
    const updated = { ...resource, settings: { ...settings, ...changes } as NotebookInstanceSettings };
    return onCourse(updated, [{ status: 'Updating', seconds: 30 }, { status: 'Stopped' }], call);
  },
  { passesRoles: 'UpdateNotebookInstance' },
);
