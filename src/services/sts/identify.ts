import type { Caller } from '../../authentication/caller.ts';
import { proveMfaCode } from '../../authentication/mfa.ts';
import type { Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';

/**
 * The caller with the second factor that the call brings, if it brings one. The code proves an IAM user (or root); a session cannot add a
 * factor to itself.
 * @throws AccessDenied  403  the code or device is wrong, or one of the two is missing
 */
export async function withMfaCode(
  input: { readonly SerialNumber?: string | undefined; readonly TokenCode?: string | undefined },
  { caller, account, installation, now }: Scope,
): Promise<Caller> {
  const { SerialNumber, TokenCode } = input;
  if (SerialNumber === undefined && TokenCode === undefined) return caller;
  if (SerialNumber === undefined || TokenCode === undefined) {
    // (unverified) wording
    throw new ServiceError('AccessDenied', 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.');
  }
  const owner = caller.principal.kind === 'root' ? account : caller.principal.kind === 'user' ? caller.userId : '';
  await proveMfaCode(installation, account, owner, SerialNumber, TokenCode);
  return { ...caller, mfaAt: now };
}

/**
 * The caller of AssumeRole: with the second factor that the call brings. Contexts of the call are assertions that an identity centre has
 * signed; nothing here verifies them yet, and what is not verified is not accepted.
 * @throws AccessDenied     403  as withMfaCode
 * @throws ValidationError  400  ProvidedContexts
 */
export async function withProofs(
  input: {
    readonly ProvidedContexts?: readonly object[] | undefined;
    readonly SerialNumber?: string | undefined;
    readonly TokenCode?: string | undefined;
  },
  scope: Scope,
): Promise<Caller> {
  // (unverified) wording
  if ((input.ProvidedContexts?.length ?? 0) > 0)
    throw new ServiceError('ValidationError', 'The context assertion provided could not be validated.');
  return withMfaCode(input, scope);
}
