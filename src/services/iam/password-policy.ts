import type { GetAccountPasswordPolicyResponse, UpdateAccountPasswordPolicyRequest } from '@aws-sdk/client-iam';
import type { PasswordRules } from '../../authentication/password-policy.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { type PasswordPolicy, passwordPolicies } from '../../store/tables/iam.ts';
import { noSuchEntity } from './errors.ts';

/*
 * What an account asks of its users' passwords. Root and access keys are not concerned.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */

/** The part that judges a password by itself; undefined while the account has no policy, and AWS's default holds. */
export const rulesOf = (policy: PasswordPolicy | undefined): PasswordRules | undefined =>
  policy && {
    minimumLength: policy.minimumPasswordLength,
    requireUppercase: policy.requireUppercaseCharacters,
    requireLowercase: policy.requireLowercaseCharacters,
    requireNumbers: policy.requireNumbers,
    requireSymbols: policy.requireSymbols,
  };

/**
 * Sets the whole policy: what is not given goes back to its default.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
export async function updateAccountPasswordPolicy(
  input: Valid<UpdateAccountPasswordPolicyRequest>,
  context: OperationContext,
): Promise<object> {
  const policy: PasswordPolicy = {
    accountId: context.account,
    minimumPasswordLength: input.MinimumPasswordLength ?? 6,
    requireSymbols: input.RequireSymbols ?? false,
    requireNumbers: input.RequireNumbers ?? false,
    requireUppercaseCharacters: input.RequireUppercaseCharacters ?? false,
    requireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
    allowUsersToChangePassword: input.AllowUsersToChangePassword ?? false,
    ...(input.MaxPasswordAge === undefined ? {} : { maxPasswordAge: input.MaxPasswordAge }),
    ...(input.PasswordReusePrevention === undefined ? {} : { passwordReusePrevention: input.PasswordReusePrevention }),
    ...(input.HardExpiry === undefined ? {} : { hardExpiry: input.HardExpiry }),
  };
  await context.installation.store.write(async (writer) => {
    if (await writer.get(passwordPolicies, [context.account])) await writer.update(passwordPolicies, policy);
    else await writer.insert(passwordPolicies, policy);
  });
  return {};
}

/**
 * @throws NoSuchEntity  404  the account has none, and AWS's default holds
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
export async function getAccountPasswordPolicy(_input: object, context: OperationContext): Promise<GetAccountPasswordPolicyResponse> {
  const policy = await context.reader.get(passwordPolicies, [context.account]);
  if (!policy) throw noSuchEntity(`The Password Policy with domain name ${context.account} cannot be found.`);
  return {
    PasswordPolicy: {
      MinimumPasswordLength: policy.minimumPasswordLength,
      RequireSymbols: policy.requireSymbols,
      RequireNumbers: policy.requireNumbers,
      RequireUppercaseCharacters: policy.requireUppercaseCharacters,
      RequireLowercaseCharacters: policy.requireLowercaseCharacters,
      AllowUsersToChangePassword: policy.allowUsersToChangePassword,
      ExpirePasswords: (policy.maxPasswordAge ?? 0) > 0,
      MaxPasswordAge: policy.maxPasswordAge,
      PasswordReusePrevention: policy.passwordReusePrevention,
      HardExpiry: policy.hardExpiry,
    },
  };
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
 */
export async function deleteAccountPasswordPolicy(_input: object, context: OperationContext): Promise<object> {
  await context.installation.store.write(async (writer) => {
    if (!(await writer.delete(passwordPolicies, [context.account])))
      throw noSuchEntity('The account policy with name PasswordPolicy cannot be found.');
  });
  return {};
}
