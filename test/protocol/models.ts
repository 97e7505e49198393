import { join } from 'node:path';
import { loadModelIndex, loadServiceModel } from '../../src/model/load-model.ts';
import type { ServiceModel } from '../../src/model/service-model.ts';
import { createRouter } from '../../src/protocol/index.ts';

const directory = join(import.meta.dirname, '../../data/models');

export const index = loadModelIndex(directory);
export const services = Object.keys(index.services);

const models = new Map<string, ServiceModel>();

export function modelOf(service: string): ServiceModel {
  let model = models.get(service);
  if (!model) {
    model = loadServiceModel(directory, service);
    models.set(service, model);
  }
  return model;
}

/** The router over the committed models. */
export const router = createRouter({ index, load: modelOf });

/** How often each property is tried; raise it by hand: `SAGEGATE_RUNS=50 vitest run test/protocol`. */
export const RUNS = Number(process.env.SAGEGATE_RUNS ?? 3);

/** The same tries every time; another number tries others. */
export const SEED = Number(process.env.SAGEGATE_SEED ?? 20261121);
