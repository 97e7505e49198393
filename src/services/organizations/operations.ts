import { type Operations, row } from '../../authorization/operation.ts';
import * as accounts from './account.ts';
import * as creation from './account-creation.ts';
import { enableAllFeatures } from './all-features.ts';
import { policyType, policyTypeAsked, removedTagKeys, requestTags, servicePrincipal, transferKeys, transfersOf } from './condition-keys.ts';
import * as delegated from './delegated-administrator.ts';
import {
  makesServiceLinkedRole,
  makesServiceLinkedRoleOnJoining,
  tagsAccount,
  tagsTarget,
  tagsTransfer,
  tagsUnit,
} from './dependent-actions.ts';
import * as effective from './effective-policy.ts';
import * as handshakes from './handshake.ts';
import * as answers from './handshake-answer.ts';
import { inviteAccountToOrganization } from './invitation.ts';
import * as organizations from './organization.ts';
import * as units from './organizational-unit.ts';
import * as policies from './policy.ts';
import * as attachments from './policy-attachment.ts';
import * as types from './policy-type.ts';
import * as delegation from './resource-policy.ts';
import {
  account,
  attachmentTarget,
  child,
  destinationParent,
  forDelegates,
  forMembers,
  handshake,
  invitedAccount,
  newPolicy,
  organization,
  parent,
  policy,
  policyHolder,
  policyTarget,
  readableHandshake,
  resourcePolicy,
  root,
  sourceParent,
  taggable,
  transfer,
  unit,
} from './resources.ts';
import * as transfers from './responsibility-transfer.ts';
import * as access from './service-access.ts';
import * as tags from './tag.ts';

const inbound = transfersOf('INBOUND');
const outbound = transfersOf('OUTBOUND');

/**
 * Who may call what in Organizations: the management account everything; members what is `forMembers`; those that administer a service
 * also what is `forDelegates`; and whom the organization's resource policy lets in. Each within its own policies.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
 */
// biome-ignore format: a table, to be read in columns.
export const organizationsOperations: Operations = {
  //                                              action                                                      access level              resource                              condition keys                     dependent actions                  handler

  // The organization
  CreateOrganization:                         row('organizations:CreateOrganization',                         'Write',                  '*',                                  [],                                [makesServiceLinkedRole],          organizations.createOrganization),
  DescribeOrganization:                       row('organizations:DescribeOrganization',                       'Read',                   forMembers(organization),             [],                                [],                                organizations.describeOrganization),
  DeleteOrganization:                         row('organizations:DeleteOrganization',                         'Write',                  organization,                         [],                                [],                                organizations.deleteOrganization),
  EnableAllFeatures:                          row('organizations:EnableAllFeatures',                          'Write',                  organization,                         [],                                [],                                enableAllFeatures),
  ListRoots:                                  row('organizations:ListRoots',                                  'List',                   forDelegates(organization),           [],                                [],                                types.listRoots),

  // Organizational units
  CreateOrganizationalUnit:                   row('organizations:CreateOrganizationalUnit',                   'Write',                  parent,                               [requestTags],                     [tagsUnit],                        units.createOrganizationalUnit),
  DescribeOrganizationalUnit:                 row('organizations:DescribeOrganizationalUnit',                 'Read',                   forDelegates(unit),                   [],                                [],                                units.describeOrganizationalUnit),
  UpdateOrganizationalUnit:                   row('organizations:UpdateOrganizationalUnit',                   'Write',                  unit,                                 [],                                [],                                units.updateOrganizationalUnit),
  DeleteOrganizationalUnit:                   row('organizations:DeleteOrganizationalUnit',                   'Write',                  unit,                                 [],                                [],                                units.deleteOrganizationalUnit),
  ListOrganizationalUnitsForParent:           row('organizations:ListOrganizationalUnitsForParent',           'List',                   forDelegates(parent),                 [],                                [],                                units.listOrganizationalUnitsForParent),
  ListChildren:                               row('organizations:ListChildren',                               'List',                   forDelegates(parent),                 [],                                [],                                units.listChildren),
  ListParents:                                row('organizations:ListParents',                                'List',                   forDelegates(child),                  [],                                [],                                units.listParents),

  // Accounts
  CreateAccount:                              row('organizations:CreateAccount',                              'Write',                  organization,                         [requestTags],                     [tagsAccount],                     creation.createAccount),
  CreateGovCloudAccount:                      row('organizations:CreateGovCloudAccount',                      'Write',                  organization,                         [requestTags],                     [tagsAccount],                     creation.createGovCloudAccount),
  DescribeCreateAccountStatus:                row('organizations:DescribeCreateAccountStatus',                'Read',                   forDelegates(organization),           [],                                [],                                creation.describeCreateAccountStatus),
  ListCreateAccountStatus:                    row('organizations:ListCreateAccountStatus',                    'List',                   forDelegates(organization),           [],                                [],                                creation.listCreateAccountStatus),
  DescribeAccount:                            row('organizations:DescribeAccount',                            'Read',                   forDelegates(account),                [],                                [],                                accounts.describeAccount),
  ListAccounts:                               row('organizations:ListAccounts',                               'List',                   forDelegates(organization),           [],                                [],                                accounts.listAccounts),
  ListAccountsForParent:                      row('organizations:ListAccountsForParent',                      'List',                   forDelegates(parent),                 [],                                [],                                accounts.listAccountsForParent),
  MoveAccount:                                row('organizations:MoveAccount',                                'Write',                  [account, sourceParent, destinationParent], [],                          [],                                accounts.moveAccount),
  RemoveAccountFromOrganization:              row('organizations:RemoveAccountFromOrganization',              'Write',                  account,                              [],                                [],                                accounts.removeAccountFromOrganization),
  LeaveOrganization:                          row('organizations:LeaveOrganization',                          'Write',                  forMembers(organization),             [],                                [],                                accounts.leaveOrganization),
  CloseAccount:                               row('organizations:CloseAccount',                               'Write',                  account,                              [],                                [],                                accounts.closeAccount),

  // Handshakes
  InviteAccountToOrganization:                row('organizations:InviteAccountToOrganization',                'Write',                  invitedAccount,                       [requestTags],                     [tagsAccount],                     inviteAccountToOrganization),
  AcceptHandshake:                            row('organizations:AcceptHandshake',                            'Write',                  handshake,                            [],                                [makesServiceLinkedRoleOnJoining], answers.acceptHandshake),
  DeclineHandshake:                           row('organizations:DeclineHandshake',                           'Write',                  handshake,                            [],                                [],                                answers.declineHandshake),
  CancelHandshake:                            row('organizations:CancelHandshake',                            'Write',                  handshake,                            [],                                [],                                answers.cancelHandshake),
  DescribeHandshake:                          row('organizations:DescribeHandshake',                          'Read',                   readableHandshake,                    [],                                [],                                handshakes.describeHandshake),
  ListHandshakesForAccount:                   row('organizations:ListHandshakesForAccount',                   'List',                   forMembers(organization),             [],                                [],                                handshakes.listHandshakesForAccount),
  ListHandshakesForOrganization:              row('organizations:ListHandshakesForOrganization',              'List',                   forDelegates(organization),           [],                                [],                                handshakes.listHandshakesForOrganization),

  // Policies
  EnablePolicyType:                           row('organizations:EnablePolicyType',                           'Write',                  root,                                 [policyTypeAsked],                 [],                                types.enablePolicyType),
  DisablePolicyType:                          row('organizations:DisablePolicyType',                          'Write',                  root,                                 [policyTypeAsked],                 [],                                types.disablePolicyType),
  CreatePolicy:                               row('organizations:CreatePolicy',                               'Write',                  newPolicy,                            [requestTags, policyType],         [tagsTarget],                      policies.createPolicy),
  DescribePolicy:                             row('organizations:DescribePolicy',                             'Read',                   forDelegates(policy),                 [policyType],                      [],                                policies.describePolicy),
  UpdatePolicy:                               row('organizations:UpdatePolicy',                               'Permissions management', policy,                               [policyType],                      [],                                policies.updatePolicy),
  DeletePolicy:                               row('organizations:DeletePolicy',                               'Write',                  policy,                               [policyType],                      [],                                policies.deletePolicy),
  ListPolicies:                               row('organizations:ListPolicies',                               'List',                   forDelegates(organization),           [policyTypeAsked],                 [],                                policies.listPolicies),
  AttachPolicy:                               row('organizations:AttachPolicy',                               'Permissions management', [policy, attachmentTarget],           [policyType],                      [],                                attachments.attachPolicy),
  DetachPolicy:                               row('organizations:DetachPolicy',                               'Permissions management', [policy, attachmentTarget],           [policyType],                      [],                                attachments.detachPolicy),
  ListPoliciesForTarget:                      row('organizations:ListPoliciesForTarget',                      'List',                   forDelegates(policyTarget),           [policyTypeAsked],                 [],                                attachments.listPoliciesForTarget),
  ListTargetsForPolicy:                       row('organizations:ListTargetsForPolicy',                       'List',                   forDelegates(policy),                 [policyType],                      [],                                attachments.listTargetsForPolicy),
  DescribeEffectivePolicy:                    row('organizations:DescribeEffectivePolicy',                    'Read',                   forDelegates(policyHolder),           [policyTypeAsked],                 [],                                effective.describeEffectivePolicy),
  ListAccountsWithInvalidEffectivePolicy:     row('organizations:ListAccountsWithInvalidEffectivePolicy',     'List',                   forDelegates(organization),           [policyTypeAsked],                 [],                                effective.listAccountsWithInvalidEffectivePolicy),
  ListEffectivePolicyValidationErrors:        row('organizations:ListEffectivePolicyValidationErrors',        'List',                   forDelegates(account),                [policyTypeAsked],                 [],                                effective.listEffectivePolicyValidationErrors),

  // Services and delegation
  EnableAWSServiceAccess:                     row('organizations:EnableAWSServiceAccess',                     'Write',                  organization,                         [servicePrincipal],                [],                                access.enableAWSServiceAccess),
  DisableAWSServiceAccess:                    row('organizations:DisableAWSServiceAccess',                    'Write',                  organization,                         [servicePrincipal],                [],                                access.disableAWSServiceAccess),
  ListAWSServiceAccessForOrganization:        row('organizations:ListAWSServiceAccessForOrganization',        'List',                   forDelegates(organization),           [],                                [],                                access.listAWSServiceAccessForOrganization),
  RegisterDelegatedAdministrator:             row('organizations:RegisterDelegatedAdministrator',             'Write',                  account,                              [servicePrincipal],                [],                                delegated.registerDelegatedAdministrator),
  DeregisterDelegatedAdministrator:           row('organizations:DeregisterDelegatedAdministrator',           'Write',                  account,                              [servicePrincipal],                [],                                delegated.deregisterDelegatedAdministrator),
  ListDelegatedAdministrators:                row('organizations:ListDelegatedAdministrators',                'List',                   forDelegates(organization),           [servicePrincipal],                [],                                delegated.listDelegatedAdministrators),
  ListDelegatedServicesForAccount:            row('organizations:ListDelegatedServicesForAccount',            'List',                   forDelegates(account),                [],                                [],                                delegated.listDelegatedServicesForAccount),
  PutResourcePolicy:                          row('organizations:PutResourcePolicy',                          'Permissions management', resourcePolicy,                       [requestTags],                     [tagsTarget],                      delegation.putResourcePolicy),
  DescribeResourcePolicy:                     row('organizations:DescribeResourcePolicy',                     'Read',                   forDelegates(organization),           [],                                [],                                delegation.describeResourcePolicy),
  DeleteResourcePolicy:                       row('organizations:DeleteResourcePolicy',                       'Permissions management', organization,                         [],                                [],                                delegation.deleteResourcePolicy),

  // Tags
  TagResource:                                row('organizations:TagResource',                                'Tagging',                taggable,                             [requestTags, policyType, transferKeys],    [],                       tags.tagResource),
  UntagResource:                              row('organizations:UntagResource',                              'Tagging',                taggable,                             [removedTagKeys, policyType, transferKeys], [],                       tags.untagResource),
  ListTagsForResource:                        row('organizations:ListTagsForResource',                        'List',                   forDelegates(taggable),               [policyType, transferKeys],        [],                                tags.listTagsForResource),

  // Responsibility transfers
  InviteOrganizationToTransferResponsibility: row('organizations:InviteOrganizationToTransferResponsibility', 'Write',                  invitedAccount,                       [requestTags, inbound],            [tagsTransfer],                    transfers.inviteOrganizationToTransferResponsibility),
  DescribeResponsibilityTransfer:             row('organizations:DescribeResponsibilityTransfer',             'Read',                   transfer,                             [transferKeys],                    [],                                transfers.describeResponsibilityTransfer),
  UpdateResponsibilityTransfer:               row('organizations:UpdateResponsibilityTransfer',               'Write',                  transfer,                             [transferKeys],                    [],                                transfers.updateResponsibilityTransfer),
  TerminateResponsibilityTransfer:            row('organizations:TerminateResponsibilityTransfer',            'Write',                  transfer,                             [transferKeys],                    [],                                transfers.terminateResponsibilityTransfer),
  ListInboundResponsibilityTransfers:         row('organizations:ListInboundResponsibilityTransfers',         'List',                   forDelegates(organization),           [inbound],                         [],                                transfers.listInboundResponsibilityTransfers),
  ListOutboundResponsibilityTransfers:        row('organizations:ListOutboundResponsibilityTransfers',        'List',                   forDelegates(organization),           [outbound],                        [],                                transfers.listOutboundResponsibilityTransfers),
};
