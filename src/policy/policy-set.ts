import type { CompiledPolicy } from './compiled-policy.ts';
import type { PolicyIndex } from './plan.ts';

/** The policies of one layer of one principal or resource. Cheap: the work is in the index, which equal lists share. */
export class PolicySet {
  readonly policies: readonly CompiledPolicy[];
  readonly index: PolicyIndex;

  constructor(policies: readonly CompiledPolicy[], index: PolicyIndex) {
    this.policies = policies;
    this.index = index;
  }
}
