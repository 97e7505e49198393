import { edgeFamilies } from './edge/families.ts';
import { experimentFamilies } from './experiments/families.ts';
import type { Family } from './family.ts';
import { featureStoreFamilies } from './feature-store/families.ts';
import { hostingFamilies } from './hosting/families.ts';
import { humanReviewFamilies } from './human-review/families.ts';
import { hyperPodFamilies } from './hyperpod/families.ts';
import { lineageFamilies } from './lineage/families.ts';
import { mlflowFamilies } from './mlflow/families.ts';
import { monitoringFamilies } from './monitoring/families.ts';
import { notebookFamilies } from './notebook/families.ts';
import { pipelineFamilies } from './pipelines/families.ts';
import { registryFamilies } from './registry/families.ts';
import { studioFamilies } from './studio/families.ts';
import { trainingFamilies } from './training/families.ts';

/** Every family that is built. */
export const families: readonly Family<never, never>[] = [
  ...studioFamilies,
  ...notebookFamilies,
  ...trainingFamilies,
  ...hostingFamilies,
  ...humanReviewFamilies,
  ...featureStoreFamilies,
  ...experimentFamilies,
  ...lineageFamilies,
  ...registryFamilies,
  ...mlflowFamilies,
  ...hyperPodFamilies,
  ...monitoringFamilies,
  ...edgeFamilies,
  ...pipelineFamilies,
];
