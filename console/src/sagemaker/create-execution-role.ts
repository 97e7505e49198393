import type { QueryInput } from '../aws/query-form.ts';
import type { Role } from '../iam/types.ts';
import { executionTrust, FULL_ACCESS, PATH } from './execution-role.ts';

export interface NewExecutionRole {
  readonly name: string;
  readonly account: string;
}

/** What calls IAM: an `AwsClient`. */
interface IamCaller {
  iam<Output>(action: string, input: QueryInput): Promise<Output>;
}

/**
 * Creates a role that SageMaker can work with. Done twice it stays one role: a refusal in the middle is gone on from.
 * @throws AwsFailure  `EntityAlreadyExists`: the account has a role of that name which is none of these; nothing is added to it
 */
export async function createExecutionRole(aws: IamCaller, { name, account }: NewExecutionRole): Promise<string> {
  try {
    const Description = 'What SageMaker may do on behalf of this account.';
    await aws.iam('CreateRole', { RoleName: name, Path: PATH, AssumeRolePolicyDocument: executionTrust(account), Description });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EntityAlreadyExists') throw error;
    const { Role } = await aws.iam<{ Role: Role }>('GetRole', { RoleName: name });
    if (Role.Path !== PATH || !isExecutionTrust(Role.AssumeRolePolicyDocument, account)) throw error;
  }
  await aws.iam('AttachRolePolicy', { RoleName: name, PolicyArn: FULL_ACCESS });
  return `arn:aws:iam::${account}:role${PATH}${name}`;
}

/** Whether a trust policy, percent-encoded, is the one that is written here: what IAM keeps is the text as it was sent. */
const isExecutionTrust = (encoded: string, account: string): boolean => decodeURIComponent(encoded) === executionTrust(account);
