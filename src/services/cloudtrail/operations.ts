import { type Operations, row } from '../../authorization/operation.ts';
import { lookupEvents } from './event-history.ts';

/**
 * Who may call what of CloudTrail: its event history alone, without trails.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
 */
// biome-ignore format: a table, to be read in columns.
export const cloudtrailOperations: Operations = {
  //                action                     access  resource  condition keys  dependent actions  handler
  LookupEvents: row('cloudtrail:LookupEvents', 'Read', '*',      [],             [],                lookupEvents),
};
