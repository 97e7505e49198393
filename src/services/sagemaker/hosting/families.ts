import type { Family } from '../family.ts';
import { endpoint } from './endpoint.ts';
import { endpointConfig } from './endpoint-config.ts';
import { model } from './model.ts';

export const hostingFamilies: readonly Family<never, never>[] = [endpoint, endpointConfig, model];
