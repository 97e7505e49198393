import type { Caller } from '../authentication/caller.ts';
import type { SessionPolicies } from '../authentication/session-token.ts';
import type { ManagedPolicies } from '../model/managed-policies.ts';
import type { CompiledPolicy, PolicyCompiler, PolicyKind, PolicySet, PolicySource, ResourcePolicies } from '../policy/index.ts';
import { DerivedCache } from '../store/derived-cache.ts';
import type { Reader, Store } from '../store/store.ts';
import { attachments, groups, inlinePolicies, managedPolicies, memberships, roles, users } from '../store/tables/iam.ts';
import { Guardrails } from './guardrails.ts';
import type { Target } from './operation.ts';

/** What is granted to a user or role, and what bounds it. */
export interface Grants {
  readonly identity: PolicySet;
  readonly boundary: PolicySet | undefined;
}

/** Users and roles whose policies are kept compiled. */
const CACHED_PRINCIPALS = 50_000;

/** A policy that allows nothing, in place of one that cannot be found: a boundary whose policy is gone must not stop bounding. */
const NOTHING = '{"Version":"2012-10-17","Statement":[]}';

const EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/**
 * Which policies apply to a principal, compiled. Equal documents are compiled once and equal sets are one set, whoever holds them; what is
 * known of a principal is dropped when anything it was read from changes (docs/decisions/0004).
 */
export class ApplicablePolicies {
  /** Of organizations, over accounts. */
  readonly guardrails: Guardrails;
  readonly #compiler: PolicyCompiler;
  readonly #awsManagedPolicies: ManagedPolicies;
  readonly #grants: DerivedCache<Grants>;
  readonly #none: Grants;
  readonly #root: Grants;

  constructor(store: Store, compiler: PolicyCompiler, awsManagedPolicies: ManagedPolicies) {
    this.guardrails = new Guardrails(store, compiler);
    this.#compiler = compiler;
    this.#awsManagedPolicies = awsManagedPolicies;
    this.#grants = new DerivedCache(store, CACHED_PRINCIPALS);
    this.#none = { identity: compiler.set([]), boundary: undefined };
    this.#root = { identity: compiler.set([this.#compile(EVERYTHING, 'identity', { name: 'root user' })]), boundary: undefined };
  }

  /** The identity-based policies and the boundary behind a caller; at once when they are at hand. */
  grantsOf(caller: Caller): Grants | Promise<Grants> {
    const { principal } = caller;
    switch (principal.kind) {
      case 'user':
        return this.#of('user', principal.uniqueId);
      case 'role':
        return this.#of('role', principal.roleId ?? '');
      case 'federated-user':
        // Those of the user who issued the session; where that was root, root's own power.
        return principal.userId === undefined ? this.#root : this.#of('user', principal.userId);
      default:
        return this.#none;
    }
  }

  /** The session policies of a caller: one group, an allow in any of them counts. Undefined when the session has none. */
  sessionPoliciesOf({ session }: Caller, reader: Reader): PolicySet | undefined | Promise<PolicySet> {
    if (!session) return undefined;
    const { inline, managedArns } = session.policies;
    // A federated session without a policy is limited to nothing, and that is a limit too.
    if (inline === undefined && managedArns.length === 0) return session.kind === 'GetFederationToken' ? this.#none.identity : undefined;
    return session.kind === 'AssumeRoot' ? this.#taskPolicies(session.policies, reader) : this.#sessionPolicies(session.policies, reader);
  }

  /** A root task policy only denies: what it leaves is the root user's. One that cannot be found leaves nothing. */
  async #taskPolicies({ managedArns }: SessionPolicies, reader: Reader): Promise<PolicySet> {
    const compiled: CompiledPolicy[] = [];
    for (const arn of managedArns) {
      const document = await this.#managedDocument(reader, arn);
      if (document === undefined) return this.#none.identity;
      compiled.push(this.#compile(document, 'session', managedSource(arn)));
    }
    return this.#compiler.set([this.#compile(EVERYTHING, 'session', { name: 'root user' }), ...compiled]);
  }

  async #sessionPolicies({ inline, managedArns }: SessionPolicies, reader: Reader): Promise<PolicySet> {
    const compiled = inline === undefined ? [] : [this.#compile(inline, 'session', { name: 'session policy' })];
    for (const arn of managedArns)
      compiled.push(this.#compile((await this.#managedDocument(reader, arn)) ?? NOTHING, 'session', managedSource(arn)));
    return this.#compiler.set(compiled);
  }

  /** The policy that a resource carries, with what its service grants on it; named by the resource's ARN. */
  resourcePolicies({ kind, document, serviceDocument }: NonNullable<Target['resourcePolicy']>, arn: string): ResourcePolicies {
    const compiled = [this.#compile(document, kind, { name: arn })];
    if (serviceDocument !== undefined) compiled.push(this.#compile(serviceDocument, kind, { name: 'granted by the service' }));
    return { kind, policies: this.#compiler.set(compiled) };
  }

  #of(type: 'user' | 'role', id: string): Grants | Promise<Grants> {
    const key = `${type} ${id}`;
    return this.#grants.peek(key) ?? this.#grants.load(key, (reader) => this.#read(reader, type, id));
  }

  async #read(reader: Reader, type: 'user' | 'role', id: string): Promise<Grants> {
    const entity = type === 'user' ? await reader.find(users, 'id', [id]) : await reader.find(roles, 'id', [id]);
    if (!entity) return this.#none;
    const compiled = await this.#attachedTo(reader, id);
    if (type === 'user') {
      for (const { groupId } of await reader.list(memberships, { index: 'user', prefix: [id] })) {
        const group = await reader.find(groups, 'id', [groupId]);
        if (group) compiled.push(...(await this.#attachedTo(reader, groupId, `group ${group.groupName}`)));
      }
    }
    const boundaryArn = entity.permissionsBoundary;
    const boundary =
      boundaryArn === undefined
        ? undefined
        : this.#compiler.set([
            this.#compile((await this.#managedDocument(reader, boundaryArn)) ?? NOTHING, 'boundary', managedSource(boundaryArn)),
          ]);
    return { identity: this.#compiler.set(compiled), boundary };
  }

  async #attachedTo(reader: Reader, id: string, via?: string): Promise<CompiledPolicy[]> {
    const compiled: CompiledPolicy[] = [];
    for (const policy of await reader.list(inlinePolicies, { prefix: [id] })) {
      compiled.push(this.#compile(policy.document, 'identity', { name: policy.policyName, via }));
    }
    for (const { policyArn } of await reader.list(attachments, { prefix: [id] })) {
      compiled.push(this.#compile((await this.#managedDocument(reader, policyArn)) ?? NOTHING, 'identity', managedSource(policyArn, via)));
    }
    return compiled;
  }

  /** The default version's document. */
  async #managedDocument(reader: Reader, arn: string): Promise<string | undefined> {
    if (arn.startsWith('arn:aws:iam::aws:policy/')) return this.#awsManagedPolicies.document(arn);
    const policy = await reader.find(managedPolicies, 'arn', [arn]);
    return policy?.versions.find((version) => version.versionId === policy.defaultVersionId)?.document;
  }

  #compile(document: string, kind: PolicyKind, source: PolicySource): CompiledPolicy {
    return this.#compiler.compile(document, { kind, source });
  }
}

/** A managed policy is called by the last part of its ARN. */
const managedSource = (arn: string, via?: string): PolicySource => ({ name: arn.slice(arn.lastIndexOf('/') + 1), arn, via });
