import type { Choice } from '../parts/fields.tsx';

/** What people commonly take; any other that SageMaker knows can be typed. */
export const NOTEBOOK_INSTANCES = [
  'ml.t3.medium',
  'ml.t3.large',
  'ml.t2.medium',
  'ml.m5.xlarge',
  'ml.c5.xlarge',
  'ml.g4dn.xlarge',
  'ml.g5.xlarge',
] as const;
export const APP_INSTANCES = ['ml.t3.medium', 'ml.t3.large', 'ml.m5.large', 'ml.m5.2xlarge', 'ml.c5.large', 'ml.g4dn.xlarge'] as const;
export const TRAINING_INSTANCES = [
  'ml.m5.large',
  'ml.m5.xlarge',
  'ml.c5.xlarge',
  'ml.g4dn.xlarge',
  'ml.g5.xlarge',
  'ml.p4d.24xlarge',
] as const;
export const HOSTING_INSTANCES = ['ml.t2.medium', 'ml.m5.large', 'ml.m5.xlarge', 'ml.c5.large', 'ml.g4dn.xlarge', 'ml.g5.xlarge'] as const;

export const instanceChoices = (types: readonly string[]): readonly Choice[] => types.map((value) => ({ value }));
