import type { Dependency, DependentActions, Target } from '../../authorization/operation.ts';
import { requestTagValues } from '../../authorization/request-tags.ts';
import { iamArn } from '../../core/arn.ts';
import { ec2Arn } from './arn.ts';
import { type LaunchInput, launchTags } from './launch.ts';
import type { Known } from './resources.ts';

/** The service that takes up the roles of instances. */
export const EC2 = 'ec2.amazonaws.com';

/**
 * iam:PassRole on the role of the instance profile that a call gives an instance. A profile without a role passes nothing; the handler refuses it.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/roles-permissions.html
 */
export const passProfileRole: DependentActions<object, Known> = {
  actions: ['iam:PassRole'],
  needed: (_, target, scope) => {
    const role = target.stored?.profile?.role;
    if (!role) return [];
    const passed: Target = { arn: iamArn(scope.account, `role${role.path}${role.roleName}`), account: scope.account, tags: role.tags };
    const context = { 'iam:PassedToService': EC2, 'iam:AssociatedResourceArn': target.arn };
    return [{ action: 'iam:PassRole', target: passed, context }];
  },
};

/** ec2:CreateTags on what is being launched with tags: a grant can be limited to tags that come with a creation. */
export const tagOnLaunch: DependentActions<LaunchInput, Known> = {
  actions: ['ec2:CreateTags'],
  needed: (input, { stored }, scope) => {
    const dependencies: Dependency[] = [];
    for (const kind of ['instance', 'volume', 'network-interface'] as const) {
      const tags = launchTags(input.TagSpecifications, kind);
      if (tags.length === 0) continue;
      dependencies.push({
        action: 'ec2:CreateTags',
        target: { arn: ec2Arn(scope, `${kind}/*`), account: scope.account },
        context: {
          ...(kind === 'instance' ? stored?.keys : {}),
          ...requestTagValues(tags),
          'ec2:CreateAction': 'RunInstances',
          'ec2:Region': scope.region,
        },
      });
    }
    return dependencies;
  },
};
