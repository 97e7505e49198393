import { type Operations, row } from '../../authorization/operation.ts';
import { getAccountInformation, putAccountName } from './account-information.ts';
import { deleteAlternateContact, getAlternateContact, putAlternateContact } from './alternate-contact.ts';
import { getContactInformation, putContactInformation } from './contact-information.ts';
import { acceptPrimaryEmailUpdate, getPrimaryEmail, startPrimaryEmailUpdate } from './primary-email.ts';
import { getRegionOptStatus, listRegions } from './region.ts';
import { account, alternateContactType, emailTargetDomain, memberAccount, organizationKeys, targetRegion } from './resources.ts';

/**
 * Who may call what of Account Management, in the column order of AWS's reference.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
 */
// biome-ignore format: a table, to be read in columns.
export const accountOperations: Operations = {
  //                            action                              access   resource       condition keys                            dependent actions  handler
  GetAccountInformation:    row('account:GetAccountInformation',    'Read',  account,       [organizationKeys],                       [],                getAccountInformation),
  PutAccountName:           row('account:PutAccountName',           'Write', account,       [organizationKeys],                       [],                putAccountName),
  GetContactInformation:    row('account:GetContactInformation',    'Read',  account,       [organizationKeys],                       [],                getContactInformation),
  PutContactInformation:    row('account:PutContactInformation',    'Write', account,       [organizationKeys],                       [],                putContactInformation),
  GetPrimaryEmail:          row('account:GetPrimaryEmail',          'Read',  memberAccount, [organizationKeys],                       [],                getPrimaryEmail),
  StartPrimaryEmailUpdate:  row('account:StartPrimaryEmailUpdate',  'Write', memberAccount, [organizationKeys, emailTargetDomain],    [],                startPrimaryEmailUpdate),
  AcceptPrimaryEmailUpdate: row('account:AcceptPrimaryEmailUpdate', 'Write', memberAccount, [organizationKeys, emailTargetDomain],    [],                acceptPrimaryEmailUpdate),
  GetAlternateContact:      row('account:GetAlternateContact',      'Read',  account,       [organizationKeys, alternateContactType], [],                getAlternateContact),
  PutAlternateContact:      row('account:PutAlternateContact',      'Write', account,       [organizationKeys, alternateContactType], [],                putAlternateContact),
  DeleteAlternateContact:   row('account:DeleteAlternateContact',   'Write', account,       [organizationKeys, alternateContactType], [],                deleteAlternateContact),
  GetRegionOptStatus:       row('account:GetRegionOptStatus',       'Read',  account,       [organizationKeys, targetRegion],         [],                getRegionOptStatus),
  ListRegions:              row('account:ListRegions',              'List',  account,       [organizationKeys],                       [],                listRegions),
};
