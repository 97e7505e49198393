import type { ConditionKeys } from '../../authorization/operation.ts';
import type { IdentityCenterInstance } from '../../store/tables/identity-center.ts';

/** The region of the instance. */
export const primaryRegion: ConditionKeys<unknown, IdentityCenterInstance> = {
  keys: ['identitystore:PrimaryRegion'],
  values: (_, { stored }) => ({ 'identitystore:PrimaryRegion': stored?.region }),
};
