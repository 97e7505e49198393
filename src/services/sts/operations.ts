import { type Operations, row } from '../../authorization/operation.ts';
import { getAccessKeyInfo } from './access-key-info.ts';
import { assumeRole } from './assume-role.ts';
import { decodeAuthorizationMessage } from './authorization-message.ts';
import { getCallerIdentity } from './caller-identity.ts';
import { assumeRoleKeys, requestTags, transitiveTagKeys } from './condition-keys.ts';
import { setSourceIdentity, tagFederatedSession, tagSession } from './dependent-actions.ts';
import { withMfaCode, withProofs } from './identify.ts';
import { newFederatedUser, role } from './resources.ts';
import { getFederationToken, getSessionToken } from './user-session.ts';

/** Who may call what in STS. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
// biome-ignore format: a table, to be read in columns.
export const stsOperations: Operations = {
  //                      action                    access   resource          condition keys                                    dependent actions               handler
  AssumeRole:         row('sts:AssumeRole',         'Write', role,             [assumeRoleKeys, requestTags, transitiveTagKeys], [tagSession, setSourceIdentity], assumeRole, { identify: withProofs }),
  DecodeAuthorizationMessage: row('sts:DecodeAuthorizationMessage', 'Write', '*', [], [], decodeAuthorizationMessage),
  GetAccessKeyInfo:   row('sts:GetAccessKeyInfo',   'Read',  '*',              [],                                               [],                              getAccessKeyInfo),
  GetCallerIdentity:  row(null,                     'Read',  '*',              [],                                               [],                              getCallerIdentity),
  GetFederationToken: row('sts:GetFederationToken', 'Write', newFederatedUser, [requestTags],                                    [tagFederatedSession],           getFederationToken),
  GetSessionToken:    row(null,                     'Read',  '*',              [],                                               [],                              getSessionToken, { identify: withMfaCode }),
};
