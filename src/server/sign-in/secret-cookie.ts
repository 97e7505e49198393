import type { HttpRequest } from '../../core/http.ts';

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** A cookie that holds a secret of 32 bytes, and by it a session. Browsers take `__Host-` names only with Secure, Path=/ and no Domain, so no sibling host can plant one (threat C15). */
export class SecretCookie {
  readonly #name: string;

  /** @param name  begins with `__Host-` */
  constructor(name: string) {
    this.#name = name;
  }

  /** The secret of a request's cookie; undefined without one, and when several claim to be it. */
  read(request: HttpRequest): string | undefined {
    const values = (request.headers.cookie ?? '')
      .split(/[;,]/)
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${this.#name}=`))
      .map((pair) => pair.slice(this.#name.length + 1));
    const [value] = values;
    return values.length === 1 && value !== undefined && SECRET.test(value) ? value : undefined;
  }

  /** A Set-Cookie header's value. @param maxAge  seconds */
  write(secret: string, maxAge: number): string {
    return `${this.#name}=${secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
  }

  clear(): string {
    return this.write('', 0);
  }
}
