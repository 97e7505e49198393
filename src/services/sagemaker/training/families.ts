import type { Family } from '../family.ts';
import { processingJob } from './processing-job.ts';
import { trainingJob } from './training-job.ts';

export const trainingFamilies: readonly Family<never, never>[] = [processingJob, trainingJob];
