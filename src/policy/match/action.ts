import { foldCase } from '../fold-case.ts';
import { type Glob, globOfText, MATCHES_ANYTHING, matchesGlob } from './glob.ts';

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
  if (text === '*') return { service: undefined, name: MATCHES_ANYTHING };
  const colon = text.indexOf(':');
  if (colon === -1) return undefined;
  const service = foldCase(text.slice(0, colon));
  return { service: service === '*' ? undefined : service, name: globOfText(foldCase(text.slice(colon + 1))) };
}

export function matchesAction(pattern: ActionPattern, action: ActionName): boolean {
  return (pattern.service === undefined || pattern.service === action.service) && matchesGlob(pattern.name, action.name);
}

/** The same, from the text: for the first look at a document, of which most patterns are never needed again. */
export function matchesActionText(text: string, action: ActionName): boolean {
  if (text === '*') return true;
  const service = action.service.length;
  const named = text.charCodeAt(service) === COLON && isFolded(text, 0, action.service);
  if (!named && !(text.charCodeAt(0) === STAR && text.charCodeAt(1) === COLON)) return false;
  const start = (named ? service : 1) + 1;
  if (text.length - start === action.name.length && isFolded(text, start, action.name)) return true;
  const name = text.slice(start);
  return (name.includes('*') || name.includes('?')) && matchesGlob(globOfText(foldCase(name)), action.name);
}

const COLON = 58;
const STAR = 42;

/** Whether `folded` stands at `start`, whatever the case of its ASCII letters. */
function isFolded(text: string, start: number, folded: string): boolean {
  for (let i = 0; i < folded.length; i++) {
    const code = text.charCodeAt(start + i);
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== folded.charCodeAt(i)) return false;
  }
  return true;
}
