import { foldCase, parsePolicy, type Statement } from '../../../src/policy/index.ts';
import { compileAction, matchesAction } from '../../../src/policy/match/action.ts';
import type { ReferenceActions } from '../../../src/server/reference.ts';

/** How much of a level of access is meant. */
export interface LevelSummary {
  /** `Read` */
  readonly level: string;
  readonly actions: readonly string[];
  /** How many actions of that level the service has. */
  readonly of: number;
}

/** What a policy does to one service, on the same resources and under the same conditions. */
export interface ServiceSummary {
  readonly effect: 'Allow' | 'Deny';
  /** `iam`; `*` for all services. */
  readonly prefix: string;
  /** As AWS calls it, or in words: `All services`, `All services, except for some actions`. */
  readonly service: string;
  /** Empty where all is meant, or nothing is known of the service. */
  readonly levels: readonly LevelSummary[];
  /** Actions that were written and are not known, or excepted; of `*`, those that are meant of every service. */
  readonly others: readonly string[];
  readonly isWhole: boolean;
  /** As written; of NotResource with `all but` before them. */
  readonly resources: readonly string[];
  /** `aws:SourceIp (IpAddress) 203.0.113.0/24` */
  readonly conditions: readonly string[];
}

/**
 * What a policy allows and denies, service by service, denials first. Says what is written: whether something else denies it, or holds it to a boundary, is
 * the simulator's.
 * @throws PolicyError  it does not parse
 */
export function summarizePolicy(text: string, known: ReferenceActions): readonly ServiceSummary[] {
  const merged = new Map<
    string,
    { summary: Omit<ServiceSummary, 'levels' | 'others' | 'isWhole'>; patterns: string[]; excepted: string[] }
  >();
  for (const statement of parsePolicy(text).statements) {
    const effect = statement.effect.text === 'Deny' ? 'Deny' : 'Allow';
    const resources = resourcesOf(statement);
    const conditions = statement.conditions.map(
      ({ operator, key, values }) => `${key.text} (${operator.text}) ${values.map((each) => each.text).join(', ')}`,
    );
    const add = (prefix: string, service: string, patterns: readonly string[], excepted: readonly string[] = []) => {
      const place = JSON.stringify([effect, prefix, resources, conditions, excepted]);
      const before = merged.get(place);
      if (before) before.patterns.push(...patterns);
      else
        merged.set(place, {
          summary: { effect, prefix, service, resources, conditions },
          patterns: [...patterns],
          excepted: [...excepted],
        });
    };
    if (statement.notAction) add('*', 'All services, except for', ['*'], textsOf(statement.notAction));
    for (const [prefix, patterns] of byPrefix(textsOf(statement.action)))
      add(prefix, prefix === '*' ? 'All services' : (serviceOf(known, prefix)?.name ?? prefix), patterns);
  }
  const rows = [...merged.values()].map(({ summary, patterns, excepted }) => ({
    ...summary,
    ...extentOf(known, summary.prefix, patterns, excepted),
  }));
  return rows.sort((a, b) => Number(a.effect === 'Allow') - Number(b.effect === 'Allow') || a.service.localeCompare(b.service, 'en'));
}

/** Those of some actions, as policies write them, that AWS has no action for: a slip of the pen allows and denies nothing. */
export const unknownActions = (actions: readonly string[], known: ReferenceActions): readonly string[] =>
  [...byPrefix(actions)].flatMap(([prefix, patterns]) =>
    prefix === '*' ? [] : extentOf(known, prefix, patterns, []).others.map((name) => `${prefix}:${name}`),
  );

/** The actions that a policy names. @throws PolicyError  it does not parse */
export const actionsIn = (text: string): readonly string[] =>
  parsePolicy(text).statements.flatMap(({ action, notAction }) => [...textsOf(action), ...textsOf(notAction)]);

const textsOf = (list: Statement['action']): readonly string[] => (list ?? []).map(({ text }) => text);

const resourcesOf = ({ resource, notResource }: Statement): readonly string[] =>
  notResource ? textsOf(notResource).map((each) => `all but ${each}`) : textsOf(resource);

const serviceOf = ({ services }: ReferenceActions, prefix: string) => (Object.hasOwn(services, prefix) ? services[prefix] : undefined);

/** `iam:Get*` by `iam`; what names every service by `*`. */
function byPrefix(actions: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(actions, (action) => {
    const colon = action.indexOf(':');
    return colon < 0 ? '*' : foldCase(action.slice(0, colon));
  });
}

function extentOf(
  known: ReferenceActions,
  prefix: string,
  patterns: readonly string[],
  excepted: readonly string[],
): Pick<ServiceSummary, 'levels' | 'others' | 'isWhole'> {
  const compiled = patterns.map((text) => ({ name: text.slice(text.indexOf(':') + 1), pattern: compileAction(text) }));
  const isAll = compiled.some(({ pattern }) => pattern?.name.form === 'any');
  if (prefix === '*') {
    const others = isAll ? excepted : patterns;
    return { levels: [], others, isWhole: others.length === 0 };
  }
  const service = serviceOf(known, prefix);
  if (!service) return { levels: [], others: isAll ? [] : compiled.map(({ name }) => name), isWhole: isAll };
  const means = ({ pattern }: (typeof compiled)[number], action: string): boolean =>
    pattern !== undefined && matchesAction(pattern, { service: prefix, name: foldCase(action) });
  const levels = Object.entries(service.actions).flatMap(([level, all]) => {
    const actions = all.filter((action) => compiled.some((each) => means(each, action)));
    return actions.length === 0 ? [] : [{ level, actions, of: all.length }];
  });
  const everything = Object.values(service.actions).flat();
  const others = compiled.filter((each) => !everything.some((action) => means(each, action))).map(({ name }) => name);
  return { levels, others, isWhole: isAll || levels.reduce((sum, each) => sum + each.actions.length, 0) === everything.length };
}
