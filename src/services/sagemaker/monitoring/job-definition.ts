import type { CreateDataQualityJobDefinitionRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { create, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import type { Family } from '../family.ts';
import { familyOf } from '../family-of.ts';

/** What jobs monitor, and the beginning of the names of a family's operations and members. */
export type MonitoringType = 'DataQuality' | 'ModelQuality' | 'ModelBias' | 'ModelExplainability';

/** What the four families' requests have in common; the rest is called after the family. */
type Input = Pick<
  Valid<CreateDataQualityJobDefinitionRequest>,
  'JobDefinitionName' | 'JobResources' | 'NetworkConfig' | 'RoleArn' | 'StoppingCondition' | 'Tags'
>;
type Identity = { readonly JobDefinitionName: string };

/** What is monitored: an endpoint, or what batch transform wrote. */
export interface MonitoredInput {
  readonly EndpointInput?: { readonly EndpointName: string } | undefined;
  readonly BatchTransformInput?: object | undefined;
}

interface Outputs {
  readonly MonitoringOutputs: readonly { readonly S3Output: { readonly S3Uri: string } }[];
}

export type JobDefinitionSettings = Omit<Input, 'Tags'> & {
  readonly [member: `${string}JobInput`]: MonitoredInput;
  readonly [member: `${string}JobOutputConfig`]: Outputs;
  readonly [member: `${string}AppSpecification`]: { readonly ImageUri: string };
};

/** Types of their ARNs. */
const TYPES: Readonly<Record<MonitoringType, string>> = {
  DataQuality: 'data-quality-job-definition',
  ModelQuality: 'model-quality-job-definition',
  ModelBias: 'model-bias-job-definition',
  ModelExplainability: 'model-explainability-job-definition',
};

const inputOf = (of: MonitoringType, settings: JobDefinitionSettings): MonitoredInput => settings[`${of}JobInput`] ?? {};

/** The endpoint that a definition monitors; none when it is about batch transform. */
export const endpointOf = (of: MonitoringType, settings: JobDefinitionSettings): string | undefined =>
  inputOf(of, settings).EndpointInput?.EndpointName;

/** Where a definition's jobs write, and the image that they run. */
export const usesOf = (of: MonitoringType, settings: JobDefinitionSettings) => ({
  image: settings[`${of}AppSpecification`]?.ImageUri,
  outputs: (settings[`${of}JobOutputConfig`]?.MonitoringOutputs ?? []).map(({ S3Output }) => S3Output.S3Uri),
});

/** @throws ValidationException  (unverified sentence) neither, or both */
export function requireOneInput({ EndpointInput, BatchTransformInput }: MonitoredInput): void {
  if ((EndpointInput === undefined) === (BatchTransformInput === undefined))
    throw invalid('Exactly one of EndpointInput and BatchTransformInput must be specified.');
}

/** One of the four families: definitions of jobs that monitor. They never change. */
const definitionsOf = (of: MonitoringType): Family<Identity, JobDefinitionSettings> =>
  familyOf<Identity, JobDefinitionSettings>({
    type: TYPES[of],
    noun: `${of}JobDefinition`,
    nameMember: 'JobDefinitionName',
    arnMember: 'JobDefinitionArn',
    arnPath: `\${${of}JobDefinitionName}`,
    list: {
      operation: `List${of}JobDefinitions`,
      result: 'JobDefinitionSummaries',
      more: ({ name, arn, settings }) => ({
        MonitoringJobDefinitionName: name,
        MonitoringJobDefinitionArn: arn,
        EndpointName: endpointOf(of, settings) ?? '',
      }),
      sort: 'CreationTime',
      order: 'Descending',
      passes: ({ settings }, { EndpointName }) => EndpointName === undefined || endpointOf(of, settings) === EndpointName,
    },
  });

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDataQualityJobDefinition.html and its three siblings */
export const jobDefinitions: Readonly<Record<MonitoringType, Family<Identity, JobDefinitionSettings>>> = {
  DataQuality: definitionsOf('DataQuality'),
  ModelQuality: definitionsOf('ModelQuality'),
  ModelBias: definitionsOf('ModelBias'),
  ModelExplainability: definitionsOf('ModelExplainability'),
};

/**
 * A family's Create operation.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  not exactly one thing to monitor; the role cannot be taken up
 */
export const createJobDefinition = (of: MonitoringType) =>
  create<Input, JobDefinitionSettings>(jobDefinitions[of], {
    name: (input) => input.JobDefinitionName,
    draft: (input) => {
      // The model has vouched for the members that are called after the family.
      const settings = withoutTags(input) as JobDefinitionSettings;
      requireOneInput(inputOf(of, settings));
      return { settings };
    },
  });
