import type { CreateContextRequest, UpdateContextRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE } from '../../../store/tables/sagemaker.ts';
import { amend, amended, sent } from '../amend.ts';
import { create, withoutTags } from '../create.ts';
import { entityMissing, entityTaken } from '../errors.ts';
import { familyOf } from '../family-of.ts';
import { createdBy } from '../user-context.ts';
import { MAX_PROPERTIES } from './action.ts';
import { inLineageGroup } from './default-lineage-group.ts';
import { requireUnassociated } from './edge.ts';

type Input = Valid<CreateContextRequest>;
type Identity = { readonly ContextName: string };
export type ContextSettings = Omit<Input, 'Tags'> & ReturnType<typeof createdBy>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateContext.html */
export const context = familyOf<Identity, ContextSettings>({
  type: 'context',
  noun: 'Context',
  names: 'as typed',
  missing: entityMissing('Context'),
  taken: entityTaken('Context'),
  describe: (resource) => ({ ...resource.settings, ...inLineageGroup(resource) }),
  list: {
    operation: 'ListContexts',
    result: 'ContextSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { SourceUri, ContextType }) =>
      (SourceUri === undefined || settings.Source.SourceUri === SourceUri) &&
      (ContextType === undefined || settings.ContextType === ContextType),
  },
  deletion: { refuse: (resource, _, scope) => requireUnassociated('Context', resource, scope), course: [{ status: GONE }] },
});

/** @throws ValidationException  the name is taken */
export const createContext = create<Input, ContextSettings>(context, {
  name: (input) => input.ContextName,
  draft: (input, call) => ({ settings: { ...withoutTags(input), ...createdBy(call) } }),
});

/** @throws ValidationException  (unverified sentence) more properties than it may have */
export const updateContext = amend<Identity, ContextSettings, Valid<UpdateContextRequest>>(context, (settings, input) => ({
  ...sent(input, 'Description'),
  Properties: amended('Properties', MAX_PROPERTIES, settings.Properties, input.Properties, input.PropertiesToRemove),
}));
