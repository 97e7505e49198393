import type { Family } from '../family.ts';
import { experiment } from './experiment.ts';
import { trial } from './trial.ts';
import { trialComponent } from './trial-component.ts';

export const experimentFamilies: readonly Family<never, never>[] = [experiment, trial, trialComponent];
