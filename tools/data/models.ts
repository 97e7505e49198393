import type { ModelFile, ModelIndex, ModelIndexEntry, Reference, ShapeEntry } from '../../src/model/model-file.ts';
import { type BotocoreData, readBotocoreModel } from './botocore.ts';
import { refuseUnsafePatterns } from './pattern-safety.ts';
import { fillFromSdk } from './sdk-schema.ts';
import { SERVICES } from './services.ts';

/** Prefixes of `X-Amz-Target` that the JavaScript SDK sends where botocore sends another. */
const MORE_TARGETS: Readonly<Record<string, string>> = { cloudtrail: 'CloudTrail_20131101' };

export async function compileModels(botocore: BotocoreData): Promise<ModelFile[]> {
  const models: ModelFile[] = [];
  for (const source of SERVICES) {
    let model = readBotocoreModel(botocore, source);
    if (source.client !== undefined) model = await fillFromSdk(model, { ...source, client: source.client });
    const target = MORE_TARGETS[source.name];
    if (target !== undefined) model = { ...model, targets: [...(model.targets ?? []), target] };
    models.push({ ...model, shapes: reachable(model) });
  }
  return models;
}

/** File name → text, for data/models. */
export async function buildModels(botocore: BotocoreData): Promise<Map<string, string>> {
  const models = await compileModels(botocore);
  refuseUnsafePatterns(models);
  const files = new Map<string, string>();
  const index: Record<string, ModelIndexEntry> = {};
  for (const model of models) {
    files.set(`${model.service}.json`, print(model));
    index[model.service] = {
      protocol: model.protocol,
      signingName: model.signingName,
      apiVersion: model.apiVersion,
      ...(model.targets && { targets: model.targets }),
      ...(model.jsonVersion !== undefined && { jsonVersion: model.jsonVersion }),
      ...(model.xmlNamespace !== undefined && { xmlNamespace: model.xmlNamespace }),
      ...(Object.values(model.operations).some((operation) => operation.unsigned) && { unsigned: true as const }),
    };
  }
  files.set('index.json', `${JSON.stringify({ services: index } satisfies ModelIndex, undefined, 1)}\n`);
  return files;
}

/** Shapes that some operation uses, and every error, in their order. */
function reachable(model: ModelFile): Record<string, ShapeEntry> {
  const used = new Set<string>();
  const visit = (reference: Reference | undefined): void => {
    if (reference === undefined) return;
    const name = typeof reference === 'string' ? reference : reference.shape;
    if (used.has(name)) return;
    used.add(name);
    const shape = model.shapes[name];
    if (shape === undefined) throw new Error(`${model.service}: no shape ${name}.`);
    if (shape.type === 'structure') for (const member of Object.values(shape.members)) visit(member);
    else if (shape.type === 'list') visit(shape.member);
    else if (shape.type === 'map') for (const each of [shape.key, shape.value]) visit(each);
  };
  for (const operation of Object.values(model.operations)) for (const name of [operation.input, operation.output]) visit(name);
  for (const [name, shape] of Object.entries(model.shapes)) if (shape.type === 'structure' && shape.error) visit(name);
  return Object.fromEntries(Object.entries(model.shapes).filter(([name]) => used.has(name)));
}

/** A line for each operation and shape: differences can be read. */
function print({ operations, shapes, ...head }: ModelFile): string {
  const lines = (record: object) =>
    Object.entries(record)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},\n"operations":{\n${lines(operations)}},\n"shapes":{\n${lines(shapes)}}}\n`;
}
