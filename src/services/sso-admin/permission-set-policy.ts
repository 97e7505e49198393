import type {
  AttachCustomerManagedPolicyReferenceToPermissionSetRequest,
  AttachManagedPolicyToPermissionSetRequest,
  DeleteInlinePolicyFromPermissionSetRequest,
  DeletePermissionsBoundaryFromPermissionSetRequest,
  DetachCustomerManagedPolicyReferenceFromPermissionSetRequest,
  DetachManagedPolicyFromPermissionSetRequest,
  GetInlinePolicyForPermissionSetRequest,
  GetInlinePolicyForPermissionSetResponse,
  GetPermissionsBoundaryForPermissionSetRequest,
  GetPermissionsBoundaryForPermissionSetResponse,
  ListCustomerManagedPolicyReferencesInPermissionSetRequest,
  ListCustomerManagedPolicyReferencesInPermissionSetResponse,
  ListManagedPoliciesInPermissionSetRequest,
  ListManagedPoliciesInPermissionSetResponse,
  PutInlinePolicyToPermissionSetRequest,
  PutPermissionsBoundaryToPermissionSetRequest,
} from '@aws-sdk/client-sso-admin';
import { PARTITION } from '../../core/arn.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { validatePolicy } from '../../policy/index.ts';
import { type CustomerPolicy, type PermissionSet, permissionSets } from '../../store/tables/identity-center.ts';
import { conflict, invalid, notFound, quotaExceeded } from './errors.ts';
import { takePageOf } from './page.ts';
import { quotaOf } from './quota.ts';
import { authorisedPermissionSet, type Context, refuseDelegateOver } from './standing.ts';

/*
 * What a permission set allows. Nothing of it reaches the roles that are there until they are provisioned again.
 */

interface Named {
  readonly InstanceArn: string;
  readonly PermissionSetArn: string;
}

/** One change, which takes a new provisioning to reach accounts. */
async function change(input: Named, context: Context, changed: (set: PermissionSet) => PermissionSet): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { instance, permissionSet } = await authorisedPermissionSet(writer, context, input);
    await refuseDelegateOver(writer, context, instance, permissionSet);
    const after = changed(permissionSet);
    if (after.managedPolicies.length + after.customerPolicies.length > quotaOf(context, instance, 'ManagedPoliciesPerPermissionSet'))
      throw quotaExceeded('The number of managed policies of the permission set exceeds its quota.');
    await writer.update(permissionSets, { ...after, version: permissionSet.version + 1 });
  });
  return {};
}

const setOf = async (input: Named, context: Context): Promise<PermissionSet> =>
  (await authorisedPermissionSet(context.reader, context, input)).permissionSet;

/**
 * @throws ResourceNotFound  400
 * @throws Validation        400  the document breaks the grammar
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
 */
export async function putInlinePolicy(input: Valid<PutInlinePolicyToPermissionSetRequest>, context: Context): Promise<object> {
  const error = validatePolicy(input.InlinePolicy, 'identity', { partition: PARTITION });
  if (error) throw invalid(`Invalid permission policy: ${error.message}`);
  return change(input, context, (set) => ({ ...set, inlinePolicy: input.InlinePolicy }));
}

/** Empty when there is none. @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetInlinePolicyForPermissionSet.html */
export async function getInlinePolicy(
  input: Valid<GetInlinePolicyForPermissionSetRequest>,
  context: Context,
): Promise<GetInlinePolicyForPermissionSetResponse> {
  return { InlinePolicy: (await setOf(input, context)).inlinePolicy ?? '' };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInlinePolicyFromPermissionSet.html */
export const deleteInlinePolicy = (input: Valid<DeleteInlinePolicyFromPermissionSetRequest>, context: Context): Promise<object> =>
  change(input, context, ({ inlinePolicy: _, ...set }) => set);

const noSuchPolicy = (arn: string): ServiceError => notFound('ManagedPolicy', arn);

/**
 * @throws ResourceNotFound      400  no such permission set or policy of AWS
 * @throws Conflict              400  it is attached
 * @throws ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html
 */
export async function attachManagedPolicy(input: Valid<AttachManagedPolicyToPermissionSetRequest>, context: Context): Promise<object> {
  const arn = input.ManagedPolicyArn;
  if (!context.installation.awsManagedPolicies.get(arn)) throw noSuchPolicy(arn);
  return change(input, context, (set) => {
    if (set.managedPolicies.includes(arn)) throw conflict(`ManagedPolicy ${arn} is already attached to the permission set.`);
    return { ...set, managedPolicies: [...set.managedPolicies, arn] };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachManagedPolicyFromPermissionSet.html */
export const detachManagedPolicy = (input: Valid<DetachManagedPolicyFromPermissionSetRequest>, context: Context): Promise<object> =>
  change(input, context, (set) => {
    const kept = set.managedPolicies.filter((arn) => arn !== input.ManagedPolicyArn);
    if (kept.length === set.managedPolicies.length) throw noSuchPolicy(input.ManagedPolicyArn);
    return { ...set, managedPolicies: kept };
  });

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListManagedPoliciesInPermissionSet.html */
export async function listManagedPolicies(
  input: Valid<ListManagedPoliciesInPermissionSetRequest>,
  context: Context,
): Promise<ListManagedPoliciesInPermissionSetResponse> {
  const set = await setOf(input, context);
  const name = ['ListManagedPoliciesInPermissionSet', input.PermissionSetArn] as const;
  const { items, end } = await takePageOf(context, name, input, set.managedPolicies, (arn) => arn);
  return { AttachedManagedPolicies: items.map((Arn) => ({ Name: Arn.slice(Arn.lastIndexOf('/') + 1), Arn })), ...end };
}

const reference = ({ Name, Path }: { readonly Name: string; readonly Path?: string | undefined }): CustomerPolicy => ({
  name: Name,
  path: Path ?? '/',
});
const isSame = (a: CustomerPolicy, b: CustomerPolicy): boolean => a.name === b.name && a.path === b.path;

/**
 * A policy that every account is to have under this name: whether it does shows when the permission set is provisioned there.
 * @throws ResourceNotFound      400
 * @throws Conflict              400  it is attached
 * @throws ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachCustomerManagedPolicyReferenceToPermissionSet.html
 */
export function attachCustomerPolicy(
  input: Valid<AttachCustomerManagedPolicyReferenceToPermissionSetRequest>,
  context: Context,
): Promise<object> {
  const wanted = reference(input.CustomerManagedPolicyReference);
  return change(input, context, (set) => {
    if (set.customerPolicies.some((each) => isSame(each, wanted)))
      throw conflict(`Customer managed policy ${wanted.name} is already attached to the permission set.`);
    return { ...set, customerPolicies: [...set.customerPolicies, wanted] };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachCustomerManagedPolicyReferenceFromPermissionSet.html */
export function detachCustomerPolicy(
  input: Valid<DetachCustomerManagedPolicyReferenceFromPermissionSetRequest>,
  context: Context,
): Promise<object> {
  const wanted = reference(input.CustomerManagedPolicyReference);
  return change(input, context, (set) => {
    const kept = set.customerPolicies.filter((each) => !isSame(each, wanted));
    if (kept.length === set.customerPolicies.length) throw notFound('CustomerManagedPolicy', wanted.name);
    return { ...set, customerPolicies: kept };
  });
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListCustomerManagedPolicyReferencesInPermissionSet.html */
export async function listCustomerPolicies(
  input: Valid<ListCustomerManagedPolicyReferencesInPermissionSetRequest>,
  context: Context,
): Promise<ListCustomerManagedPolicyReferencesInPermissionSetResponse> {
  const set = await setOf(input, context);
  const name = ['ListCustomerManagedPolicyReferencesInPermissionSet', input.PermissionSetArn] as const;
  const { items, end } = await takePageOf(context, name, input, set.customerPolicies, (each) => `${each.path}${each.name}`);
  return { CustomerManagedPolicyReferences: items.map((each) => ({ Name: each.name, Path: each.path })), ...end };
}

/**
 * @throws ResourceNotFound  400  no such permission set or policy of AWS
 * @throws Validation        400  a boundary is one policy
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
 */
export async function putPermissionsBoundary(
  input: Valid<PutPermissionsBoundaryToPermissionSetRequest>,
  context: Context,
): Promise<object> {
  const { ManagedPolicyArn: managedPolicyArn, CustomerManagedPolicyReference: customer } = input.PermissionsBoundary;
  if ((managedPolicyArn === undefined) === (customer === undefined))
    throw invalid('The permissions boundary must be either a ManagedPolicyArn or a CustomerManagedPolicyReference.');
  if (managedPolicyArn !== undefined && !context.installation.awsManagedPolicies.get(managedPolicyArn))
    throw noSuchPolicy(managedPolicyArn);
  const boundary = managedPolicyArn === undefined ? customer && { customerPolicy: reference(customer) } : { managedPolicyArn };
  return change(input, context, (set) => ({ ...set, ...(boundary && { boundary }) }));
}

/** @throws ResourceNotFound 400 also when there is none @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetPermissionsBoundaryForPermissionSet.html */
export async function getPermissionsBoundary(
  input: Valid<GetPermissionsBoundaryForPermissionSetRequest>,
  context: Context,
): Promise<GetPermissionsBoundaryForPermissionSetResponse> {
  const { boundary } = await setOf(input, context);
  if (!boundary) throw notFound('PermissionsBoundary', input.PermissionSetArn);
  if ('managedPolicyArn' in boundary) return { PermissionsBoundary: { ManagedPolicyArn: boundary.managedPolicyArn } };
  const { name: Name, path: Path } = boundary.customerPolicy;
  return { PermissionsBoundary: { CustomerManagedPolicyReference: { Name, Path } } };
}

/** @throws ResourceNotFound 400 @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionsBoundaryFromPermissionSet.html */
export const deletePermissionsBoundary = (
  input: Valid<DeletePermissionsBoundaryFromPermissionSetRequest>,
  context: Context,
): Promise<object> => change(input, context, ({ boundary: _, ...set }) => set);
