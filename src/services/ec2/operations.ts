import { type Operations, row } from '../../authorization/operation.ts';
import {
  createAction,
  createdTags,
  deletedTags,
  instanceKeys,
  launchKeys,
  metadataAttributes,
  newProfileKeys,
  region,
  startKeys,
} from './condition-keys.ts';
import { passProfileRole, tagOnLaunch } from './dependent-actions.ts';
import { describeInstanceStatus, describeInstances } from './instance.ts';
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './instance-lifecycle.ts';
import {
  associateIamInstanceProfile,
  describeIamInstanceProfileAssociations,
  disassociateIamInstanceProfile,
  replaceIamInstanceProfileAssociation,
} from './instance-profile-association.ts';
import { modifyInstanceMetadataOptions } from './metadata-options.ts';
import { describeAvailabilityZones, describeRegions } from './region.ts';
import {
  associatedInstance,
  launched,
  namedInstance,
  namedInstances,
  profiledInstance,
  reprofiledInstance,
  taggable,
} from './resources.ts';
import { runInstances } from './run-instances.ts';
import { describeSecurityGroups } from './security-group.ts';
import { describeSubnets } from './subnet.ts';
import { createTags, deleteTags, describeTags } from './tag.ts';
import { describeVpcs } from './vpc.ts';

/**
 * Who may call what of Amazon EC2, in the column order of AWS's reference.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
// biome-ignore format: a table, to be read in columns.
export const ec2Operations: Operations = {
  //                                      action                                        access   resource            condition keys                             dependent actions               handler
  DescribeAvailabilityZones:              row('ec2:DescribeAvailabilityZones',              'List',    '*',                [region],                                  [],                             describeAvailabilityZones),
  DescribeIamInstanceProfileAssociations: row('ec2:DescribeIamInstanceProfileAssociations', 'List',    '*',                [region],                                  [],                             describeIamInstanceProfileAssociations),
  DescribeInstances:                      row('ec2:DescribeInstances',                      'List',    '*',                [region],                                  [],                             describeInstances),
  DescribeInstanceStatus:                 row('ec2:DescribeInstanceStatus',                 'List',    '*',                [region],                                  [],                             describeInstanceStatus),
  DescribeRegions:                        row('ec2:DescribeRegions',                        'List',    '*',                [region],                                  [],                             describeRegions),
  DescribeSecurityGroups:                 row('ec2:DescribeSecurityGroups',                 'List',    '*',                [region],                                  [],                             describeSecurityGroups),
  DescribeSubnets:                        row('ec2:DescribeSubnets',                        'List',    '*',                [region],                                  [],                             describeSubnets),
  DescribeTags:                           row('ec2:DescribeTags',                           'List',    '*',                [region],                                  [],                             describeTags),
  DescribeVpcs:                           row('ec2:DescribeVpcs',                           'List',    '*',                [region],                                  [],                             describeVpcs),

  RunInstances:                           row('ec2:RunInstances',                           'Write',   launched,           [region, launchKeys],                      [tagOnLaunch, passProfileRole], runInstances),
  StartInstances:                         row('ec2:StartInstances',                         'Write',   namedInstances,     [region, startKeys],                       [],                             startInstances),
  StopInstances:                          row('ec2:StopInstances',                          'Write',   namedInstances,     [region, instanceKeys],                    [],                             stopInstances),
  RebootInstances:                        row('ec2:RebootInstances',                        'Write',   namedInstances,     [region, instanceKeys],                    [],                             rebootInstances),
  TerminateInstances:                     row('ec2:TerminateInstances',                     'Write',   namedInstances,     [region, instanceKeys],                    [],                             terminateInstances),
  ModifyInstanceMetadataOptions:          row('ec2:ModifyInstanceMetadataOptions',          'Write',   namedInstance,      [region, instanceKeys, metadataAttributes], [],                            modifyInstanceMetadataOptions),

  AssociateIamInstanceProfile:            row('ec2:AssociateIamInstanceProfile',            'Write',   profiledInstance,   [region, instanceKeys, newProfileKeys],    [passProfileRole],              associateIamInstanceProfile),
  ReplaceIamInstanceProfileAssociation:   row('ec2:ReplaceIamInstanceProfileAssociation',   'Write',   reprofiledInstance, [region, instanceKeys, newProfileKeys],    [passProfileRole],              replaceIamInstanceProfileAssociation),
  DisassociateIamInstanceProfile:         row('ec2:DisassociateIamInstanceProfile',         'Write',   associatedInstance, [region, instanceKeys],                    [],                             disassociateIamInstanceProfile),

  CreateTags:                             row('ec2:CreateTags',                             'Tagging', taggable,           [region, instanceKeys, createdTags, createAction], [],                     createTags),
  DeleteTags:                             row('ec2:DeleteTags',                             'Tagging', taggable,           [region, deletedTags],                     [],                             deleteTags),
};
