import type { CreateEndpointConfigInput } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { create, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { type Family, NEVER_MODIFIED, need } from '../family.ts';
import { model } from './model.ts';

type Input = Valid<CreateEndpointConfigInput>;
export type EndpointConfigSettings = Omit<Input, 'Tags'>;
export type Variant = EndpointConfigSettings['ProductionVariants'][number];

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html */
export const endpointConfig: Family<{ readonly EndpointConfigName: string }, EndpointConfigSettings> = {
  type: 'endpoint-config',
  noun: 'EndpointConfig',
  path: (input) => input.EndpointConfigName,
  arnPath: '${EndpointConfigName}',
  names: 'lower-cased',
  missing: ({ arn }) => invalid(`Could not find endpoint configuration "${arn}".`),
  taken: ({ arn }) => invalid(`Cannot create already existing endpoint configuration "${arn}".`),
  describe: ({ settings }) => ({ ...settings, ...NEVER_MODIFIED }),
  list: {
    operation: 'ListEndpointConfigs',
    result: 'EndpointConfigs',
    sort: 'CreationTime',
    order: 'Descending',
  },
};

/** Models that the variants of a request or a configuration name. */
export const modelsOf = (config: Pick<EndpointConfigSettings, 'ProductionVariants' | 'ShadowProductionVariants'>): string[] =>
  [...config.ProductionVariants, ...(config.ShadowProductionVariants ?? [])].flatMap(({ ModelName }) =>
    ModelName === undefined ? [] : [ModelName],
  );

/**
 * Creates an endpoint configuration. It never changes: to change an endpoint is to give it another one.
 * @throws ValidationException  the name is taken; a model is not there; variants that cannot be
 */
export const createEndpointConfig = create<Input, EndpointConfigSettings>(endpointConfig, {
  name: (input) => input.EndpointConfigName,
  draft: async (input, call) => {
    for (const ModelName of modelsOf(input)) await need(model, { ModelName }, call);
    const variants = [...input.ProductionVariants, ...(input.ShadowProductionVariants ?? [])];
    // (unverified) sentences
    if (new Set(variants.map((variant) => variant.VariantName)).size < variants.length) throw invalid('Variant names must be unique.');
    for (const variant of variants) {
      const { VariantName, InstanceType, InstancePools, ServerlessConfig, ModelName } = variant;
      if ((InstanceType !== undefined || InstancePools !== undefined) === (ServerlessConfig !== undefined))
        throw invalid(`Exactly one of InstanceType and ServerlessConfig must be specified for variant ${VariantName}.`);
      if (ModelName === undefined && input.ExecutionRoleArn === undefined)
        throw invalid(`ExecutionRoleArn is required, because variant ${VariantName} names no model.`);
    }
    return {
      settings: {
        ...withoutTags(input),
        ProductionVariants: input.ProductionVariants.map((variant) => ({ InitialVariantWeight: 1, ...variant })),
      },
    };
  },
});
