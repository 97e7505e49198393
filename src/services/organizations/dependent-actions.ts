import type { DependentActions, Scope, Target } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import type { Handshake, Organization } from '../../store/tables/organization.ts';
import { requestTags, type Tagged } from './condition-keys.ts';
import { newAccountArn, newTransferArn, newUnitArn } from './resources.ts';
import { hasServiceLinkedRole, ROLE_NAME, SERVICE } from './service-linked-role.ts';
import { findOrganization } from './standing.ts';

/**
 * Creating something with tags is tagging it as well, on the ARN it is to have: `ou/o-…/ou-*`.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
 */
const tagOnCreate = (arnOf: (organization: Organization, target: Target) => string): DependentActions<Tagged> => ({
  actions: ['organizations:TagResource'],
  needed: async (input, target, scope) => {
    if ((input.Tags?.length ?? 0) === 0) return [];
    const organization = await findOrganization(scope.reader, scope.account);
    const arn = organization ? arnOf(organization, target) : '*';
    const context = requestTags.values(input, target, scope);
    return [{ action: 'organizations:TagResource', target: { ...target, arn, tags: undefined }, context }];
  },
});

export const tagsAccount = tagOnCreate(newAccountArn);
export const tagsUnit = tagOnCreate(newUnitArn);
export const tagsTransfer = tagOnCreate(newTransferArn);
/** What is created is the target itself. */
export const tagsTarget = tagOnCreate((_, { arn }) => arn);

/** That the account lacks the role of Organizations, and whoever calls may have it made. */
async function roleToBeMade({ reader, account }: Scope) {
  if (await hasServiceLinkedRole(reader, account)) return [];
  return [
    {
      action: 'iam:CreateServiceLinkedRole' as const,
      target: { arn: iamArn(account, `role/aws-service-role/${SERVICE}/${ROLE_NAME}`), account },
      context: { 'iam:AWSServiceName': SERVICE },
      refusal: {
        code: 'AccessDeniedForDependencyException',
        // (unverified)
        message:
          'The request failed because your credentials do not have permission to create the service-linked role required by AWS Organizations.',
        fields: { Reason: 'ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE' },
      },
    },
  ];
}

export const makesServiceLinkedRole: DependentActions<object> = {
  actions: ['iam:CreateServiceLinkedRole'],
  needed: (_input, _target, scope) => roleToBeMade(scope),
};

/** Accepting makes the role in the account that joins, or that agrees to have it made. */
export const makesServiceLinkedRoleOnJoining: DependentActions<object, Handshake> = {
  actions: ['iam:CreateServiceLinkedRole'],
  needed: async (_, { stored }, scope) =>
    stored?.action === 'INVITE' || stored?.action === 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE' ? roleToBeMade(scope) : [],
};
