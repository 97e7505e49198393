import type { UserContext } from '@aws-sdk/client-sagemaker';
import type { Scope } from '../../authorization/operation.ts';

/**
 * Who created or changed something, as descriptions tell it. Only code inside Studio has a profile and a domain, and none runs here.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserContext.html
 */
export const userContext = ({ caller }: Pick<Scope, 'caller'>): UserContext => ({
  IamIdentity: {
    Arn: caller.principal.arn,
    PrincipalId: caller.userId,
    ...(caller.session?.sourceIdentity !== undefined && { SourceIdentity: caller.session.sourceIdentity }),
  },
});

/** Settings of what is created by a call, and of what is changed by one. */
export const createdBy = (scope: Pick<Scope, 'caller'>): { readonly CreatedBy: UserContext; readonly LastModifiedBy: UserContext } => ({
  CreatedBy: userContext(scope),
  ...modifiedBy(scope),
});
export const modifiedBy = (scope: Pick<Scope, 'caller'>): { readonly LastModifiedBy: UserContext } => ({
  LastModifiedBy: userContext(scope),
});
