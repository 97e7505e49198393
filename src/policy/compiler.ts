import { type CompiledPolicy, PolicyContent, type PolicySource } from './compiled-policy.ts';
import { GenerationMap } from './generation-map.ts';
import { namesPrincipals, type PolicyKind } from './kind.ts';
import { PlanCache, PolicyIndex } from './plan.ts';
import { PolicySet } from './policy-set.ts';

export interface CompilerOptions {
  /** Distinct documents kept for sharing, 20,000 by default. Those in use live on with who holds them. */
  readonly maxDocuments?: number;
  /** Distinct sets of documents kept for sharing, 20,000 by default. */
  readonly maxSets?: number;
  /** Plans, one per (set, action) in use: 20,000 by default, about half a kilobyte each. */
  readonly maxPlans?: number;
}

/** Compiles policies and shares what is equal. Caches hold documents and plans, never decisions; each is bounded. */
export interface PolicyCompiler {
  /** Never throws: a text that does not parse becomes a policy that denies everything, and says why in `content.error`. */
  compile(text: string, options: { readonly kind: PolicyKind; readonly source: PolicySource | string }): CompiledPolicy;
  /** Policies of one layer, in the order in which explanations list them. Equal lists of contents share one index. */
  set(policies: readonly CompiledPolicy[]): PolicySet;
}

export function createPolicyCompiler(options: CompilerOptions = {}): PolicyCompiler {
  const contents = new GenerationMap<string, PolicyContent>(options.maxDocuments ?? 20_000);
  const indexes = new GenerationMap<string, PolicyIndex>(options.maxSets ?? 20_000);
  const plans = new PlanCache(options.maxPlans ?? 20_000);

  return {
    compile(text, { kind, source }) {
      // Kinds of one grammar compile alike and share.
      const key = `${kind === 'trust' ? 't' : namesPrincipals(kind) ? 'p' : ' '}${text}`;
      let content = contents.get(key);
      if (!content) {
        content = new PolicyContent(text, kind);
        contents.set(key, content);
      }
      return { kind, source: typeof source === 'string' ? { name: source } : source, content };
    },
    set(policies) {
      const key = policies.map(({ content }) => content.id).join(' ');
      let index = indexes.get(key);
      if (!index) {
        index = new PolicyIndex(
          policies.map(({ content }) => content),
          plans,
        );
        indexes.set(key, index);
      }
      return new PolicySet(policies, index);
    },
  };
}

const shared = createPolicyCompiler();

/** `createPolicyCompiler().compile`, on a compiler shared by all who call this. */
export const compilePolicy: PolicyCompiler['compile'] = shared.compile;

/** `createPolicyCompiler().set`, on the same shared compiler. */
export const policySet: PolicyCompiler['set'] = shared.set;
