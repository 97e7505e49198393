import type { Family } from '../family.ts';
import { flowDefinition } from './flow-definition.ts';

export const humanReviewFamilies: readonly Family<never, never>[] = [flowDefinition];
