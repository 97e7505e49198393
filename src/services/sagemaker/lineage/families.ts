import type { Family } from '../family.ts';
import { action } from './action.ts';
import { artifact } from './artifact.ts';
import { context } from './context.ts';

export const lineageFamilies: readonly Family<never, never>[] = [action, artifact, context];
