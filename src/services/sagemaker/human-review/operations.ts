import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createFlowDefinition, flowDefinition } from './flow-definition.ts';
import { createHumanTaskUi, humanTaskUi } from './human-task-ui.ts';
import { createLabelingJob, labelingJob, listLabelingJobsForWorkteam, stopLabelingJob } from './labeling-job.ts';
import { renderUiTemplate } from './render-ui-template.ts';
import { createWorkforce, describeWithin, updateWorkforce, workforce } from './workforce.ts';
import {
  createWorkteam,
  deleteWorkteam,
  describeSubscribedWorkteam,
  listSubscribedWorkteams,
  subscribedWorkteam,
  updateWorkteam,
  workteam,
  workteamByArn,
} from './workteam.ts';

const flowDefinitions = handlersOf(flowDefinition);
const labelingJobs = handlersOf(labelingJob);
const taskUis = handlersOf(humanTaskUi);
const workforces = handlersOf(workforce);
const describeWorkforce = describeWithin(workforce);
const describeWorkteam = describeWithin(workteam);

/** Labeling and human review: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const humanReviewOperations = operationsOf({
  CreateFlowDefinition:   on(created(flowDefinition), createFlowDefinition),
  DeleteFlowDefinition:   on(named(flowDefinition),   flowDefinitions.remove),
  DescribeFlowDefinition: on(named(flowDefinition),   flowDefinitions.describe),
  ListFlowDefinitions:    on('*',                     flowDefinitions.list),

  CreateHumanTaskUi:   on(created(humanTaskUi), createHumanTaskUi),
  DeleteHumanTaskUi:   on(named(humanTaskUi),   taskUis.remove),
  DescribeHumanTaskUi: on(named(humanTaskUi),   taskUis.describe),
  ListHumanTaskUis:    on('*',                  taskUis.list),
  RenderUiTemplate:    on('*',                  renderUiTemplate),

  CreateLabelingJob:           on(created(labelingJob), createLabelingJob),
  DescribeLabelingJob:         on(named(labelingJob),   labelingJobs.describe),
  ListLabelingJobs:            on('*',                  labelingJobs.list),
  ListLabelingJobsForWorkteam: on(named(workteamByArn), listLabelingJobsForWorkteam),
  StopLabelingJob:             on(named(labelingJob),   stopLabelingJob),

  CreateWorkforce:   on(created(workforce), createWorkforce),
  DeleteWorkforce:   on(named(workforce),   workforces.remove),
  DescribeWorkforce: on(named(workforce),   describeWorkforce),
  ListWorkforces:    on('*',                workforces.list),
  UpdateWorkforce:   on(named(workforce),   updateWorkforce),

  CreateWorkteam:             on(created(workteam),    createWorkteam),
  DeleteWorkteam:             on(named(workteam),      deleteWorkteam),
  DescribeSubscribedWorkteam: on(subscribedWorkteam,   describeSubscribedWorkteam),
  DescribeWorkteam:           on(named(workteam),      describeWorkteam),
  ListSubscribedWorkteams:    on('*',                  listSubscribedWorkteams),
  ListWorkteams:              on('*',                  handlersOf(workteam).list),
  UpdateWorkteam:             on(named(workteam),      updateWorkteam),
});
