import type { CreateAlgorithmInput } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt } from '../../../store/tables/sagemaker.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { failureByRole, fetchesImage, type RoleUse, readsS3, writesS3 } from '../role-use.ts';

type Input = Valid<CreateAlgorithmInput>;
/** Describing and deleting take an ARN as well. */
type Identity = { readonly AlgorithmName: string };
export type AlgorithmSettings = Omit<Input, 'Tags'>;

/** How far the validation is in each state of the algorithm. */
const VALIDATION: Readonly<Record<string, string>> = {
  Pending: 'NotStarted',
  InProgress: 'InProgress',
  Failed: 'Failed',
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAlgorithm.html */
export const algorithm = familyOf<Identity, AlgorithmSettings>({
  type: 'algorithm',
  noun: 'Algorithm',
  status: 'AlgorithmStatus',
  // (unverified) both sentences
  missing: ({ arn }) => invalid(`Algorithm ${arn} does not exist.`),
  taken: ({ arn }) => invalid(`Algorithm already exists: ${arn}`),
  describe: (resource, now) => {
    const phase = phaseAt(resource, now);
    const status = VALIDATION[phase?.status ?? ''] ?? 'Completed';
    return {
      ...resource.settings,
      AlgorithmStatusDetails: {
        ValidationStatuses: (resource.settings.ValidationSpecification?.ValidationProfiles ?? []).map(({ ProfileName }) => ({
          Name: ProfileName,
          Status: status,
          ...(phase?.reason !== undefined && { FailureReason: phase.reason }),
        })),
        // No image is scanned here.
        ImageScanStatuses: [],
      },
    };
  },
  list: { operation: 'ListAlgorithms', result: 'AlgorithmSummaryList', sort: 'CreationTime', order: 'Ascending' },
  deletion: {
    // (unverified) sentence
    refuse: ({ arn }, status) => {
      if (status !== 'Completed' && status !== 'Failed') throw conflict(`Algorithm ${arn} is in status ${status} and cannot be deleted.`);
    },
    course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }],
  },
});

/** What the jobs of its validation would do. */
const usesOf = ({ TrainingSpecification, ValidationSpecification }: Input): RoleUse[] => [
  ...fetchesImage(TrainingSpecification.TrainingImage),
  ...(ValidationSpecification?.ValidationProfiles ?? []).flatMap(({ TrainingJobDefinition: job }) => [
    ...job.InputDataConfig.flatMap((channel) => readsS3(channel.DataSource.S3DataSource?.S3Uri)),
    ...writesS3(job.OutputDataConfig.S3OutputPath),
  ]),
];

/**
 * Creates an algorithm. One that is to be validated fails when the role of its validation may not do what its jobs would.
 * @throws ValidationException  the name is taken; the role cannot be taken up
 */
export const createAlgorithm = create<Input, AlgorithmSettings>(algorithm, {
  name: (input) => input.AlgorithmName,
  draft: async (input, call) => {
    const role = input.ValidationSpecification?.ValidationRole;
    const failure = await failureByRole(role, usesOf(input), call);
    return {
      settings: withoutTags(input),
      course: [
        { status: 'Pending', seconds: 5 },
        { status: 'InProgress', seconds: role === undefined ? 5 : 60 },
        failure === undefined ? { status: 'Completed' } : { status: 'Failed', reason: failure },
      ],
    };
  },
});

/** @throws ValidationException  an algorithm of this account that is not there; those of others are taken as named */
export async function requireAlgorithm(name: string | undefined, call: Writing): Promise<void> {
  if (name === undefined || (name.startsWith('arn:') && name.split(':')[4] !== call.account)) return;
  await need(algorithm, { AlgorithmName: name }, call);
}
