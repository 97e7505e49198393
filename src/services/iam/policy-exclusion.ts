import type { PolicyIdentifier } from '@aws-sdk/client-iam';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { invalidInput } from './errors.ts';
import type { HeldPolicy } from './held-policy.ts';
import { isAwsManaged, readPolicyArn } from './policy-arn.ts';

/** What a simulation is to leave out. */
export interface Exclusions {
  readonly policy: (held: HeldPolicy) => boolean;
  readonly boundary: boolean;
  readonly organizationPolicies: boolean;
}

/**
 * Reads `PolicyExclusionList`: by type, by ARN (with wildcards in the name) or by the name of an inline policy and its holder. What matches
 * nothing is ignored, RCPs as well: they are not simulated.
 * @throws InvalidInput  400  (unverified) wordings
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html
 */
export function readExclusions(identifiers: readonly Valid<PolicyIdentifier>[] | undefined): Exclusions {
  const tests: ((held: HeldPolicy) => boolean)[] = [];
  const types = new Set<string>();
  for (const { PolicyType, PolicyArn, InlinePolicyIdentifier: inline } of identifiers ?? []) {
    if (PolicyType !== undefined) types.add(PolicyType);
    else if (PolicyArn !== undefined) tests.push(arnTest(PolicyArn));
    else if (inline !== undefined) {
      const [policyName, holderName] = [foldCase(inline.PolicyName), foldCase(inline.AttachmentName)];
      tests.push(
        ({ arn, holder, policyName: held }) =>
          arn === undefined &&
          holder.type === inline.AttachmentType &&
          foldCase(held) === policyName &&
          matchesName(holderName, foldCase(holder.name)),
      );
    } else throw invalidInput('A policy identifier must have exactly one member.');
  }
  const typeOf = ({ arn }: HeldPolicy): string =>
    arn === undefined ? 'inline' : isAwsManaged(readPolicyArn(arn)) ? 'aws-managed' : 'user-managed';
  return {
    policy: (held) => types.has(typeOf(held)) || tests.some((matches) => matches(held)),
    boundary: types.has('permission-boundary'),
    organizationPolicies: types.has('scp'),
  };
}

/** One `*` at most and any number of `?`, in the path and name alone. */
function arnTest(pattern: string): (held: HeldPolicy) => boolean {
  const invalid = () => invalidInput(`ARN ${pattern} is not valid.`);
  const parts = pattern.split(':');
  const resource = parts.slice(5).join(':');
  const wild = (text: string): boolean => text.includes('*') || text.includes('?');
  if (parts[0] !== 'arn' || parts[2] !== 'iam' || !resource.startsWith('policy/') || parts.slice(0, 5).some(wild)) throw invalid();
  if (resource.split('*').length > 2) throw invalid();
  return ({ arn }) => arn !== undefined && matchesName(pattern, arn);
}

/** Whether a text is what a pattern of at most one `*` and any number of `?` describes. Linear. */
function matchesName(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return isLike(pattern, text);
  const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return (
    text.length >= prefix.length + suffix.length &&
    isLike(prefix, text.slice(0, prefix.length)) &&
    isLike(suffix, text.slice(text.length - suffix.length))
  );
}

function isLike(pattern: string, text: string): boolean {
  if (pattern.length !== text.length) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== '?' && pattern[i] !== text[i]) return false;
  return true;
}
