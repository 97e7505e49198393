import { fullAccessPolicy } from '../model/full-access-policies.ts';
import type { CompiledPolicy, PolicyCompiler, PolicySet } from '../policy/index.ts';
import { DerivedCache } from '../store/derived-cache.ts';
import type { Reader, Store } from '../store/store.ts';
import {
  type Organization,
  organizationalUnits,
  organizationMemberships,
  organizationPolicies,
  organizations,
  policyAttachments,
} from '../store/tables/organization.ts';

/** Where an account stands. */
export interface OrganizationPlace {
  /** `o-…` */
  readonly id: string;
  /** Of the root or OU that the account is in: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. */
  readonly path: string;
}

/** What an organization holds its account to. */
export interface AccountGuardrails {
  /** Undefined for an account outside of organizations. */
  readonly organization: OrganizationPlace | undefined;
  /** One set for each level, from the root down to the account; undefined where they do not apply: to the management account, or not enabled. */
  readonly scp: readonly PolicySet[] | undefined;
  readonly rcp: readonly PolicySet[] | undefined;
}

/** A level whose policy cannot be found must not stop guarding. */
const NOTHING = '{"Version":"2012-10-17","Statement":[]}';

const OUTSIDE: AccountGuardrails = { organization: undefined, scp: undefined, rcp: undefined };

/** Accounts whose guardrails are kept compiled. */
const CACHED_ACCOUNTS = 20_000;

/**
 * The service and resource control policies over accounts, compiled, and where accounts stand in their organizations: all that authorization
 * knows of Organizations. Moving an account, a policy or an attachment takes effect with the next request (docs/decisions/0004).
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
export class Guardrails {
  readonly #store: Store;
  readonly #compiler: PolicyCompiler;
  readonly #accounts: DerivedCache<AccountGuardrails>;

  constructor(store: Store, compiler: PolicyCompiler) {
    this.#store = store;
    this.#compiler = compiler;
    this.#accounts = new DerivedCache(store, CACHED_ACCOUNTS);
  }

  /** Those of an account that exists, such as a caller's; at once when they are at hand. Empty: of callers without one. */
  of(account: string): AccountGuardrails | Promise<AccountGuardrails> {
    if (account === '') return OUTSIDE;
    return this.#accounts.peek(account) ?? this.#accounts.load(account, (reader) => this.#read(reader, account));
  }

  /** Those of an account that a request merely names: ids that do not exist must not push out those that do (threat Z09). */
  ofNamed(account: string): AccountGuardrails | Promise<AccountGuardrails> {
    return this.#accounts.peek(account) ?? this.#find(account);
  }

  async #find(account: string): Promise<AccountGuardrails> {
    return (await this.#store.get(organizationMemberships, [account])) ? this.of(account) : OUTSIDE;
  }

  async #read(reader: Reader, account: string): Promise<AccountGuardrails> {
    const membership = await reader.get(organizationMemberships, [account]);
    const organization = membership && (await reader.get(organizations, [membership.organizationId]));
    if (!organization) return OUTSIDE;
    const parents = await parentsOf(reader, organization, membership.parentId);
    const place = { id: organization.organizationId, path: `${[organization.organizationId, ...parents].join('/')}/` };
    const guarded = organization.managementAccountId !== account;
    const levels = async (type: string, kind: 'scp' | 'rcp') =>
      guarded && organization.policyTypes.includes(type)
        ? Promise.all([...parents, account].map((target) => this.#level(reader, organization, target, type, kind)))
        : undefined;
    return {
      organization: place,
      scp: await levels('SERVICE_CONTROL_POLICY', 'scp'),
      rcp: await levels('RESOURCE_CONTROL_POLICY', 'rcp'),
    };
  }

  async #level(reader: Reader, organization: Organization, target: string, type: string, kind: 'scp' | 'rcp'): Promise<PolicySet> {
    const { organizationId, managementAccountId } = organization;
    const compiled: CompiledPolicy[] = [];
    for (const { policyId } of await reader.list(policyAttachments, { prefix: [organizationId, target, type] })) {
      const own = fullAccessPolicy(policyId) ?? (await reader.get(organizationPolicies, [organizationId, policyId]));
      const arn =
        own && 'arn' in own
          ? own.arn
          : `arn:aws:organizations::${managementAccountId}:policy/${organizationId}/${type.toLowerCase()}/${policyId}`;
      compiled.push(this.#compiler.compile(own?.content ?? NOTHING, { kind, source: { name: own?.name ?? policyId, arn } }));
    }
    return this.#compiler.set(compiled);
  }
}

/** A root or OU with all that it is in, from the root down. */
export async function parentsOf(reader: Reader, { organizationId, rootId }: Organization, parentId: string): Promise<string[]> {
  const parents: string[] = [];
  for (let id = parentId; id !== rootId; ) {
    parents.unshift(id);
    const unit = await reader.get(organizationalUnits, [organizationId, id]);
    if (!unit) throw new Error(`${id} of ${organizationId} is in nothing`);
    id = unit.parentId;
  }
  return [rootId, ...parents];
}
