import type { CreateFlowDefinitionRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE } from '../../../store/tables/sagemaker.ts';
import { create, withoutTags } from '../create.ts';
import { alreadyExists, resourceNotFound } from '../errors.ts';
import { type Family, NEVER_MODIFIED } from '../family.ts';
import { requireHumanTaskUi } from './human-task-ui.ts';
import { requireWorkteam } from './workteam.ts';

type Input = Valid<CreateFlowDefinitionRequest>;
export type FlowDefinitionSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFlowDefinition.html */
export const flowDefinition: Family<{ readonly FlowDefinitionName: string }, FlowDefinitionSettings> = {
  type: 'flow-definition',
  noun: 'FlowDefinition',
  path: (input) => input.FlowDefinitionName,
  arnPath: '${FlowDefinitionName}',
  names: 'lower-cased',
  status: 'FlowDefinitionStatus',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`FlowDefinition ${name} does not exist.`),
  taken: ({ name }) => alreadyExists('FlowDefinition', name),
  describe: ({ settings }) => ({ ...settings, ...NEVER_MODIFIED }),
  list: {
    operation: 'ListFlowDefinitions',
    result: 'FlowDefinitionSummaries',
    sort: 'CreationTime',
    order: 'Descending',
  },
  deletion: { course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }] },
};

/**
 * Creates a human review workflow.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  no such work team or task template; the role cannot be taken up
 */
export const createFlowDefinition = create<Input, FlowDefinitionSettings>(flowDefinition, {
  name: (input) => input.FlowDefinitionName,
  draft: async (input, call) => {
    if (input.HumanLoopConfig) {
      await requireWorkteam(input.HumanLoopConfig.WorkteamArn, call);
      await requireHumanTaskUi(input.HumanLoopConfig.HumanTaskUiArn, call);
    }
    return { settings: withoutTags(input), course: [{ status: 'Initializing', seconds: 5 }, { status: 'Active' }] };
  },
});
