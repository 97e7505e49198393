import type { Session } from '../session.ts';

/** A request to be signed. Its path has nothing that needs encoding, and no query. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly region: string;
}

const utf8 = new TextEncoder();
const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (text: string): Promise<string> => hex(await crypto.subtle.digest('SHA-256', utf8.encode(text)));

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, utf8.encode(text));
}

/**
 * The headers of a signed request, Signature Version 4. By the browser's own cryptography: the server's implementation stands on Node's.
 * @param now  milliseconds since the epoch, by the server's clock
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function sign(request: UnsignedRequest, credentials: Session['credentials'], now: number): Promise<Record<string, string>> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const scope = `${date}/${request.region}/${request.service}/aws4_request`;
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time, 'x-amz-security-token': credentials.sessionToken };
  const signed: Record<string, string> = { ...headers, host: location.host };
  const names = Object.keys(signed).sort();
  const canonical = [
    request.method,
    request.path,
    '',
    ...names.map((name) => `${name}:${signed[name]?.trim()}`),
    '',
    names.join(';'),
    await sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, await sha256(canonical)].join('\n');
  let key: BufferSource = utf8.encode(`AWS4${credentials.secretAccessKey}`);
  for (const part of [date, request.region, request.service, 'aws4_request']) key = await hmac(key, part);
  const signature = hex(await hmac(key, toSign));
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}
