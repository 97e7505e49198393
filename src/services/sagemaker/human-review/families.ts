import type { Family } from '../family.ts';
import { flowDefinition } from './flow-definition.ts';
import { humanTaskUi } from './human-task-ui.ts';
import { labelingJob } from './labeling-job.ts';
import { workforce } from './workforce.ts';
import { workteam } from './workteam.ts';

export const humanReviewFamilies: readonly Family<never, never>[] = [flowDefinition, humanTaskUi, labelingJob, workforce, workteam];
