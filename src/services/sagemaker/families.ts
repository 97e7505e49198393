import { app } from './app.ts';
import { domain } from './domain.ts';
import { endpoint } from './endpoint.ts';
import { endpointConfig } from './endpoint-config.ts';
import type { Family } from './family.ts';
import { flowDefinition } from './flow-definition.ts';
import { model } from './model.ts';
import { notebookInstance } from './notebook-instance.ts';
import { notebookInstanceLifecycleConfig } from './notebook-instance-lifecycle-config.ts';
import { space } from './space.ts';
import { studioLifecycleConfig } from './studio-lifecycle-config.ts';
import { trainingJob } from './training-job.ts';
import { userProfile } from './user-profile.ts';

/** Every family that is built; all of these can be tagged. */
export const families: readonly Family<never, never>[] = [
  app,
  domain,
  endpoint,
  endpointConfig,
  flowDefinition,
  model,
  notebookInstance,
  notebookInstanceLifecycleConfig,
  space,
  studioLifecycleConfig,
  trainingJob,
  userProfile,
];
