/** What a person's browser does with plain pages: keeps cookies, follows redirects on our own site, fills in forms. */
export class Browser {
  readonly #url: string;
  readonly #host: string | undefined;
  readonly #cookies = new Map<string, string>();
  /** Of the last answer that was no redirect of ours. */
  html = '';
  status = 0;
  headers = new Headers();

  /** @param host  the name by which it calls, when it is not that of the URL */
  constructor(url: string, host?: string) {
    this.#url = url;
    this.#host = host;
  }

  /** Where the last answer leads; null when it is a page. */
  get location(): string | null {
    return this.headers.get('location');
  }

  get text(): string {
    return this.html
      .replace(/<style>.*?<\/style>/gs, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
      .replace(/\s+/g, ' ');
  }

  get alert(): string {
    return /role="alert">([^<]*)</.exec(this.html)?.[1] ?? '';
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  clearCookies(): void {
    this.#cookies.clear();
  }

  /** Opens a page as a typed address does. */
  open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<this> {
    return this.#ask(path, { headers });
  }

  /** Sends the form of the last page that leads to `action`, with its hidden fields and these. */
  submit(action: string | RegExp, fields: Readonly<Record<string, string>>, among: Readonly<Record<string, string>> = {}): Promise<this> {
    for (const [form, target = '', body = ''] of this.html.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)) {
      if (!(typeof action === 'string' ? target.endsWith(action) : action.test(target))) continue;
      const hidden = new Map(
        [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [
          name ?? '',
          decode(value ?? ''),
        ]),
      );
      if (!Object.entries(among).every(([name, value]) => hidden.get(name) === value)) continue;
      expectForm(form);
      return this.post(target, { ...Object.fromEntries(hidden), ...fields });
    }
    throw new Error(`the page has no form that leads to ${action}:\n${this.text}`);
  }

  post(path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<this> {
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  async #ask(path: string, init: RequestInit): Promise<this> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }), ...(this.#host && { host: this.#host }) };
    const response = await fetch(this.#url + path, { redirect: 'manual', ...init, headers });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    this.html = await response.text();
    this.status = response.status;
    this.headers = response.headers;
    return response.status >= 300 && response.status < 400 && this.location?.startsWith('/') ? this.open(this.location) : this;
  }
}

const decode = (text: string): string => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Every field that a person sees has a label. */
function expectForm(form: string): void {
  const fields = form.match(/<input (?!type="hidden")[^>]*>/g) ?? [];
  const labelled = form.match(/<label>[^<]+<input (?!type="hidden")[^>]*><\/label>/g) ?? [];
  if (fields.length !== labelled.length) throw new Error(`a field has no label: ${form}`);
}
