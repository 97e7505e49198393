import { type Operations, row } from '../../authorization/operation.ts';
import * as accessKey from './access-key.ts';
import * as accountAlias from './account-alias.ts';
import * as accountSettings from './account-settings.ts';
import { getAccountSummary } from './account-summary.ts';
import * as attachment from './attachment.ts';
import { getAccountAuthorizationDetails } from './authorization-details.ts';
import {
  awsServiceName,
  boundaryAsked,
  boundaryHeld,
  credentialServiceAsked,
  credentialServiceHeld,
  delegationAsked,
  delegationOwner,
  delegationOwnerAsked,
  organizationsPolicyId,
  policyArn,
  propertyNamespaces,
  removedFoldedTagKeys,
  removedTagKeys,
  replacingTags,
  requestTags,
  roleTemplateArn,
} from './condition-keys.ts';
import { getContextKeysForCustomPolicy, getContextKeysForPrincipalPolicy } from './context-keys.ts';
import { generateCredentialReport, getCredentialReport } from './credential-report.ts';
import * as delegation from './delegation-request.ts';
import {
  passRoleToEc2,
  tagsInstanceProfile,
  tagsMfaDevice,
  tagsOidcProvider,
  tagsPolicy,
  tagsRole,
  tagsSamlProvider,
  tagsServerCertificate,
  tagsUser,
} from './dependent-actions.ts';
import { listPoliciesGrantingServiceAccess } from './granting-policy.ts';
import * as groupHandlers from './group.ts';
import * as inlinePolicy from './inline-policy.ts';
import * as instanceProfileHandlers from './instance-profile.ts';
import * as loginProfile from './login-profile.ts';
import * as managedPolicy from './managed-policy.ts';
import * as membership from './membership.ts';
import * as mfa from './mfa-device.ts';
import * as oidcProviderHandlers from './oidc-provider.ts';
import * as organizationReportHandlers from './organization-report.ts';
import * as passwordPolicy from './password-policy.ts';
import * as permissionsBoundary from './permissions-boundary.ts';
import { listEntitiesForPolicy } from './policy-entities.ts';
import * as policyVersion from './policy-version.ts';
import {
  accessKeyOwner,
  accessSubject,
  credentialOwner,
  delegationRequest,
  deletedServiceLinkedRole,
  group,
  groupsUnder,
  instanceProfile,
  instanceProfilesUnder,
  mfaDevice,
  mfaDevices,
  newDelegationRequest,
  newGroup,
  newInstanceProfile,
  newMfaDevice,
  newOidcProvider,
  newPolicy,
  newRole,
  newSamlProvider,
  newServerCertificate,
  newServiceLinkedRole,
  newUser,
  oidcProvider,
  organizationReport,
  ownUser,
  policiesUnder,
  policy,
  policyHolder,
  policySource,
  renamedGroup,
  renamedServerCertificate,
  renamedUser,
  role,
  roleFromTemplate,
  rolesUnder,
  roleTemplate,
  samlProvider,
  serverCertificate,
  serverCertificatesUnder,
  summarised,
  user,
  userOrAll,
  userOrCaller,
  usersUnder,
} from './resources.ts';
import * as roleHandlers from './role.ts';
import { acquireRole, getRoleTemplateVersion } from './role-template.ts';
import * as rootAccess from './root-access.ts';
import * as samlProviderHandlers from './saml-provider.ts';
import * as serverCertificateHandlers from './server-certificate.ts';
import * as lastAccessed from './service-last-accessed.ts';
import * as serviceLinkedRole from './service-linked-role.ts';
import * as serviceCredential from './service-specific-credential.ts';
import * as signingCertificate from './signing-certificate.ts';
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulate-policy.ts';
import * as sshPublicKey from './ssh-public-key.ts';
import * as tag from './tag.ts';
import * as userHandlers from './user.ts';

/**
 * Who may call what in IAM. Operations of the model without a row are authorised by name on everything, then answered NotImplemented.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
// biome-ignore format: a table, to be read in columns.
export const iamOperations: Operations = {
  //                                      action                                    access level              resource                  condition keys                dependent actions      handler

  // Users
  CreateUser:                         row('iam:CreateUser',                         'Write',                  newUser,                  [requestTags, boundaryAsked], [tagsUser],            userHandlers.createUser),
  GetUser:                            row('iam:GetUser',                            'Read',                   userOrCaller,             [],                           [],                    userHandlers.getUser),
  ListUsers:                          row('iam:ListUsers',                          'List',                   usersUnder,               [],                           [],                    userHandlers.listUsers),
  UpdateUser:                         row('iam:UpdateUser',                         'Write',                  [user, renamedUser],      [],                           [],                    userHandlers.updateUser),
  DeleteUser:                         row('iam:DeleteUser',                         'Write',                  user,                     [],                           [],                    userHandlers.deleteUser),
  TagUser:                            row('iam:TagUser',                            'Tagging',                user,                     [replacingTags],              [],                    tag.tagUser),
  UntagUser:                          row('iam:UntagUser',                          'Tagging',                user,                     [removedFoldedTagKeys],       [],                    tag.untagUser),
  ListUserTags:                       row('iam:ListUserTags',                       'List',                   user,                     [],                           [],                    tag.listUserTags),

  // Groups
  CreateGroup:                        row('iam:CreateGroup',                        'Write',                  newGroup,                 [],                           [],                    groupHandlers.createGroup),
  GetGroup:                           row('iam:GetGroup',                           'Read',                   group,                    [],                           [],                    groupHandlers.getGroup),
  ListGroups:                         row('iam:ListGroups',                         'List',                   groupsUnder,              [],                           [],                    groupHandlers.listGroups),
  UpdateGroup:                        row('iam:UpdateGroup',                        'Write',                  [group, renamedGroup],    [],                           [],                    groupHandlers.updateGroup),
  DeleteGroup:                        row('iam:DeleteGroup',                        'Write',                  group,                    [],                           [],                    groupHandlers.deleteGroup),
  AddUserToGroup:                     row('iam:AddUserToGroup',                     'Write',                  group,                    [],                           [],                    membership.addUserToGroup),
  RemoveUserFromGroup:                row('iam:RemoveUserFromGroup',                'Write',                  group,                    [],                           [],                    membership.removeUserFromGroup),
  ListGroupsForUser:                  row('iam:ListGroupsForUser',                  'List',                   user,                     [],                           [],                    membership.listGroupsForUser),

  // Roles
  CreateRole:                         row('iam:CreateRole',                         'Write',                  newRole,                  [requestTags, boundaryAsked], [tagsRole],            roleHandlers.createRole),
  GetRole:                            row('iam:GetRole',                            'Read',                   role,                     [boundaryHeld],               [],                    roleHandlers.getRole),
  ListRoles:                          row('iam:ListRoles',                          'List',                   rolesUnder,               [],                           [],                    roleHandlers.listRoles),
  UpdateRole:                         row('iam:UpdateRole',                         'Write',                  role,                     [boundaryHeld],               [],                    roleHandlers.updateRole),
  UpdateRoleDescription:              row('iam:UpdateRoleDescription',              'Write',                  role,                     [boundaryHeld],               [],                    roleHandlers.updateRoleDescription),
  UpdateAssumeRolePolicy:             row('iam:UpdateAssumeRolePolicy',             'Permissions management', role,                     [boundaryHeld],               [],                    roleHandlers.updateAssumeRolePolicy),
  DeleteRole:                         row('iam:DeleteRole',                         'Write',                  role,                     [boundaryHeld],               [],                    roleHandlers.deleteRole),
  TagRole:                            row('iam:TagRole',                            'Tagging',                role,                     [replacingTags],              [],                    tag.tagRole),
  UntagRole:                          row('iam:UntagRole',                          'Tagging',                role,                     [removedFoldedTagKeys],       [],                    tag.untagRole),
  ListRoleTags:                       row('iam:ListRoleTags',                       'List',                   role,                     [],                           [],                    tag.listRoleTags),
  CreateServiceLinkedRole:            row('iam:CreateServiceLinkedRole',            'Write',                  newServiceLinkedRole,     [awsServiceName],             [],                    serviceLinkedRole.createServiceLinkedRole),
  DeleteServiceLinkedRole:            row('iam:DeleteServiceLinkedRole',            'Write',                  role,                     [],                           [],                    serviceLinkedRole.deleteServiceLinkedRole),
  GetServiceLinkedRoleDeletionStatus: row('iam:GetServiceLinkedRoleDeletionStatus', 'Read',                   deletedServiceLinkedRole, [],                           [],                    serviceLinkedRole.getServiceLinkedRoleDeletionStatus),

  // Instance profiles
  CreateInstanceProfile:              row('iam:CreateInstanceProfile',              'Write',                  newInstanceProfile,       [requestTags],                [tagsInstanceProfile], instanceProfileHandlers.createInstanceProfile),
  GetInstanceProfile:                 row('iam:GetInstanceProfile',                 'Read',                   instanceProfile,          [],                           [],                    instanceProfileHandlers.getInstanceProfile),
  ListInstanceProfiles:               row('iam:ListInstanceProfiles',               'List',                   instanceProfilesUnder,    [],                           [],                    instanceProfileHandlers.listInstanceProfiles),
  ListInstanceProfilesForRole:        row('iam:ListInstanceProfilesForRole',        'List',                   role,                     [],                           [],                    instanceProfileHandlers.listInstanceProfilesForRole),
  AddRoleToInstanceProfile:           row('iam:AddRoleToInstanceProfile',           'Write',                  instanceProfile,          [],                           [passRoleToEc2],       instanceProfileHandlers.addRoleToInstanceProfile),
  RemoveRoleFromInstanceProfile:      row('iam:RemoveRoleFromInstanceProfile',      'Write',                  instanceProfile,          [],                           [],                    instanceProfileHandlers.removeRoleFromInstanceProfile),
  DeleteInstanceProfile:              row('iam:DeleteInstanceProfile',              'Write',                  instanceProfile,          [],                           [],                    instanceProfileHandlers.deleteInstanceProfile),
  TagInstanceProfile:                 row('iam:TagInstanceProfile',                 'Tagging',                instanceProfile,          [requestTags],                [],                    tag.tagInstanceProfile),
  UntagInstanceProfile:               row('iam:UntagInstanceProfile',               'Tagging',                instanceProfile,          [removedTagKeys],             [],                    tag.untagInstanceProfile),
  ListInstanceProfileTags:            row('iam:ListInstanceProfileTags',            'List',                   instanceProfile,          [],                           [],                    tag.listInstanceProfileTags),

  // Managed policies
  CreatePolicy:                       row('iam:CreatePolicy',                       'Permissions management', newPolicy,                [requestTags],                [tagsPolicy],          managedPolicy.createPolicy),
  GetPolicy:                          row('iam:GetPolicy',                          'Read',                   policy,                   [],                           [],                    managedPolicy.getPolicy),
  ListPolicies:                       row('iam:ListPolicies',                       'List',                   policiesUnder,            [],                           [],                    managedPolicy.listPolicies),
  DeletePolicy:                       row('iam:DeletePolicy',                       'Permissions management', policy,                   [],                           [],                    managedPolicy.deletePolicy),
  CreatePolicyVersion:                row('iam:CreatePolicyVersion',                'Permissions management', policy,                   [],                           [],                    policyVersion.createPolicyVersion),
  GetPolicyVersion:                   row('iam:GetPolicyVersion',                   'Read',                   policy,                   [],                           [],                    policyVersion.getPolicyVersion),
  ListPolicyVersions:                 row('iam:ListPolicyVersions',                 'List',                   policy,                   [],                           [],                    policyVersion.listPolicyVersions),
  SetDefaultPolicyVersion:            row('iam:SetDefaultPolicyVersion',            'Permissions management', policy,                   [],                           [],                    policyVersion.setDefaultPolicyVersion),
  DeletePolicyVersion:                row('iam:DeletePolicyVersion',                'Permissions management', policy,                   [],                           [],                    policyVersion.deletePolicyVersion),
  ListEntitiesForPolicy:              row('iam:ListEntitiesForPolicy',              'List',                   policy,                   [],                           [],                    listEntitiesForPolicy),
  TagPolicy:                          row('iam:TagPolicy',                          'Tagging',                policy,                   [requestTags],                [],                    tag.tagPolicy),
  UntagPolicy:                        row('iam:UntagPolicy',                        'Tagging',                policy,                   [removedTagKeys],             [],                    tag.untagPolicy),
  ListPolicyTags:                     row('iam:ListPolicyTags',                     'List',                   policy,                   [],                           [],                    tag.listPolicyTags),
  AttachUserPolicy:                   row('iam:AttachUserPolicy',                   'Permissions management', user,                     [policyArn, boundaryHeld],    [],                    attachment.attachUserPolicy),
  DetachUserPolicy:                   row('iam:DetachUserPolicy',                   'Permissions management', user,                     [policyArn, boundaryHeld],    [],                    attachment.detachUserPolicy),
  ListAttachedUserPolicies:           row('iam:ListAttachedUserPolicies',           'List',                   user,                     [],                           [],                    attachment.listAttachedUserPolicies),
  AttachGroupPolicy:                  row('iam:AttachGroupPolicy',                  'Permissions management', group,                    [policyArn],                  [],                    attachment.attachGroupPolicy),
  DetachGroupPolicy:                  row('iam:DetachGroupPolicy',                  'Permissions management', group,                    [policyArn],                  [],                    attachment.detachGroupPolicy),
  ListAttachedGroupPolicies:          row('iam:ListAttachedGroupPolicies',          'List',                   group,                    [],                           [],                    attachment.listAttachedGroupPolicies),
  AttachRolePolicy:                   row('iam:AttachRolePolicy',                   'Permissions management', role,                     [policyArn, boundaryHeld],    [],                    attachment.attachRolePolicy),
  DetachRolePolicy:                   row('iam:DetachRolePolicy',                   'Permissions management', role,                     [policyArn, boundaryHeld],    [],                    attachment.detachRolePolicy),
  ListAttachedRolePolicies:           row('iam:ListAttachedRolePolicies',           'List',                   role,                     [],                           [],                    attachment.listAttachedRolePolicies),

  // Inline policies and permissions boundaries
  PutUserPolicy:                      row('iam:PutUserPolicy',                      'Permissions management', user,                     [boundaryHeld],               [],                    inlinePolicy.putUserPolicy),
  GetUserPolicy:                      row('iam:GetUserPolicy',                      'Read',                   user,                     [],                           [],                    inlinePolicy.getUserPolicy),
  ListUserPolicies:                   row('iam:ListUserPolicies',                   'List',                   user,                     [],                           [],                    inlinePolicy.listUserPolicies),
  DeleteUserPolicy:                   row('iam:DeleteUserPolicy',                   'Permissions management', user,                     [boundaryHeld],               [],                    inlinePolicy.deleteUserPolicy),
  PutGroupPolicy:                     row('iam:PutGroupPolicy',                     'Permissions management', group,                    [],                           [],                    inlinePolicy.putGroupPolicy),
  GetGroupPolicy:                     row('iam:GetGroupPolicy',                     'Read',                   group,                    [],                           [],                    inlinePolicy.getGroupPolicy),
  ListGroupPolicies:                  row('iam:ListGroupPolicies',                  'List',                   group,                    [],                           [],                    inlinePolicy.listGroupPolicies),
  DeleteGroupPolicy:                  row('iam:DeleteGroupPolicy',                  'Permissions management', group,                    [],                           [],                    inlinePolicy.deleteGroupPolicy),
  PutRolePolicy:                      row('iam:PutRolePolicy',                      'Permissions management', role,                     [boundaryHeld],               [],                    inlinePolicy.putRolePolicy),
  GetRolePolicy:                      row('iam:GetRolePolicy',                      'Read',                   role,                     [],                           [],                    inlinePolicy.getRolePolicy),
  ListRolePolicies:                   row('iam:ListRolePolicies',                   'List',                   role,                     [],                           [],                    inlinePolicy.listRolePolicies),
  DeleteRolePolicy:                   row('iam:DeleteRolePolicy',                   'Permissions management', role,                     [boundaryHeld],               [],                    inlinePolicy.deleteRolePolicy),
  PutUserPermissionsBoundary:         row('iam:PutUserPermissionsBoundary',         'Permissions management', user,                     [boundaryAsked],              [],                    permissionsBoundary.putUserPermissionsBoundary),
  DeleteUserPermissionsBoundary:      row('iam:DeleteUserPermissionsBoundary',      'Permissions management', user,                     [boundaryHeld],               [],                    permissionsBoundary.deleteUserPermissionsBoundary),
  PutRolePermissionsBoundary:         row('iam:PutRolePermissionsBoundary',         'Permissions management', role,                     [boundaryAsked],              [],                    permissionsBoundary.putRolePermissionsBoundary),
  DeleteRolePermissionsBoundary:      row('iam:DeleteRolePermissionsBoundary',      'Permissions management', role,                     [boundaryHeld],               [],                    permissionsBoundary.deleteRolePermissionsBoundary),

  // Credentials
  CreateAccessKey:                    row('iam:CreateAccessKey',                    'Write',                  userOrCaller,             [],                           [],                    accessKey.createAccessKey),
  ListAccessKeys:                     row('iam:ListAccessKeys',                     'List',                   userOrCaller,             [],                           [],                    accessKey.listAccessKeys),
  UpdateAccessKey:                    row('iam:UpdateAccessKey',                    'Write',                  userOrCaller,             [],                           [],                    accessKey.updateAccessKey),
  DeleteAccessKey:                    row('iam:DeleteAccessKey',                    'Write',                  userOrCaller,             [],                           [],                    accessKey.deleteAccessKey),
  GetAccessKeyLastUsed:               row('iam:GetAccessKeyLastUsed',               'Read',                   accessKeyOwner,           [],                           [],                    accessKey.getAccessKeyLastUsed),
  CreateLoginProfile:                 row('iam:CreateLoginProfile',                 'Write',                  userOrCaller,             [],                           [],                    loginProfile.createLoginProfile),
  GetLoginProfile:                    row('iam:GetLoginProfile',                    'List',                   userOrCaller,             [],                           [],                    loginProfile.getLoginProfile),
  UpdateLoginProfile:                 row('iam:UpdateLoginProfile',                 'Write',                  user,                     [],                           [],                    loginProfile.updateLoginProfile),
  DeleteLoginProfile:                 row('iam:DeleteLoginProfile',                 'Write',                  userOrCaller,             [],                           [],                    loginProfile.deleteLoginProfile),
  ChangePassword:                     row('iam:ChangePassword',                     'Write',                  ownUser,                  [],                           [],                    loginProfile.changePassword),
  CreateVirtualMFADevice:             row('iam:CreateVirtualMFADevice',             'Write',                  newMfaDevice,             [requestTags],                [tagsMfaDevice],       mfa.createVirtualMfaDevice),
  DeleteVirtualMFADevice:             row('iam:DeleteVirtualMFADevice',             'Write',                  mfaDevice,                [],                           [],                    mfa.deleteVirtualMfaDevice),
  EnableMFADevice:                    row('iam:EnableMFADevice',                    'Write',                  user,                     [],                           [],                    mfa.enableMfaDevice),
  ResyncMFADevice:                    row('iam:ResyncMFADevice',                    'Write',                  user,                     [],                           [],                    mfa.resyncMfaDevice),
  DeactivateMFADevice:                row('iam:DeactivateMFADevice',                'Write',                  userOrCaller,             [],                           [],                    mfa.deactivateMfaDevice),
  ListMFADevices:                     row('iam:ListMFADevices',                     'List',                   userOrCaller,             [],                           [],                    mfa.listMfaDevices),
  ListVirtualMFADevices:              row('iam:ListVirtualMFADevices',              'List',                   mfaDevices,               [],                           [],                    mfa.listVirtualMfaDevices),
  GetMFADevice:                       row('iam:GetMFADevice',                       'Read',                   userOrCaller,             [],                           [],                    mfa.getMfaDevice),
  TagMFADevice:                       row('iam:TagMFADevice',                       'Tagging',                mfaDevice,                [requestTags],                [],                    tag.tagMfaDevice),
  UntagMFADevice:                     row('iam:UntagMFADevice',                     'Tagging',                mfaDevice,                [removedTagKeys],             [],                    tag.untagMfaDevice),
  ListMFADeviceTags:                  row('iam:ListMFADeviceTags',                  'List',                   mfaDevice,                [],                           [],                    tag.listMfaDeviceTags),

  // Certificates, keys and credentials for single services
  UploadSigningCertificate:           row('iam:UploadSigningCertificate',           'Write',                  userOrCaller,             [],                           [],                    signingCertificate.uploadSigningCertificate),
  ListSigningCertificates:            row('iam:ListSigningCertificates',            'List',                   userOrCaller,             [],                           [],                    signingCertificate.listSigningCertificates),
  UpdateSigningCertificate:           row('iam:UpdateSigningCertificate',           'Write',                  userOrCaller,             [],                           [],                    signingCertificate.updateSigningCertificate),
  DeleteSigningCertificate:           row('iam:DeleteSigningCertificate',           'Write',                  userOrCaller,             [],                           [],                    signingCertificate.deleteSigningCertificate),
  UploadSSHPublicKey:                 row('iam:UploadSSHPublicKey',                 'Write',                  user,                     [],                           [],                    sshPublicKey.uploadSshPublicKey),
  GetSSHPublicKey:                    row('iam:GetSSHPublicKey',                    'Read',                   user,                     [],                           [],                    sshPublicKey.getSshPublicKey),
  ListSSHPublicKeys:                  row('iam:ListSSHPublicKeys',                  'List',                   userOrCaller,             [],                           [],                    sshPublicKey.listSshPublicKeys),
  UpdateSSHPublicKey:                 row('iam:UpdateSSHPublicKey',                 'Write',                  user,                     [],                           [],                    sshPublicKey.updateSshPublicKey),
  DeleteSSHPublicKey:                 row('iam:DeleteSSHPublicKey',                 'Write',                  user,                     [],                           [],                    sshPublicKey.deleteSshPublicKey),
  CreateServiceSpecificCredential:    row('iam:CreateServiceSpecificCredential',    'Write',                  user,                     [credentialServiceAsked],     [],                    serviceCredential.createServiceSpecificCredential),
  ListServiceSpecificCredentials:     row('iam:ListServiceSpecificCredentials',     'List',                   userOrAll,                [],                           [],                    serviceCredential.listServiceSpecificCredentials),
  ResetServiceSpecificCredential:     row('iam:ResetServiceSpecificCredential',     'Write',                  credentialOwner,          [credentialServiceHeld],      [],                    serviceCredential.resetServiceSpecificCredential),
  UpdateServiceSpecificCredential:    row('iam:UpdateServiceSpecificCredential',    'Write',                  credentialOwner,          [credentialServiceHeld],      [],                    serviceCredential.updateServiceSpecificCredential),
  DeleteServiceSpecificCredential:    row('iam:DeleteServiceSpecificCredential',    'Write',                  credentialOwner,          [credentialServiceHeld],      [],                    serviceCredential.deleteServiceSpecificCredential),
  UploadServerCertificate:            row('iam:UploadServerCertificate',            'Write',                  newServerCertificate,     [requestTags],                [tagsServerCertificate],serverCertificateHandlers.uploadServerCertificate),
  GetServerCertificate:               row('iam:GetServerCertificate',               'Read',                   serverCertificate,        [],                           [],                    serverCertificateHandlers.getServerCertificate),
  ListServerCertificates:             row('iam:ListServerCertificates',             'List',                   serverCertificatesUnder,  [],                           [],                    serverCertificateHandlers.listServerCertificates),
  UpdateServerCertificate:            row('iam:UpdateServerCertificate',            'Write',                  [serverCertificate, renamedServerCertificate],[],                           [],                    serverCertificateHandlers.updateServerCertificate),
  DeleteServerCertificate:            row('iam:DeleteServerCertificate',            'Write',                  serverCertificate,        [],                           [],                    serverCertificateHandlers.deleteServerCertificate),
  TagServerCertificate:               row('iam:TagServerCertificate',               'Tagging',                serverCertificate,        [requestTags],                [],                    tag.tagServerCertificate),
  UntagServerCertificate:             row('iam:UntagServerCertificate',             'Tagging',                serverCertificate,        [removedTagKeys],             [],                    tag.untagServerCertificate),
  ListServerCertificateTags:          row('iam:ListServerCertificateTags',          'List',                   serverCertificate,        [],                           [],                    tag.listServerCertificateTags),

  // Identity providers
  CreateSAMLProvider:                 row('iam:CreateSAMLProvider',                 'Write',                  newSamlProvider,          [requestTags],                [tagsSamlProvider],    samlProviderHandlers.createSamlProvider),
  GetSAMLProvider:                    row('iam:GetSAMLProvider',                    'Read',                   samlProvider,             [],                           [],                    samlProviderHandlers.getSamlProvider),
  ListSAMLProviders:                  row('iam:ListSAMLProviders',                  'List',                   '*',                      [],                           [],                    samlProviderHandlers.listSamlProviders),
  UpdateSAMLProvider:                 row('iam:UpdateSAMLProvider',                 'Write',                  samlProvider,             [],                           [],                    samlProviderHandlers.updateSamlProvider),
  DeleteSAMLProvider:                 row('iam:DeleteSAMLProvider',                 'Write',                  samlProvider,             [],                           [],                    samlProviderHandlers.deleteSamlProvider),
  TagSAMLProvider:                    row('iam:TagSAMLProvider',                    'Tagging',                samlProvider,             [requestTags],                [],                    tag.tagSamlProvider),
  UntagSAMLProvider:                  row('iam:UntagSAMLProvider',                  'Tagging',                samlProvider,             [removedTagKeys],             [],                    tag.untagSamlProvider),
  ListSAMLProviderTags:               row('iam:ListSAMLProviderTags',               'List',                   samlProvider,             [],                           [],                    tag.listSamlProviderTags),
  CreateOpenIDConnectProvider:        row('iam:CreateOpenIDConnectProvider',        'Write',                  newOidcProvider,          [requestTags],                [tagsOidcProvider],    oidcProviderHandlers.createOpenIdConnectProvider),
  GetOpenIDConnectProvider:           row('iam:GetOpenIDConnectProvider',           'Read',                   oidcProvider,             [],                           [],                    oidcProviderHandlers.getOpenIdConnectProvider),
  ListOpenIDConnectProviders:         row('iam:ListOpenIDConnectProviders',         'List',                   '*',                      [],                           [],                    oidcProviderHandlers.listOpenIdConnectProviders),
  AddClientIDToOpenIDConnectProvider: row('iam:AddClientIDToOpenIDConnectProvider', 'Write',                  oidcProvider,             [],                           [],                    oidcProviderHandlers.addClientId),
  RemoveClientIDFromOpenIDConnectProvider:row('iam:RemoveClientIDFromOpenIDConnectProvider','Write',                  oidcProvider,             [],                           [],                    oidcProviderHandlers.removeClientId),
  UpdateOpenIDConnectProviderThumbprint:row('iam:UpdateOpenIDConnectProviderThumbprint','Write',                  oidcProvider,             [],                           [],                    oidcProviderHandlers.updateThumbprints),
  DeleteOpenIDConnectProvider:        row('iam:DeleteOpenIDConnectProvider',        'Write',                  oidcProvider,             [],                           [],                    oidcProviderHandlers.deleteOpenIdConnectProvider),
  TagOpenIDConnectProvider:           row('iam:TagOpenIDConnectProvider',           'Tagging',                oidcProvider,             [requestTags],                [],                    tag.tagOidcProvider),
  UntagOpenIDConnectProvider:         row('iam:UntagOpenIDConnectProvider',         'Tagging',                oidcProvider,             [removedTagKeys],             [],                    tag.untagOidcProvider),
  ListOpenIDConnectProviderTags:      row('iam:ListOpenIDConnectProviderTags',      'List',                   oidcProvider,             [],                           [],                    tag.listOidcProviderTags),

  // The account
  CreateAccountAlias:                 row('iam:CreateAccountAlias',                 'Write',                  '*',                      [],                           [],                    accountAlias.createAccountAlias),
  ListAccountAliases:                 row('iam:ListAccountAliases',                 'List',                   '*',                      [],                           [],                    accountAlias.listAccountAliases),
  DeleteAccountAlias:                 row('iam:DeleteAccountAlias',                 'Write',                  '*',                      [],                           [],                    accountAlias.deleteAccountAlias),
  UpdateAccountPasswordPolicy:        row('iam:UpdateAccountPasswordPolicy',        'Write',                  '*',                      [],                           [],                    passwordPolicy.updateAccountPasswordPolicy),
  GetAccountPasswordPolicy:           row('iam:GetAccountPasswordPolicy',           'Read',                   '*',                      [],                           [],                    passwordPolicy.getAccountPasswordPolicy),
  DeleteAccountPasswordPolicy:        row('iam:DeleteAccountPasswordPolicy',        'Permissions management', '*',                      [],                           [],                    passwordPolicy.deleteAccountPasswordPolicy),
  GetAccountSummary:                  row('iam:GetAccountSummary',                  'List',                   '*',                      [],                           [],                    getAccountSummary),
  GetAccountAuthorizationDetails:     row('iam:GetAccountAuthorizationDetails',     'Read',                   '*',                      [],                           [],                    getAccountAuthorizationDetails),
  GetContextKeysForCustomPolicy:      row('iam:GetContextKeysForCustomPolicy',      'Read',                   '*',                      [],                           [],                    getContextKeysForCustomPolicy),
  GetContextKeysForPrincipalPolicy:   row('iam:GetContextKeysForPrincipalPolicy',   'Read',                   policySource,             [],                           [],                    getContextKeysForPrincipalPolicy),
  SimulateCustomPolicy:               row('iam:SimulateCustomPolicy',               'Read',                   '*',                      [],                           [],                    simulateCustomPolicy),
  SimulatePrincipalPolicy:            row('iam:SimulatePrincipalPolicy',            'Read',                   policySource,             [],                           [],                    simulatePrincipalPolicy),

  // Who used what
  GenerateCredentialReport:           row('iam:GenerateCredentialReport',           'Read',                   '*',                      [],                           [],                    generateCredentialReport),
  GetCredentialReport:                row('iam:GetCredentialReport',                'Read',                   '*',                      [],                           [],                    getCredentialReport),
  GenerateServiceLastAccessedDetails: row('iam:GenerateServiceLastAccessedDetails', 'Read',                   accessSubject,            [],                           [],                    lastAccessed.generateServiceLastAccessedDetails),
  GetServiceLastAccessedDetails:      row('iam:GetServiceLastAccessedDetails',      'Read',                   '*',                      [],                           [],                    lastAccessed.getServiceLastAccessedDetails),
  GetServiceLastAccessedDetailsWithEntities:row('iam:GetServiceLastAccessedDetailsWithEntities','Read',                   '*',                      [],                           [],                    lastAccessed.getServiceLastAccessedDetailsWithEntities),
  ListPoliciesGrantingServiceAccess:  row('iam:ListPoliciesGrantingServiceAccess',  'List',                   policyHolder,             [],                           [],                    listPoliciesGrantingServiceAccess),
  GenerateOrganizationsAccessReport:  row('iam:GenerateOrganizationsAccessReport',  'Read',                   organizationReport,       [organizationsPolicyId],      [],                    organizationReportHandlers.generateOrganizationsAccessReport),
  GetOrganizationsAccessReport:       row('iam:GetOrganizationsAccessReport',       'Read',                   '*',                      [],                           [],                    organizationReportHandlers.getOrganizationsAccessReport),

  // Features of the account and of its organization
  EnableOutboundWebIdentityFederation:row('iam:EnableOutboundWebIdentityFederation','Write',                  '*',                      [],                           [],                    accountSettings.enableOutboundWebIdentityFederation),
  DisableOutboundWebIdentityFederation:row('iam:DisableOutboundWebIdentityFederation','Write',                  '*',                      [],                           [],                    accountSettings.disableOutboundWebIdentityFederation),
  GetOutboundWebIdentityFederationInfo:row('iam:GetOutboundWebIdentityFederationInfo','Read',                   '*',                      [],                           [],                    accountSettings.getOutboundWebIdentityFederationInfo),
  SetSecurityTokenServicePreferences: row('iam:SetSecurityTokenServicePreferences', 'Write',                  '*',                      [],                           [],                    accountSettings.setSecurityTokenServicePreferences),
  GetAccountProperties:               row('iam:GetAccountProperties',               'Read',                   '*',                      [propertyNamespaces],         [],                    accountSettings.getAccountProperties),
  PutAccountProperties:               row('iam:PutAccountProperties',               'Write',                  '*',                      [propertyNamespaces],         [],                    accountSettings.putAccountProperties),
  GetRoleTemplateVersion:             row('iam:GetRoleTemplateVersion',             'Read',                   roleTemplate,             [],                           [],                    getRoleTemplateVersion),
  // AWS publishes no action of this name: role manager acts with the caller's permission to create roles.
  AcquireRole:                        row('iam:CreateRole',                         'Write',                  roleFromTemplate,         [roleTemplateArn],            [],                    acquireRole),
  ListOrganizationsFeatures:          row('iam:ListOrganizationsFeatures',          'List',                   '*',                      [],                           [],                    rootAccess.listOrganizationsFeatures),
  EnableOrganizationsRootCredentialsManagement:row('iam:EnableOrganizationsRootCredentialsManagement','Write',                  '*',                      [],                           [],                    rootAccess.enableRootCredentialsManagement),
  DisableOrganizationsRootCredentialsManagement:row('iam:DisableOrganizationsRootCredentialsManagement','Write',                  '*',                      [],                           [],                    rootAccess.disableRootCredentialsManagement),
  EnableOrganizationsRootSessions:    row('iam:EnableOrganizationsRootSessions',    'Write',                  '*',                      [],                           [],                    rootAccess.enableRootSessions),
  DisableOrganizationsRootSessions:   row('iam:DisableOrganizationsRootSessions',   'Write',                  '*',                      [],                           [],                    rootAccess.disableRootSessions),

  // Temporary delegation to partners
  CreateDelegationRequest:            row('iam:CreateDelegationRequest',            'Write',                  newDelegationRequest,     [delegationAsked],            [],                    delegation.createDelegationRequest),
  GetDelegationRequest:               row('iam:GetDelegationRequest',               'Read',                   delegationRequest,        [delegationOwner],            [],                    delegation.getDelegationRequest),
  ListDelegationRequests:             row('iam:ListDelegationRequests',             'List',                   '*',                      [delegationOwnerAsked],       [],                    delegation.listDelegationRequests),
  AssociateDelegationRequest:         row('iam:AssociateDelegationRequest',         'Write',                  delegationRequest,        [delegationOwner],            [],                    delegation.associateDelegationRequest),
  UpdateDelegationRequest:            row('iam:UpdateDelegationRequest',            'Write',                  delegationRequest,        [delegationOwner],            [],                    delegation.updateDelegationRequest),
  AcceptDelegationRequest:            row('iam:AcceptDelegationRequest',            'Write',                  delegationRequest,        [delegationOwner],            [],                    delegation.acceptDelegationRequest),
  RejectDelegationRequest:            row('iam:RejectDelegationRequest',            'Write',                  delegationRequest,        [delegationOwner],            [],                    delegation.rejectDelegationRequest),
  SendDelegationToken:                row('iam:SendDelegationToken',                'Write',                  delegationRequest,        [delegationOwner],            [],                    delegation.sendDelegationToken),
  GetHumanReadableSummary:            row('iam:GetHumanReadableSummary',            'Read',                   summarised,               [delegationOwner],            [],                    delegation.getHumanReadableSummary),
};
