import { foldCase } from '../core/name.ts';
import { ServiceError } from '../core/service-error.ts';
import { MAX_PASSWORD_LENGTH } from './password.ts';

/** The part of an account's password policy that judges a password by itself. */
export interface PasswordRules {
  /** 6 to 128, in characters. */
  readonly minimumLength: number;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
}

/** AWS's set for RequireSymbols. */
const SYMBOLS = "!@#$%^&*()_+-=[]{}|'";

const KINDS = [
  {
    rule: 'requireUppercase',
    sentence: 'Password should have at least one uppercase letter',
    present: (text: string) => /[A-Z]/.test(text),
  },
  {
    rule: 'requireLowercase',
    sentence: 'Password should have at least one lowercase letter',
    present: (text: string) => /[a-z]/.test(text),
  },
  { rule: 'requireNumbers', sentence: 'Password should have at least one number', present: (text: string) => /[0-9]/.test(text) },
  {
    rule: 'requireSymbols',
    sentence: 'Password should have at least one symbol',
    present: (text: string) => [...text].some((character) => SYMBOLS.includes(character)),
  },
] as const;

const DEFAULT_MINIMUM_LENGTH = 8;
const DEFAULT_KINDS = 3;

/**
 * What is wrong with a new password, in AWS's sentences; empty when it will do. Without a policy of the account's own, the default holds:
 * eight characters, three of the four kinds, not the account's name or e-mail address.
 * Order and joining of several sentences, and the sentences on the maximum, NUL and identity, are ours (unverified).
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export function passwordViolations(
  password: string,
  rules: PasswordRules | undefined,
  account: { readonly name?: string | undefined; readonly email?: string | undefined } = {},
): string[] {
  const violations: string[] = [];
  const characters = [...password].length;
  const minimum = rules?.minimumLength ?? DEFAULT_MINIMUM_LENGTH;
  if (characters < minimum) violations.push(`Password should have a minimum length of ${minimum}`);
  if (characters > MAX_PASSWORD_LENGTH) violations.push(`Password should have a maximum length of ${MAX_PASSWORD_LENGTH}`);
  if (password.includes('\0')) violations.push('Password should not contain a NUL character');
  // Longer texts are not searched: they have failed already.
  const absent = KINDS.filter((kind) => !kind.present(password.slice(0, 2 * MAX_PASSWORD_LENGTH)));
  if (rules !== undefined) {
    for (const kind of absent) if (rules[kind.rule]) violations.push(kind.sentence);
    return violations;
  }
  const more = DEFAULT_KINDS - (KINDS.length - absent.length);
  if (more > 0) {
    const sentences = absent.map((kind) => kind.sentence).join(', ');
    violations.push(`Password should meet ${more} more of the following requirements: ${sentences}`);
  }
  for (const name of [account.name, account.email]) {
    if (name !== undefined && foldCase(name) === foldCase(password)) {
      violations.push('Password should not be identical to the account name or email address');
      break;
    }
  }
  return violations;
}

/** @throws PasswordPolicyViolationException  400  all sentences, joined by commas */
export function checkPassword(...parameters: Parameters<typeof passwordViolations>): void {
  const violations = passwordViolations(...parameters);
  if (violations.length > 0) throw new ServiceError('PasswordPolicyViolationException', violations.join(', '));
}

/** The refusal of a password that PasswordReusePrevention forbids. Its sentence is ours (unverified). */
export const passwordReused = (): ServiceError => new ServiceError('PasswordPolicyViolationException', 'Password has been used before');
