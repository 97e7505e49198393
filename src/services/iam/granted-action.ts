import { foldCase, parsePolicy, type Statement } from '../../policy/index.ts';
import { compileAction } from '../../policy/match/action.ts';
import { type Glob, matchesGlob } from '../../policy/match/glob.ts';

/** The actions that one statement names. */
interface Named {
  readonly ofService: ReadonlyMap<string, readonly Glob[]>;
  readonly ofAnyService: readonly Glob[];
  /** `NotAction`: all but those. */
  readonly inverted: boolean;
}

function named(statement: Statement): Named {
  const ofService = new Map<string, Glob[]>();
  const ofAnyService: Glob[] = [];
  for (const { text } of statement.action ?? statement.notAction ?? []) {
    const pattern = compileAction(text);
    if (!pattern) continue;
    if (pattern.service === undefined) ofAnyService.push(pattern.name);
    else ofService.set(pattern.service, [...(ofService.get(pattern.service) ?? []), pattern.name]);
  }
  return { ofService, ofAnyService, inverted: statement.action === undefined };
}

/** Whether a statement may name anything of a service at all. */
const concerns = (names: Named, service: string): boolean =>
  names.inverted || names.ofAnyService.length > 0 || names.ofService.has(service);

function includes(names: Named, service: string, action: string): boolean {
  const matches = (glob: Glob): boolean => matchesGlob(glob, action);
  const found = names.ofAnyService.some(matches) || (names.ofService.get(service) ?? []).some(matches);
  return found !== names.inverted;
}

/**
 * Which actions a set of policies lets somebody call on anything at all: what access reports go by. Conditions and resources of an Allow do
 * not count; a Deny counts where it holds for every resource under every condition (unverified). Not a decision on any request.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html#access_policies_last-accessed-know
 */
export class GrantedActions {
  readonly #allowed: Named[] = [];
  readonly #denied: Named[] = [];

  constructor(documents: readonly string[]) {
    for (const document of documents) {
      // What is stored was parsed when it came.
      for (const statement of parsePolicy(document).statements) {
        if (statement.effect.text === 'Allow') this.#allowed.push(named(statement));
        else if (isUnconditional(statement)) this.#denied.push(named(statement));
      }
    }
  }

  /** Those of a service's actions that are granted, in the order given. */
  of(service: string, actions: readonly string[]): string[] {
    const folded = foldCase(service);
    const allowed = this.#allowed.filter((each) => concerns(each, folded));
    if (allowed.length === 0) return [];
    return actions.filter((action) => this.#grants(allowed, folded, foldCase(action)));
  }

  /** Whether any of a service's actions is granted. */
  anyOf(service: string, actions: readonly string[]): boolean {
    const folded = foldCase(service);
    const allowed = this.#allowed.filter((each) => concerns(each, folded));
    return allowed.length > 0 && actions.some((action) => this.#grants(allowed, folded, foldCase(action)));
  }

  #grants(allowed: readonly Named[], service: string, action: string): boolean {
    return allowed.some((each) => includes(each, service, action)) && !this.#denied.some((each) => includes(each, service, action));
  }
}

const isUnconditional = ({ conditions, resource }: Statement): boolean =>
  conditions.length === 0 && (resource?.some(({ text }) => text === '*') ?? false);
