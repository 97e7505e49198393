import type { OperationContext, Scope } from '../../authorization/operation.ts';
import type { Reader } from '../../store/store.ts';
import type { User } from '../../store/tables/iam.ts';
import { authorisedUser, storedUser } from './user.ts';

/** Whose access keys or signing certificates a call is about: a user's, or without a name the caller's own, who may be root. */
export interface CredentialOwner {
  /** Unique id of the user; the account id for root. */
  readonly ownerId: string;
  /** Root has no name. */
  readonly userName: string | undefined;
}

/** Whether a call without a name is about the root user. */
export const isRoot = (context: Scope, userName: string | undefined): boolean =>
  userName === undefined && context.caller.principal.kind === 'root';

/** @throws NoSuchEntity, ConcurrentModification */
export async function ownerToChange(
  writer: Reader,
  context: OperationContext<User>,
  userName: string | undefined,
): Promise<CredentialOwner> {
  if (isRoot(context, userName)) return { ownerId: context.account, userName: undefined };
  const user = await authorisedUser(writer, context, userName);
  return { ownerId: user.userId, userName: user.userName };
}

/** @throws NoSuchEntity */
export function ownerToRead(context: OperationContext<User>, userName: string | undefined): CredentialOwner {
  if (isRoot(context, userName)) return { ownerId: context.account, userName: undefined };
  const user = storedUser(context, userName);
  return { ownerId: user.userId, userName: user.userName };
}
