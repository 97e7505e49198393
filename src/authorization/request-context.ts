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

/** The request context of one action: answers what conditions and policy variables ask for, and computes nothing else. */
export class RequestContext implements PolicyContext {
  readonly #request: RequestFacts;
  readonly #action: ActionFacts;
  #row: ReadonlyMap<string, ContextValue> | undefined;
  readonly #namesake: number | undefined;
  #namesakes = 0;

  constructor(request: RequestFacts, action: ActionFacts, namesake?: number) {
    this.#request = request;
    this.#action = action;
    this.#namesake = namesake;
  }

  /**
   * The most values that a key has by being there in several cases, of what has been asked so far; 0 otherwise. Tags and properties of SageMaker's are
   * told apart by case, and condition keys are not.
   */
  get namesakes(): number {
    return this.#namesakes;
  }

  /** The same request with one value of each such key: the one at `index`, or the last. */
  withNamesake(index: number): RequestContext {
    return new RequestContext(this.#request, this.#action, index);
  }

  /** The values of a key by its case-folded name; undefined when the request has none. */
  get(key: string): ContextValue {
    const value = BY_FOLDED_NAME.get(key)?.(this.#request, this.#action);
    if (value !== undefined) return value;
    const tag = TAG_KEY.exec(key);
    if (tag) return this.#tag(tag[1] ?? '', tag[2] ?? '', key.slice(tag[0].length));
    return this.#rowValues().get(key) ?? this.#request.caller.session?.context?.[key];
  }

  /**
   * Everything that `get` could answer, each key once and spelled as AWS does where we know: for a decision that is to be looked at later.
   * As dear as a policy that reads every key.
   */
  entries(): ReadonlyMap<string, string | readonly string[]> {
    const entries = new Map<string, string | readonly string[]>();
    const seen = new Set<string>();
    const add = (name: string, value: ContextValue): void => {
      if (value === undefined || seen.has(foldCase(name))) return;
      seen.add(foldCase(name));
      entries.set(name, value);
    };
    for (const [name, source] of Object.entries(GLOBAL_KEYS)) add(name, source(this.#request, this.#action));
    for (const { Key } of this.#request.caller.tags) add(`aws:PrincipalTag/${Key}`, tagValue(this.#request.caller.tags, foldCase(Key)));
    for (const prefix of new Set(['aws', this.#action.service, this.#action.resourceService])) {
      for (const { Key } of this.#action.resourceTags)
        if (TAG_KEY.test(`${prefix}:resourcetag/`)) add(`${prefix}:ResourceTag/${Key}`, tagValue(this.#action.resourceTags, foldCase(Key)));
    }
    const spelled = new Map(Object.keys(this.#action.rowValues()).map((name) => [foldCase(name), name]));
    for (const [name, value] of this.#rowValues()) if (!TAG_KEY.test(name)) add(spelled.get(name) ?? name, value);
    const rest = Object.entries(this.#request.caller.session?.context ?? {});
    for (const [name, value] of rest) if (name === foldCase(name) && !TAG_KEY.test(name)) add(name, value);
    return entries;
  }

  #tag(prefix: string, kind: string, tagKey: string): ContextValue {
    if (kind === 'principaltag') return prefix === 'aws' ? this.#one(tagValue(this.#request.caller.tags, tagKey)) : undefined;
    return prefix === 'aws' || prefix === this.#action.service || prefix === this.#action.resourceService
      ? this.#one(tagValue(this.#action.resourceTags, tagKey))
      : undefined;
  }

  /** Of several values of a key all, which is remembered; or the one that this context is about. */
  #one(values: ContextValue): ContextValue {
    if (values === undefined || typeof values === 'string') return values;
    if (this.#namesake !== undefined) return values[this.#namesake] ?? values.at(-1);
    this.#namesakes = Math.max(this.#namesakes, values.length);
    return values;
  }

  #rowValues(): ReadonlyMap<string, ContextValue> {
    this.#row ??= this.#readRow();
    return this.#row;
  }

  #readRow(): ReadonlyMap<string, ContextValue> {
    const row = new Map<string, ContextValue>();
    const several = new Map<string, string[]>();
    for (const [name, value] of Object.entries(this.#action.rowValues())) {
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      const key = foldCase(name);
      const before = row.get(key);
      if (before !== undefined) several.set(key, [...new Set([several.get(key) ?? before, value].flat())]);
      row.set(key, value);
    }
    for (const [key, values] of several) row.set(key, this.#one(values));
    return row;
  }
}

/** Tag keys in conditions ignore case; where keys of a resource differ by case only, conditions see the values of all (AWS leaves it undefined). */
function tagValue(tags: readonly Tag[], foldedKey: string): ContextValue {
  const values = tags.filter((tag) => foldCase(tag.Key) === foldedKey).map(({ Value }) => Value);
  return values.length > 1 ? [...new Set(values)] : values[0];
}
