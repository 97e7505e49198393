import { CompiledPolicy, PolicyContent, type PolicySource } from './compiled-policy.ts';
import { GenerationMap } from './generation-map.ts';
import { namesPrincipals, type PolicyKind } from './kind.ts';
import { PlanCache, PolicyIndex } from './plan.ts';
import { PolicySet } from './policy-set.ts';

export interface CompilerOptions {
  /** Distinct documents kept for sharing, of each grammar, 10,000 by default; one counts for every 1,024 characters it has. Those in use live on with who holds them. */
  readonly maxDocuments?: number;
  /** Distinct sets of documents kept for sharing, 20,000 by default. */
  readonly maxSets?: number;
  /** Plans, one per (set, action) in use, 20,000 by default, about half a kilobyte each; one counts again for every eight statements it holds. */
  readonly maxPlans?: number;
}

/** Compiles policies and shares what is equal. Caches hold documents and plans, never decisions; each is bounded. */
export interface PolicyCompiler {
  /** Never throws: a text that does not parse becomes a policy that denies everything, and says why in `content.error`. */
  compile(text: string, options: { readonly kind: PolicyKind; readonly source: PolicySource | string }): CompiledPolicy;
  /** Policies of one layer, in the order in which explanations list them. Equal lists are one set; equal contents under other names share one index. */
  set(policies: readonly CompiledPolicy[]): PolicySet;
}

export function createPolicyCompiler(options: CompilerOptions = {}): PolicyCompiler {
  const { maxDocuments = 10_000, maxSets = 20_000, maxPlans = 20_000 } = options;
  // Kinds of one grammar compile alike and share.
  const trust = new GenerationMap<string, PolicyContent>(maxDocuments, weighText);
  const withPrincipals = new GenerationMap<string, PolicyContent>(maxDocuments, weighText);
  const withoutPrincipals = new GenerationMap<string, PolicyContent>(maxDocuments, weighText);
  const policies = new GenerationMap<string, CompiledPolicy>(maxDocuments);
  const indexes = new GenerationMap<string, PolicyIndex>(maxSets);
  const sets = new GenerationMap<string, PolicySet>(maxSets);
  const plans = new PlanCache(maxPlans);

  const contentOf = (text: string, kind: PolicyKind): PolicyContent => {
    const contents = kind === 'trust' ? trust : namesPrincipals(kind) ? withPrincipals : withoutPrincipals;
    return contents.get(text) ?? contents.set(text, new PolicyContent(text, kind));
  };

  return {
    compile(text, { kind, source }) {
      const content = contentOf(text, kind);
      const { name, arn, via } = typeof source === 'string' ? { name: source } : source;
      // Lengths keep the parts of the key apart, whatever characters the names hold.
      const key = `${content.id} ${kind} ${name.length} ${arn?.length} ${name}${arn ?? ''}${via === undefined ? '' : ` ${via}`}`;
      return policies.get(key) ?? policies.set(key, new CompiledPolicy(kind, typeof source === 'string' ? { name } : source, content));
    },
    set(listed) {
      const key = listed.map(({ id }) => id).join(' ');
      const known = sets.get(key);
      if (known) return known;
      const contentKey = listed.map(({ content }) => content.id).join(' ');
      const index =
        indexes.get(contentKey) ??
        indexes.set(
          contentKey,
          new PolicyIndex(
            listed.map(({ content }) => content),
            plans,
          ),
        );
      return sets.set(key, new PolicySet([...listed], index));
    },
  };
}

const weighText = (text: string): number => 1 + (text.length >> 10);

const shared = createPolicyCompiler();

/** `createPolicyCompiler().compile`, on a compiler shared by all who call this. */
export const compilePolicy: PolicyCompiler['compile'] = shared.compile;

/** `createPolicyCompiler().set`, on the same shared compiler. */
export const policySet: PolicyCompiler['set'] = shared.set;
