import { invalid } from '../errors.ts';
import { isScalar, type Scalar } from '../member-path.ts';

/*
 * A pipeline's definition: JSON of the schema 2020-12-01. Of a step's arguments no more is looked at here than what they refer to.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/define-pipeline.html
 * @see https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
 */

export interface ParameterDefinition {
  readonly Name: string;
  readonly Type: 'String' | 'Integer' | 'Float' | 'Boolean';
  readonly DefaultValue?: Scalar;
  readonly EnumValues?: readonly Scalar[];
}

export interface StepDefinition {
  readonly Name: string;
  readonly Type: string;
  readonly Arguments: Readonly<Record<string, unknown>>;
  readonly DisplayName?: string;
  readonly Description?: string;
  /** Names of the steps that must have succeeded: those that are said, and those that the arguments refer to. */
  readonly after: readonly string[];
  /** Of a condition. */
  readonly ifSteps: readonly StepDefinition[];
  readonly elseSteps: readonly StepDefinition[];
}

export interface Definition {
  readonly parameters: readonly ParameterDefinition[];
  readonly steps: readonly StepDefinition[];
  readonly experiment: Readonly<Record<string, unknown>>;
}

/** Levels that a definition may nest. Deeper than any that is written by a person. */
const MAX_DEPTH = 64;

/** Parameters that a pipeline may have, as many as an execution can be given. */
const MAX_PARAMETERS = 200;

/** Steps of a pipeline, those that conditions lead to included (unverified figure). */
export const STEPS_QUOTA = { name: 'Number of steps per pipeline', standard: 50 } as const;

const KINDS: readonly string[] = ['String', 'Integer', 'Float', 'Boolean'];

const unparsable = (why: string) => invalid(`Unable to parse pipeline definition. Model Validation failed: ${why}`);

type Json = Readonly<Record<string, unknown>>;

function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unparsable(`${what} is not an object.`);
  return value as Json;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw unparsable(`${what} is not a list.`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw unparsable(`${what} is not a text.`);
  return value;
}

/** Everything in a value that is an object, the value itself first. Time O(value). @throws ValidationException  it nests too deep */
function* objectsIn(value: unknown, depth = 0): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw unparsable(`the definition nests deeper than ${MAX_DEPTH} levels.`);
  if (!Array.isArray(value)) yield value as Json;
  for (const member of Object.values(value)) yield* objectsIn(member, depth + 1);
}

const STEP_REFERENCE = /^Steps\.([^.[\]]+)/;

/** Names of the steps that a value refers to, by `{"Get": "Steps.Name.Member"}`. */
const stepsReferredTo = (value: unknown): string[] =>
  [...objectsIn(value)].flatMap(({ Get }) => (typeof Get === 'string' ? (STEP_REFERENCE.exec(Get)?.[1] ?? []) : []));

function stepOf(value: unknown, depth: number): StepDefinition {
  if (depth > MAX_DEPTH) throw unparsable(`the definition nests deeper than ${MAX_DEPTH} levels.`);
  const step = objectOf(value, 'a step');
  const Name = textOf(step.Name, 'the Name of a step');
  const Type = textOf(step.Type, `the Type of step ${Name}`);
  const given = step.Arguments === undefined ? {} : objectOf(step.Arguments, `Arguments of step ${Name}`);
  const { IfSteps, ElseSteps, ...Arguments } = given;
  const isCondition = Type === 'Condition';
  const said = listOf(step.DependsOn, `DependsOn of step ${Name}`).map((each) => textOf(each, `DependsOn of step ${Name}`));
  // What a condition leads to waits for the condition.
  const branch = (of: unknown, what: string): StepDefinition[] =>
    (isCondition ? listOf(of, `${what} of step ${Name}`) : [])
      .map((each) => stepOf(each, depth + 1))
      .map((each) => ({ ...each, after: [...each.after, Name] }));
  return {
    Name,
    Type,
    Arguments: isCondition ? Arguments : given,
    ...(typeof step.DisplayName === 'string' && { DisplayName: step.DisplayName }),
    ...(typeof step.Description === 'string' && { Description: step.Description }),
    after: [...new Set([...said, ...stepsReferredTo(isCondition ? Arguments : given)])].filter((name) => name !== Name),
    ifSteps: branch(IfSteps, 'IfSteps'),
    elseSteps: branch(ElseSteps, 'ElseSteps'),
  };
}

/** Steps with all that conditions may lead to. */
export const allSteps = (steps: readonly StepDefinition[]): StepDefinition[] =>
  steps.flatMap((step) => [step, ...allSteps(step.ifSteps), ...allSteps(step.elseSteps)]);

function parameterOf(value: unknown): ParameterDefinition {
  const { Name, Type, DefaultValue, EnumValues } = objectOf(value, 'a parameter');
  const name = textOf(Name, 'the Name of a parameter');
  if (typeof Type !== 'string' || !KINDS.includes(Type)) throw unparsable(`parameter ${name} has an unknown Type.`);
  const scalarOf = (given: unknown, what: string): Scalar => {
    if (!isScalar(given)) throw unparsable(`${what} of parameter ${name} is no text, number or truth value.`);
    return given;
  };
  return {
    Name: name,
    Type: Type as ParameterDefinition['Type'],
    ...(DefaultValue !== undefined && { DefaultValue: scalarOf(DefaultValue, 'DefaultValue') }),
    ...(EnumValues !== undefined && {
      EnumValues: listOf(EnumValues, `EnumValues of parameter ${name}`).map((each) => scalarOf(each, 'a value in EnumValues')),
    }),
  };
}

/** @throws ValidationException  steps that depend on each other in a circle, or on none of the pipeline's */
function refuseBadOrder(steps: readonly StepDefinition[]): void {
  const byName = new Map(steps.map((step) => [step.Name, step]));
  const state = new Map<string, 'open' | 'done'>();
  for (const start of steps) {
    const path: { readonly name: string; readonly left: string[] }[] = [{ name: start.Name, left: [...start.after] }];
    if (state.has(start.Name)) continue;
    state.set(start.Name, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        state.set(top.name, 'done');
        path.pop();
        continue;
      }
      const step = byName.get(next);
      if (!step) throw unparsable(`step ${top.name} depends on step ${next}, which the pipeline does not have.`);
      if (state.get(next) === 'open') throw unparsable(`step ${next} depends on itself.`);
      if (state.has(next)) continue;
      state.set(next, 'open');
      path.push({ name: next, left: [...step.after] });
    }
  }
}

/**
 * Reads a definition.
 * @param maxSteps  steps that it may have, nested ones included
 * @throws ValidationException  no JSON; no steps, names twice, dependencies that cannot be (unverified sentences but for their beginning)
 */
export function parseDefinition(text: string, maxSteps: number): Definition {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unparsable('the definition is not valid JSON.');
  }
  const root = objectOf(value, 'the definition');
  if (root.Version !== '2020-12-01') throw unparsable("Version must be '2020-12-01'.");
  // Refuses what nests too deep before anything else goes through it.
  for (const _ of objectsIn(root));
  const parameters = listOf(root.Parameters, 'Parameters').map(parameterOf);
  if (parameters.length > MAX_PARAMETERS) throw unparsable(`the pipeline has more than ${MAX_PARAMETERS} parameters.`);
  refuseTwice(
    'parameter',
    parameters.map(({ Name }) => Name),
  );
  const steps = listOf(root.Steps, 'Steps').map((step) => stepOf(step, 0));
  const all = allSteps(steps);
  if (all.length === 0) throw unparsable('the pipeline has no steps.');
  if (all.length > maxSteps) throw unparsable(`the pipeline has more than ${maxSteps} steps.`);
  refuseTwice(
    'step',
    all.map(({ Name }) => Name),
  );
  refuseBadOrder(all);
  const experiment = root.PipelineExperimentConfig === undefined ? {} : objectOf(root.PipelineExperimentConfig, 'PipelineExperimentConfig');
  return { parameters, steps, experiment };
}

function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw unparsable(`there is more than one ${what} ${twice}.`);
}

/** What stands for a reference: undefined where it is not known, as what steps would have put out. */
export type Lookup = (reference: string) => unknown;

/** What is not known of a value. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** Characters of a text that is joined: a short definition can say a very long one. What is longer is not known. */
const MAX_JOINED = 16_384;

function joined(values: readonly unknown[], separator: unknown): string | typeof UNKNOWN {
  if (!values.every(isScalar) || !isScalar(separator)) return UNKNOWN;
  const texts = values.map(String);
  const on = String(separator);
  const length = texts.reduce((sum, text) => sum + text.length, on.length * Math.max(0, texts.length - 1));
  return length > MAX_JOINED ? UNKNOWN : texts.join(on);
}

/** A value with its references followed, as far as they are known: `{"Get": …}`, `{"Std:Join": {"On": …, "Values": […]}}`. */
export function resolved(value: unknown, lookup: Lookup): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => resolved(each, lookup));
  const given = value as Json;
  const names = Object.keys(given);
  if (names.length === 1 && typeof given.Get === 'string') return lookup(given.Get) ?? UNKNOWN;
  if (names.length === 1 && names[0] === 'Std:Join') {
    const join = given['Std:Join'] as { readonly On?: unknown; readonly Values?: unknown } | null;
    return joined(resolved(Array.isArray(join?.Values) ? join.Values : [], lookup) as readonly unknown[], join?.On ?? '');
  }
  // Read from files that steps would have written.
  if (names.length === 1 && names[0] === 'Std:JsonGet') return UNKNOWN;
  return Object.fromEntries(Object.entries(given).map(([name, member]) => [name, resolved(member, lookup)]));
}
