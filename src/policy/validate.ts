import { NotJson, type PolicyDocument, parsePolicy, type Statement, SYNTAX_ERRORS } from './document.ts';
import { foldCase } from './fold-case.ts';
import type { PolicyKind } from './kind.ts';
import { actionName, compileAction, matchesAction } from './match/action.ts';
import { parseOperator } from './operator.ts';
import { PolicyError } from './policy-error.ts';
import { positionAt } from './position.ts';
import { principalProblem } from './principal-value.ts';
import { resourceProblem } from './resource-value.ts';
import { evaluatesKey, neededKey } from './shared-provider.ts';
import { parseInstant } from './value/instant.ts';

export interface ValidateOptions {
  /** The caller's partition, in which every ARN must be; `aws` when absent. */
  readonly partition?: string | undefined;
}

/** A broken rule: AWS's sentence, what is wrong in plain words, and the offset of the place. */
interface Problem {
  readonly message: string;
  readonly detail: string;
  readonly at: number | undefined;
}

type Rule = (document: PolicyDocument, kind: PolicyKind, partition: string) => Problem | undefined;

/**
 * The rules of each kind, in the order in which AWS reports them: the first that is broken is the answer. That order is recorded for
 * managed policies; for the others it is (unverified).
 */
const IDENTITY: readonly Rule[] = [
  syntax,
  legacyParsing,
  sids,
  noPrincipal,
  actionsPresent,
  resourcesPresent,
  resourceFormat,
  actionFormat,
];
const TRUST: readonly Rule[] = [
  syntax,
  legacyParsing,
  sids,
  noResource,
  principalPresent,
  actionsPresent,
  assumeRoleActions,
  principalFormat,
  sharedProviders,
];
const RESOURCE: readonly Rule[] = [
  syntax,
  legacyParsing,
  uniqueSids,
  principalPresent,
  actionsPresent,
  resourcesPresent,
  actionFormat,
  principalFormat,
];
const RULES: Readonly<Record<PolicyKind, readonly Rule[]>> = {
  identity: IDENTITY,
  managed: [syntax, currentVersion, ...IDENTITY.slice(1)],
  boundary: [syntax, currentVersion, ...IDENTITY.slice(1)],
  session: IDENTITY,
  trust: TRUST,
  resource: RESOURCE,
  endpoint: RESOURCE,
  scp: IDENTITY,
  rcp: [syntax, legacyParsing, sids, resourceControl, actionsPresent, resourcesPresent, resourceFormat, actionFormat],
};

/**
 * Whether a document may be stored as a policy of that kind. Whether the users and roles it names exist is not looked at: `listPrincipals`.
 * Sizes are not either: `policySize`. Undefined when nothing is wrong.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function validatePolicy(text: string, kind: PolicyKind, options: ValidateOptions = {}): PolicyError | undefined {
  let document: PolicyDocument;
  try {
    document = parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const message = kind === 'trust' && error instanceof NotJson ? 'This policy contains invalid Json' : sentence(kind, error.message);
    return new PolicyError(message, error.detail, error.position);
  }
  for (const rule of RULES[kind]) {
    const problem = rule(document, kind, options.partition ?? 'aws');
    if (problem) {
      const position = problem.at === undefined ? undefined : positionAt(text, problem.at);
      return new PolicyError(sentence(kind, problem.message), problem.detail, position);
    }
  }
  return undefined;
}

/** Organizations says one thing about every mistake. @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html */
const sentence = (kind: PolicyKind, message: string): string =>
  kind === 'scp' || kind === 'rcp' ? 'The provided policy document does not meet the requirements of the specified policy type.' : message;

const problem = (message: string, detail: string, at?: number): Problem => ({ message, detail, at });

/** The first problem that a statement has. */
function inStatements({ statements }: PolicyDocument, find: (statement: Statement) => Problem | undefined): Problem | undefined {
  for (const statement of statements) {
    const found = find(statement);
    if (found) return found;
  }
  return undefined;
}

/** What the shape of the document alone does not settle: characters, operators, condition keys that differ by case. */
function syntax(document: PolicyDocument): Problem | undefined {
  const { text } = document;
  for (let i = 0; i < text.length; i++) {
    // Control characters the reader has refused.
    if (text.charCodeAt(i) > 0xff) return problem(SYNTAX_ERRORS, 'a character that policies may not hold', i);
  }
  if (document.statements.length === 0) return problem(SYNTAX_ERRORS, 'Statement is an empty list');
  return inStatements(document, ({ conditions }) => {
    const keys = new Map<number, Set<string>>();
    for (const { operator, key } of conditions) {
      if (!parseOperator(operator.text))
        return problem(SYNTAX_ERRORS, `unknown condition operator ${JSON.stringify(operator.text)}`, operator.at);
      const seen = keys.get(operator.at) ?? new Set();
      const folded = foldCase(key.text);
      if (seen.has(folded))
        return problem(SYNTAX_ERRORS, `the condition key ${JSON.stringify(key.text)} stands twice under one operator`, key.at);
      keys.set(operator.at, seen.add(folded));
    }
    return undefined;
  });
}

function currentVersion({ version }: PolicyDocument): Problem | undefined {
  if (version === '2012-10-17') return undefined;
  return problem('Policy document must be version 2012-10-17 or greater.', 'managed policies need "Version": "2012-10-17"');
}

const LEGACY = 'The policy failed legacy parsing';

function legacyParsing(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ effect, conditions, resource, notResource }) => {
    if (effect.text !== 'Allow' && effect.text !== 'Deny') return problem(LEGACY, 'Effect must be spelled "Allow" or "Deny"', effect.at);
    for (const { operator, values } of conditions) {
      if (parseOperator(operator.text)?.family !== 'date') continue;
      for (const { text, at } of values)
        if (!parseInstant(text)) return problem(LEGACY, `${JSON.stringify(text)} is neither a date nor epoch seconds`, at);
    }
    for (const { text, at } of resource ?? notResource ?? []) {
      const parts = text.split(':', 6);
      if ((parts.length < 6 && text.includes('::')) || parts[2] === '')
        return problem(LEGACY, `${JSON.stringify(text)} is cut short or names no service`, at);
    }
    return undefined;
  });
}

function uniqueSids(document: PolicyDocument): Problem | undefined {
  const seen = new Set<string>();
  return inStatements(document, ({ sid }) => {
    if (!sid || sid.text === '') return undefined;
    if (seen.has(sid.text))
      return problem(
        'Statement IDs (SID) in a single policy must be unique.',
        `a second statement has the Sid ${JSON.stringify(sid.text)}`,
        sid.at,
      );
    seen.add(sid.text);
    return undefined;
  });
}

/** Some services (S3, KMS, SQS, SNS) take more characters in a Sid; IAM does not. */
function sids(document: PolicyDocument): Problem | undefined {
  return (
    uniqueSids(document) ??
    inStatements(document, ({ sid }) =>
      sid && !isAlphanumeric(sid.text)
        ? problem(
            'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
            `the Sid ${JSON.stringify(sid.text)} holds other characters than letters and digits`,
            sid.at,
          )
        : undefined,
    )
  );
}

function isAlphanumeric(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122))) return false;
  }
  return true;
}

function noPrincipal(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ principal, notPrincipal }) => {
    const named = principal ?? notPrincipal;
    return (
      named &&
      problem('Policy document should not specify a principal.', 'policies of this kind apply to whoever they are attached to', named.at)
    );
  });
}

function actionsPresent(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ action, notAction, start }) =>
    (action ?? notAction ?? []).length > 0
      ? undefined
      : problem('Policy statement must contain actions.', 'the statement names no action', start),
  );
}

function resourcesPresent(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ resource, notResource, start }) =>
    (resource ?? notResource ?? []).length > 0
      ? undefined
      : problem('Policy statement must contain resources.', 'the statement names no resource', start),
  );
}

/** Of several bad resources AWS reports the one that sorts last. */
function resourceFormat({ statements }: PolicyDocument, _: PolicyKind, partition: string): Problem | undefined {
  let last: { text: string; at: number; message: string } | undefined;
  for (const { resource, notResource } of statements) {
    for (const { text, at } of resource ?? notResource ?? []) {
      if (last && text <= last.text) continue;
      const message = resourceProblem(text, partition);
      if (message !== undefined) last = { text, at, message };
    }
  }
  return last && problem(last.message, `the resource ${JSON.stringify(last.text)} is not well-formed`, last.at);
}

function actionFormat(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ action, notAction }) => {
    for (const { text, at } of action ?? notAction ?? []) {
      const message = actionProblem(text);
      if (message !== undefined) return problem(message, `the action ${JSON.stringify(text)} is not of the form service:Name`, at);
    }
    return undefined;
  });
}

/** Services and names that do not exist pass. */
function actionProblem(text: string): string | undefined {
  if (text === '*') return undefined;
  const colon = text.indexOf(':');
  if (colon === -1) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (text.includes(':', colon + 1)) return 'Actions/Condition can contain only one colon.';
  const vendor = text.slice(0, colon);
  return vendor === '*' || isVendor(vendor) ? undefined : `Vendor ${vendor} is not valid`;
}

const isVendor = (text: string): boolean => text !== '' && isAlphanumeric(text.replaceAll('.', '').replaceAll('-', ''));

function noResource(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ resource, notResource, start }) => {
    if (!resource && !notResource) return undefined;
    return problem(
      `Has prohibited field ${resource ? 'Resource' : 'NotResource'}`,
      "a trust policy's resource is the role itself",
      (resource ?? notResource)?.[0]?.at ?? start,
    );
  });
}

function principalPresent(document: PolicyDocument, kind: PolicyKind): Problem | undefined {
  return inStatements(document, ({ principal, notPrincipal, effect, start }) => {
    if (notPrincipal && (kind === 'trust' || effect.text === 'Allow')) {
      return problem(
        'Has prohibited field NotPrincipal',
        'NotPrincipal is for Deny statements of resource-based policies',
        notPrincipal.at,
      );
    }
    const named = principal ?? notPrincipal;
    if (!named) return problem('Missing required field Principal', 'the statement names no principal', start);
    const empty = !named.everyone && named.entries.length === 0;
    return empty ? problem('Missing required field Principal cannot be empty!', 'the statement names no principal', named.at) : undefined;
  });
}

function principalFormat(document: PolicyDocument, _: PolicyKind, partition: string): Problem | undefined {
  return inStatements(document, ({ principal, notPrincipal }) => {
    for (const entry of (principal ?? notPrincipal)?.entries ?? []) {
      const message = principalProblem(entry, partition);
      if (message !== undefined)
        return problem(message, `${JSON.stringify(entry.text)} cannot be a principal of type ${entry.type}`, entry.at);
    }
    return undefined;
  });
}

/** What a trust policy can be about. */
const TRUST_ACTIONS = [
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'TagSession',
  'SetSourceIdentity',
  'SetContext',
].map((name) => actionName(`sts:${name}`));

/** `*` alone is refused like any other service's actions (unverified). */
function assumeRoleActions(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ action, notAction }) => {
    for (const { text, at } of action ?? notAction ?? []) {
      const pattern = compileAction(text);
      const known = pattern?.service === 'sts' && TRUST_ACTIONS.some((name) => matchesAction(pattern, name));
      if (!known)
        return problem('AssumeRole policy may only specify STS AssumeRole actions.', `${JSON.stringify(text)} takes none of them`, at);
    }
    return undefined;
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html */
function sharedProviders(document: PolicyDocument): Problem | undefined {
  return inStatements(document, (statement) => {
    if (statement.effect.text !== 'Allow') return undefined;
    for (const { type, text, at } of statement.principal?.entries ?? []) {
      const key = type === 'Federated' ? neededKey(text) : undefined;
      if (key === undefined || evaluatesKey(statement, key)) continue;
      return problem(
        `Trust policy with trusted principal ${text} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, ${key} which is not scoped to all.`,
        'everybody can get tokens of this provider: say whose may assume the role',
        at,
      );
    }
    return undefined;
  });
}

/** Customers' RCPs only deny, everyone, and name their actions. */
function resourceControl(document: PolicyDocument): Problem | undefined {
  return inStatements(document, ({ effect, principal, notAction, action, start }) => {
    if (effect.text !== 'Deny') return problem(SYNTAX_ERRORS, 'only AWS may allow in a resource control policy', effect.at);
    const everyone =
      principal?.everyone === true ||
      (principal?.entries.length === 1 && principal.entries[0]?.type === 'AWS' && principal.entries[0].text === '*');
    if (!everyone) return problem(SYNTAX_ERRORS, 'the principal of a resource control policy must be "*"', principal?.at ?? start);
    if (notAction) return problem(SYNTAX_ERRORS, 'NotAction is not for resource control policies', start);
    const bare = action?.find(({ text }) => text === '*');
    return bare && problem(SYNTAX_ERRORS, 'a resource control policy cannot be about all actions', bare.at);
  });
}
