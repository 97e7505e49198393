import type { HttpRequest } from '../../core/http.ts';

/** A cookie of this very host. Browsers take `__Host-` names only with Secure, Path=/ and no Domain, so no sibling host can plant one (threat C15). */
export class HostCookie {
  readonly #name: string;
  readonly #form: RegExp;

  /**
   * @param name  begins with `__Host-`
   * @param form  what its value looks like, whole
   */
  constructor(name: string, form: RegExp) {
    this.#name = name;
    this.#form = form;
  }

  /** The value of a request's cookie; undefined without one, when several claim to be it, and for what is none. */
  read(request: HttpRequest): string | undefined {
    const values = (request.headers.cookie ?? '')
      .split(/[;,]/)
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${this.#name}=`))
      .map((pair) => pair.slice(this.#name.length + 1));
    const [value] = values;
    return values.length === 1 && value !== undefined && this.#form.test(value) ? value : undefined;
  }

  /** A Set-Cookie header's value. @param maxAge  seconds */
  write(value: string, maxAge: number): string {
    return `${this.#name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
  }

  clear(): string {
    return this.write('', 0);
  }
}

/** One that holds a secret of 32 bytes, and by it a session. */
export const secretCookie = (name: string): HostCookie => new HostCookie(name, /^[A-Za-z0-9_-]{43}$/);
