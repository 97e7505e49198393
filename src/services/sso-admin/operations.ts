import { type Operations, row } from '../../authorization/operation.ts';
import * as attributes from './access-control-attributes.ts';
import * as assignments from './account-assignment.ts';
import { primaryRegion, removedTagKeys, requestTags } from './condition-keys.ts';
import * as instances from './instance.ts';
import * as sets from './permission-set.ts';
import * as policies from './permission-set-policy.ts';
import * as provisioning from './provisioning.ts';
import {
  account,
  instance,
  newInstance,
  newPermissionSet,
  permissionSet,
  provisionedAccount,
  taggable,
  targetAccount,
} from './resources.ts';
import * as tags from './tag.ts';

/**
 * Who may call what in IAM Identity Center: the account that owns the instance, and for an organization instance the delegated administrator,
 * except on the management account's own access.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycentersuccessortoawssinglesign-on.html
 */
// biome-ignore format: a table, to be read in columns.
export const ssoAdminOperations: Operations = {
  //                                                        action                                                       access level              resource                                       condition keys                    dependent actions            handler

  // The instance
  CreateInstance:                                       row('sso:CreateInstance',                                        'Write',                  newInstance,                                   [requestTags],                    [instances.enablesInstance], instances.createInstance),
  DescribeInstance:                                     row('sso:DescribeInstance',                                      'Read',                   instance,                                      [primaryRegion],                  [],                          instances.describeInstance),
  ListInstances:                                        row('sso:ListInstances',                                         'List',                   '*',                                           [],                               [],                          instances.listInstances),
  UpdateInstance:                                       row('sso:UpdateInstance',                                        'Write',                  instance,                                      [primaryRegion],                  [],                          instances.updateInstance),
  DeleteInstance:                                       row('sso:DeleteInstance',                                        'Write',                  instance,                                      [primaryRegion],                  [],                          instances.deleteInstance),

  // Attributes for access control
  CreateInstanceAccessControlAttributeConfiguration:    row('sso:CreateInstanceAccessControlAttributeConfiguration',     'Write',                  instance,                                      [primaryRegion],                  [],                          attributes.createAttributes),
  DescribeInstanceAccessControlAttributeConfiguration:  row('sso:DescribeInstanceAccessControlAttributeConfiguration',   'Read',                   instance,                                      [primaryRegion],                  [],                          attributes.describeAttributes),
  UpdateInstanceAccessControlAttributeConfiguration:    row('sso:UpdateInstanceAccessControlAttributeConfiguration',     'Write',                  instance,                                      [primaryRegion],                  [],                          attributes.updateAttributes),
  DeleteInstanceAccessControlAttributeConfiguration:    row('sso:DeleteInstanceAccessControlAttributeConfiguration',     'Write',                  instance,                                      [primaryRegion],                  [],                          attributes.deleteAttributes),

  // Permission sets
  CreatePermissionSet:                                  row('sso:CreatePermissionSet',                                   'Write',                  [newPermissionSet, instance],                  [requestTags, primaryRegion],     [],                          sets.createPermissionSet),
  DescribePermissionSet:                                row('sso:DescribePermissionSet',                                 'Read',                   [permissionSet, instance],                     [primaryRegion],                  [],                          sets.describePermissionSet),
  ListPermissionSets:                                   row('sso:ListPermissionSets',                                    'List',                   instance,                                      [primaryRegion],                  [],                          sets.listPermissionSets),
  UpdatePermissionSet:                                  row('sso:UpdatePermissionSet',                                   'Permissions management', [permissionSet, instance],                     [primaryRegion],                  [],                          sets.updatePermissionSet),
  DeletePermissionSet:                                  row('sso:DeletePermissionSet',                                   'Write',                  [permissionSet, instance],                     [primaryRegion],                  [],                          sets.deletePermissionSet),

  // What they allow
  PutInlinePolicyToPermissionSet:                       row('sso:PutInlinePolicyToPermissionSet',                        'Write',                  [permissionSet, instance],                     [primaryRegion],                  [],                          policies.putInlinePolicy),
  GetInlinePolicyForPermissionSet:                      row('sso:GetInlinePolicyForPermissionSet',                       'Read',                   [permissionSet, instance],                     [primaryRegion],                  [],                          policies.getInlinePolicy),
  DeleteInlinePolicyFromPermissionSet:                  row('sso:DeleteInlinePolicyFromPermissionSet',                   'Write',                  [permissionSet, instance],                     [primaryRegion],                  [],                          policies.deleteInlinePolicy),
  AttachManagedPolicyToPermissionSet:                   row('sso:AttachManagedPolicyToPermissionSet',                    'Permissions management', [permissionSet, instance],                     [primaryRegion],                  [],                          policies.attachManagedPolicy),
  DetachManagedPolicyFromPermissionSet:                 row('sso:DetachManagedPolicyFromPermissionSet',                  'Permissions management', [permissionSet, instance],                     [primaryRegion],                  [],                          policies.detachManagedPolicy),
  ListManagedPoliciesInPermissionSet:                   row('sso:ListManagedPoliciesInPermissionSet',                    'List',                   [permissionSet, instance],                     [primaryRegion],                  [],                          policies.listManagedPolicies),
  AttachCustomerManagedPolicyReferenceToPermissionSet:  row('sso:AttachCustomerManagedPolicyReferenceToPermissionSet',   'Permissions management', [permissionSet, instance],                     [primaryRegion],                  [],                          policies.attachCustomerPolicy),
  DetachCustomerManagedPolicyReferenceFromPermissionSet: row('sso:DetachCustomerManagedPolicyReferenceFromPermissionSet', 'Permissions management', [permissionSet, instance],                    [primaryRegion],                  [],                          policies.detachCustomerPolicy),
  ListCustomerManagedPolicyReferencesInPermissionSet:   row('sso:ListCustomerManagedPolicyReferencesInPermissionSet',    'List',                   [permissionSet, instance],                     [primaryRegion],                  [],                          policies.listCustomerPolicies),
  PutPermissionsBoundaryToPermissionSet:                row('sso:PutPermissionsBoundaryToPermissionSet',                 'Permissions management', [permissionSet, instance],                     [primaryRegion],                  [],                          policies.putPermissionsBoundary),
  GetPermissionsBoundaryForPermissionSet:               row('sso:GetPermissionsBoundaryForPermissionSet',                'Read',                   [permissionSet, instance],                     [primaryRegion],                  [],                          policies.getPermissionsBoundary),
  DeletePermissionsBoundaryFromPermissionSet:           row('sso:DeletePermissionsBoundaryFromPermissionSet',            'Permissions management', [permissionSet, instance],                     [primaryRegion],                  [],                          policies.deletePermissionsBoundary),

  // Assignments
  CreateAccountAssignment:                              row('sso:CreateAccountAssignment',                               'Write',                  [permissionSet, instance, targetAccount],      [primaryRegion],                  [],                          assignments.createAccountAssignment),
  DeleteAccountAssignment:                              row('sso:DeleteAccountAssignment',                               'Write',                  [permissionSet, instance, targetAccount],      [primaryRegion],                  [],                          assignments.deleteAccountAssignment),
  DescribeAccountAssignmentCreationStatus:              row('sso:DescribeAccountAssignmentCreationStatus',               'Read',                   instance,                                      [primaryRegion],                  [],                          assignments.describeCreationStatus),
  DescribeAccountAssignmentDeletionStatus:              row('sso:DescribeAccountAssignmentDeletionStatus',               'Read',                   instance,                                      [primaryRegion],                  [],                          assignments.describeDeletionStatus),
  ListAccountAssignmentCreationStatus:                  row('sso:ListAccountAssignmentCreationStatus',                   'List',                   instance,                                      [primaryRegion],                  [],                          assignments.listCreationStatus),
  ListAccountAssignmentDeletionStatus:                  row('sso:ListAccountAssignmentDeletionStatus',                   'List',                   instance,                                      [primaryRegion],                  [],                          assignments.listDeletionStatus),
  ListAccountAssignments:                               row('sso:ListAccountAssignments',                                'List',                   [permissionSet, instance, account],            [primaryRegion],                  [],                          assignments.listAccountAssignments),
  ListAccountAssignmentsForPrincipal:                   row('sso:ListAccountAssignmentsForPrincipal',                    'List',                   instance,                                      [primaryRegion],                  [],                          assignments.listAccountAssignmentsForPrincipal),

  // Roles in accounts
  ProvisionPermissionSet:                               row('sso:ProvisionPermissionSet',                                'Write',                  [permissionSet, instance, provisionedAccount], [primaryRegion],                  [],                          provisioning.provisionPermissionSet),
  DescribePermissionSetProvisioningStatus:              row('sso:DescribePermissionSetProvisioningStatus',               'Read',                   instance,                                      [primaryRegion],                  [],                          provisioning.describeProvisioningStatus),
  ListPermissionSetProvisioningStatus:                  row('sso:ListPermissionSetProvisioningStatus',                   'List',                   instance,                                      [primaryRegion],                  [],                          provisioning.listProvisioningStatus),
  ListAccountsForProvisionedPermissionSet:              row('sso:ListAccountsForProvisionedPermissionSet',               'List',                   [permissionSet, instance],                     [primaryRegion],                  [],                          provisioning.listAccountsForProvisionedPermissionSet),
  ListPermissionSetsProvisionedToAccount:               row('sso:ListPermissionSetsProvisionedToAccount',                'List',                   [instance, account],                           [primaryRegion],                  [],                          provisioning.listPermissionSetsProvisionedToAccount),

  // Tags
  TagResource:                                          row('sso:TagResource',                                           'Tagging',                taggable,                                      [requestTags],                    [],                          tags.tagResource),
  UntagResource:                                        row('sso:UntagResource',                                         'Tagging',                taggable,                                      [removedTagKeys],                 [],                          tags.untagResource),
  ListTagsForResource:                                  row('sso:ListTagsForResource',                                   'Read',                   taggable,                                      [],                               [],                          tags.listTagsForResource),
};
