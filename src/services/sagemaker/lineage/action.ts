import type { CreateActionRequest, UpdateActionRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE } from '../../../store/tables/sagemaker.ts';
import { amend, amended, sent } from '../amend.ts';
import { create, withoutTags } from '../create.ts';
import { entityMissing, entityTaken } from '../errors.ts';
import { familyOf } from '../family-of.ts';
import { createdBy } from '../user-context.ts';
import { inLineageGroup } from './default-lineage-group.ts';
import { requireUnassociated } from './edge.ts';

type Input = Valid<CreateActionRequest>;
type Identity = { readonly ActionName: string };
export type ActionSettings = Omit<Input, 'Tags'> & ReturnType<typeof createdBy>;

/** Properties that an entity of lineage may have. */
export const MAX_PROPERTIES = 30;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAction.html */
export const action = familyOf<Identity, ActionSettings>({
  type: 'action',
  noun: 'Action',
  names: 'as typed',
  missing: entityMissing('Action'),
  taken: entityTaken('Action'),
  describe: (resource) => ({ ...resource.settings, ...inLineageGroup(resource) }),
  list: {
    operation: 'ListActions',
    result: 'ActionSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { SourceUri, ActionType }) =>
      (SourceUri === undefined || settings.Source.SourceUri === SourceUri) &&
      (ActionType === undefined || settings.ActionType === ActionType),
  },
  deletion: { refuse: (resource, _, scope) => requireUnassociated('Action', resource, scope), course: [{ status: GONE }] },
});

/** @throws ValidationException  the name is taken */
export const createAction = create<Input, ActionSettings>(action, {
  name: (input) => input.ActionName,
  draft: (input, call) => ({ settings: { ...withoutTags(input), ...createdBy(call) } }),
});

/** @throws ValidationException  (unverified sentence) more properties than it may have */
export const updateAction = amend<Identity, ActionSettings, Valid<UpdateActionRequest>>(action, (settings, input) => ({
  ...sent(input, 'Description', 'Status'),
  Properties: amended('Properties', MAX_PROPERTIES, settings.Properties, input.Properties, input.PropertiesToRemove),
}));
