import type { CreateAIWorkloadConfigRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { resourceInUse } from '../errors.ts';
import { liveIn, need, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { hasEnded, JOB_STATES } from '../job.ts';

type Input = Valid<CreateAIWorkloadConfigRequest>;
type Identity = { readonly AIWorkloadConfigName: string };
export type AIWorkloadConfigSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAIWorkloadConfig.html */
export const aiWorkloadConfig = familyOf<Identity, AIWorkloadConfigSettings>({
  type: 'ai-workload-config',
  noun: 'AIWorkloadConfig',
  names: 'unique regardless of case',
  describe: ({ settings, tags }) => ({ ...settings, Tags: tags }),
  list: { operation: 'ListAIWorkloadConfigs', result: 'AIWorkloadConfigs', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: async (config, _, scope) => {
      for await (const job of jobsOf(config, scope)) {
        if (hasEnded(JOB_STATES, phaseAt(job, scope.now)?.status)) continue;
        // (unverified) sentence
        throw resourceInUse(`AIWorkloadConfig ${config.arn} is used by ${job.arn}.`);
      }
    },
  },
});

/** As jobs name the configuration that they belong to. */
const ownerOf = ({ type, id }: Pick<SageMakerResource, 'type' | 'id'>): string => `${type}/${id}`;

const jobsOf = (config: SageMakerResource, where: Where) => liveIn(where, 'owner', [where.account, where.region, ownerOf(config)]);

/** Creates the configuration of a load. Answers the new ARN. */
export const createAIWorkloadConfig = create<Input, AIWorkloadConfigSettings>(aiWorkloadConfig, {
  name: (input) => input.AIWorkloadConfigName,
  draft: (input) => ({ settings: withoutTags(input) }),
});

/** What a job says of the configuration that it names, by name or ARN. @throws ResourceNotFound  it is not there */
export async function workloadOf(identifier: string, call: Writing): Promise<{ readonly owner: string; readonly name: string }> {
  const config = await need(aiWorkloadConfig, { AIWorkloadConfigName: identifier }, call);
  return { owner: ownerOf(config), name: config.name };
}
