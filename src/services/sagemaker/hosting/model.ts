import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { create, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { type Family, NEVER_MODIFIED } from '../family.ts';
import { requirePackages } from '../registry/model-package.ts';
import { requireContainerAccess } from '../role-probe.ts';

type Input = Valid<CreateModelInput>;
export type ModelSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html */
export const model: Family<{ readonly ModelName: string }, ModelSettings> = {
  type: 'model',
  noun: 'Model',
  path: (input) => input.ModelName,
  arnPath: '${ModelName}',
  names: 'lower-cased',
  missing: ({ arn }) => invalid(`Could not find model "${arn}".`),
  taken: ({ arn }) => invalid(`Cannot create already existing model "${arn}".`),
  describe: ({ settings }) => ({ EnableNetworkIsolation: false, ...settings, ...NEVER_MODIFIED }),
  list: {
    operation: 'ListModels',
    result: 'Models',
    sort: 'CreationTime',
    order: 'Descending',
  },
};

const containersOf = ({ PrimaryContainer, Containers = [] }: Input) => [...(PrimaryContainer ? [PrimaryContainer] : []), ...Containers];

/**
 * Creates a model: containers and the role they run with.
 * @throws ValidationException  the name is taken; no container, or both forms of naming them; the role cannot be taken up, or may not look up an image or read model data; a
 *                              model package that is not there, or a version that is not approved
 */
export const createModel = create<Input, ModelSettings>(model, {
  name: (input) => input.ModelName,
  before: async (input, context) => {
    // (unverified) sentences
    const containers = containersOf(input);
    if (containers.length === 0) throw invalid('Either PrimaryContainer or Containers must be provided.');
    if (input.PrimaryContainer && input.Containers?.length) throw invalid('Only one of PrimaryContainer and Containers may be provided.');
    for (const { Image, ModelPackageName } of containers) {
      if ((Image === undefined) === (ModelPackageName === undefined))
        throw invalid('A container needs exactly one of Image and ModelPackageName.');
    }
    if (input.ExecutionRoleArn === undefined) throw invalid('ExecutionRoleArn is required for a model with containers.');
    const access = containers.map((container) => ({
      image: container.Image,
      data: [
        container.ModelDataUrl,
        container.ModelDataSource?.S3DataSource?.S3Uri,
        ...(container.AdditionalModelDataSources ?? []).map((source) => source.S3DataSource.S3Uri),
      ],
    }));
    await requireContainerAccess(input.ExecutionRoleArn, access, context);
  },
  draft: async (input, call) => {
    await requirePackages(input, call);
    return { settings: withoutTags(input) };
  },
});
