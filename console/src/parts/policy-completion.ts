import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { ReferenceActions } from '../../../src/server/reference.ts';
import { arnOfAll, readActions, readService } from '../reference/catalogue.ts';

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

const STATEMENT = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

const COMPARISONS = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
  ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
  ...['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
  ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'Null'],
];
const OPERATORS = [
  ...COMPARISONS,
  ...COMPARISONS.filter((each) => each !== 'Null').flatMap((each) => [`ForAnyValue:${each}`, `ForAllValues:${each}`]),
];

/** A text that is being written: where it stands in the document, and the statement that it is of. */
interface Place {
  /** Names from the document down: `Statement`, `Action`. */
  readonly path: readonly string[];
  readonly isName: boolean;
  /** Behind its opening quote. */
  readonly from: number;
  /** Before its closing quote. */
  readonly to: number;
  readonly statement: SyntaxNode | undefined;
}

const textOf = (state: EditorState, { from, to }: { from: number; to: number }): string => state.sliceDoc(from, to).replace(/^"|"$/g, '');

function placeOf(state: EditorState, position: number): Place | undefined {
  const node = syntaxTree(state).resolveInner(position, -1);
  if (node.name !== 'String' && node.name !== 'PropertyName') return undefined;
  const isClosed = node.to - node.from > 1 && state.sliceDoc(node.to - 1, node.to) === '"';
  const [from, to] = [node.from + 1, isClosed ? node.to - 1 : node.to];
  if (position < from || position > to) return undefined;
  const path: string[] = [];
  let statement: SyntaxNode | undefined;
  // The property whose name it is has no name yet.
  let above: SyntaxNode | null = node.name === 'PropertyName' ? (node.parent?.parent ?? null) : node.parent;
  for (; above; above = above.parent) {
    if (above.name === 'Property') {
      const name = above.getChild('PropertyName');
      if (name) path.unshift(textOf(state, name));
    }
    if (above.name === 'Object' && isStatement(state, above)) statement = above;
  }
  return { path, isName: node.name === 'PropertyName', from, to, statement };
}

/** The list of statements is one, or a statement by itself. */
function isStatement(state: EditorState, object: SyntaxNode): boolean {
  const holder = object.parent?.name === 'Array' ? object.parent.parent : object.parent;
  const name = holder?.name === 'Property' ? holder.getChild('PropertyName') : null;
  return name !== null && name !== undefined && textOf(state, name) === 'Statement';
}

/** The prefixes of the actions that a statement names so far: `iam`. */
function prefixesOf(state: EditorState, statement: SyntaxNode | undefined): readonly string[] {
  const found = new Set<string>();
  for (const property of statement?.getChildren('Property') ?? []) {
    const name = property.getChild('PropertyName');
    if (!name || !/^(Not)?Action$/.test(textOf(state, name))) continue;
    for (const [, prefix = ''] of state.sliceDoc(name.to, property.to).matchAll(/"([a-zA-Z0-9-]+):/g)) found.add(prefix.toLowerCase());
  }
  return [...found];
}

const option = (label: string, detail?: string): Completion => ({ label, ...(detail !== undefined && { detail }) });

async function actionOptions({ services }: ReferenceActions, typed: string): Promise<readonly Completion[]> {
  const colon = typed.indexOf(':');
  if (colon < 0) return Object.entries(services).map(([prefix, { name }]) => option(`${prefix}:`, name));
  const prefix = typed.slice(0, colon).toLowerCase();
  const service = Object.hasOwn(services, prefix) ? services[prefix] : undefined;
  const own = Object.entries(service?.actions ?? {}).flatMap(([level, names]) => names.map((name) => option(`${prefix}:${name}`, level)));
  return [option(`${prefix}:*`, 'all'), ...own];
}

const wholeServices = async (known: ReferenceActions, prefixes: readonly string[]) =>
  Promise.all(prefixes.filter((prefix) => known.whole.includes(prefix)).map(readService));

async function optionsFor(
  { path, isName, statement }: Place,
  state: EditorState,
  typed: string,
  owner: { readonly account: string; readonly region: string },
): Promise<readonly Completion[]> {
  const last = path.at(-1) ?? '';
  if (isName && last === 'Statement') return STATEMENT.map((each) => option(each));
  if (isName && last === 'Condition') return OPERATORS.map((each) => option(each));
  if (!isName && last === 'Effect') return [option('Allow'), option('Deny')];
  if (!isName && last === 'Version') return [option('2012-10-17')];
  const isAction = !isName && (last === 'Action' || last === 'NotAction');
  const isResource = !isName && (last === 'Resource' || last === 'NotResource');
  const isKey = isName && path.at(-2) === 'Condition';
  if (!isAction && !isResource && !isKey) return [];
  const known = await readActions();
  if (isAction) return actionOptions(known, typed);
  const services = await wholeServices(known, prefixesOf(state, statement));
  if (isKey)
    return [
      ...services.flatMap(({ conditionKeys }) => Object.entries(conditionKeys).map(([key, type]) => option(key, type))),
      ...known.globalConditionKeys.map((key) => option(key)),
    ];
  const arns = services.flatMap(({ resourceTypes }) =>
    Object.entries(resourceTypes).map(([type, { arn }]) => option(arnOfAll(arn, owner.account, owner.region), type)),
  );
  return [option('*', 'all'), ...arns];
}

/** What may be written where the cursor is: actions, ARNs of what they act on, condition operators and keys, from what AWS has published. */
export const policyCompletion =
  (owner: { readonly account: string; readonly region: string }): CompletionSource =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeOf(context.state, context.pos);
    if (!place) return null;
    const typed = context.state.sliceDoc(place.from, context.pos);
    const options = await optionsFor(place, context.state, typed, owner);
    if (options.length === 0) return null;
    // Once a service is chosen, there are its actions to choose from.
    return {
      from: place.from,
      to: place.to,
      options,
      validFor: typed.includes(':') || !/Action$/.test(place.path.at(-1) ?? '') ? /^[^"]*$/ : /^[^":]*$/,
    };
  };
