import type { PolicySource } from './compiled-policy.ts';
import { NAMES } from './denial-message.ts';
import type { ExplainedCondition, ExplainedLayer, ExplainedStatement, Explanation } from './explanation.ts';

/** What of an explanation the sentence is made from. */
type Explained = Pick<Explanation, 'request' | 'decision' | 'layers'>;

/**
 * A decision in one sentence for people, the caller's own: "denied: the permissions boundary `TeamBoundary` does not allow
 * `sagemaker:CreateEndpoint` on `*`; it would if …". Texts from policies and requests stand in backticks; printing them safely is for whoever shows them.
 */
export function toSentence({ request, decision, layers }: Explained): string {
  const asked = `${code(request.action)} on ${code(request.resource)}`;
  const { outcome, decidedBy, statement } = decision;
  if (decidedBy === undefined) return `allowed: the root user needs no permission for ${asked}`;
  if (statement) {
    const verb = outcome === 'allowed' ? 'allows' : 'denies';
    const which = statement.sid ? `statement ${code(statement.sid)}` : `statement ${statement.index + 1}`;
    return `${outcome === 'allowed' ? 'allowed' : 'denied'}: ${which} of the ${NAMES[decidedBy]} ${named(statement.policy)} ${verb} ${asked}`;
  }
  const silent = layers.filter(({ kind, verdict }) => kind === decidedBy && verdict === 'silent');
  return `denied: ${whoIsSilent(decidedBy, silent)} ${asked}; ${wouldAllow(decidedBy, silent)}`;
}

function whoIsSilent(kind: keyof typeof NAMES, silent: readonly ExplainedLayer[]): string {
  const policies = silent[0]?.policies ?? [];
  const [only] = policies;
  const level = silent[0]?.level;
  if (policies.length === 1 && only) return `the ${NAMES[kind]} ${named(only.source)} does not allow`;
  const place =
    level === undefined ? '' : level === 0 ? ' at the root of the organization' : ` at level ${level} below the root of the organization`;
  return `no ${NAMES[kind]}${place} allows`;
}

/** The Allow that came nearest, and what it lacks; or what would have to be added. */
function wouldAllow(kind: keyof typeof NAMES, silent: readonly ExplainedLayer[]): string {
  let nearest: { source: PolicySource; statement: ExplainedStatement; missed: number } | undefined;
  for (const { policies } of silent) {
    for (const { source, statements } of policies) {
      for (const statement of statements) {
        if (statement.effect !== 'Allow' || statement.failed.includes('action') || statement.failed.includes('principal')) continue;
        const missed = (statement.failed.includes('resource') ? 2 : 0) + statement.conditions.filter(({ holds }) => !holds).length;
        if (!nearest || missed < nearest.missed) nearest = { source, statement, missed };
      }
    }
  }
  if (!nearest) return `it would be allowed by ${article(NAMES[kind])} that names this action and this resource`;
  const { source, statement } = nearest;
  const lacks = statement.conditions.filter(({ holds }) => !holds).map(conditionLacks);
  if (statement.failed.includes('resource')) lacks.unshift(`the resource matched ${list(statement.resources)}`);
  const which = statement.sid ? `statement ${code(statement.sid)}` : `statement ${statement.index + 1}`;
  return `${which} of ${named(source)} would allow it if ${lacks.join(' and ')}`;
}

function conditionLacks({ operator, key, expected, actual }: ExplainedCondition): string {
  const is = actual === undefined ? 'the request has no such key' : `it is ${list(actual)}`;
  return `${code(key)} satisfied ${operator} ${list(expected)} (${is})`;
}

const MOST_LISTED = 5;

function list(values: readonly string[]): string {
  if (values.length === 0) return 'an empty list';
  const shown = values.slice(0, MOST_LISTED).map(code).join(', ');
  return values.length > MOST_LISTED ? `${shown} and ${values.length - MOST_LISTED} more` : shown;
}

const code = (text: string): string => `\`${text}\``;
const named = ({ name, via }: PolicySource): string => (via === undefined ? code(name) : `${code(name)} (by ${via})`);
const article = (name: string): string => (name.startsWith('identity') ? `an ${name}` : `a ${name}`);
