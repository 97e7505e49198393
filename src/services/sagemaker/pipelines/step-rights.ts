import type { ContextValue, OperationContext, Scope } from '../../../authorization/operation.ts';
import { PARTITION, parseArn } from '../../../core/arn.ts';
import { foldCase } from '../../../core/name.ts';
import { ServiceError } from '../../../core/service-error.ts';
import { conditionKeysOf } from '../condition-keys.ts';
import { findRole, refuseForeignRole, requireAssumable } from '../execution-role.ts';
import { sageMakerArn } from '../family.ts';
import { partsOf } from '../parts.ts';
import { passedRolesOf } from '../passed-roles.ts';
import { failureByRole, type RoleUse } from '../role-use.ts';
import type { StepDefinition } from './definition.ts';

/*
 * What a pipeline's role must be allowed for a step: to make what the step makes, with the condition keys that its arguments fill, and to
 * pass on the roles in them.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
 */

type Json = Readonly<Record<string, unknown>>;

/** Step type → the operation that it is, and what it makes: the ARN's resource, from the name of the job that it would be. */
const OPERATIONS: Readonly<Record<string, readonly [operation: string, resource: (job: string, args: Json) => string]>> = {
  AutoML: ['CreateAutoMLJob', (job) => `automl-job/${job}`],
  ClarifyCheck: ['CreateProcessingJob', (job) => `processing-job/${job}`],
  Endpoint: ['CreateEndpoint', (job, args) => `endpoint/${named(args.EndpointName) ?? job}`],
  EndpointConfig: ['CreateEndpointConfig', (job, args) => `endpoint-config/${named(args.EndpointConfigName) ?? job}`],
  InferenceComponent: ['CreateInferenceComponent', (job, args) => `inference-component/${named(args.InferenceComponentName) ?? job}`],
  Model: ['CreateModel', (job, args) => `model/${named(args.ModelName) ?? job}`],
  Processing: ['CreateProcessingJob', (job) => `processing-job/${job}`],
  QualityCheck: ['CreateProcessingJob', (job) => `processing-job/${job}`],
  RegisterModel: ['CreateModelPackage', (job, args) => packageOf(job, args)],
  Training: ['CreateTrainingJob', (job) => `training-job/${job}`],
  Transform: ['CreateTransformJob', (job) => `transform-job/${job}`],
  Tuning: ['CreateHyperParameterTuningJob', (job) => `hyper-parameter-tuning-job/${job.slice(0, 32)}`],
};

const named = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? foldCase(value) : undefined);

function packageOf(job: string, { ModelPackageGroupName, ModelPackageName }: Json): string {
  const group = named(ModelPackageGroupName);
  return group === undefined
    ? `model-package/${named(ModelPackageName) ?? job}`
    : `model-package/${group.slice(group.lastIndexOf('/') + 1)}/*`;
}

/** Steps that SageMaker itself makes go on, and that need nothing. */
export const RIGHTLESS: readonly string[] = ['Condition', 'Fail'];

/** The values of an operation's condition keys that a step's arguments fill. */
function contextOf(operation: string, args: object, arn: string, scope: Scope): Readonly<Record<string, ContextValue>> {
  const target = { arn, account: scope.account };
  return Object.assign({}, ...conditionKeysOf(operation).map((keys) => keys.values(args, target, scope)));
}

type Calling = Omit<OperationContext, 'target'>;

async function usesOf({ Type, Name }: StepDefinition, args: Json, job: string, call: Calling): Promise<readonly RoleUse[] | undefined> {
  const purpose = `Failed to run step ${Name}`;
  if (RIGHTLESS.includes(Type)) return [];
  if (Type === 'Lambda' || Type === 'Callback') {
    const arn = Type === 'Lambda' ? functionOf(args) : queueOf(args, call);
    return arn === undefined
      ? undefined
      : [{ action: Type === 'Lambda' ? 'lambda:InvokeFunction' : 'sqs:SendMessage', arns: [arn], purpose }];
  }
  const known = Object.hasOwn(OPERATIONS, Type) ? OPERATIONS[Type] : undefined;
  // Steps of other services (EMR, Bedrock): that the role may do what they do is not looked at.
  if (!known) return [];
  const [operation, resource] = known;
  const arn = sageMakerArn(call, resource(job, args));
  const parts = partsOf(operation)?.(args) ?? [args];
  const uses: RoleUse[] = parts.map((part) => ({
    action: `sagemaker:${operation}`,
    arns: [arn],
    purpose,
    context: contextOf(operation, part, arn, call),
  }));
  for (const { to, taken, read } of passedRolesOf(operation)) {
    for (const role of new Set(read(args))) {
      const context = { 'iam:PassedToService': to, 'iam:AssociatedResourceArn': arn };
      uses.push({ action: 'iam:PassRole', arns: [role], purpose, tags: (await findRole(role, call))?.tags, context });
      if (taken === 'now') await requireAssumable(role, { ...call, target: { arn, account: call.account } });
      else if (taken === 'later') refuseForeignRole(role, call);
    }
  }
  return uses;
}

const functionOf = ({ FunctionArn }: Json): string | undefined =>
  typeof FunctionArn === 'string' && parseArn(FunctionArn)?.service === 'lambda' ? FunctionArn : undefined;

/** `https://sqs.us-east-1.amazonaws.com/123456789012/queue` */
function queueOf({ SqsQueueUrl }: Json, { region, account }: Scope): string | undefined {
  const match = typeof SqsQueueUrl === 'string' ? /^https?:\/\/[^/]+\/(\d{12})\/([\w.-]{1,80})$/.exec(SqsQueueUrl) : null;
  return match ? `arn:${PARTITION}:sqs:${region}:${match[1] ?? account}:${match[2]}` : undefined;
}

/** Why a step fails by what its role may not do; undefined when it may. Arguments that cannot be read are not let through. */
export async function refusalOfStep(
  step: StepDefinition,
  args: Json,
  { job, roleArn }: { readonly job: string; readonly roleArn: string },
  call: Calling,
): Promise<string | undefined> {
  let uses: readonly RoleUse[] | undefined;
  try {
    uses = await usesOf(step, args, job, call);
  } catch (error) {
    if (error instanceof ServiceError) return `ClientError: Failed to run step ${step.Name}: ${error.message}`.slice(0, 1024);
    // A document of the customer's that no model has vouched for: lists where objects should be, and the like.
    if (!(error instanceof TypeError)) throw error;
  }
  if (!uses) return `ClientError: Arguments of step ${step.Name} are not valid.`;
  return failureByRole(roleArn, uses, call);
}
