import { foldCase } from '../../core/name.ts';

/*
 * The language of the policies that Organizations only hands on (tags, backups, opting out of AI services, …): objects in objects, with
 * operators that say what becomes of inherited values.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
 */

/** A JSON value; objects are maps, so that no name means anything to JavaScript. */
export type Value = string | number | boolean | null | readonly Value[] | ReadonlyMap<string, Value>;

type Members = ReadonlyMap<string, Value>;

const MAX_DEPTH = 32;

/** The document, when the text is a JSON object of at most 32 levels; else undefined. */
export function readManagementPolicy(text: string): Members | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const value = readValue(parsed, 0);
  return value instanceof Map ? value : undefined;
}

/** Undefined where it is too deep. */
function readValue(parsed: unknown, depth: number): Value | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof parsed !== 'object' || parsed === null) return parsed as Value;
  const entries = Array.isArray(parsed) ? parsed.entries() : Object.entries(parsed);
  const members = new Map<string, Value>();
  for (const [name, member] of entries) {
    const value = readValue(member, depth + 1);
    if (value === undefined) return undefined;
    members.set(String(name), value);
  }
  return Array.isArray(parsed) ? [...members.values()] : members;
}

const VALUE_OPERATORS = ['@@assign', '@@append', '@@remove'] as const;
const CHILD_CONTROL = '@@operators_allowed_for_child_policies';

type Allowed = ReadonlySet<string>;
const ALL: Allowed = new Set(VALUE_OPERATORS);

/** One place in the effective policy, as it stands after some levels. */
interface Setting {
  value: Value | undefined;
  readonly children: Map<string, Setting>;
  /** What policies of lower levels may still do here. */
  allowed: Allowed;
}

const newSetting = (): Setting => ({ value: undefined, children: new Map(), allowed: ALL });

/**
 * What several levels of policies come to. `levels` go from the root down to the account, each with its policies in the order in which they
 * were attached. Within a level values are assigned first, a later policy over an earlier one (unverified), then appended, then removed.
 * `foldNames`: names that differ by case are one, and come out in lower case.
 */
export function mergePolicies(levels: readonly (readonly Members[])[], { foldNames }: { foldNames: boolean }): Members {
  const root = newSetting();
  for (const level of levels) apply(root, level, ALL, foldNames);
  const merged = render(root);
  return merged instanceof Map ? merged : new Map();
}

function apply(setting: Setting, policies: readonly Members[], inherited: Allowed, foldNames: boolean): void {
  const allowed = setting.allowed.intersection(inherited);
  const given = (operator: string): Value[] =>
    allowed.has(operator) ? policies.flatMap((policy) => (policy.has(operator) ? [policy.get(operator) as Value] : [])) : [];
  for (const value of given('@@assign')) setting.value = value;
  for (const value of given('@@append')) setting.value = [...new Set([...listOf(setting.value), ...listOf(value)])];
  for (const value of given('@@remove')) {
    const removed = new Set(listOf(value));
    setting.value = listOf(setting.value).filter((each) => !removed.has(each));
  }
  const children = new Map<string, Members[]>();
  for (const policy of policies) {
    for (const [name, member] of policy) {
      if (name.startsWith('@@')) continue;
      const key = foldNames ? foldCase(name) : name;
      // A value without operator is assigned.
      const below = member instanceof Map ? member : new Map([['@@assign', member]]);
      children.set(key, [...(children.get(key) ?? []), below]);
    }
  }
  for (const [name, below] of children) {
    const child = setting.children.get(name) ?? newSetting();
    apply(child, below, allowed, foldNames);
    // One that came to nothing, as its operators are forbidden here, is not there; an object written empty is.
    const empty = child.value === undefined && child.children.size === 0;
    if (!empty || (allowed.size > 0 && below.some((policy) => policy.size === 0))) setting.children.set(name, child);
  }
  // What a policy forbids holds for those below it, not for its own level.
  for (const policy of policies) {
    const control = policy.get(CHILD_CONTROL);
    if (control !== undefined) setting.allowed = setting.allowed.intersection(allowedBy(listOf(control)));
  }
}

const allowedBy = (operators: readonly Value[]): Allowed =>
  operators.includes('@@all') ? ALL : new Set(operators.filter((each) => typeof each === 'string'));

const listOf = (value: Value | undefined): readonly Value[] => (value === undefined ? [] : Array.isArray(value) ? value : [value as Value]);

function render({ value, children }: Setting): Value {
  if (value !== undefined) return value;
  return new Map([...children].map(([name, child]) => [name, render(child)]));
}

/** As JSON text. */
export const formatManagementPolicy = (policy: Members): string =>
  JSON.stringify(policy, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value));
