import type { HttpRequest } from '../src/core/http.ts';
import { systemRandom, uniqueId } from '../src/core/id.ts';
import { sign } from '../src/sigv4/index.ts';
import type { User } from '../src/store/tables/iam.ts';
import { ACCOUNT, type Administered, type Key } from './administrator.ts';

/** A signed call of a query service, as the listener hands it on. */
export function request(service: 'iam' | 'sts', action: string, parameters: Record<string, string>, key: Key): HttpRequest {
  const body = Buffer.from(
    new URLSearchParams({ Action: action, Version: service === 'iam' ? '2010-05-08' : '2011-06-15', ...parameters }).toString(),
  );
  const unsigned = {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', '127.0.0.1', 'Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
    body,
  };
  const rawHeaders = sign(unsigned, key, { region: 'us-east-1', service, now: Date.now() });
  const headers: Record<string, string> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[(rawHeaders[i] ?? '').toLowerCase()] = rawHeaders[i + 1] ?? '';
  return { ...unsigned, rawHeaders, headers, remoteAddress: '127.0.0.1', secure: false };
}

export async function answer({ pipeline }: Administered, call: HttpRequest): Promise<string> {
  const { status, body } = await pipeline.answer(call);
  const text = Buffer.from(body).toString('utf8');
  if (status !== 200) throw new Error(`refused: ${text}`);
  return text;
}

/** Does all of it, `clients` at a time. */
export async function inGroups<Each>(clients: number, list: readonly Each[], work: (each: Each) => Promise<unknown>): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    for (let each = list[next++]; each !== undefined; each = list[next++]) await work(each);
  };
  await Promise.all(Array.from({ length: clients }, client));
}

let named = 0;

/** A name that no other user has. All are of one length, and so are the answers that hold them. */
export const newName = (): string => `user-${String(++named).padStart(8, '0')}`;

export const newUser = (): User => ({
  accountId: ACCOUNT,
  userName: newName(),
  userId: uniqueId('AIDA', ACCOUNT, systemRandom),
  path: '/',
  createdAt: Date.now(),
  tags: [],
});
