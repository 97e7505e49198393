import type { Family } from '../family.ts';
import { jobDefinitions } from './job-definition.ts';
import { monitoringSchedule } from './monitoring-schedule.ts';

export const monitoringFamilies: readonly Family<never, never>[] = [monitoringSchedule, ...Object.values(jobDefinitions)];
