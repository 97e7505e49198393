import type { Family } from '../family.ts';
import { mlflowApp } from './mlflow-app.ts';
import { mlflowTrackingServer } from './mlflow-tracking-server.ts';
import { partnerApp } from './partner-app.ts';

export const mlflowFamilies: readonly Family<never, never>[] = [mlflowApp, mlflowTrackingServer, partnerApp];
