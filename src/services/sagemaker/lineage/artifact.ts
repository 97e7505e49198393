import { createHash } from 'node:crypto';
import type { CreateArtifactRequest, DeleteArtifactRequest, UpdateArtifactRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE } from '../../../store/tables/sagemaker.ts';
import { amend, amended, sent } from '../amend.ts';
import { remove } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { entityMissing, invalid } from '../errors.ts';
import { familyOf } from '../family-of.ts';
import type { Found } from '../resources.ts';
import { createdBy } from '../user-context.ts';
import { MAX_PROPERTIES } from './action.ts';
import { inLineageGroup } from './default-lineage-group.ts';
import { requireUnassociated } from './edge.ts';

type Input = Valid<CreateArtifactRequest>;
type Source = Input['Source'];
/** What names an artifact: its ARN, or what it comes from. */
type Identity = { readonly ArtifactArn?: string | undefined; readonly Source?: Source | undefined };
export type ArtifactSettings = Omit<Input, 'Tags'> & ReturnType<typeof createdBy>;

/** 32 hexadecimal digits that are the same for the same source (how AWS makes them is unverified). */
function hashOf({ SourceUri, SourceTypes = [] }: Source): string {
  const types = SourceTypes.map(({ SourceIdType, Value }) => [SourceIdType, Value]).sort();
  return createHash('sha256')
    .update(JSON.stringify([SourceUri, types]))
    .digest('hex')
    .slice(0, 32);
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateArtifact.html */
export const artifact = familyOf<Identity, ArtifactSettings>({
  type: 'artifact',
  noun: 'Artifact',
  path: ({ ArtifactArn, Source }) => ArtifactArn ?? (Source ? hashOf(Source) : ''),
  arnPath: '${HashOfArtifactSource}',
  names: 'as typed',
  missing: entityMissing('Artifact'),
  // (unverified) but for its end
  taken: ({ arn }) => invalid(`Artifacts must be unique by source within an AWS account and region. Artifact (${arn}) already exists.`),
  // A name is no more than a label, and may be missing.
  describe: (resource) => ({ ...resource.settings, ArtifactName: resource.settings.ArtifactName, ...inLineageGroup(resource) }),
  list: {
    operation: 'ListArtifacts',
    result: 'ArtifactSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { SourceUri, ArtifactType }) =>
      (SourceUri === undefined || settings.Source.SourceUri === SourceUri) &&
      (ArtifactType === undefined || settings.ArtifactType === ArtifactType),
  },
  deletion: { refuse: (resource, _, scope) => requireUnassociated('Artifact', resource, scope), course: [{ status: GONE }] },
});

/** @throws ValidationException  there is an artifact of this source */
export const createArtifact = create<Input, ArtifactSettings>(artifact, {
  draft: (input, call) => ({ settings: { ...withoutTags(input), ...createdBy(call) } }),
});

/** @throws ValidationException  (unverified sentence) more properties than it may have */
export const updateArtifact = amend<Identity, ArtifactSettings, Valid<UpdateArtifactRequest>>(artifact, (settings, input) => ({
  ...sent(input, 'ArtifactName'),
  Properties: amended('Properties', MAX_PROPERTIES, settings.Properties, input.Properties, input.PropertiesToRemove),
}));

const removeArtifact = remove(artifact);

/**
 * Deletes an artifact, by its ARN or by its source.
 * @throws ResourceNotFound     no such artifact
 * @throws ValidationException  (unverified sentence) not exactly one of both; something is associated with it
 */
export async function deleteArtifact(input: Valid<DeleteArtifactRequest>, call: OperationContext<Found>): Promise<object> {
  if ((input.ArtifactArn === undefined) === (input.Source === undefined))
    throw invalid('Exactly one of ArtifactArn and Source must be specified.');
  return removeArtifact(input, call);
}
