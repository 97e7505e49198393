import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createProcessingJob, processingJob, stopProcessingJob } from './processing-job.ts';
import { createTrainingJob, stopTrainingJob, trainingJob, updateTrainingJob } from './training-job.ts';

const processingJobs = handlersOf(processingJob);
const trainingJobs = handlersOf(trainingJob);

/** Training: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const trainingOperations = operationsOf({
  CreateTrainingJob:   on(created(trainingJob), createTrainingJob),
  DeleteTrainingJob:   on(named(trainingJob),   trainingJobs.remove),
  DescribeTrainingJob: on(named(trainingJob),   trainingJobs.describe),
  ListTrainingJobs:    on('*',                  trainingJobs.list),
  StopTrainingJob:     on(named(trainingJob),   stopTrainingJob),
  UpdateTrainingJob:   on(named(trainingJob),   updateTrainingJob),

  CreateProcessingJob:   on(created(processingJob), createProcessingJob),
  DeleteProcessingJob:   on(named(processingJob),   processingJobs.remove),
  DescribeProcessingJob: on(named(processingJob),   processingJobs.describe),
  ListProcessingJobs:    on('*',                    processingJobs.list),
  StopProcessingJob:     on(named(processingJob),   stopProcessingJob),
});
