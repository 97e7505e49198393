import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult,
  IamInstanceProfileAssociation,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { hexadecimal } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type Instance, type InstanceProfileAssociation, instances } from '../../store/tables/ec2.ts';
import { type Filters, filterBy } from './filter.ts';
import { profileArn, refuseChangedProfile, requireProfile } from './instance-profile.ts';
import { noSuchInstance, stateOf } from './instance-state.ts';
import { refuseTooMany } from './launch.ts';
import { pageOf } from './page.ts';
import type { Known } from './resources.ts';

/*
 * The instance profile of an instance: what its metadata service gives credentials of. What changes here takes effect at its next request.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/attach-iam-role.html
 */

interface Associated extends Instance {
  readonly association: InstanceProfileAssociation;
}

const isAssociated = (instance: Instance | undefined): instance is Associated => instance?.association !== undefined;

/** How long a new association is on its way, in milliseconds; the installation's pace multiplies it. */
const ASSOCIATING = 10_000;

function output({ instanceId, association }: Associated, { now, installation }: OperationContext): IamInstanceProfileAssociation {
  return {
    AssociationId: association.associationId,
    InstanceId: instanceId,
    IamInstanceProfile: { Arn: association.instanceProfileArn, Id: association.instanceProfileId },
    State: now < association.associatedAt + ASSOCIATING * installation.pace ? 'associating' : 'associated',
  };
}

function newAssociation(specification: Valid<AssociateIamInstanceProfileRequest>['IamInstanceProfile'], context: OperationContext<Known>) {
  const given = requireProfile(specification, context.target.stored?.profile);
  const association: InstanceProfileAssociation = {
    associationId: `iip-assoc-${hexadecimal(17, context.installation.random)}`,
    instanceProfileId: given.profile.instanceProfileId,
    instanceProfileArn: profileArn(given.profile),
    associatedAt: context.now,
  };
  return { given, association };
}

/**
 * Gives a profile to an instance that has none.
 * @throws InvalidInstanceID.NotFound  400
 * @throws InvalidParameterValue       400  no such profile, or one without a role
 * @throws IncorrectState              400  the instance has one already
 * @throws IncorrectInstanceState      400  it is neither pending, running, stopping nor stopped
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
 */
export async function associateIamInstanceProfile(
  input: Valid<AssociateIamInstanceProfileRequest>,
  context: OperationContext<Known>,
): Promise<AssociateIamInstanceProfileResult> {
  const { account, region, now, installation } = context;
  const { given, association } = newAssociation(input.IamInstanceProfile, context);
  const changed = await installation.store.write(async (writer) => {
    const instance = await writer.get(instances, [account, region, input.InstanceId]);
    const state = instance && stateOf(instance, now);
    if (!instance || !state) throw noSuchInstance(input.InstanceId);
    if (state.Name === 'terminated' || state.Name === 'shutting-down')
      throw new ServiceError('IncorrectInstanceState', `The instance '${input.InstanceId}' is not in the 'running' or 'stopped' states.`);
    if (instance.association) throw new ServiceError('IncorrectState', `There is an existing association for instance ${input.InstanceId}`);
    await refuseChangedProfile(writer, given);
    const after = { ...instance, association };
    await writer.update(instances, after);
    return after;
  });
  return { IamInstanceProfileAssociation: output(changed, context) };
}

/** The instance that was authorised, with the association that the call names. @throws InvalidAssociationID.NotFound  400 */
async function requireAssociated(reader: Reader, associationId: string, context: OperationContext<Known>): Promise<Associated> {
  const instance = await reader.find(instances, 'association', [associationId]);
  if (
    isAssociated(instance) &&
    instance.instanceId === context.target.stored?.instance?.instanceId &&
    instance.accountId === context.account
  )
    return instance;
  throw noSuchAssociation(associationId);
}

const noSuchAssociation = (id: string): ServiceError =>
  new ServiceError('InvalidAssociationID.NotFound', `An invalid association-id of '${id}' was given`);

/**
 * Gives an instance another profile in place of the one it has.
 * @throws InvalidAssociationID.NotFound, InvalidParameterValue  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html
 */
export async function replaceIamInstanceProfileAssociation(
  input: Valid<ReplaceIamInstanceProfileAssociationRequest>,
  context: OperationContext<Known>,
): Promise<ReplaceIamInstanceProfileAssociationResult> {
  await requireAssociated(context.reader, input.AssociationId, context);
  const { given, association } = newAssociation(input.IamInstanceProfile, context);
  const changed = await context.installation.store.write(async (writer) => {
    const instance = await requireAssociated(writer, input.AssociationId, context);
    await refuseChangedProfile(writer, given);
    const after = { ...instance, association };
    await writer.update(instances, after);
    return after;
  });
  return { IamInstanceProfileAssociation: output(changed, context) };
}

/**
 * Takes the profile from an instance: its metadata service gives no more credentials from the next request on. Those it has given stay good until
 * they expire, for as much as the role's policies allow, as on AWS.
 * @throws InvalidAssociationID.NotFound  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html
 */
export async function disassociateIamInstanceProfile(
  input: Valid<DisassociateIamInstanceProfileRequest>,
  context: OperationContext<Known>,
): Promise<DisassociateIamInstanceProfileResult> {
  const before = await context.installation.store.write(async (writer) => {
    const instance = await requireAssociated(writer, input.AssociationId, context);
    const { association: _, ...rest } = instance;
    await writer.update(instances, rest);
    return instance;
  });
  return { IamInstanceProfileAssociation: { ...output(before, context), State: 'disassociating' } };
}

const FILTERS: Filters<Associated & { readonly state: string | undefined }> = {
  'instance-id': (i) => [i.instanceId],
  state: (i) => [i.state],
};

/**
 * Describes which instances have which profile.
 * @throws InvalidAssociationID.NotFound  400
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIamInstanceProfileAssociations.html
 */
export async function describeIamInstanceProfileAssociations(
  input: Valid<DescribeIamInstanceProfileAssociationsRequest>,
  context: OperationContext,
): Promise<DescribeIamInstanceProfileAssociationsResult> {
  const tests = filterBy(input.Filters, FILTERS);
  const passes = (row: Instance): boolean =>
    isAssociated(row) && stateOf(row, context.now) !== undefined && tests({ ...row, state: output(row, context).State });
  const outputs = (rows: readonly Instance[]) => rows.filter(isAssociated).map((row) => output(row, context));
  if (!input.AssociationIds?.length) {
    const { rows, NextToken } = await pageOf(instances, input, 'DescribeIamInstanceProfileAssociations', context, passes);
    return { IamInstanceProfileAssociations: outputs(rows), NextToken };
  }
  refuseTooMany('AssociationId', input.AssociationIds);
  const rows: Instance[] = [];
  for (const id of new Set(input.AssociationIds)) {
    const row = await context.reader.find(instances, 'association', [id]);
    if (row?.accountId !== context.account || row.region !== context.region) throw noSuchAssociation(id);
    rows.push(row);
  }
  return { IamInstanceProfileAssociations: outputs(rows.filter(passes)) };
}
