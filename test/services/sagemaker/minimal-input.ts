import { referredShape } from '../../../src/model/project.ts';
import type { ServiceModel } from '../../../src/model/service-model.ts';

/** Texts that one pattern or another of SageMaker's model asks for, the plainest first. */
const candidates = (account: string): readonly string[] => [
  'Probe1',
  'probe1',
  '1',
  '1.0.0',
  '1234567890abcdef',
  `arn:aws:iam::${account}:role/Exec`,
  `arn:aws:sagemaker:us-east-1:${account}:probe/probe1`,
  `arn:aws:sagemaker:us-east-1:${account}:training-plan/probe1`,
  `arn:aws:sagemaker:us-east-1:${account}:cluster/abcdefghijkl`,
  `arn:aws:sagemaker:us-east-1:${account}:model-package/probe1/1`,
  `arn:aws:sagemaker:us-east-1:${account}:workteam/private-crowd/probe1`,
  `arn:aws:sagemaker:us-east-1:${account}:pipeline/probe1`,
  `arn:aws:sagemaker:us-east-1:${account}:pipeline/probe1/execution/abcdefghijkl`,
  `arn:aws:sagemaker:us-east-1:${account}:app/d-abcdefghijkl/probe1/jupyterlab/default`,
  `arn:aws:sagemaker:us-east-1:${account}:space/d-abcdefghijkl/probe1`,
  `arn:aws:sagemaker:us-east-1:${account}:partner-app/app-ABCDEFGHIJKL`,
  `arn:aws:sagemaker:us-east-1:${account}:mlflow-app/app-ABCDEFGHIJKL`,
  `arn:aws:sagemaker:us-east-1:${account}:reserved-capacity/abcdefghijkl`,
  `arn:aws:sagemaker:us-east-1:${account}:model-card/probe1/export-job/probe1`,
  `arn:aws:sagemaker:us-east-1:${account}:inference-experiment/probe1`,
  'arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/probe1',
  `arn:aws:sagemaker:us-east-1:${account}:artifact/0123456789abcdef0123456789abcdef`,
  `arn:aws:sagemaker:us-east-1:${account}:flow-definition/probe1`,
  `arn:aws:sagemaker:us-east-1:394668954567:workteam/vendor-crowd/probe1`,
  `arn:aws:lambda:us-east-1:${account}:function:probe1`,
  `arn:aws:eks:us-east-1:${account}:cluster/probe1`,
  `arn:aws:sns:us-east-1:${account}:probe1`,
  `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  `${account}.dkr.ecr.us-east-1.amazonaws.com/probe1:latest`,
  's3://sagemaker-probe1/probe1',
  'https://example.com/probe1',
  'https://probe1.sagemaker.us-east-1.amazonaws.com/x?y=z',
  'd-abcdefghijkl',
  'abcdefghijkl',
  'i-0123456789abcdef0',
  'vol-0123456789abcdef0',
  'eni-0123456789abcdef0',
  'subnet-0123456789abcdef0',
  'sg-0123456789abcdef0',
  'us-east-1_abcdefghi',
  'app-ABCDEFGHIJKL',
  'tpo-abcdefghijklmnop',
  '12345678-1234-1234-1234-123456789012',
  'abcdefghij',
  'a'.repeat(32),
  'a'.repeat(40),
  'probe1@example.com',
  'cron(0 * ? * * *)',
  'PT5M',
  '{"a":1}',
  'ml.m5.large',
  'ZWNobw==',
];

/** What a request needs at least, made from its model: every required member, all the way down, with values that its constraints let through. */
export function minimalInput(model: ServiceModel, operation: string, account: string): Record<string, unknown> {
  const texts = candidates(account);
  const value = (name: string, depth: number): unknown => {
    const shape = model.shapes[name];
    if (!shape || depth > 12) throw new Error(`no value for ${name} of ${operation}`);
    switch (shape.type) {
      case 'structure': {
        const names = shape.union ? Object.keys(shape.members).slice(0, 1) : (shape.required ?? []);
        return Object.fromEntries(names.map((member) => [member, value(referredShape(shape.members[member] ?? ''), depth + 1)]));
      }
      case 'list':
        return Array.from({ length: Math.max(1, shape.min ?? 1) }, () => value(referredShape(shape.member), depth + 1));
      case 'map':
        return { [String(value(referredShape(shape.key), depth + 1))]: value(referredShape(shape.value), depth + 1) };
      case 'string': {
        if (shape.enum) return shape.enum[0];
        const pattern = shape.test ?? shape.pattern;
        const matches = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'us');
        const fits = (text: string) =>
          text.length >= (shape.min ?? 0) && text.length <= (shape.max ?? Infinity) && (matches?.test(text) ?? true);
        const text = texts.find(fits);
        if (text === undefined) throw new Error(`no text for ${name} of ${operation}: ${pattern} ${shape.min}..${shape.max}`);
        return text;
      }
      case 'integer':
      case 'long':
      case 'float':
      case 'double':
        return shape.min ?? 1;
      case 'boolean':
        return true;
      case 'timestamp':
        return new Date('2030-01-01');
      case 'blob':
        return new Uint8Array([1]);
      default:
        return {};
    }
  };
  const input = model.operations[operation]?.input;
  return input === undefined ? {} : (value(input, 0) as Record<string, unknown>);
}
