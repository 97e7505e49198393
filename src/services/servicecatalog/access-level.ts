import type { ConditionKeys, ContextValue, Scope } from '../../authorization/operation.ts';
import type { Entry } from './entry.ts';

/** Whose provisioned products a listing tells. */
export interface AccessLevelInput {
  readonly AccessLevelFilter?: { readonly Key?: string | undefined; readonly Value?: string | undefined } | undefined;
}

type Launched = Pick<Entry<'provisioned-product'>['settings'], 'principalId' | 'userId'>;

/** The caller's user or role, by its unique id. */
export const principalIdOf = ({ caller: { principal } }: Pick<Scope, 'caller'>): string => principal.roleId ?? principal.uniqueId;

const isSameUser = ({ userId }: Launched, { caller }: Pick<Scope, 'caller'>): boolean => userId === caller.userId;
const isSameRole = ({ principalId }: Launched, scope: Pick<Scope, 'caller'>): boolean => principalId === principalIdOf(scope);

/** The caller's own when it does not say; everybody's of the account where it may ask for that. */
export function isWithin(launched: Launched, { AccessLevelFilter }: AccessLevelInput, scope: Pick<Scope, 'caller'>): boolean {
  if (AccessLevelFilter?.Key === 'Account') return true;
  return AccessLevelFilter?.Key === 'Role' ? isSameRole(launched, scope) : isSameUser(launched, scope);
}

const KEYS = ['servicecatalog:accountLevel', 'servicecatalog:roleLevel', 'servicecatalog:userLevel'];
const LEVELS: Readonly<Record<string, string>> = { Account: KEYS[0] ?? '', Role: KEYS[1] ?? '', User: KEYS[2] ?? '' };

/**
 * `self` under the level that a listing asks for, so that a policy can grant the listing of one's own alone.
 * @see https://docs.aws.amazon.com/servicecatalog/latest/adminguide/permissions-examples.html
 */
export const listedLevel: ConditionKeys<AccessLevelInput> = {
  keys: KEYS,
  values: ({ AccessLevelFilter }) => ({ [LEVELS[AccessLevelFilter?.Key ?? 'User'] ?? '']: 'self' }),
};

/** `self` under every level on which what is acted on is the caller's own. What is not there is nobody's. */
export const ownLevel: ConditionKeys<object, Entry<'provisioned-product' | 'record'> | undefined> = {
  keys: KEYS,
  values: (_, { stored }, scope): Readonly<Record<string, ContextValue>> => {
    if (!stored) return {};
    const { settings } = stored;
    return {
      'servicecatalog:accountLevel': 'self',
      ...(isSameRole(settings, scope) && { 'servicecatalog:roleLevel': 'self' }),
      ...(isSameUser(settings, scope) && { 'servicecatalog:userLevel': 'self' }),
    };
  },
};
