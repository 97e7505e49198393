import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-sso-admin';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import {
  type IdentityCenterInstance,
  identityCenterInstances,
  type PermissionSet,
  permissionSets,
} from '../../store/tables/identity-center.ts';
import { notFound } from './errors.ts';
import { takePageOf } from './page.ts';
import { authorisedInstance, type Context } from './standing.ts';
import { withoutTags, withTags } from './tag-rules.ts';

type Tagged =
  | { readonly instance: IdentityCenterInstance; readonly permissionSet?: undefined }
  | { readonly instance: IdentityCenterInstance; readonly permissionSet: PermissionSet };

async function findTagged(reader: Reader, context: Context, arn: string): Promise<Tagged> {
  const instance = await authorisedInstance(reader, context, arn);
  if (!arn.includes(':permissionSet/')) {
    if (arn.includes(':instance/')) return { instance };
    throw notFound('Resource', arn);
  }
  const id = context.target.stored?.permissionSet?.permissionSetId;
  const permissionSet = id === undefined ? undefined : await reader.get(permissionSets, [instance.instanceId, id]);
  if (!permissionSet) throw notFound('PermissionSet', arn);
  return { instance, permissionSet };
}

async function change(
  context: Context,
  arn: string,
  changed: (tags: readonly Tag[], instance: IdentityCenterInstance) => readonly Tag[],
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { instance, permissionSet } = await findTagged(writer, context, arn);
    if (permissionSet) await writer.update(permissionSets, { ...permissionSet, tags: changed(permissionSet.tags, instance) });
    else await writer.update(identityCenterInstances, { ...instance, tags: changed(instance.tags, instance) });
  });
  return {};
}

/**
 * @throws ResourceNotFound, Validation, ServiceQuotaExceeded  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_TagResource.html
 */
export const tagResource = ({ ResourceArn, Tags }: Valid<TagResourceRequest>, context: Context): Promise<object> =>
  change(context, ResourceArn, (tags, instance) => withTags(context, instance, tags, Tags));

/**
 * @throws ResourceNotFound  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UntagResource.html
 */
export const untagResource = ({ ResourceArn, TagKeys }: Valid<UntagResourceRequest>, context: Context): Promise<object> =>
  change(context, ResourceArn, (tags) => withoutTags(tags, TagKeys));

/**
 * @throws ResourceNotFound  400
 * @see https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTagsForResource.html
 */
export async function listTagsForResource(
  input: Valid<ListTagsForResourceRequest>,
  context: Context,
): Promise<ListTagsForResourceResponse> {
  const { instance, permissionSet } = await findTagged(context.reader, context, input.ResourceArn);
  const { tags } = permissionSet ?? instance;
  // It takes no MaxResults; a page holds all there can be.
  const page = { NextToken: input.NextToken, MaxResults: Math.max(1, tags.length) };
  const { items, end } = await takePageOf(context, ['ListTagsForResource', input.ResourceArn], page, tags, ({ Key }) => Key);
  return { Tags: items.map(({ Key, Value }) => ({ Key, Value })), ...end };
}
