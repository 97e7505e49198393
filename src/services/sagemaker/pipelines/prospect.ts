import { lowerAlphanumeric, upperAlphanumeric } from '../../../core/id.ts';
import { foldCase } from '../../../core/name.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { isScalar } from '../member-path.ts';
import { keepToken } from './callback-token.ts';
import { evaluateConditions } from './condition.ts';
import { type Definition, type Lookup, resolved, type StepDefinition } from './definition.ts';
import { type Parameter, typedValue } from './parameters.ts';
import type { PipelineSettings } from './pipeline.ts';
import type { Plan, Prospect, StepRecord } from './schedule.ts';
import { RIGHTLESS, refusalOfStep } from './step-rights.ts';

/** What a step is taken to need, seconds. */
const SECONDS: Readonly<Record<string, number>> = {
  AutoML: 300,
  ClarifyCheck: 120,
  EMR: 120,
  Endpoint: 180,
  Processing: 120,
  QualityCheck: 120,
  Training: 180,
  Transform: 120,
  Tuning: 300,
};
const BRIEF = 5;

/** An execution as references in its definition see it. */
export interface Executed {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly settings: { readonly parameters: readonly Parameter[]; readonly PipelineVersionId: number };
}

const OUTPUT = /^Steps\.([^.[\]]+)\.OutputParameters(?:\.([\w-]+)|\['([^']+)'\]|\["([^"]+)"\])$/;

/** What the references of a definition stand for, in an execution of it. Of steps, only the answers to callbacks are known. */
export function lookupOf(
  execution: Executed,
  pipeline: { readonly arn: string; readonly name: string },
  definition: Definition,
  records: readonly StepRecord[],
): Lookup {
  const facts: Readonly<Record<string, unknown>> = {
    'Execution.PipelineName': pipeline.name,
    'Execution.PipelineArn': pipeline.arn,
    'Execution.PipelineExecutionId': execution.name,
    'Execution.PipelineExecutionArn': execution.arn,
    'Execution.StartDateTime': new Date(execution.createdAt).toISOString(),
    'Execution.PipelineVersionId': execution.settings.PipelineVersionId,
  };
  return (reference) => {
    if (Object.hasOwn(facts, reference)) return facts[reference];
    if (reference.startsWith('Parameters.')) {
      const parameter = execution.settings.parameters.find(({ Name }) => Name === reference.slice('Parameters.'.length));
      return parameter && typedValue(definition, parameter);
    }
    const [, step, ...names] = OUTPUT.exec(reference) ?? [];
    const name = names.find((each) => each !== undefined);
    return records.find((record) => record.name === step)?.outputs?.find(({ Name }) => Name === name)?.Value;
  };
}

/** Of a step's arguments what is an object, for those that look into it. */
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const textOf = (value: unknown): string => (isScalar(value) ? String(value) : '');

/**
 * How the steps of an execution will go: refused by what the pipeline's role may not do, decided by parameters, failed on purpose, waiting for
 * an answer, or done after about as long as small ones take.
 */
export function prospects(
  execution: Executed & Pick<SageMakerResource, 'parent'>,
  pipeline: SageMakerResource<PipelineSettings>,
  definition: Definition,
  call: Writing,
): Plan['prospectOf'] {
  const pace = (seconds: number): number => Math.round(seconds * 1000 * call.installation.pace);
  return async (step: StepDefinition, records): Promise<Prospect> => {
    const lookup = lookupOf(execution, pipeline, definition, records);
    const args = objectOf(resolved(step.Arguments, lookup));
    if (step.Type === 'Fail') {
      const message = textOf(args.ErrorMessage).slice(0, 3072);
      return { status: 'Failed', reason: message.slice(0, 1024), message, lasts: 0 };
    }
    if (step.Type === 'Condition') {
      const outcome = evaluateConditions(step.Arguments.Conditions, lookup);
      if (outcome !== undefined) return { status: 'Succeeded', outcome, lasts: 0 };
      const reason = `The conditions of step ${step.Name} depend on what steps would have put out, and steps are not run here.`;
      return { status: 'Failed', reason, lasts: 0 };
    }
    const random = lowerAlphanumeric(10, call.installation.random);
    const job = `pipelines-${execution.name}-${foldCase(step.Name).slice(0, 28)}-${random}`;
    const refused = RIGHTLESS.includes(step.Type)
      ? undefined
      : await refusalOfStep(step, args, { job, roleArn: pipeline.settings.RoleArn ?? '' }, call);
    if (refused !== undefined) return { status: 'Failed', reason: refused, lasts: pace(BRIEF) };
    if (step.Type === 'Callback') {
      const token = upperAlphanumeric(10, call.installation.random);
      await keepToken(token, execution, call);
      return { status: 'Succeeded', token, queue: textOf(args.SqsQueueUrl).slice(0, 256), lasts: undefined };
    }
    return { status: 'Succeeded', lasts: pace((Object.hasOwn(SECONDS, step.Type) && SECONDS[step.Type]) || BRIEF) };
  };
}
