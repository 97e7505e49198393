import type { Reference } from './model-file.ts';
import type { ServiceModel } from './service-model.ts';

/** What of a value a shape has room for. */
export type Projection = (value: unknown) => unknown;

const kept = new WeakMap<ServiceModel, Map<string, Projection>>();

/**
 * What of a value a shape has room for, all the way down: a stored request becomes an answer that shares members with it. Members that the
 * shape does not know are left out, and times that were stored as text become times again.
 */
export function projectionOf(model: ServiceModel, shapeName: string): Projection {
  let projections = kept.get(model);
  if (!projections) {
    projections = new Map();
    kept.set(model, projections);
  }
  const known = projections.get(shapeName);
  if (known) return known;
  // Shapes may contain themselves: whoever asks for this one while it is made gets one that looks it up later.
  projections.set(shapeName, (value) => projectionOf(model, shapeName)(value));
  const made = make(model, shapeName);
  projections.set(shapeName, made);
  return made;
}

const asItIs: Projection = (value) => value;

function make(model: ServiceModel, shapeName: string): Projection {
  const shape = model.shapes[shapeName];
  if (!shape) throw new Error(`the model of ${model.service} has no shape ${shapeName}`);
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members).map(
        ([name, reference]) => [name, projectionOf(model, referredShape(reference))] as const,
      );
      return (value) => {
        const given = value as Readonly<Record<string, unknown>>;
        const answer: Record<string, unknown> = {};
        for (const [name, projection] of members) {
          const member = Object.hasOwn(given, name) ? given[name] : undefined;
          if (member !== undefined && member !== null) answer[name] = projection(member);
        }
        return answer;
      };
    }
    case 'list': {
      const projection = projectionOf(model, referredShape(shape.member));
      return (value) => (value as readonly unknown[]).map(projection);
    }
    case 'map': {
      const projection = projectionOf(model, referredShape(shape.value));
      return (value) =>
        Object.fromEntries(Object.entries(value as Readonly<Record<string, unknown>>).map(([key, item]) => [key, projection(item)]));
    }
    case 'timestamp':
      return (value) => (value instanceof Date ? value : new Date(value as string | number));
    default:
      return asItIs;
  }
}

export const referredShape = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.shape);

/** The shape of a member of a structure. @throws Error where the model has no such member */
export function memberShape(model: ServiceModel, structure: string | undefined, member: string): string {
  const shape = structure === undefined ? undefined : model.shapes[structure];
  const reference = shape?.type === 'structure' && Object.hasOwn(shape.members, member) ? shape.members[member] : undefined;
  if (reference === undefined) throw new Error(`${structure} of ${model.service} has no member ${member}`);
  return referredShape(reference);
}
