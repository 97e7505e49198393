import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { action, createAction, updateAction } from './action.ts';
import { artifact, createArtifact, deleteArtifact, updateArtifact } from './artifact.ts';
import { addAssociation, deleteAssociation, listAssociations } from './association.ts';
import { context, createContext, updateContext } from './context.ts';
import { associated } from './lineage-entity.ts';
import { describeLineageGroup, getLineageGroupPolicy, listLineageGroups } from './lineage-group.ts';
import { queryLineage } from './query-lineage.ts';

const actions = handlersOf(action);
const artifacts = handlersOf(artifact);
const contexts = handlersOf(context);

/** Lineage: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const lineageOperations = operationsOf({
  CreateAction:          on(created(action),   createAction),
  DeleteAction:          on(named(action),     actions.remove),
  DescribeAction:        on(named(action),     actions.describe),
  ListActions:           on('*',               actions.list),
  UpdateAction:          on(named(action),     updateAction),
  CreateArtifact:        on(created(artifact), createArtifact),
  DeleteArtifact:        on(named(artifact),   deleteArtifact),
  DescribeArtifact:      on(named(artifact),   artifacts.describe),
  ListArtifacts:         on('*',               artifacts.list),
  UpdateArtifact:        on(named(artifact),   updateArtifact),
  CreateContext:         on(created(context),  createContext),
  DeleteContext:         on(named(context),    contexts.remove),
  DescribeContext:       on(named(context),    contexts.describe),
  ListContexts:          on('*',               contexts.list),
  UpdateContext:         on(named(context),    updateContext),
  AddAssociation:        on(associated,        addAssociation),
  DeleteAssociation:     on(associated,        deleteAssociation),
  ListAssociations:      on('*',               listAssociations),
  DescribeLineageGroup:  on('*',               describeLineageGroup),
  GetLineageGroupPolicy: on('*',               getLineageGroupPolicy),
  ListLineageGroups:     on('*',               listLineageGroups),
  QueryLineage:          on('*',               queryLineage),
});
