import type { HttpRequest } from '../../core/http.ts';

/**
 * The account that somebody has asked this browser to remember, so that the next sign-in need not ask for it. It proves nothing and tells
 * nothing but what was typed; as a `__Host-` cookie no sibling host can plant one (threat C15).
 */
const NAME = '__Host-sagegate-account';
/** An account's id or alias. */
const ACCOUNT = /^[a-z0-9-]{1,63}$/;
/** Seconds: a year. */
const LIFE = 31_536_000;

const attributes = (maxAge: number): string => `Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;

/** Undefined without one, when several claim to be it, and for what is no account. */
export function rememberedAccount({ headers }: HttpRequest): string | undefined {
  const values = (headers.cookie ?? '')
    .split(/[;,]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && ACCOUNT.test(value) ? value : undefined;
}

/** The cookies by which a browser remembers an account, or forgets the one that it has. */
export function remember(account: string | undefined, request: HttpRequest): readonly string[] {
  if (account !== undefined && ACCOUNT.test(account)) return [`${NAME}=${account}; ${attributes(LIFE)}`];
  return rememberedAccount(request) === undefined ? [] : [`${NAME}=; ${attributes(0)}`];
}
