import { foldCase } from '../fold-case.ts';
import { type Glob, globOfText, matchesGlob } from './glob.ts';

/** The action of a request, folded and split: `iam`, `createuser`. */
export interface ActionName {
  readonly service: string;
  readonly name: string;
}

/** A pattern of Action or NotAction. `service` undefined: every service. */
export interface ActionPattern {
  readonly service: string | undefined;
  readonly name: Glob;
}

export function actionName(action: string): ActionName {
  const folded = foldCase(action);
  const colon = folded.indexOf(':');
  return colon === -1 ? { service: '', name: folded } : { service: folded.slice(0, colon), name: folded.slice(colon + 1) };
}

/**
 * Made from `*` or `service:Name`; anything else matches nothing and is undefined. Of the service only the lone `*` is a wildcard:
 * `ec2:*` is not `ec2-foo:X`. Variables mean nothing here.
 */
export function compileAction(text: string): ActionPattern | undefined {
  if (text === '*') return { service: undefined, name: { form: 'any' } };
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  const service = foldCase(text.slice(0, colon));
  return { service: service === '*' ? undefined : service, name: globOfText(foldCase(text.slice(colon + 1))) };
}

export function matchesAction(pattern: ActionPattern, action: ActionName): boolean {
  return (pattern.service === undefined || pattern.service === action.service) && matchesGlob(pattern.name, action.name);
}
