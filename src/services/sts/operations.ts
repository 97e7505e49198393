import { type Operations, row } from '../../authorization/operation.ts';
import { getAccessKeyInfo } from './access-key-info.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoot, rootUser, taskPolicyArn } from './assume-root.ts';
import { decodeAuthorizationMessage } from './authorization-message.ts';
import { getCallerIdentity } from './caller-identity.ts';
import { assumeRoleKeys, requestTags, samlKeys, transitiveTagKeys, webIdentityKeys } from './condition-keys.ts';
import { getDelegatedAccessToken } from './delegated-access-token.ts';
import { setAssertedIdentity, setSourceIdentity, tagAssertedSession, tagFederatedSession, tagSession } from './dependent-actions.ts';
import { withMfaCode, withProofs } from './identify.ts';
import { newFederatedUser, ownSession, role } from './resources.ts';
import { assumeRoleWithSaml, identifyBySaml } from './saml.ts';
import { getFederationToken, getSessionToken } from './user-session.ts';
import { assumeRoleWithWebIdentity, identifyByWebIdentity } from './web-identity.ts';
import { getWebIdentityToken, identityTokenKeys, tagIdentityToken } from './web-identity-token.ts';

/** Who may call what in STS. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
// biome-ignore format: a table, to be read in columns.
export const stsOperations: Operations = {
  //                               action                            access   resource          condition keys                                    dependent actions                handler
  AssumeRole:                  row('sts:AssumeRole',                 'Write', role,             [assumeRoleKeys, requestTags, transitiveTagKeys], [tagSession, setSourceIdentity], assumeRole, { identify: withProofs }),
  AssumeRoleWithSAML:          row('sts:AssumeRoleWithSAML',         'Write', role,             [samlKeys],                                       [tagAssertedSession(samlKeys), setAssertedIdentity(samlKeys)], assumeRoleWithSaml, { identify: identifyBySaml }),
  AssumeRoleWithWebIdentity:   row('sts:AssumeRoleWithWebIdentity',  'Write', role,             [webIdentityKeys],                                [tagAssertedSession(webIdentityKeys), setAssertedIdentity(webIdentityKeys)], assumeRoleWithWebIdentity, { identify: identifyByWebIdentity }),
  AssumeRoot:                  row('sts:AssumeRoot',                 'Write', rootUser,         [taskPolicyArn],                                  [],                              assumeRoot),
  DecodeAuthorizationMessage:  row('sts:DecodeAuthorizationMessage', 'Write', '*',              [],                                               [],                              decodeAuthorizationMessage),
  GetAccessKeyInfo:            row('sts:GetAccessKeyInfo',           'Read',  '*',              [],                                               [],                              getAccessKeyInfo),
  GetCallerIdentity:           row(null,                             'Read',  '*',              [],                                               [],                              getCallerIdentity),
  GetDelegatedAccessToken:     row('sts:GetDelegatedAccessToken',    'Write', '*',              [],                                               [],                              getDelegatedAccessToken),
  GetFederationToken:          row('sts:GetFederationToken',         'Write', newFederatedUser, [requestTags],                                    [tagFederatedSession],           getFederationToken),
  GetSessionToken:             row(null,                             'Read',  '*',              [],                                               [],                              getSessionToken, { identify: withMfaCode }),
  GetWebIdentityToken:         row('sts:GetWebIdentityToken',        'Write', ownSession,       [identityTokenKeys, requestTags],                 [tagIdentityToken],              getWebIdentityToken),
};
