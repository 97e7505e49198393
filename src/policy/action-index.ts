import type { ActionName } from './match/action.ts';
import type { CompiledStatement } from './statement.ts';

/** The statements of a long document by the actions they name, so that a plan does not walk those that cannot matter. */
export class ActionIndex {
  readonly #statements: readonly CompiledStatement[];
  /** Folded `service:name` → statements that list it without wildcards. */
  readonly #literal = new Map<string, number[]>();
  /** Service → statements with a wildcard in that service. */
  readonly #service = new Map<string, number[]>();
  /** Statements that may take any service. */
  readonly #any: number[] = [];

  constructor(statements: readonly CompiledStatement[]) {
    this.#statements = statements;
    for (const [index, statement] of statements.entries()) this.#add(index, statement);
  }

  statementsFor(action: ActionName): readonly CompiledStatement[] {
    const indices = new Set([
      ...this.#any,
      ...(this.#service.get(action.service) ?? []),
      ...(this.#literal.get(`${action.service}:${action.name}`) ?? []),
    ]);
    const found: CompiledStatement[] = [];
    for (const index of [...indices].sort((a, b) => a - b)) {
      const statement = this.#statements[index];
      if (statement?.matchesAction(action)) found.push(statement);
    }
    return found;
  }

  #add(index: number, statement: CompiledStatement): void {
    if (!statement.source.action) {
      this.#any.push(index);
      return;
    }
    for (const { service, name } of statement.actions) {
      if (service === undefined) push(this.#any, index);
      else if (name.form === 'exact') push(listIn(this.#literal, `${service}:${name.prefix}`), index);
      else push(listIn(this.#service, service), index);
    }
  }
}

function push(list: number[], index: number): void {
  if (list.at(-1) !== index) list.push(index);
}

function listIn(map: Map<string, number[]>, key: string): number[] {
  const found = map.get(key);
  if (found) return found;
  const list: number[] = [];
  map.set(key, list);
  return list;
}
