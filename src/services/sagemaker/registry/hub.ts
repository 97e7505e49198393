import type { CreateHubRequest, UpdateHubRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { sent } from '../amend.ts';
import { change, onCourse } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { resourceInUse, resourceNotFound } from '../errors.ts';
import { liveIn, need, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';

type Input = Valid<CreateHubRequest>;
export type HubIdentity = { readonly HubName: string };
export type HubSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHub.html */
export const hub = familyOf<HubIdentity, HubSettings>({
  type: 'hub',
  noun: 'Hub',
  names: 'as typed',
  status: 'HubStatus',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`Hub ${name} does not exist.`),
  list: { operation: 'ListHubs', result: 'HubSummaries', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: async (resource, status, scope) => {
      requireSettled(resource, status);
      // (unverified) sentence
      for await (const _content of liveIn(scope, 'child_created', [scope.account, scope.region, 'hub-content', resource.id]))
        throw resourceInUse(`Hub ${resource.name} cannot be deleted because it has content.`);
    },
    course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }],
  },
});

/** @throws ResourceInUse  (unverified) it is being made, changed or deleted */
function requireSettled({ name }: { readonly name: string }, status: string | undefined): void {
  if (status !== 'InService') throw resourceInUse(`Hub ${name} is in status ${status}.`);
}

/** @throws ResourceNotFound  no such hub @throws ResourceInUse  it is not in service */
export async function needHub(identity: HubIdentity, where: Where): Promise<SageMakerResource<HubSettings>> {
  const found = await need(hub, identity, where);
  requireSettled(found, phaseAt(found, where.now)?.status);
  return found;
}

/** @throws ResourceInUse  the name is taken */
export const createHub = create<Input, HubSettings>(hub, {
  name: (input) => input.HubName,
  draft: (input) => ({ settings: withoutTags(input), course: [{ status: 'Creating', seconds: 10 }, { status: 'InService' }] }),
});

/** @throws ResourceNotFound  no such hub @throws ResourceInUse  it is being made, changed or deleted */
export const updateHub = change<HubIdentity, HubSettings, Valid<UpdateHubRequest>>(
  hub,
  (resource, input, call) => {
    requireSettled(resource, phaseAt(resource, call.now)?.status);
    const course = [{ status: 'Updating', seconds: 5 }, { status: 'InService' }];
    return onCourse(resource, course, call, sent(input, 'HubDescription', 'HubDisplayName', 'HubSearchKeywords'));
  },
  { answer: ({ arn }) => ({ HubArn: arn }) },
);
