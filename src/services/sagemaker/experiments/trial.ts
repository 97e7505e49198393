import type { CreateTrialRequest, UpdateTrialRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE } from '../../../store/tables/sagemaker.ts';
import { amend, sent } from '../amend.ts';
import { create, withoutTags } from '../create.ts';
import { entityMissing, entityTaken, invalid } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { createdBy } from '../user-context.ts';
import { experiment } from './experiment.ts';
import { componentsOf } from './trial-association.ts';

type Input = Valid<CreateTrialRequest>;
type Identity = { readonly TrialName: string };
export type TrialSettings = Omit<Input, 'Tags'> & ReturnType<typeof createdBy>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrial.html */
export const trial = familyOf<Identity, TrialSettings>({
  type: 'experiment-trial',
  noun: 'Trial',
  missing: entityMissing('Trial'),
  taken: entityTaken('Trial'),
  describe: ({ name, settings }) => ({ DisplayName: name, ...settings }),
  list: {
    operation: 'ListTrials',
    result: 'TrialSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    within: async ({ ExperimentName }: { readonly ExperimentName?: string }, context) =>
      ExperimentName === undefined ? undefined : (await need(experiment, { ExperimentName }, context)).id,
  },
  deletion: {
    refuse: async (resource, _, scope) => {
      // (unverified) sentence
      for await (const _id of componentsOf(resource, scope))
        throw invalid(`Trial '${resource.arn}' is linked to 1 or more trial components and cannot be deleted.`);
    },
    course: [{ status: GONE }],
  },
});

/**
 * Creates a trial in an experiment.
 * @throws ResourceNotFound     no such experiment
 * @throws ValidationException  the name is taken, in whatever case
 */
export const createTrial = create<Input, TrialSettings>(trial, {
  name: (input) => input.TrialName,
  draft: async (input, call) => {
    const of = await need(experiment, input, call);
    return { settings: { ...withoutTags(input), ExperimentName: of.name, ...createdBy(call) }, parent: of.id };
  },
});

export const updateTrial = amend<Identity, TrialSettings, Valid<UpdateTrialRequest>>(trial, (_, input) => sent(input, 'DisplayName'));
