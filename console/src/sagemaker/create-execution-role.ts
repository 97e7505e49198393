import type { AwsClient } from '../aws/client.ts';
import { executionTrust, FULL_ACCESS, PATH } from './execution-role.ts';

export interface NewExecutionRole {
  readonly name: string;
  readonly account: string;
}

/** Creates a role that SageMaker can work with. Done twice it stays one role: a refusal in the middle is gone on from. @throws AwsFailure */
export async function createExecutionRole(aws: AwsClient, { name, account }: NewExecutionRole): Promise<string> {
  const arn = `arn:aws:iam::${account}:role${PATH}${name}`;
  try {
    const Description = 'What SageMaker may do on behalf of this account.';
    await aws.iam('CreateRole', { RoleName: name, Path: PATH, AssumeRolePolicyDocument: executionTrust(account), Description });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EntityAlreadyExists') throw error;
  }
  await aws.iam('AttachRolePolicy', { RoleName: name, PolicyArn: FULL_ACCESS });
  return arn;
}
