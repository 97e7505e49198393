import { ServiceError } from '../core/service-error.ts';
import {
  type ConstraintKind,
  constraintMessage,
  echo,
  elements,
  iamSentence,
  isOneOf,
  lengthAtLeast,
  lengthAtMost,
  lowerFirst,
  mapKeys,
  mapValues,
  matchesPattern,
  NOT_NULL,
  type Violation,
  valueAtLeast,
  valueAtMost,
} from './constraint-message.ts';
import type { ListEntry, MapEntry, Reference, ShapeEntry, StructureEntry } from './model-file.ts';
import { organizationsRefusal } from './organizations-refusal.ts';
import type { OperationModel, ServiceModel } from './service-model.ts';

/**
 * Refuses an input that breaks its model: required members, lengths, ranges, patterns, enumerations. The input already has the model's types.
 * @throws ServiceError ValidationError   400  with all that is wrong, in AWS's words
 * @throws ServiceError MissingParameter, InvalidParameterValue  400  EC2, which has words of its own
 * @throws ServiceError InvalidInputException  400  Organizations, likewise
 */
export function refuseInvalidInput(model: ServiceModel, operation: OperationModel, input: object): void {
  if (operation.input === undefined) return;
  const check = validatorOf(model).check(operation.input);
  if (check.holds(input)) return;
  const violations: Violation[] = [];
  check.explain(input, '', violations, '');
  if (model.protocol === 'ec2') throw ec2Refusal(violations);
  if (model.service === 'organizations') throw organizationsRefusal(violations);
  const message = constraintMessage(violations);
  if (message !== undefined) throw new ServiceError('ValidationError', message);
}

/** EC2 names one thing at a time. @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
function ec2Refusal(violations: readonly Violation[]): ServiceError {
  const missing = violations.find(({ constraint }) => constraint === NOT_NULL);
  if (missing) return new ServiceError('MissingParameter', `The request must contain the parameter ${missing.path}`);
  const [{ path, shown, constraint } = { path: '', shown: '', constraint: '' }] = violations;
  return new ServiceError('InvalidParameterValue', `Value (${shown ?? ''}) for parameter ${path} is invalid. ${constraint}`);
}

/** More than these are neither looked for nor told. */
const MOST_VIOLATIONS = 20;

/** A shape's constraints: first whether all hold, which is nearly always so; only then, slowly, which do not. */
interface Check {
  holds(value: unknown): boolean;
  /** `member`: the name under which the value was sent, for sentences that depend on it. */
  explain(value: unknown, path: string, found: Violation[], member: string): void;
}

/** A constraint on one scalar value. */
interface Rule {
  readonly kind: ConstraintKind;
  readonly constraint: string;
  readonly holds: (value: never) => boolean;
  /** IAM's own sentence for a member of this name. */
  readonly sentence?: (member: string) => string | undefined;
}

const ALWAYS: Check = { holds: () => true, explain: () => undefined };

const validators = new WeakMap<ServiceModel, Validator>();

function validatorOf(model: ServiceModel): Validator {
  let validator = validators.get(model);
  if (!validator) {
    validator = new Validator(model);
    validators.set(model, validator);
  }
  return validator;
}

class Validator {
  readonly #model: ServiceModel;
  readonly #checks = new Map<string, Check>();

  constructor(model: ServiceModel) {
    this.#model = model;
  }

  check(shape: string): Check {
    let check = this.#checks.get(shape);
    if (check) return check;
    // Shapes may hold themselves: while this one is being made, its users get one that looks again.
    const whenMade = (): Check => this.#checks.get(shape) ?? ALWAYS;
    const later: Check = {
      holds: (value) => whenMade().holds(value),
      explain: (value, path, found, member) => whenMade().explain(value, path, found, member),
    };
    this.#checks.set(shape, later);
    check = this.#compile(this.#shape(shape));
    this.#checks.set(shape, check);
    return check;
  }

  #shape(name: string): ShapeEntry {
    const shape = this.#model.shapes[name];
    if (!shape) throw new Error(`the model of ${this.#model.service} has no shape ${name}`);
    return shape;
  }

  #compile(shape: ShapeEntry): Check {
    switch (shape.type) {
      case 'structure':
        return this.#structure(shape);
      case 'list':
        return this.#list(shape);
      case 'map':
        return this.#map(shape);
      default: {
        const rules = this.#rules(shape);
        if (rules.length === 0) return ALWAYS;
        const hidden = this.#hides(shape);
        return {
          holds: (value) => rules.every((rule) => rule.holds(value as never)),
          explain: (value, path, found, member) => {
            for (const rule of broken(rules, value)) {
              const shown = hidden ? undefined : show(value);
              add(found, { kind: rule.kind, path, shown, constraint: rule.constraint, sentence: rule.sentence?.(member) });
            }
          },
        };
      }
    }
  }

  #structure(shape: StructureEntry): Check {
    const required = new Set(shape.required);
    const members = Object.entries(shape.members)
      .map(([name, reference]) => ({ name, shown: lowerFirst(name), required: required.has(name), check: this.check(nameOf(reference)) }))
      .filter((member) => member.required || member.check !== ALWAYS);
    if (members.length === 0) return ALWAYS;
    return {
      holds: (value) => {
        const structure = value as Readonly<Record<string, unknown>>;
        for (const { name, required, check } of members) {
          const member = structure[name];
          if (member === undefined || member === null ? required : !check.holds(member)) return false;
        }
        return true;
      },
      explain: (value, path, found) => {
        const structure = value as Readonly<Record<string, unknown>>;
        for (const { name, shown, required, check } of members) {
          const member = structure[name];
          const at = path === '' ? shown : `${path}.${shown}`;
          if (member !== undefined && member !== null) check.explain(member, at, found, name);
          else if (required) add(found, { kind: 'required', path: at, shown: undefined, constraint: NOT_NULL });
        }
      },
    };
  }

  #list(shape: ListEntry): Check {
    const own = sizeRules(shape, (value: readonly unknown[]) => value.length);
    const element = this.#shape(nameOf(shape.member));
    const rules = this.#rules(element);
    const hidden = this.#hides(element);
    const check = this.check(nameOf(shape.member));
    const isThere = (item: unknown): boolean => item !== undefined && item !== null;
    return {
      holds: (value) => {
        const list = value as readonly unknown[];
        return own.every((rule) => rule.holds(list as never)) && list.every((item) => isThere(item) && check.holds(item));
      },
      explain: (value, path, found) => {
        const list = value as readonly unknown[];
        const shown = hidden ? undefined : show(value);
        for (const rule of broken(own, list)) add(found, { kind: rule.kind, path, shown, constraint: rule.constraint });
        // Scalars are reported once for the whole list, with everything an element must satisfy.
        const scalars = isScalar(element);
        if (scalars && list.some((item) => isThere(item) && !check.holds(item)))
          add(found, { kind: 'member', path, shown, constraint: elements(rules.map((rule) => rule.constraint)) });
        for (let i = 0; i < list.length && found.length < MOST_VIOLATIONS; i++) {
          if (!isThere(list[i])) add(found, { kind: 'required', path: `${path}.${i + 1}.member`, shown: undefined, constraint: NOT_NULL });
          else if (!scalars) check.explain(list[i], `${path}.${i + 1}.member`, found, '');
        }
      },
    };
  }

  #map(shape: MapEntry): Check {
    const own = sizeRules(shape, (value: object) => Object.keys(value).length);
    const [keys, values] = [this.#shape(nameOf(shape.key)), this.#shape(nameOf(shape.value))];
    const [keyRules, valueRules] = [this.#rules(keys), this.#rules(values)];
    const hidden = this.#hides(keys) || this.#hides(values);
    const check = this.check(nameOf(shape.value));
    const keyHolds = (key: string): boolean => keyRules.every((rule) => rule.holds(key as never));
    return {
      holds: (value) => {
        if (!own.every((rule) => rule.holds(value as never))) return false;
        for (const [key, item] of Object.entries(value as object)) {
          if (!keyHolds(key) || (item !== undefined && item !== null && !check.holds(item))) return false;
        }
        return true;
      },
      explain: (value, path, found) => {
        const entries = Object.entries(value as Readonly<Record<string, unknown>>).filter(
          ([, item]) => item !== undefined && item !== null,
        );
        const shown = hidden || this.#model.service === 'iam' || !isScalar(values) ? undefined : showMap(entries);
        for (const rule of broken(own, value)) add(found, { kind: rule.kind, path, shown, constraint: rule.constraint });
        if (entries.some(([key]) => !keyHolds(key)))
          add(found, { kind: 'member', path, shown, constraint: mapKeys(keyRules.map((rule) => rule.constraint)) });
        if (!isScalar(values)) {
          for (const [key, item] of entries) check.explain(item, `${path}.${echo(key)}.member`, found, '');
        } else if (entries.some(([, item]) => !check.holds(item))) {
          add(found, { kind: 'member', path, shown, constraint: mapValues(valueRules.map((rule) => rule.constraint)) });
        }
      },
    };
  }

  /** The constraints of a scalar; those of a container are its own affair. */
  #rules(shape: ShapeEntry): Rule[] {
    switch (shape.type) {
      case 'string':
        return this.#stringRules(shape);
      case 'blob':
        return sizeRules(shape, (value: Uint8Array) => value.length);
      case 'integer':
      case 'long':
      case 'float':
      case 'double': {
        const { min, max } = shape;
        // Written so that NaN breaks both.
        return [
          ...(max === undefined
            ? []
            : [{ kind: 'max-value' as const, constraint: valueAtMost(max), holds: (value: number) => value <= max }]),
          ...(min === undefined
            ? []
            : [{ kind: 'min-value' as const, constraint: valueAtLeast(min), holds: (value: number) => value >= min }]),
        ];
      }
      default:
        return [];
    }
  }

  #stringRules({ min, max, pattern, test, enum: values }: Extract<ShapeEntry, { type: 'string' }>): Rule[] {
    const rules: Rule[] = [];
    // EC2 judges its strings itself, each in its own words.
    if (this.#model.protocol === 'ec2') return rules;
    if (max !== undefined)
      rules.push({ kind: 'max-length', constraint: lengthAtMost(max), holds: (text: string) => isNoLonger(text, max) });
    if (min !== undefined && min > 0)
      rules.push({ kind: 'min-length', constraint: lengthAtLeast(min), holds: (text: string) => !isShorter(text, min) });
    if (pattern !== undefined) {
      let expression: RegExp | undefined;
      const matches = (text: string): boolean => {
        expression ??= new RegExp(`^(?:${test ?? pattern})$`, 'u');
        return expression.test(text);
      };
      rules.push({
        kind: 'pattern',
        constraint: matchesPattern(pattern),
        // INVARIANT: no pattern meets a text longer than its shape allows; tools/data/pattern-safety.ts counts on it.
        holds: (text: string) => (max !== undefined && !isNoLonger(text, max)) || matches(text),
        ...(this.#model.service === 'iam' && { sentence: (member: string) => iamSentence(member, pattern) }),
      });
    }
    if (values) {
      const known = new Set(values);
      rules.push({ kind: 'enum', constraint: this.#enumSentence(values), holds: (text: string) => known.has(text) });
    }
    return rules;
  }

  /** IAM leaves out the values of `status`, as recorded. */
  #enumSentence(values: readonly string[]): string {
    const isIamStatus = this.#model.service === 'iam' && values.includes('Active') && values.includes('Inactive');
    return isIamStatus ? 'Member must satisfy enum value set' : isOneOf(values);
  }

  /** IAM shows no values since March 2025; nobody shows secrets, structures or binary data. */
  #hides(shape: ShapeEntry): boolean {
    return this.#model.service === 'iam' || !isScalar(shape) || shape.type === 'blob' || ('sensitive' in shape && shape.sensitive === true);
  }
}

const nameOf = (reference: Reference): string => (typeof reference === 'string' ? reference : reference.shape);

const isScalar = (shape: ShapeEntry): boolean =>
  shape.type !== 'structure' && shape.type !== 'list' && shape.type !== 'map' && shape.type !== 'document';

const broken = (rules: readonly Rule[], value: unknown): Rule[] => rules.filter((rule) => !rule.holds(value as never));

function add(found: Violation[], violation: Violation): void {
  if (found.length < MOST_VIOLATIONS) found.push(violation);
}

function sizeRules<Value>({ min, max }: { readonly min?: number; readonly max?: number }, size: (value: Value) => number): Rule[] {
  return [
    ...(max === undefined
      ? []
      : [{ kind: 'max-length' as const, constraint: lengthAtMost(max), holds: (value: Value) => size(value) <= max }]),
    ...(min === undefined || min === 0
      ? []
      : [{ kind: 'min-length' as const, constraint: lengthAtLeast(min), holds: (value: Value) => size(value) >= min }]),
  ];
}

/** `[a, b]` for a list, as Java prints one. */
function show(value: unknown): string {
  if (!Array.isArray(value)) return echo(String(value));
  let text = '';
  for (const item of value) {
    text += `${text === '' ? '' : ', '}${String(item)}`;
    if (text.length > 1024) break;
  }
  return echo(`[${text}]`);
}

function showMap(entries: readonly (readonly [string, unknown])[]): string {
  return echo(
    `{${entries
      .slice(0, 16)
      .map(([key, value]) => `${echo(key)}=${echo(String(value))}`)
      .join(', ')}}`,
  );
}

// Lengths are in Unicode code points, as Smithy counts them; JavaScript counts UTF-16 units, of which there are at least as many.

const isNoLonger = (text: string, max: number): boolean => text.length <= max || (text.length <= 2 * max && codePoints(text) <= max);

const isShorter = (text: string, min: number): boolean => text.length < min || (text.length < 2 * min && codePoints(text) < min);

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
