import type { Caller } from '../authentication/caller.ts';
import { foldCase } from '../core/name.ts';
import type { Tag } from '../core/tag.ts';
import type { RequestContext as PolicyContext } from '../policy/index.ts';
import type { OrganizationPlace } from './guardrails.ts';
import type { ContextValue } from './operation.ts';

/** What is known of one call when it is authorised. Everything a condition can ask comes from here and from nowhere else. */
export interface RequestFacts {
  readonly caller: Caller;
  /** Milliseconds since the epoch: one instant for all conditions of a call. */
  readonly now: number;
  /** Region of the endpoint called; `us-east-1` for global services. */
  readonly region: string;
  readonly sourceIp: string;
  readonly secure: boolean;
  readonly userAgent: string;
  readonly referer: string | undefined;
  /** Services that passed this call on with the caller's identity (forward access session), in order. */
  readonly calledVia: readonly string[];
}

/** What is known of one thing that a call asks for: the action's service, its target, and the keys of its row. */
export interface ActionFacts {
  /** Service prefix of the action: `sagemaker` in `sagemaker:CreateModel`. */
  readonly service: string;
  /** Service that owns the target, from its ARN: `iam` for the role in `sts:AssumeRole`. */
  readonly resourceService: string;
  readonly resourceAccount: string;
  readonly resourceTags: readonly Tag[];
  /** Where the caller's account stands, the resource's, and that of the resource a service acts for. Absent: in no organization. */
  readonly organizations?: {
    readonly principal: OrganizationPlace | undefined;
    readonly resource: OrganizationPlace | undefined;
    readonly source: OrganizationPlace | undefined;
  };
  /** Keys that the operation's row fills. Asked for once, and only if a policy reads a key that is not global. */
  readonly rowValues: () => Readonly<Record<string, ContextValue>>;
}

type Source = (request: RequestFacts, action: ActionFacts) => ContextValue;

const bool = (value: boolean): string => (value ? 'true' : 'false');
const pathsOf = (place: OrganizationPlace | undefined): ContextValue => place && [place.path];
const nonEmpty = (list: readonly string[]): ContextValue => (list.length > 0 ? list : undefined);

/**
 * Every global condition key that a server can know, as AWS spells it, and where its value comes from. A key that is not here, nor in
 * the operation's row, is absent from the request.
 *
 * Left out because nothing here has them yet: the VPC endpoint keys (aws:SourceVpce, …) and the credentials of compute services
 * (ec2:SourceInstanceArn, lambda:SourceFunctionArn, …) unless a session carries them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const GLOBAL_KEYS: Readonly<Record<string, Source>> = {
  'aws:PrincipalArn': ({ caller }) => caller.principal.principalArn,
  'aws:PrincipalAccount': ({ caller }) =>
    // (unverified) that it is absent while a federated identity assumes a role.
    caller.principal.kind === 'service' || caller.assertion ? undefined : caller.principal.account || 'anonymous',
  'aws:PrincipalOrgID': (_, { organizations }) => organizations?.principal?.id,
  'aws:PrincipalOrgPaths': (_, { organizations }) => pathsOf(organizations?.principal),
  'aws:PrincipalType': ({ caller }) => (caller.assertion ? 'User' : PRINCIPAL_TYPES[caller.principal.kind]),
  'aws:PrincipalIsAWSService': ({ caller }) =>
    caller.principal.kind === 'anonymous' ? undefined : bool(caller.principal.kind === 'service'),
  'aws:PrincipalServiceName': ({ caller }) => caller.principal.serviceNames?.[0],
  'aws:PrincipalServiceNamesList': ({ caller }) => caller.principal.serviceNames,
  'aws:userid': ({ caller }) => caller.userId,
  'aws:username': ({ caller }) => caller.userName,
  'aws:FederatedProvider': ({ caller }) =>
    caller.session?.federatedProvider ?? (caller.assertion?.saml ? undefined : caller.assertion?.provider),
  'aws:TokenIssueTime': ({ caller }) => caller.session && isoTime(caller.session.issuedAt),
  'aws:MultiFactorAuthPresent': multiFactorAuthPresent,
  'aws:MultiFactorAuthAge': ({ caller, now }) => {
    const authenticatedAt = caller.mfaAt;
    return authenticatedAt === undefined ? undefined : String(Math.max(0, Math.floor((now - authenticatedAt) / 1000)));
  },
  'aws:SourceIdentity': ({ caller }) => caller.session?.sourceIdentity,
  'aws:SourceIp': ({ caller, sourceIp }) => (caller.principal.kind === 'service' ? undefined : sourceIp || undefined),
  'aws:ResourceAccount': (_, { resourceAccount }) => resourceAccount || undefined,
  'aws:ResourceOrgID': (_, { organizations }) => organizations?.resource?.id,
  'aws:ResourceOrgPaths': (_, { organizations }) => pathsOf(organizations?.resource),
  'aws:CalledVia': ({ calledVia }) => nonEmpty(calledVia),
  'aws:CalledViaFirst': ({ calledVia }) => calledVia[0],
  'aws:CalledViaLast': ({ calledVia }) => calledVia.at(-1),
  'aws:ViaAWSService': ({ calledVia }) => bool(calledVia.length > 0),
  'aws:CurrentTime': ({ now }) => isoTime(now),
  'aws:EpochTime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:referer': ({ referer }) => referer,
  'aws:RequestedRegion': ({ region }) => region,
  'aws:SecureTransport': ({ secure }) => bool(secure),
  'aws:UserAgent': ({ userAgent }) => userAgent,
  'aws:SourceAccount': ({ caller }) => caller.onBehalfOf?.sourceAccount,
  'aws:SourceArn': ({ caller }) => caller.onBehalfOf?.sourceArn,
  'aws:SourceOrgID': (_, { organizations }) => organizations?.source?.id,
  'aws:SourceOrgPaths': (_, { organizations }) => pathsOf(organizations?.source),
};

/** Condition keys that any request may have, as AWS spells them; of tags, with the placeholder that AWS writes. */
export const globalConditionKeys: readonly string[] = [
  ...Object.keys(GLOBAL_KEYS),
  'aws:PrincipalTag/${TagKey}',
  'aws:ResourceTag/${TagKey}',
  'aws:RequestTag/${TagKey}',
  'aws:TagKeys',
];

const BY_FOLDED_NAME: ReadonlyMap<string, Source> = new Map(Object.entries(GLOBAL_KEYS).map(([name, source]) => [foldCase(name), source]));

const PRINCIPAL_TYPES: Readonly<Record<string, string>> = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'federated-user': 'FederatedUser',
  // (unverified) for services: AWS's table has no row for them.
  service: 'Service',
  anonymous: 'Anonymous',
};

/**
 * Absent with long-term keys and for federated identities, else whether a code was given. A call that a service passes on runs on
 * temporary credentials even when the caller's are long-term: then it is present, and false.
 */
function multiFactorAuthPresent({ caller, calledVia }: RequestFacts): ContextValue {
  const { session } = caller;
  if (session?.kind === 'GetFederationToken') return undefined;
  if (caller.mfaAt !== undefined) return 'true';
  if (session) return 'false';
  return calledVia.length > 0 && caller.principal.kind === 'user' ? 'false' : undefined;
}

const isoTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

const TAG_KEY = /^(aws|iam|sagemaker|ec2|sts|organizations|servicecatalog):(principaltag|resourcetag)\//;

type Value = string | readonly string[];

/** One of the values of a key that a request has under several names: `aws:RequestTag/team`, `aws:RequestTag/Team`. */
interface Namesake {
  /** As the request spells it. */
  readonly name: string;
  readonly value: Value;
}

/** Which of its values a key with namesakes has. */
interface Choice {
  readonly index: number;
  readonly of: number;
}

/**
 * The request context of one action: answers what conditions and policy variables ask for, and computes nothing else.
 *
 * Tags and properties of SageMaker's are told apart by case, and condition keys are not: a key may have a value for each of several names. A context has one
 * of them, the same whenever it is asked for, and knows the context that has the next (docs/decisions/0016). Only keys that were asked for make contexts.
 */
export class RequestContext implements PolicyContext {
  readonly #request: RequestFacts;
  readonly #action: ActionFacts;
  #row: Row | undefined;
  /** By key, in the order in which they were asked for; undefined until one is. */
  #choices: Map<string, Choice> | undefined;

  constructor(request: RequestFacts, action: ActionFacts) {
    this.#request = request;
    this.#action = action;
  }

  /**
   * The same request with the next combination of values, of the keys with namesakes that have been asked for; undefined after the last. Whoever decides on
   * each of these contexts has decided on every combination that makes a difference to what was asked.
   */
  next(): RequestContext | undefined {
    if (!this.#choices) return undefined;
    const choices = [...this.#choices];
    for (let last = choices.pop(); last; last = choices.pop()) {
      const [key, { index, of }] = last;
      if (index + 1 === of) continue;
      const next = new RequestContext(this.#request, this.#action);
      next.#row = this.#row;
      next.#choices = new Map([...choices, [key, { index: index + 1, of }]]);
      return next;
    }
    return undefined;
  }

  /** The values of a key by its case-folded name; undefined when the request has none. */
  get(key: string): ContextValue {
    const value = BY_FOLDED_NAME.get(key)?.(this.#request, this.#action);
    if (value !== undefined) return value;
    const tag = TAG_KEY.exec(key);
    if (tag) return this.#tag(tag[1] ?? '', tag[2] ?? '', key.slice(tag[0].length));
    const { values, namesakes } = this.#rowValues();
    const several = namesakes?.get(key);
    return several ? this.#one(key, several).value : (values.get(key) ?? this.#request.caller.session?.context?.[key]);
  }

  /**
   * Everything that `get` could answer, spelled as AWS does where we know: for a decision that is to be looked at later. Of names that differ by case only,
   * the one whose value `get` answers comes first. As dear as a policy that reads every key.
   */
  entries(): ReadonlyMap<string, Value> {
    const entries = new Map<string, Value>();
    const seen = new Set<string>();
    const add = (key: string, named: readonly Namesake[]): void => {
      if (seen.has(key)) return;
      seen.add(key);
      for (const { name, value } of named) entries.set(name, value);
    };
    for (const [name, source] of Object.entries(GLOBAL_KEYS)) {
      const value = source(this.#request, this.#action);
      if (value !== undefined) add(foldCase(name), [{ name, value }]);
    }
    const addTags = (tags: readonly Tag[], kind: string, spelled: string): void => {
      for (const tagKey of new Set(tags.map(({ Key }) => foldCase(Key)))) {
        const named = this.#chosenFirst(`${kind}/${tagKey}`, namesakesOf(tags, tagKey));
        add(
          foldCase(`${spelled}/${tagKey}`),
          named.map(({ name, value }) => ({ name: `${spelled}/${name}`, value })),
        );
      }
    };
    addTags(this.#request.caller.tags, 'principaltag', 'aws:PrincipalTag');
    for (const prefix of new Set(['aws', this.#action.service, this.#action.resourceService]))
      if (TAG_KEY.test(`${prefix}:resourcetag/`)) addTags(this.#action.resourceTags, 'resourcetag', `${prefix}:ResourceTag`);
    const spelled = new Map(Object.keys(this.#action.rowValues()).map((name) => [foldCase(name), name]));
    const { values, namesakes } = this.#rowValues();
    for (const [key, value] of values)
      if (!TAG_KEY.test(key)) add(key, this.#chosenFirst(key, namesakes?.get(key) ?? [{ name: spelled.get(key) ?? key, value }]));
    const rest = Object.entries(this.#request.caller.session?.context ?? {});
    for (const [name, value] of rest)
      if (value !== undefined && name === foldCase(name) && !TAG_KEY.test(name)) add(name, [{ name, value }]);
    return entries;
  }

  #tag(prefix: string, kind: string, tagKey: string): ContextValue {
    if (kind === 'principaltag') return prefix === 'aws' ? this.#tagValue(this.#request.caller.tags, kind, tagKey) : undefined;
    return prefix === 'aws' || prefix === this.#action.service || prefix === this.#action.resourceService
      ? this.#tagValue(this.#action.resourceTags, kind, tagKey)
      : undefined;
  }

  /** `aws:ResourceTag/x` and `sagemaker:ResourceTag/x` are one tag: they always have the same value. */
  #tagValue(tags: readonly Tag[], kind: string, tagKey: string): ContextValue {
    const namesakes = namesakesOf(tags, tagKey);
    return namesakes.length > 1 ? this.#one(`${kind}/${tagKey}`, namesakes).value : namesakes[0]?.value;
  }

  /** The value that this context is about; the first of a key that has not been asked for before. */
  #one(key: string, namesakes: readonly Namesake[]): Namesake {
    this.#choices ??= new Map();
    const { index } = this.#choices.get(key) ?? { index: 0 };
    this.#choices.set(key, { index, of: namesakes.length });
    // INVARIANT: the choices of a context are made from its own request, and at least one.
    return namesakes[index] as Namesake;
  }

  #chosenFirst<Named>(key: string, namesakes: readonly Named[]): readonly Named[] {
    const { index } = this.#choices?.get(key) ?? { index: 0 };
    return [...namesakes.slice(index), ...namesakes.slice(0, index)];
  }

  #rowValues(): Row {
    this.#row ??= readRow(this.#action.rowValues());
    return this.#row;
  }
}

interface Row {
  /** By folded name. */
  readonly values: ReadonlyMap<string, Value>;
  /** Of keys that come under several names with several values; undefined when none does. */
  readonly namesakes: ReadonlyMap<string, readonly Namesake[]> | undefined;
}

function readRow(row: Readonly<Record<string, ContextValue>>): Row {
  const values = new Map<string, Value>();
  let namesakes: Map<string, readonly Namesake[]> | undefined;
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const key = foldCase(name);
    const before = values.get(key);
    if (before === undefined) values.set(key, value);
    else {
      const first = { name: Object.keys(row).find((other) => foldCase(other) === key) ?? key, value: before };
      const several = namesakes?.get(key) ?? [first];
      if (several.some((each) => isSame(each.value, value))) continue;
      namesakes ??= new Map();
      namesakes.set(key, [...several, { name, value }]);
    }
  }
  return { values, namesakes };
}

const isSame = (a: Value, b: Value): boolean =>
  a === b || (typeof a !== 'string' && typeof b !== 'string' && a.length === b.length && a.every((value, i) => value === b[i]));

/** Tag keys in conditions ignore case; where keys of a resource differ by case only, the values of all (AWS leaves it undefined), each once. */
function namesakesOf(tags: readonly Tag[], foldedKey: string): readonly (Namesake & { readonly value: string })[] {
  const namesakes: (Namesake & { readonly value: string })[] = [];
  for (const { Key, Value } of tags)
    if (foldCase(Key) === foldedKey && !namesakes.some(({ value }) => value === Value)) namesakes.push({ name: Key, value: Value });
  return namesakes;
}
