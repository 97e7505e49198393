import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { documentContextKeys, foldCase, PolicyError, parsePolicy } from '../../policy/index.ts';
import type { Group, Role, User } from '../../store/tables/iam.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { heldPolicies } from './held-policy.ts';

/*
 * Which condition keys policies read, so that a simulation knows what to ask for.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
 */

/** The keys of several documents, each once and spelled as where it first occurs. @throws InvalidInput  400 */
function keysOf(documents: readonly string[]): GetContextKeysForPolicyResponse {
  const names = new Map<string, string>();
  for (const document of documents)
    for (const name of documentContextKeys(read(document))) if (!names.has(foldCase(name))) names.set(foldCase(name), name);
  return { ContextKeyNames: [...names.values()] };
}

function read(document: string) {
  try {
    return parsePolicy(document);
  } catch (error) {
    if (error instanceof PolicyError) throw invalidInput(error.message);
    throw error;
  }
}

/** @throws InvalidInput  400  a document that does not parse */
export async function getContextKeysForCustomPolicy(
  input: Valid<GetContextKeysForCustomPolicyRequest>,
): Promise<GetContextKeysForPolicyResponse> {
  return keysOf(input.PolicyInputList);
}

/**
 * Of the policies of a user (with those of its groups), group or role, and of further ones given.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  a document that does not parse; (from resources.ts) the ARN of something else
 */
export async function getContextKeysForPrincipalPolicy(
  input: Valid<GetContextKeysForPrincipalPolicyRequest>,
  context: OperationContext<User | Group | Role>,
): Promise<GetContextKeysForPolicyResponse> {
  const { stored } = context.target;
  if (!stored) throw noSuchEntity(`The entity with arn ${input.PolicySourceArn} cannot be found.`);
  const held = await heldPolicies(stored, context);
  return keysOf([...held.map(({ document }) => document), ...(input.PolicyInputList ?? [])]);
}
