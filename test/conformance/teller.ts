import type { Credentials } from '../harness.ts';

/** What a client made of a call. */
export type Outcome =
  | { readonly succeeded: true; readonly output: Output }
  | {
      readonly succeeded: false;
      /** HTTP status. */
      readonly status: number;
      /** The error's code as it stands on the wire. */
      readonly code: string;
      readonly message: string;
    };

/** An answer as JSON has it: times as text, blobs as UTF-8 text, policy documents of IAM as objects, nothing of the transport. */
export type Output = Readonly<Record<string, unknown>>;

/** A real client that tells the story. All of them are asked in the same words: the API's own. */
export interface Teller {
  /** `aws-cli/2.9.19` */
  readonly name: string;
  /** @param region that the client is configured for, also where it calls a service that has none */
  call(service: string, operation: string, input: object, credentials: Credentials, region: string): Promise<Outcome>;
  close(): Promise<void>;
}

/** Makes an output of what a JavaScript client returns. */
export function toOutput(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(toOutput);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toOutput(member)]));
}

/** Members that hold a policy document, percent-encoded on IAM's wire. */
const DOCUMENTS: ReadonlySet<string> = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Document']);

/** IAM's policy documents as objects, which Python's clients make of them by themselves. */
export function withDocuments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDocuments);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      DOCUMENTS.has(name) && typeof member === 'string' ? JSON.parse(decodeURIComponent(member)) : withDocuments(member),
    ]),
  );
}

/** This process's environment without anything that would lead a client elsewhere than the test says. */
export function cleanEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !/_proxy$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    NO_PROXY: '*',
    ...more,
  };
}
