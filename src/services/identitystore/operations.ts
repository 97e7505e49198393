import { type Operations, row } from '../../authorization/operation.ts';
import { primaryRegion } from './condition-keys.ts';
import * as groups from './group.ts';
import * as memberships from './group-membership.ts';
import * as resources from './resources.ts';
import * as users from './user.ts';

const { identityStore: store, user, group, membership, member, someUser, someGroup, someMembership } = resources;

/**
 * Who may call what in an identity store: the account that owns the instance, and for an organization instance the delegated administrator.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html
 */
// biome-ignore format: a table, to be read in columns.
export const identitystoreOperations: Operations = {
  //                                  action                                              access    resource                                               condition keys     dependent actions  handler

  // Users
  CreateUser:                     row('identitystore:CreateUser',                         'Write',  store,                                                 [primaryRegion],   [],                users.createUser),
  DescribeUser:                   row('identitystore:DescribeUser',                       'Read',   [store, user],                                         [primaryRegion],   [],                users.describeUser),
  UpdateUser:                     row('identitystore:UpdateUser',                         'Write',  [store, user],                                         [primaryRegion],   [],                users.updateUser),
  DeleteUser:                     row('identitystore:DeleteUser',                         'Write',  [store, user],                                         [primaryRegion],   [],                users.deleteUser),
  ListUsers:                      row('identitystore:ListUsers',                          'List',   [store, resources.allUsers],                           [primaryRegion],   [],                users.listUsers),
  GetUserId:                      row('identitystore:GetUserId',                          'Read',   [store, someUser],                                     [primaryRegion],   [],                users.getUserId),

  // Groups
  CreateGroup:                    row('identitystore:CreateGroup',                        'Write',  store,                                                 [primaryRegion],   [],                groups.createGroup),
  DescribeGroup:                  row('identitystore:DescribeGroup',                      'Read',   [store, group],                                        [primaryRegion],   [],                groups.describeGroup),
  UpdateGroup:                    row('identitystore:UpdateGroup',                        'Write',  [store, group],                                        [primaryRegion],   [],                groups.updateGroup),
  DeleteGroup:                    row('identitystore:DeleteGroup',                        'Write',  [store, group],                                        [primaryRegion],   [],                groups.deleteGroup),
  ListGroups:                     row('identitystore:ListGroups',                         'List',   [store, resources.allGroups],                          [primaryRegion],   [],                groups.listGroups),
  GetGroupId:                     row('identitystore:GetGroupId',                         'Read',   [store, someGroup],                                    [primaryRegion],   [],                groups.getGroupId),

  // Memberships
  CreateGroupMembership:          row('identitystore:CreateGroupMembership',              'Write',  [store, group, member],                                [primaryRegion],   [],                memberships.createGroupMembership),
  DescribeGroupMembership:        row('identitystore:DescribeGroupMembership',            'Read',   [store, membership, resources.groupOfMembership, resources.userOfMembership], [primaryRegion],   [],                memberships.describeGroupMembership),
  DeleteGroupMembership:          row('identitystore:DeleteGroupMembership',              'Write',  [store, membership, resources.groupOfMembership, resources.userOfMembership], [primaryRegion],   [],                memberships.deleteGroupMembership),
  GetGroupMembershipId:           row('identitystore:GetGroupMembershipId',               'Read',   [store, group, member, someMembership],                [primaryRegion],   [],                memberships.getGroupMembershipId),
  ListGroupMemberships:           row('identitystore:ListGroupMemberships',               'List',   [store, group, resources.allMemberships],              [primaryRegion],   [],                memberships.listGroupMemberships),
  ListGroupMembershipsForMember:  row('identitystore:ListGroupMembershipsForMember',      'List',   [store, member, resources.allMemberships],             [primaryRegion],   [],                memberships.listGroupMembershipsForMember),
  IsMemberInGroups:               row('identitystore:IsMemberInGroups',                   'Read',   [store, resources.groups, member, resources.allMemberships], [primaryRegion], [],            memberships.isMemberInGroups),
};
