import type { Caller } from '../authentication/caller.ts';
import { foldCase } from '../core/name.ts';
import type { Tag } from '../core/tag.ts';
import type { RequestContext as PolicyContext } from '../policy/index.ts';
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
  /** Keys that the operation's row fills. Asked for once, and only if a policy reads a key that is not global. */
  readonly rowValues: () => Readonly<Record<string, ContextValue>>;
}

type Source = (request: RequestFacts, action: ActionFacts) => ContextValue;

const bool = (value: boolean): string => (value ? 'true' : 'false');
const nonEmpty = (list: readonly string[]): ContextValue => (list.length > 0 ? list : undefined);

/**
 * Every global condition key that a server can know, by lower-cased name, and where its value comes from. A key that is not here, nor in
 * the operation's row, is absent from the request.
 *
 * Left out because nothing here has them yet: the organization keys (aws:PrincipalOrgID, …), the VPC endpoint keys (aws:SourceVpce, …) and
 * the credentials of compute services (ec2:SourceInstanceArn, lambda:SourceFunctionArn, …) unless a session carries them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const GLOBAL_KEYS: Readonly<Record<string, Source>> = {
  'aws:principalarn': ({ caller }) => caller.principal.principalArn,
  'aws:principalaccount': ({ caller }) => (caller.principal.kind === 'service' ? undefined : caller.principal.account || 'anonymous'),
  'aws:principaltype': ({ caller }) => PRINCIPAL_TYPES[caller.principal.kind],
  'aws:principalisawsservice': ({ caller }) =>
    caller.principal.kind === 'anonymous' ? undefined : bool(caller.principal.kind === 'service'),
  'aws:principalservicename': ({ caller }) => caller.principal.serviceNames?.[0],
  'aws:principalservicenameslist': ({ caller }) => caller.principal.serviceNames,
  'aws:userid': ({ caller }) => caller.userId,
  'aws:username': ({ caller }) => caller.userName,
  'aws:federatedprovider': ({ caller }) => caller.session?.federatedProvider,
  'aws:tokenissuetime': ({ caller }) => caller.session && isoTime(caller.session.issuedAt),
  'aws:multifactorauthpresent': multiFactorAuthPresent,
  'aws:multifactorauthage': ({ caller, now }) => {
    const authenticatedAt = caller.mfaAt;
    return authenticatedAt === undefined ? undefined : String(Math.max(0, Math.floor((now - authenticatedAt) / 1000)));
  },
  'aws:sourceidentity': ({ caller }) => caller.session?.sourceIdentity,
  'aws:sourceip': ({ caller, sourceIp }) => (caller.principal.kind === 'service' ? undefined : sourceIp || undefined),
  'aws:resourceaccount': (_, { resourceAccount }) => resourceAccount || undefined,
  'aws:calledvia': ({ calledVia }) => nonEmpty(calledVia),
  'aws:calledviafirst': ({ calledVia }) => calledVia[0],
  'aws:calledvialast': ({ calledVia }) => calledVia.at(-1),
  'aws:viaawsservice': ({ calledVia }) => bool(calledVia.length > 0),
  'aws:currenttime': ({ now }) => isoTime(now),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:referer': ({ referer }) => referer,
  'aws:requestedregion': ({ region }) => region,
  'aws:securetransport': ({ secure }) => bool(secure),
  'aws:useragent': ({ userAgent }) => userAgent,
  'aws:sourceaccount': ({ caller }) => caller.onBehalfOf?.sourceAccount,
  'aws:sourcearn': ({ caller }) => caller.onBehalfOf?.sourceArn,
};

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

  constructor(request: RequestFacts, action: ActionFacts) {
    this.#request = request;
    this.#action = action;
  }

  /** The values of a key by its case-folded name; undefined when the request has none. */
  get(key: string): ContextValue {
    const source = Object.hasOwn(GLOBAL_KEYS, key) ? GLOBAL_KEYS[key] : undefined;
    if (source) {
      const value = source(this.#request, this.#action);
      if (value !== undefined) return value;
    }
    const tag = TAG_KEY.exec(key);
    if (tag) return this.#tag(tag[1] ?? '', tag[2] ?? '', key.slice(tag[0].length));
    return this.#rowValues().get(key) ?? this.#request.caller.session?.context?.[key];
  }

  #tag(prefix: string, kind: string, tagKey: string): ContextValue {
    if (kind === 'principaltag') return prefix === 'aws' ? tagValue(this.#request.caller.tags, tagKey) : undefined;
    return prefix === 'aws' || prefix === this.#action.service || prefix === this.#action.resourceService
      ? tagValue(this.#action.resourceTags, tagKey)
      : undefined;
  }

  #rowValues(): ReadonlyMap<string, ContextValue> {
    this.#row ??= new Map(
      Object.entries(this.#action.rowValues())
        .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
        .map(([key, value]) => [foldCase(key), value]),
    );
    return this.#row;
  }
}

/** Tag keys in conditions ignore case; where two tags differ by case only, the first stored is taken (AWS leaves it undefined). */
const tagValue = (tags: readonly Tag[], foldedKey: string): string | undefined =>
  tags.find((tag) => foldCase(tag.Key) === foldedKey)?.Value;
