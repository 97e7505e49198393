import { parsePolicy } from '../../../src/policy/index.ts';
import type { Role } from './types.ts';

/** Whom a role trusts, in a few words: `sagemaker.amazonaws.com, account 123456789012`. */
export function trustedBy({ AssumeRolePolicyDocument }: Pick<Role, 'AssumeRolePolicyDocument'>): string {
  const { statements } = parsePolicy(decodeURIComponent(AssumeRolePolicyDocument));
  const names = statements
    .filter(({ effect }) => effect.text === 'Allow')
    .flatMap(({ principal }) => principal?.entries ?? [])
    .map(({ text }) => text.replace(/^arn:aws:iam::(\d{12}):root$/, 'account $1').replace(/^arn:aws:iam::\d{12}:/, ''));
  return [...new Set(names)].join(', ');
}
