import { type Operations, row } from '../../authorization/operation.ts';
import { getRoleCredentials, listAccountRoles, listAccounts, logout } from './account-access.ts';

/**
 * The portal's operations. AWS asks no permission for them: whoever shows an access token gets what its user is assigned.
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html
 */
// biome-ignore format: a table, to be read in columns.
export const ssoOperations: Operations = {
  //                      action  access   resource  condition keys  dependent actions  handler
  ListAccounts:       row(null,   'List',  '*',      [],             [],                listAccounts),
  ListAccountRoles:   row(null,   'List',  '*',      [],             [],                listAccountRoles),
  GetRoleCredentials: row(null,   'Write', '*',      [],             [],                getRoleCredentials),
  Logout:             row(null,   'Write', '*',      [],             [],                logout),
};
