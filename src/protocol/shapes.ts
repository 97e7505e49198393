import type { ModelFile, Reference, ShapeEntry, StructureEntry } from '../model/model-file.ts';

/** A shape of a model by name. @throws Error when the model does not have it: the model is broken. */
export function shapeOf(model: ModelFile, name: string): ShapeEntry {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`the model of ${model.service} has no shape ${name}`);
  return shape;
}

export function structureOf(model: ModelFile, name: string): StructureEntry {
  const shape = shapeOf(model, name);
  if (shape.type !== 'structure') throw new Error(`${model.service}: ${name} is no structure`);
  return shape;
}

export const nameOf = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.shape);
export const wireNameOf = (member: string, reference: Reference): string =>
  typeof reference === 'string' ? member : (reference.locationName ?? member);

/** One compiled thing per model, made when first asked for. */
export function perModel<Compiled>(compile: (model: ModelFile) => Compiled): (model: ModelFile) => Compiled {
  const compiled = new WeakMap<ModelFile, Compiled>();
  return (model) => {
    let known = compiled.get(model);
    if (known === undefined) {
      known = compile(model);
      compiled.set(model, known);
    }
    return known;
  };
}
