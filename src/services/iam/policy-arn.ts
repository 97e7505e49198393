import { type Arn, parseArn } from '../../core/arn.ts';
import { invalidInput, validationError } from './errors.ts';

/** The ARN of a managed policy, taken apart: `arn:aws:iam::{account or aws}:policy{path}{name}`. */
export interface PolicyArn extends Arn {
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly policyName: string;
}

const POLICY = 'policy/';

/**
 * @throws ValidationError  400  it is no ARN
 * @throws InvalidInput     400  it is the ARN of something else
 */
export function readPolicyArn(text: string): PolicyArn {
  const arn = parseArn(text);
  if (!arn) throw validationError('Invalid ARN:  Could not be parsed!');
  const { service, region, account, resource } = arn;
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  if (service !== 'iam' || region !== '' || !/^([0-9]{12}|aws)$/.test(account) || !resource.startsWith(POLICY) || name === '')
    throw invalidInput(`ARN ${text} is not valid.`);
  return { ...arn, path: resource.slice(POLICY.length - 1, resource.length - name.length), policyName: name };
}

/** Whose policy it is when the ARN says `aws`. */
export const isAwsManaged = (arn: Pick<Arn, 'account'>): boolean => arn.account === 'aws';

/** Whether it is one that AWS keeps for service-linked roles: nobody else can hold it. */
export const isServiceRolePolicy = (arn: Pick<PolicyArn, 'account' | 'path'>): boolean =>
  isAwsManaged(arn) && arn.path.startsWith('/aws-service-role/');
