import { type ConditionKeys, type DependentActions, type Operations, type ResourceType, row } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { isGone, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { invokeEndpoint, invokeEndpointAsync, invokeEndpointWithResponseStream } from './invoke-endpoint.ts';

type Invocation = { readonly EndpointName: string; readonly InferenceComponentName?: string | undefined };

/** The endpoint by its name, lower-cased in the ARN as everywhere. */
const endpoint: ResourceType<Invocation, SageMakerResource | undefined> = {
  name: 'endpoint',
  arn: 'arn:${Partition}:sagemaker:${Region}:${Account}:endpoint/${EndpointName}',
  locate: async ({ EndpointName }, { account, region, now, reader }) => {
    const id = foldCase(EndpointName);
    const found = await reader.get(sageMakerResources, [account, region, 'endpoint', id]);
    const stored = found && !isGone(found, now) ? found : undefined;
    return { arn: `arn:${PARTITION}:sagemaker:${region}:${account}:endpoint/${id}`, account, stored, tags: stored?.tags };
  },
};

const targetModel: ConditionKeys<{ readonly TargetModel?: string | undefined }, SageMakerResource | undefined> = {
  keys: ['sagemaker:TargetModel'],
  values: (input) => ({ 'sagemaker:TargetModel': input.TargetModel }),
};

/** The same action on the inference component, when a call names one (unverified whether AWS asks for both). */
const component = (
  action: 'sagemaker:InvokeEndpoint' | 'sagemaker:InvokeEndpointWithResponseStream',
): DependentActions<Invocation, SageMakerResource | undefined> => ({
  actions: [action],
  needed: async ({ InferenceComponentName: name }, _, { account, region, now, reader }) => {
    if (name === undefined) return [];
    const id = foldCase(name);
    const found = await reader.get(sageMakerResources, [account, region, 'inference-component', id]);
    const arn = `arn:${PARTITION}:sagemaker:${region}:${account}:inference-component/${id}`;
    return [{ action, target: { arn, account, ...(found && !isGone(found, now) && { tags: found.tags }) } }];
  },
});

/**
 * Who may invoke endpoints. The three actions are apart: to grant InvokeEndpoint is not to grant the others.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
// biome-ignore format: a table, to be read in columns.
export const sagemakerRuntimeOperations: Operations = {
  //                                  action                                       access  resource  condition keys  dependent actions                                        handler
  InvokeEndpoint:                   row('sagemaker:InvokeEndpoint',                   'Read', endpoint, [targetModel], [component('sagemaker:InvokeEndpoint')],                   invokeEndpoint),
  InvokeEndpointAsync:              row('sagemaker:InvokeEndpointAsync',              'Read', endpoint, [],            [],                                                        invokeEndpointAsync),
  InvokeEndpointWithResponseStream: row('sagemaker:InvokeEndpointWithResponseStream', 'Read', endpoint, [],            [component('sagemaker:InvokeEndpointWithResponseStream')], invokeEndpointWithResponseStream),
};
