import { type Operations, row } from '../../authorization/operation.ts';
import { registerClient } from './client-registration.ts';
import { startDeviceAuthorization } from './device-authorization.ts';
import { createToken } from './token.ts';

/**
 * The token service's operations. AWS asks no permission for them: codes and tokens prove what they prove.
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
 */
// biome-ignore format: a table, to be read in columns.
export const ssoOidcOperations: Operations = {
  //                            action  access   resource  condition keys  dependent actions  handler
  RegisterClient:           row(null,   'Write', '*',      [],             [],                registerClient),
  StartDeviceAuthorization: row(null,   'Write', '*',      [],             [],                startDeviceAuthorization),
  CreateToken:              row(null,   'Write', '*',      [],             [],                createToken),
};
