import { isAccountActive } from '../../../authentication/principals.ts';
import type { Handler, ResourceType, Scope, Target } from '../../../authorization/operation.ts';
import { parseArn } from '../../../core/arn.ts';
import { arnOf, findByArn, type Kind, type Where } from '../family.ts';
import { type Found, named } from '../resources.ts';
import { type ModelPackageGroupSettings, modelPackageGroup } from './model-package-group.ts';

/*
 * Groups of model packages carry a policy that can let other accounts in: to the group, and to the packages in it. So these two kinds are
 * looked for in the account of their ARN, and decided on with that policy.
 */

/** Whether things of a kind carry such a policy. */
export const isShared = ({ type }: Pick<Kind<never>, 'type'>): boolean => type === modelPackageGroup.type;

const accountOf = (arn: string): string => parseArn(arn)?.account ?? '';

/** Where the thing with this ARN would be. */
export const placeOf = (arn: string, where: Where): Where => ({ ...where, account: accountOf(arn) });

/** The group that an ARN is of or in; undefined for packages without a group. */
function groupArnOf(arn: string): string | undefined {
  const [type, name = '', version] = arn.slice(arn.indexOf(':model-package') + 1).split('/');
  if (type === modelPackageGroup.type) return arn;
  return version === undefined ? undefined : `${arn.slice(0, arn.indexOf(':model-package') + 1)}${modelPackageGroup.type}/${name}`;
}

/** What a call acts on, with the policy of its group. Nothing but what that policy says tells whether it is there. */
export async function locateShared(kind: Pick<Kind<never>, 'type' | 'names'>, arn: string, scope: Scope): Promise<Target<Found>> {
  const there = placeOf(arn, scope);
  const resource = await findByArn(kind, arn, there);
  const groupArn = groupArnOf(arn);
  const group = groupArn === undefined ? undefined : await findByArn<ModelPackageGroupSettings>(modelPackageGroup, groupArn, there);
  // What an account shares ends with it.
  const isShut = there.account !== scope.account && !(await isAccountActive(scope.reader, there.account));
  const document = isShut ? undefined : group?.settings.policy;
  return {
    arn,
    account: there.account,
    stored: { resource },
    tags: resource?.tags,
    ...(document !== undefined && { resourcePolicy: { kind: 'resource' as const, document } }),
  };
}

/** As `named`, for kinds that other accounts may be let in to. */
export const shared = <Identity extends object>(kind: Kind<Identity>): ResourceType<Identity, Found> => ({
  ...named(kind),
  locate: (input, scope) => locateShared(kind, arnOf(kind, input, scope), scope),
});

/** A handler that acts in the account of what was authorised, whosever it is. The caller stays who he is. */
export const inOwnersAccount =
  <Input>(handler: Handler<Input, Found>): Handler<Input, Found> =>
  (input, context) =>
    handler(input, { ...context, account: context.target.account });
