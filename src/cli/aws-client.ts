import { request } from 'node:http';
import { type ClientCredentials, sign } from '../sigv4/index.ts';

/** The services that are called from here, and how each is spoken to. */
const SERVICES = {
  iam: { protocol: 'query', version: '2010-05-08', signingName: 'iam' },
  sts: { protocol: 'query', version: '2011-06-15', signingName: 'sts' },
  ec2: { protocol: 'ec2', version: '2016-11-15', signingName: 'ec2' },
  sagemaker: { protocol: 'json', target: 'SageMaker', signingName: 'sagemaker' },
} as const;

export type TourService = keyof typeof SERVICES;

export interface Answer {
  readonly status: number;
  /** The error's code, as an SDK names it; absent when the call went through. */
  readonly errorCode?: string;
  readonly message?: string;
  /** The operation's result. */
  readonly output: Readonly<Record<string, unknown>>;
}

interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * A client of a few operations, for the tour and the policy commands: real requests, really signed, over a real socket. Not an SDK: no
 * retries, and answers are read as far as these look into them.
 */
export class AwsClient {
  readonly #url: URL;
  readonly #credentials: ClientCredentials;

  constructor(endpoint: string, credentials: ClientCredentials) {
    this.#url = new URL(endpoint);
    this.#credentials = credentials;
  }

  async call(service: TourService, operation: string, input: object, region: string): Promise<Answer> {
    const known = SERVICES[service];
    if (known.protocol === 'json') {
      const headers = ['X-Amz-Target', `${known.target}.${operation}`];
      const contentType = 'application/x-amz-json-1.1';
      return this.#exchange({ method: 'POST', target: '/', contentType, headers, body: JSON.stringify(input) }, known.signingName, region);
    }
    const form = new URLSearchParams({ Action: operation, Version: known.version });
    flatten(form, '', input, known.protocol === 'ec2');
    const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
    return this.#exchange({ method: 'POST', target: '/', contentType, headers: [], body: form.toString() }, known.signingName, region);
  }

  invokeEndpoint(name: string, body: string, region: string): Promise<Answer> {
    const target = `/endpoints/${encodeURIComponent(name)}/invocations`;
    return this.#exchange({ method: 'POST', target, contentType: 'text/csv', headers: [], body }, 'sagemaker', region);
  }

  /** Reads something of the local API, signed for `sagegate`. */
  show(target: string, region: string): Promise<Answer> {
    return this.#exchange({ method: 'GET', target, contentType: 'application/json', headers: [], body: '' }, 'sagegate', region);
  }

  async #exchange({ method, target, contentType, headers, body }: Exchange, service: string, region: string): Promise<Answer> {
    const bytes = Buffer.from(body, 'utf8');
    const rawHeaders = ['Host', this.#url.host, 'Content-Type', contentType, ...headers];
    const signed = sign({ method, target, rawHeaders, body: bytes }, this.#credentials, { region, service, now: Date.now() });
    const { status, text, type, errorType } = await send(this.#url, method, target, signed, bytes);
    const answered = type.includes('json') ? readJson(text) : readXml(text);
    return status < 300 ? { status, output: resultIn(answered) } : { status, ...errorIn(answered, errorType), output: {} };
  }
}

interface Received {
  readonly status: number;
  readonly type: string;
  /** What REST services name the error by. */
  readonly errorType: string | undefined;
  readonly text: string;
}

function send(url: URL, method: string, path: string, headers: string[], body: Uint8Array): Promise<Received> {
  return new Promise((resolve, reject) => {
    const all = [...headers, 'Content-Length', String(body.length)];
    const sent = request({ host: url.hostname, port: url.port, method, path, headers: all, agent: false });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const errorType = response.headers['x-amzn-errortype'];
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          errorType: Array.isArray(errorType) ? errorType[0] : errorType,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.end(body);
  });
}

/** `Tags.member.1.Key`; EC2 counts without `member`, and has its filters in the singular. */
function flatten(form: URLSearchParams, name: string, value: unknown, ec2: boolean): void {
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries())
      flatten(form, ec2 ? `${name.replace(/s$/, '')}.${i + 1}` : `${name}.member.${i + 1}`, each, ec2);
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, each] of Object.entries(value)) flatten(form, name === '' ? member : `${name}.${member}`, each, ec2);
  } else form.set(name, String(value));
}

type Tree = { readonly [name: string]: unknown };

const readJson = (text: string): Tree => (text === '' ? {} : (JSON.parse(text) as Tree));

/** Elements as members; `member` and `item` as lists. Enough for AWS's answers: no attributes, no mixed content. */
function readXml(text: string): Tree {
  const stack: { name: string; children: [string, unknown][]; text: string }[] = [{ name: '', children: [], text: '' }];
  for (const [, tag, chunk] of text.matchAll(/<([^>]*)>|([^<]+)/g)) {
    const top = stack.at(-1);
    if (!top) break;
    if (chunk !== undefined) top.text += chunk;
    else if (tag?.startsWith('/')) {
      stack.pop();
      stack.at(-1)?.children.push([top.name, elementValue(top)]);
    } else if (tag && !tag.startsWith('?')) {
      const name = tag.replace(/[\s/].*$/s, '');
      if (tag.endsWith('/')) top.children.push([name, '']);
      else stack.push({ name, children: [], text: '' });
    }
  }
  return Object.fromEntries(stack[0]?.children ?? []);
}

function elementValue({ children, text }: { children: [string, unknown][]; text: string }): unknown {
  if (children.length === 0) return unescapeXml(text.trim());
  const [first] = children;
  if (first && (first[0] === 'member' || first[0] === 'item')) return children.map(([, value]) => value);
  return Object.fromEntries(children);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replace(/&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));/g, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : (ENTITIES[name] ?? whole),
  );

const asTree = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {});

/** Query answers wrap the result twice: `CreateUserResponse`, `CreateUserResult`. */
function resultIn(answered: Tree): Tree {
  const [name, inner] = Object.entries(answered)[0] ?? [];
  if (!name?.endsWith('Response')) return answered;
  const { ResponseMetadata: _, requestId: __, ...rest } = asTree(inner);
  const [resultName, result] = Object.entries(rest)[0] ?? [];
  return resultName?.endsWith('Result') ? asTree(result) : rest;
}

function errorIn(answered: Tree, errorType: string | undefined): { errorCode: string; message: string } {
  const error = asTree(asTree(answered.ErrorResponse).Error ?? (asTree(asTree(answered.Response).Errors).Error as unknown));
  const code = String(error.Code ?? answered.__type ?? errorType ?? 'Unknown');
  return {
    errorCode: code.replace(/:.*$/, '').slice(code.lastIndexOf('#') + 1),
    message: String(error.Message ?? answered.message ?? answered.Message ?? ''),
  };
}
