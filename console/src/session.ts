import { AwsFailure } from './aws/failure.ts';

/** Who is signed in, and what their calls are signed with. Held by this page alone: written to no storage. */
export interface Session {
  readonly arn: string;
  readonly account: { readonly id: string; readonly name: string; readonly alias?: string };
  readonly method: string;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly now: number;
  readonly expiresAt: number;
  /** Who acts as the role of this session, and the colour that they have given it. */
  readonly switchedFrom?: {
    readonly arn: string;
    readonly accountId: string;
    readonly colour: 'none' | 'red' | 'orange' | 'yellow' | 'green' | 'blue';
  };
  readonly regions: readonly string[];
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
}

/**
 * Asks the server who is signed in.
 * @throws AwsFailure  401  nobody is
 */
export async function fetchSession(): Promise<Session> {
  const response = await fetch('/console/session', { method: 'POST', headers: { 'X-Sagegate-Console': '1' }, cache: 'no-store' });
  const answer = (await response.json()) as Session & { __type?: string; message?: string };
  if (!response.ok) throw new AwsFailure(response.status, answer.__type ?? 'Failure', answer.message ?? 'The server refused.', {});
  return answer;
}

/** Shows the sign-in page, which leads back to where one is. */
export const signInAgain = (): void => location.reload();

/** The last part of an ARN's resource, as people call it: `alice`, `Admin/alice`, `root user`. */
export function nameOf(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  if (resource === 'root') return 'root user';
  const [kind, ...rest] = resource.split('/');
  return kind === 'assumed-role' ? rest.join('/') : (rest.at(-1) ?? resource);
}
