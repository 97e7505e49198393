import type {
  Child,
  CreateOrganizationalUnitRequest,
  CreateOrganizationalUnitResponse,
  DeleteOrganizationalUnitRequest,
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse,
  ListChildrenRequest,
  ListChildrenResponse,
  ListOrganizationalUnitsForParentRequest,
  ListOrganizationalUnitsForParentResponse,
  ListParentsRequest,
  ListParentsResponse,
  OrganizationalUnit as OrganizationalUnitShape,
  UpdateOrganizationalUnitRequest,
  UpdateOrganizationalUnitResponse,
} from '@aws-sdk/client-organizations';
import { parentsOf } from '../../authorization/guardrails.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import {
  type Organization,
  type OrganizationalUnit,
  organizationalUnits,
  organizationMemberships,
  policyAttachments,
} from '../../store/tables/organization.ts';
import { targetKindOf, unitArn } from './arn.ts';
import { childNotFound, constraintViolation, duplicateUnit, parentNotFound, unitNotEmpty, unitNotFound } from './errors.ts';
import { takePageOf, takePageOfRows } from './page.ts';
import { attachDefaults } from './policy-type.ts';
import { quotaOf } from './quota.ts';
import { callersOrganization, findMember, findUnit, isGone, isParent, isThere } from './standing.ts';
import { newTags } from './tag-rules.ts';

/** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`: of the root, an OU, or an account with all that it is in. */
export async function pathOf(reader: Reader, organization: Organization, parentId: string, accountId?: string): Promise<string> {
  const steps = [organization.organizationId, ...(await parentsOf(reader, organization, parentId))];
  return `${[...steps, ...(accountId === undefined ? [] : [accountId])].join('/')}/`;
}

const unitShape = async (reader: Reader, organization: Organization, unit: OrganizationalUnit): Promise<OrganizationalUnitShape> => ({
  Id: unit.unitId,
  Arn: unitArn(organization, unit.unitId),
  Name: unit.name,
  Path: await pathOf(reader, organization, unit.unitId),
});

/**
 * Creates an OU, with the full-access policy of each enabled type attached. Names are unique under a parent, case counts.
 * @throws ParentNotFound, DuplicateOrganizationalUnit  400
 * @throws ConstraintViolation  400  OU_NUMBER_LIMIT_EXCEEDED, OU_DEPTH_LIMIT_EXCEEDED, MAX_TAG_LIMIT_EXCEEDED
 * @throws InvalidInput         400  tags
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
 */
export async function createOrganizationalUnit(
  input: Valid<CreateOrganizationalUnitRequest>,
  context: OperationContext,
): Promise<CreateOrganizationalUnitResponse> {
  const suffix = lowerAlphanumeric(8, context.installation.random);
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId, rootId } = organization;
    if (!(await isParent(writer, organization, input.ParentId))) throw parentNotFound();
    const tags = newTags(context, organization, input.Tags);
    if (await writer.find(organizationalUnits, 'name', [organizationId, input.ParentId, input.Name])) throw duplicateUnit();
    // The root and the OUs above: as many OUs as this one will be deep.
    const depth = (await parentsOf(writer, organization, input.ParentId)).length;
    if (depth > quotaOf(context, organization, 'OrganizationalUnitDepth')) throw constraintViolation('OU_DEPTH_LIMIT_EXCEEDED');
    const count = await writer.count(organizationalUnits, { prefix: [organizationId] });
    if (count >= quotaOf(context, organization, 'OrganizationalUnitsPerOrganization'))
      throw constraintViolation('OU_NUMBER_LIMIT_EXCEEDED');
    const unit = { organizationId, unitId: `ou-${rootId.slice(2)}-${suffix}`, parentId: input.ParentId, name: input.Name, tags };
    await writer.insert(organizationalUnits, unit);
    await attachDefaults(writer, organization, unit.unitId, context.now);
    return { OrganizationalUnit: await unitShape(writer, organization, unit) };
  });
}

/**
 * @throws OrganizationalUnitNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html
 */
export async function describeOrganizationalUnit(
  input: Valid<DescribeOrganizationalUnitRequest>,
  context: OperationContext,
): Promise<DescribeOrganizationalUnitResponse> {
  const { reader } = context;
  const organization = await callersOrganization(reader, context);
  const unit = await findUnit(reader, organization, input.OrganizationalUnitId);
  if (!unit) throw unitNotFound();
  return { OrganizationalUnit: await unitShape(reader, organization, unit) };
}

/**
 * Renames an OU; a name that is left out or blank changes nothing.
 * @throws OrganizationalUnitNotFound, DuplicateOrganizationalUnit  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
 */
export async function updateOrganizationalUnit(
  input: Valid<UpdateOrganizationalUnitRequest>,
  context: OperationContext,
): Promise<UpdateOrganizationalUnitResponse> {
  return context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const unit = await findUnit(writer, organization, input.OrganizationalUnitId);
    if (!unit) throw unitNotFound();
    const name = input.Name === undefined || input.Name.trim() === '' ? unit.name : input.Name;
    if (name !== unit.name && (await writer.find(organizationalUnits, 'name', [unit.organizationId, unit.parentId, name])))
      throw duplicateUnit();
    const renamed = { ...unit, name };
    await writer.update(organizationalUnits, renamed);
    return { OrganizationalUnit: await unitShape(writer, organization, renamed) };
  });
}

/**
 * Deletes an OU that holds nothing. The policies attached to it are detached with it.
 * @throws OrganizationalUnitNotFound, OrganizationalUnitNotEmpty  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
 */
export async function deleteOrganizationalUnit(input: Valid<DeleteOrganizationalUnitRequest>, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId } = organization;
    const unit = await findUnit(writer, organization, input.OrganizationalUnitId);
    if (!unit) throw unitNotFound();
    const within = { index: 'parent', prefix: [organizationId, unit.unitId] };
    if ((await writer.count(organizationalUnits, within)) > 0) throw unitNotEmpty();
    for (const member of await writer.list(organizationMemberships, within)) {
      if (!isGone(member, context.now)) throw unitNotEmpty();
      await writer.delete(organizationMemberships, [member.accountId]);
    }
    for (const { type, policyId } of await writer.list(policyAttachments, { prefix: [organizationId, unit.unitId] }))
      await writer.delete(policyAttachments, [organizationId, unit.unitId, type, policyId]);
    await writer.delete(organizationalUnits, [organizationId, unit.unitId]);
  });
  return {};
}

/**
 * @throws ParentNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
 */
export async function listOrganizationalUnitsForParent(
  input: Valid<ListOrganizationalUnitsForParentRequest>,
  context: OperationContext,
): Promise<ListOrganizationalUnitsForParentResponse> {
  const { reader } = context;
  const { ParentId } = input;
  const organization = await callersOrganization(reader, context);
  if (!(await isParent(reader, organization, ParentId))) throw parentNotFound();
  const listing = { index: 'parent', prefix: [organization.organizationId, ParentId] };
  const { items, end } = await takePageOfRows(context, ['ListOrganizationalUnitsForParent', ParentId], input, organizationalUnits, listing);
  return { OrganizationalUnits: await Promise.all(items.map((unit) => unitShape(reader, organization, unit))), ...end };
}

/**
 * @throws ParentNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html
 */
export async function listChildren(input: Valid<ListChildrenRequest>, context: OperationContext): Promise<ListChildrenResponse> {
  const { ParentId, ChildType: Type } = input;
  const organization = await callersOrganization(context.reader, context);
  if (!(await isParent(context.reader, organization, ParentId))) throw parentNotFound();
  const name = ['ListChildren', ParentId, Type] as const;
  const listing = { index: 'parent', prefix: [organization.organizationId, ParentId] };
  const answer = (ids: readonly string[], end: { NextToken?: string }) => ({ Children: ids.map((Id): Child => ({ Id, Type })), ...end });
  if (Type === 'ORGANIZATIONAL_UNIT') {
    const { items, end } = await takePageOfRows(context, name, input, organizationalUnits, listing);
    return answer(
      items.map(({ unitId }) => unitId),
      end,
    );
  }
  const { items, end } = await takePageOfRows(context, name, input, organizationMemberships, listing, (member) =>
    isThere(member, context.now),
  );
  return answer(
    items.map(({ accountId }) => accountId),
    end,
  );
}

/**
 * What an OU or account is directly in: one root or OU.
 * @throws ChildNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
 */
export async function listParents(input: Valid<ListParentsRequest>, context: OperationContext): Promise<ListParentsResponse> {
  const { ChildId } = input;
  const organization = await callersOrganization(context.reader, context);
  const child =
    targetKindOf(ChildId) === 'ACCOUNT'
      ? await findMember(context.reader, organization, ChildId, context.now)
      : await findUnit(context.reader, organization, ChildId);
  if (!child) throw childNotFound();
  const Type = child.parentId === organization.rootId ? ('ROOT' as const) : ('ORGANIZATIONAL_UNIT' as const);
  const { items, end } = await takePageOf(context, ['ListParents', ChildId], input, [{ Id: child.parentId, Type }], ({ Id }) => Id);
  return { Parents: items, ...end };
}
