import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import {
  type Organization,
  organizationPolicies,
  organizationResourcePolicies,
  responsibilityTransfers,
} from '../../store/tables/organization.ts';
import type { Known } from './condition-keys.ts';
import { targetNotFound } from './errors.ts';
import { takePageOf } from './page.ts';
import { callersOrganization } from './standing.ts';
import { withoutTags, withTags } from './tag-rules.ts';
import { findTarget } from './target.ts';

export interface Taggable {
  readonly tags: readonly Tag[];
  readonly saveTags: (writer: Writer, tags: readonly Tag[]) => Promise<void>;
}

/** What can carry tags, by the form of its id; undefined when the organization has none of that id. AWS's own policies carry none. */
export async function findTaggable(reader: Reader, organization: Organization, id: string, now: number): Promise<Taggable | undefined> {
  const { organizationId } = organization;
  if (id.startsWith('p-')) {
    const policy = await reader.get(organizationPolicies, [organizationId, id]);
    return policy && { tags: policy.tags, saveTags: (writer, tags) => writer.update(organizationPolicies, { ...policy, tags }) };
  }
  if (id.startsWith('rp-')) {
    const policy = await reader.get(organizationResourcePolicies, [organizationId]);
    if (policy?.resourcePolicyId !== id) return undefined;
    return { tags: policy.tags, saveTags: (writer, tags) => writer.update(organizationResourcePolicies, { ...policy, tags }) };
  }
  if (id.startsWith('rt-')) {
    const transfer = await reader.get(responsibilityTransfers, [id]);
    // Tags are the inviting organization's.
    if (transfer?.target.organizationId !== organizationId) return undefined;
    return { tags: transfer.tags, saveTags: (writer, tags) => writer.update(responsibilityTransfers, { ...transfer, tags }) };
  }
  return findTarget(reader, organization, id, now);
}

async function change(
  id: string,
  context: OperationContext<Known>,
  changed: (tags: readonly Tag[], organization: Organization) => readonly Tag[],
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const taggable = await findTaggable(writer, organization, id, context.now);
    if (!taggable) throw targetNotFound();
    await taggable.saveTags(writer, changed(taggable.tags, organization));
  });
  return {};
}

/**
 * @throws TargetNotFound       400
 * @throws InvalidInput         400  DUPLICATE_TAG_KEY, INVALID_SYSTEM_TAGS_PARAMETER
 * @throws ConstraintViolation  400  MAX_TAG_LIMIT_EXCEEDED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
 */
export const tagResource = ({ ResourceId, Tags }: Valid<TagResourceRequest>, context: OperationContext<Known>): Promise<object> =>
  change(ResourceId, context, (tags, organization) => withTags(context, organization, tags, Tags));

/**
 * @throws TargetNotFound  400
 * @throws InvalidInput    400  INVALID_SYSTEM_TAGS_PARAMETER
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html
 */
export const untagResource = ({ ResourceId, TagKeys }: Valid<UntagResourceRequest>, context: OperationContext<Known>): Promise<object> =>
  change(ResourceId, context, (tags) => withoutTags(tags, TagKeys));

/**
 * @throws TargetNotFound  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
 */
export async function listTagsForResource(
  input: Valid<ListTagsForResourceRequest>,
  context: OperationContext<Known>,
): Promise<ListTagsForResourceResponse> {
  const organization = await callersOrganization(context.reader, context);
  const taggable = await findTaggable(context.reader, organization, input.ResourceId, context.now);
  if (!taggable) throw targetNotFound();
  // It takes no MaxResults; a page holds all there can be.
  const page = { NextToken: input.NextToken, MaxResults: Math.max(1, taggable.tags.length) };
  const { items, end } = await takePageOf(context, ['ListTagsForResource', input.ResourceId], page, taggable.tags, ({ Key }) => Key);
  return { Tags: items.map(({ Key, Value }) => ({ Key, Value })), ...end };
}
