import type { Family } from '../family.ts';
import { hub } from './hub.ts';
import { hubContent } from './hub-content.ts';
import { modelCard } from './model-card.ts';
import { modelCardExportJob } from './model-card-export-job.ts';
import { modelPackage } from './model-package.ts';
import { modelPackageGroup } from './model-package-group.ts';
import { project } from './project.ts';

export const registryFamilies: readonly Family<never, never>[] = [
  modelPackageGroup,
  modelPackage,
  modelCard,
  modelCardExportJob,
  hub,
  hubContent,
  project,
];
