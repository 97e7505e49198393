import type { Family } from '../family.ts';
import { featureGroup } from './feature-group.ts';

export const featureStoreFamilies: readonly Family<never, never>[] = [featureGroup];
