import { referredShape } from '../../../model/project.ts';
import type { ServiceModel } from '../../../model/service-model.ts';

/*
 * Properties of what is searched, by their names: `TrainingJobName`, `Tags.team`, `HyperParameters.depth`,
 * `InputDataConfig.DataSource.S3DataSource.S3Uri`. Through a list, a name goes to every element.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Filter.html
 */

/** Lists of named values that are addressed by the name: `Tags.team`. */
const NAMED_VALUES: Readonly<Record<string, readonly [name: string, value: string]>> = {
  Tag: ['Key', 'Value'],
  FeatureParameter: ['Key', 'Value'],
  MetricData: ['MetricName', 'Value'],
  TrialComponentMetricSummary: ['MetricName', 'Last'],
};

export type Leaf = string | number | boolean | Date;

/** How to read a property. */
export type Property = (record: object) => Leaf[];

const isLeaf = (value: unknown): value is Leaf =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Date;

/** A value of its own, or one that is wrapped: `{NumberValue: 3}`. */
function leafOf(value: unknown): Leaf[] {
  if (isLeaf(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).filter(isLeaf).slice(0, 1);
}

type Step = (values: readonly unknown[]) => unknown[];

const member =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? [(value as Readonly<Record<string, unknown>>)[name]] : [],
    );

const elements: Step = (values) => values.flatMap((value) => (Array.isArray(value) ? value : []));

const namedValue =
  (name: string, [key, value]: readonly [string, string]): Step =>
  (values) =>
    member(value)(values.filter((each) => member(key)([each])[0] === name));

/**
 * The property of a shape with this name; undefined when the shape has none. Keys of maps and names of tags may be any, dots included.
 * Time O(name), memory O(1): the shape is not opened up.
 */
export function propertyOf(model: ServiceModel, shapeName: string, name: string): Property | undefined {
  const steps: Step[] = [];
  let shape = shapeName;
  let rest = name;
  // Every turn goes down in the name, or through one list.
  for (;;) {
    const entry = model.shapes[shape];
    if (entry?.type === 'list') {
      shape = referredShape(entry.member);
      steps.push(elements);
      const pair = Object.hasOwn(NAMED_VALUES, shape) ? NAMED_VALUES[shape] : undefined;
      if (pair && rest !== '' && !pair.includes(rest)) {
        steps.push(namedValue(rest, pair));
        break;
      }
      continue;
    }
    if (rest === '') break;
    if (entry?.type === 'map') {
      steps.push(member(rest));
      break;
    }
    if (entry?.type !== 'structure') return undefined;
    const dot = rest.indexOf('.');
    const first = dot === -1 ? rest : rest.slice(0, dot);
    if (!Object.hasOwn(entry.members, first)) return undefined;
    steps.push(member(first));
    shape = referredShape(entry.members[first] as NonNullable<(typeof entry.members)[string]>);
    rest = dot === -1 ? '' : rest.slice(dot + 1);
  }
  return (record) => steps.reduce<unknown[]>((values, step) => step(values), [record]).flatMap(leafOf);
}

/** The list that a nested filter goes through, element by element; undefined when there is no such list. */
export function listProperty(
  model: ServiceModel,
  shapeName: string,
  name: string,
): { readonly elementShape: string; readonly elementsOf: (record: object) => unknown[] } | undefined {
  let shape = shapeName;
  const steps: Step[] = [];
  for (const part of name.split('.')) {
    const entry = model.shapes[shape];
    if (entry?.type !== 'structure' || !Object.hasOwn(entry.members, part)) return undefined;
    steps.push(member(part));
    shape = referredShape(entry.members[part] as NonNullable<(typeof entry.members)[string]>);
  }
  const entry = model.shapes[shape];
  if (entry?.type !== 'list') return undefined;
  steps.push(elements);
  return {
    elementShape: referredShape(entry.member),
    elementsOf: (record) => steps.reduce<unknown[]>((values, step) => step(values), [record]),
  };
}

/** Levels of a shape whose names are suggested: no shape of records is deeper where it matters, and some contain themselves. */
const MAX_LEVELS = 4;

/** Names of the properties of a shape, down to those that have a value. Keys of maps and tags are the customers' and are not among them. */
export function* propertyNames(model: ServiceModel, shapeName: string, prefix = '', level = 0): Generator<string> {
  const entry = model.shapes[shapeName];
  if (entry?.type !== 'structure' || level >= MAX_LEVELS) return;
  for (const [name, reference] of Object.entries(entry.members)) {
    let shape = referredShape(reference);
    for (let list = model.shapes[shape]; list?.type === 'list'; list = model.shapes[shape]) shape = referredShape(list.member);
    const full = `${prefix}${name}`;
    if (model.shapes[shape]?.type === 'structure') yield* propertyNames(model, shape, `${full}.`, level + 1);
    else yield full;
  }
}
