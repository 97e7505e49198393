import type {
  CreateInstanceAccessControlAttributeConfigurationRequest,
  DeleteInstanceAccessControlAttributeConfigurationRequest,
  DescribeInstanceAccessControlAttributeConfigurationRequest,
  DescribeInstanceAccessControlAttributeConfigurationResponse,
  UpdateInstanceAccessControlAttributeConfigurationRequest,
} from '@aws-sdk/client-sso-admin';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { type IdentityCenterInstance, identityCenterInstances } from '../../store/tables/identity-center.ts';
import { conflict, invalid, notFound } from './errors.ts';
import { authorisedInstance, type Context } from './standing.ts';

/*
 * Attributes for access control: what of a user goes into the sessions of roles as tags, for `aws:PrincipalTag/…` in policies.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/attributesforaccesscontrol.html
 */

type Attributes = NonNullable<IdentityCenterInstance['accessControlAttributes']>;

interface Configuration {
  readonly AccessControlAttributes: readonly { readonly Key: string; readonly Value: { readonly Source: readonly string[] } }[];
}

/** @throws Validation  400  keys that differ by case alone: as session tags they would be one */
function readAttributes({ AccessControlAttributes: given }: Configuration): Attributes {
  if (new Set(given.map(({ Key }) => foldCase(Key))).size < given.length) throw invalid('Duplicate access control attribute keys found.');
  if (given.some(({ Key }) => foldCase(Key).startsWith('aws:'))) throw invalid('Keys beginning with aws: are reserved for system use.');
  return given.map(({ Key, Value }) => ({ key: Key, source: Value.Source[0] ?? '' }));
}

const missing = (arn: string) => notFound('InstanceAccessControlAttributeConfiguration', arn);

async function change(
  context: Context,
  arn: string,
  changed: (instance: IdentityCenterInstance) => IdentityCenterInstance,
): Promise<object> {
  await context.installation.store.write(async (writer) =>
    writer.update(identityCenterInstances, changed(await authorisedInstance(writer, context, arn))),
  );
  return {};
}

/**
 * Switches the feature on.
 * @throws ResourceNotFound, Conflict, Validation  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstanceAccessControlAttributeConfiguration.html
 */
export function createAttributes(
  input: Valid<CreateInstanceAccessControlAttributeConfigurationRequest>,
  context: Context,
): Promise<object> {
  const accessControlAttributes = readAttributes(input.InstanceAccessControlAttributeConfiguration);
  return change(context, input.InstanceArn, (instance) => {
    if (instance.accessControlAttributes)
      throw conflict(`InstanceAccessControlAttributeConfiguration of ${input.InstanceArn} already exists.`);
    return { ...instance, accessControlAttributes };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstanceAccessControlAttributeConfiguration.html */
export async function describeAttributes(
  input: Valid<DescribeInstanceAccessControlAttributeConfigurationRequest>,
  context: Context,
): Promise<DescribeInstanceAccessControlAttributeConfigurationResponse> {
  const { accessControlAttributes } = await authorisedInstance(context.reader, context, input.InstanceArn);
  if (!accessControlAttributes) throw missing(input.InstanceArn);
  const AccessControlAttributes = accessControlAttributes.map(({ key, source }) => ({ Key: key, Value: { Source: [source] } }));
  return { Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } };
}

/**
 * Replaces the attributes.
 * @throws ResourceNotFound, Validation  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstanceAccessControlAttributeConfiguration.html
 */
export function updateAttributes(
  input: Valid<UpdateInstanceAccessControlAttributeConfigurationRequest>,
  context: Context,
): Promise<object> {
  const accessControlAttributes = readAttributes(input.InstanceAccessControlAttributeConfiguration);
  return change(context, input.InstanceArn, (instance) => {
    if (!instance.accessControlAttributes) throw missing(input.InstanceArn);
    return { ...instance, accessControlAttributes };
  });
}

/**
 * Switches the feature off.
 * @throws ResourceNotFound  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstanceAccessControlAttributeConfiguration.html
 */
export const deleteAttributes = (
  input: Valid<DeleteInstanceAccessControlAttributeConfigurationRequest>,
  context: Context,
): Promise<object> =>
  change(context, input.InstanceArn, ({ accessControlAttributes, ...instance }) => {
    if (!accessControlAttributes) throw missing(input.InstanceArn);
    return instance;
  });
