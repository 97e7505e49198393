import type {
  AddTagsInput,
  AddTagsOutput,
  DeleteTagsInput,
  DeleteTagsOutput,
  ListTagsInput,
  ListTagsOutput,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext, ResourceType } from '../../authorization/operation.ts';
import { parseArn } from '../../core/arn.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import { phaseAt, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { invalid } from './errors.ts';
import { families } from './families.ts';
import { type Family, findByArn, type Where } from './family.ts';
import { isShared, locateShared } from './registry/shared-resource.ts';
import type { Found } from './resources.ts';
import { withTags } from './tag-rules.ts';
import { reservedCapacity } from './training/training-plan.ts';

type Taggable = Pick<Family<never, never>, 'type' | 'arnType' | 'names' | 'missing'>;

/** Kinds with tags, each with what the resource of its ARNs looks like. Reserved capacity is no family: it comes and goes with its plan. */
const taggable: readonly (readonly [pattern: RegExp, kind: Taggable])[] = [
  ...families.filter((family) => !family.untagged),
  reservedCapacity,
].map((kind) => [patternOf(kind), kind]);

function patternOf({ type, arnType = type, arnPath }: Pick<Family<never, never>, 'type' | 'arnType' | 'arnPath'>): RegExp {
  return new RegExp(`^${arnType}/${arnPath.replace(/\$\{\w+\}/g, '[^/]+')}$`);
}

const familyOfArn = (arn: string): Taggable | undefined => {
  const resource = parseArn(arn)?.resource ?? '';
  return taggable.find(([pattern]) => pattern.test(resource))?.[1];
};

const typeOf = (arn: string): string => {
  const resource = parseArn(arn)?.resource ?? '';
  return resource.slice(0, Math.max(0, resource.indexOf('/')));
};

/** The resource that a call to tag names by its ARN. The ARN alone decides where it is authorised; another account's, there. */
export const taggedResource: ResourceType<{ readonly ResourceArn: string }, Found> = {
  name: '*',
  arn: 'arn:${Partition}:sagemaker:${Region}:${Account}:*',
  locate: async ({ ResourceArn }, scope) => {
    const family = familyOfArn(ResourceArn);
    const isFound = family && isHere(ResourceArn, scope);
    // The policy of a group of packages is asked here too; it lets no other account in to tags (unverified).
    if (isFound && isShared(family)) return locateShared(family, ResourceArn, scope);
    const resource = isFound ? await findByArn(family, ResourceArn, scope) : undefined;
    return { arn: ResourceArn, account: parseArn(ResourceArn)?.account ?? '', stored: { resource }, tags: resource?.tags };
  },
};

const isHere = (arn: string, { account, region }: Pick<Where, 'account' | 'region'>): boolean => {
  const parsed = parseArn(arn);
  return parsed?.service === 'sagemaker' && parsed.account === account && parsed.region === region;
};

/** @throws ValidationException for kinds that have no tags, else what the family says of a thing that is not there */
async function needTagged(arn: string, where: Where): Promise<SageMakerResource> {
  const family = familyOfArn(arn);
  if (!family) throw invalid(`Invalid resource type: ${typeOf(arn)}`);
  const resource = isHere(arn, where) ? await findByArn(family, arn, where) : undefined;
  if (!resource) throw family.missing({ arn, name: arn.slice(arn.lastIndexOf('/') + 1) }, 'describe');
  // (unverified) sentence
  if (phaseAt(resource, where.now)?.status === 'Deleted') throw invalid(`Resource ${arn} is in status Deleted.`);
  return resource;
}

/** Writes tags without touching the resource's own time of modification (unverified). */
async function retag(
  arn: string,
  context: OperationContext<Found>,
  work: (tags: readonly Tag[]) => readonly Tag[],
): Promise<readonly Tag[]> {
  return context.installation.store.write(async (writer) => {
    const resource = await needTagged(arn, { ...context, reader: writer });
    const tags = work(resource.tags);
    await writer.update(sageMakerResources, { ...resource, tags });
    return tags;
  });
}

/**
 * Adds tags to a resource, over those of the same keys. Answers all it has then.
 * @throws ValidationException  a kind without tags; what is not there, in some families; reserved or repeated keys; more than 50
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html
 */
export async function addTags(input: Valid<AddTagsInput>, context: OperationContext<Found>): Promise<AddTagsOutput> {
  return { Tags: [...(await retag(input.ResourceArn, context, (tags) => withTags(tags, input.Tags)))] };
}

/**
 * Removes tags; keys that are not there are no mistake.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTags.html
 */
export async function deleteTags(input: Valid<DeleteTagsInput>, context: OperationContext<Found>): Promise<DeleteTagsOutput> {
  const keys = new Set(input.TagKeys);
  await retag(input.ResourceArn, context, (tags) => tags.filter((tag) => !keys.has(tag.Key)));
  return {};
}

/**
 * Tags of a resource. As many as one may have fit on one page, the smallest included, so no token is ever issued, and none taken.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html
 */
export async function listTags(input: Valid<ListTagsInput>, context: OperationContext<Found>): Promise<ListTagsOutput> {
  const resource = await needTagged(input.ResourceArn, context);
  if (input.NextToken !== undefined) throw invalid('Invalid token.');
  return { Tags: [...resource.tags] };
}
