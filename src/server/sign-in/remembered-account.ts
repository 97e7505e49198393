import type { HttpRequest } from '../../core/http.ts';
import { HostCookie } from './host-cookie.ts';

/** An account's id or alias. */
const ACCOUNT = /^[a-z0-9-]{1,63}$/;
/** Seconds: a year. */
const LIFE = 31_536_000;

/**
 * The account that somebody has asked this browser to remember, so that the next sign-in need not ask for it. It proves nothing and tells
 * nothing but what was typed.
 */
const cookie = new HostCookie('__Host-sagegate-account', ACCOUNT);

/** Undefined without one, when several claim to be it, and for what is no account. */
export const rememberedAccount = (request: HttpRequest): string | undefined => cookie.read(request);

/** The cookies by which a browser remembers an account, or forgets the one that it has. */
export function remember(account: string | undefined, request: HttpRequest): readonly string[] {
  if (account !== undefined && ACCOUNT.test(account)) return [cookie.write(account, LIFE)];
  return rememberedAccount(request) === undefined ? [] : [cookie.clear()];
}
