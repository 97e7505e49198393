import type { Family } from '../family.ts';
import { pipeline } from './pipeline.ts';
import { pipelineExecution } from './pipeline-execution.ts';

export const pipelineFamilies: readonly Family<never, never>[] = [pipeline, pipelineExecution];
