import type { ActionName, DependentActions } from '../../authorization/operation.ts';
import { requestTags, type Tagged } from './condition-keys.ts';
import { locateRole } from './resources.ts';

/**
 * Creating something with tags is tagging it as well, on the ARN it is to have.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-tag-requests
 */
const tagOnCreate = (action: ActionName): DependentActions<Tagged> => ({
  actions: [action],
  needed: (input, target, scope) =>
    (input.Tags?.length ?? 0) > 0 ? [{ action, target, context: requestTags.values(input, target, scope) }] : [],
});

export const tagsUser = tagOnCreate('iam:TagUser');
export const tagsRole = tagOnCreate('iam:TagRole');
export const tagsPolicy = tagOnCreate('iam:TagPolicy');
export const tagsInstanceProfile = tagOnCreate('iam:TagInstanceProfile');
export const tagsMfaDevice = tagOnCreate('iam:TagMFADevice');
export const tagsSamlProvider = tagOnCreate('iam:TagSAMLProvider');
export const tagsOidcProvider = tagOnCreate('iam:TagOpenIDConnectProvider');
export const tagsServerCertificate = tagOnCreate('iam:TagServerCertificate');

/**
 * Whoever puts a role into an instance profile hands it to EC2.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const passRoleToEc2: DependentActions<{ readonly RoleName: string }> = {
  actions: ['iam:PassRole'],
  needed: async (input, _, scope) => [
    {
      action: 'iam:PassRole',
      target: await locateRole(input.RoleName, scope),
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
  ],
};
