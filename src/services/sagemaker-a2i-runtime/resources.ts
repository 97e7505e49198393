import type { ResourceType, Scope } from '../../authorization/operation.ts';
import { PARTITION, parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { type HumanLoop, humanLoops } from '../../store/tables/human-loop.ts';
import { isGone, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';

export const humanLoopArn = ({ account, region }: Pick<Scope, 'account' | 'region'>, name: string): string =>
  `arn:${PARTITION}:sagemaker:${region}:${account}:human-loop/${name}`;

/** The live flow definition of an ARN; undefined for those of other accounts and regions. */
export async function findFlowDefinition(
  arn: string,
  { account, region, now, reader }: Pick<Scope, 'account' | 'region' | 'now' | 'reader'>,
): Promise<SageMakerResource | undefined> {
  const id = foldCase(arn.slice(arn.indexOf('/') + 1));
  const found = await reader.get(sageMakerResources, [account, region, 'flow-definition', id]);
  return found?.arn === arn && !isGone(found, now) ? found : undefined;
}

/** The account of the ARN decides: another one's flow definition is decided across accounts. */
export const flowDefinition: ResourceType<{ readonly FlowDefinitionArn: string }, SageMakerResource | undefined> = {
  name: 'flow-definition',
  arn: 'arn:${Partition}:sagemaker:${Region}:${Account}:flow-definition/${FlowDefinitionName}',
  locate: async ({ FlowDefinitionArn }, scope) => {
    const stored = await findFlowDefinition(FlowDefinitionArn, scope);
    return { arn: FlowDefinitionArn, account: parseArn(FlowDefinitionArn)?.account ?? '', stored, tags: stored?.tags };
  },
};

export const humanLoop: ResourceType<{ readonly HumanLoopName: string }, HumanLoop | undefined> = {
  name: 'human-loop',
  arn: 'arn:${Partition}:sagemaker:${Region}:${Account}:human-loop/${HumanLoopName}',
  locate: async ({ HumanLoopName }, scope) => ({
    arn: humanLoopArn(scope, HumanLoopName),
    account: scope.account,
    stored: await scope.reader.get(humanLoops, [scope.account, scope.region, HumanLoopName]),
  }),
};
