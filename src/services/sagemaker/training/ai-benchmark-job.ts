import type { CreateAIBenchmarkJobRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { resourceNotFound } from '../errors.ts';
import { arnOf, find, findByArn } from '../family.ts';
import { endpoint } from '../hosting/endpoint.ts';
import { JOB_STATES, jobCourse, stopJob } from '../job.ts';
import { failureByRole, joinsNetwork, writesS3 } from '../role-use.ts';
import { aiJob } from './ai-job.ts';
import { workloadOf } from './ai-workload-config.ts';

type Input = Valid<CreateAIBenchmarkJobRequest>;
type Identity = { readonly AIBenchmarkJobName: string };
export type AIBenchmarkJobSettings = Omit<Input, 'Tags'> & { readonly AIWorkloadConfigName: string };

/** Nothing is measured: a job has no results. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAIBenchmarkJob.html */
export const aiBenchmarkJob = aiJob<Identity, AIBenchmarkJobSettings>('ai-benchmark-job', 'AIBenchmarkJob', 'AI benchmark job');

const component = {
  type: 'inference-component',
  arnPath: '',
  names: 'lower-cased',
  path: (name: { readonly name: string }) => name.name,
} as const;

/** @throws ResourceNotFound  (unverified sentences) no such endpoint, or inference component, by name or ARN */
async function requireTarget({ Endpoint: target }: Input['BenchmarkTarget'], call: Writing): Promise<void> {
  if (target === undefined) return;
  if (!(await find(endpoint, { EndpointName: target.Identifier }, call)))
    throw resourceNotFound(`Endpoint ${target.Identifier} does not exist.`);
  for (const { Identifier } of target.InferenceComponents ?? []) {
    if (!(await findByArn(component, arnOf(component, { name: Identifier }, call), call)))
      throw resourceNotFound(`InferenceComponent ${Identifier} does not exist.`);
  }
}

/**
 * Starts a benchmark of an endpoint. It fails when its role does not let it write its output.
 * @throws ResourceInUse        the name is taken
 * @throws ResourceNotFound     no such configuration of a load, endpoint or inference component
 * @throws ValidationException  the role cannot be taken up
 */
export const createAIBenchmarkJob = create<Input, AIBenchmarkJobSettings>(aiBenchmarkJob, {
  name: (input) => input.AIBenchmarkJobName,
  draft: async (input, call) => {
    await requireTarget(input.BenchmarkTarget, call);
    const workload = await workloadOf(input.AIWorkloadConfigIdentifier, call);
    const uses = [...joinsNetwork(input.NetworkConfig?.VpcConfig), ...writesS3(input.OutputConfig.S3OutputLocation)];
    return {
      settings: { ...withoutTags(input), AIWorkloadConfigName: workload.name },
      owner: workload.owner,
      course: jobCourse(JOB_STATES, await failureByRole(input.RoleArn, uses, call)),
    };
  },
});

/** @throws ValidationException  the job has ended */
export const stopAIBenchmarkJob = stopJob(aiBenchmarkJob, 'AI benchmark job');
