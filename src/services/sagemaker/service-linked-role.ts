import type { OperationContext } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import { roles } from '../../store/tables/iam.ts';

/** The role that HyperPod keeps for itself, and the service it trusts. */
export const HYPERPOD = 'hyperpod.sagemaker.amazonaws.com';
export const HYPERPOD_ROLE = 'AWSServiceRoleForSageMakerHyperPod';

/** Makes a role by IAM, in the caller's name, unless it is there; of two calls at once, one finds it made by the other. */
export async function makeServiceLinkedRole(roleName: string, service: string, context: OperationContext): Promise<void> {
  const { store } = context.installation;
  const isThere = async () => (await store.get(roles, [context.account, foldCase(roleName)])) !== undefined;
  if (await isThere()) return;
  try {
    await context.forward('iam', 'CreateServiceLinkedRole', { AWSServiceName: service });
  } catch (error) {
    if (!(await isThere())) throw error;
  }
}
