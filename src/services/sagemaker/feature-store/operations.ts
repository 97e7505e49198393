import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createFeatureGroup, describeFeatureMetadata, featureGroup, updateFeatureGroup, updateFeatureMetadata } from './feature-group.ts';
import { listResourceCatalogs } from './resource-catalog.ts';

const featureGroups = handlersOf(featureGroup);

/** The feature store: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const featureStoreOperations = operationsOf({
  CreateFeatureGroup:      on(created(featureGroup), createFeatureGroup),
  DeleteFeatureGroup:      on(named(featureGroup),   featureGroups.remove),
  DescribeFeatureGroup:    on(named(featureGroup),   featureGroups.describe),
  DescribeFeatureMetadata: on(named(featureGroup),   describeFeatureMetadata),
  ListFeatureGroups:       on('*',                   featureGroups.list),
  UpdateFeatureGroup:      on(named(featureGroup),   updateFeatureGroup),
  UpdateFeatureMetadata:   on(named(featureGroup),   updateFeatureMetadata),

  ListResourceCatalogs: on('*', listResourceCatalogs),
});
