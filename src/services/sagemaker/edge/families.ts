import type { Family } from '../family.ts';
import { device } from './device.ts';
import { deviceFleet } from './device-fleet.ts';
import { edgeDeploymentPlan } from './edge-deployment-plan.ts';
import { edgePackagingJob } from './edge-packaging-job.ts';

export const edgeFamilies: readonly Family<never, never>[] = [device, deviceFleet, edgeDeploymentPlan, edgePackagingJob];
