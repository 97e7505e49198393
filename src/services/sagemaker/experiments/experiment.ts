import type { CreateExperimentRequest, UpdateExperimentRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { amend, sent } from '../amend.ts';
import { create, withoutTags } from '../create.ts';
import { entityMissing, entityTaken, invalid } from '../errors.ts';
import { liveIn, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { createdBy } from '../user-context.ts';

type Input = Valid<CreateExperimentRequest>;
export type ExperimentSettings = Pick<Input, 'ExperimentName' | 'DisplayName' | 'Description'> & ReturnType<typeof createdBy>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateExperiment.html */
export const experiment = familyOf<{ readonly ExperimentName: string }, ExperimentSettings>({
  type: 'experiment',
  noun: 'Experiment',
  missing: entityMissing('Experiment'),
  taken: entityTaken('Experiment'),
  describe: ({ name, settings }) => ({ DisplayName: name, ...settings }),
  list: { operation: 'ListExperiments', result: 'ExperimentSummaries', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: async (resource, _, scope) => {
      // (unverified) sentence
      if (await trialIn(resource, scope))
        throw invalid(`Experiment '${resource.arn}' has 1 or more trials and cannot be deleted. Delete the trials first.`);
    },
    course: [{ status: GONE }],
  },
});

/** Some trial of an experiment. */
async function trialIn({ id }: SageMakerResource, where: Where): Promise<SageMakerResource | undefined> {
  for await (const found of liveIn(where, 'child_created', [where.account, where.region, 'experiment-trial', id])) return found;
  return undefined;
}

/** @throws ValidationException  the name is taken, in whatever case */
export const createExperiment = create<Input, ExperimentSettings>(experiment, {
  name: (input) => input.ExperimentName,
  draft: (input, call) => ({ settings: { ...withoutTags(input), ...createdBy(call) } }),
});

export const updateExperiment = amend<{ readonly ExperimentName: string }, ExperimentSettings, Valid<UpdateExperimentRequest>>(
  experiment,
  (_, input) => sent(input, 'DisplayName', 'Description'),
);
