import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { PRIVATE_HEADERS } from './page.ts';
import { publicAnswer, takes } from './public-answer.ts';

const ASSETS = '/console/assets/';

const TYPES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  woff: 'font/woff',
});

/** Best first, as they are named in Accept-Encoding and at the end of a file's name. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * What the console's page may do: run and show its own files, and call this server. No inline script or style, no other host, no frame around it,
 * and no text that becomes markup (threat C14): the one policy named makes XML documents out of answers, which are never shown as they are.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types sagegate-answer',
].join('; ');

/**
 * The console as it was built: one page, and the files it loads. Files have the hash of their content in their names, so browsers may keep them for
 * good; they are the same for everybody, signed in or not, and hold nothing of any account.
 */
export class ConsoleFiles {
  readonly #assets: string;
  readonly #page: string;
  /** What may be asked for. A name that is not here is no file, whatever the disk says: no path is ever made of a request. */
  readonly #names: ReadonlySet<string>;
  readonly #read = new Map<string, Promise<Buffer>>();

  private constructor(directory: string) {
    this.#assets = join(directory, 'assets');
    this.#page = readFileSync(join(directory, 'index.html'), 'utf8');
    this.#names = new Set(readdirSync(this.#assets));
  }

  /** @param directory  `dist/console`. Undefined when the console was not built. */
  static open(directory: string): ConsoleFiles | undefined {
    try {
      return new ConsoleFiles(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The page, for somebody who is signed in. It holds nothing of them: it asks `/console/session` who they are. */
  page(): HttpResponse {
    return {
      status: 200,
      headers: {
        ...PRIVATE_HEADERS,
        // Without any referrer browsers post forms with the origin "null", which is everybody's.
        'Referrer-Policy': 'same-origin',
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      },
      body: this.#page,
    };
  }

  /** The answer; undefined when the request is for something else. */
  answer(request: HttpRequest): Promise<HttpResponse> | HttpResponse | undefined {
    if (!request.target.startsWith(ASSETS)) return undefined;
    const name = request.target.slice(ASSETS.length).replace(/\?.*$/s, '');
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined || !this.#names.has(name)) return NO_FILE;
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Files are for reading.', { Allow: 'GET, HEAD' });
    return this.#file(name, type, request.headers).catch((error: NodeJS.ErrnoException) => {
      // The console was built anew since this server started.
      if (error.code === 'ENOENT') return NO_FILE;
      throw error;
    });
  }

  async #file(name: string, type: string, asked: HttpRequest['headers']): Promise<HttpResponse> {
    const [encoding, ending] = ENCODINGS.find(([each, end]) => takes(asked['accept-encoding'], each) && this.#names.has(name + end)) ?? [];
    const stored = name + (ending ?? '');
    return publicAnswer(asked, {
      type,
      caching: 'public, max-age=31536000, immutable',
      // The name holds the hash of the content.
      tag: createHash('sha256').update(stored).digest('base64url').slice(0, 22),
      encoding,
      read: () => this.#content(stored),
    });
  }

  #content(name: string): Promise<Buffer> {
    const known = this.#read.get(name);
    if (known) return known;
    const reading = readFile(join(this.#assets, name));
    this.#read.set(name, reading);
    // A file that could not be read is tried again by whoever asks next.
    reading.catch(() => this.#read.delete(name));
    return reading;
  }
}

const plain = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers: { ...PRIVATE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  body: `${text}\n`,
});

const NO_FILE = plain(404, 'There is no such file.');
