import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, rootCertificates } from 'node:tls';
import type { Client } from 'ldapts';
import { isLoopback } from '../foreign-request.ts';

/** Where a directory is, and how its servers are known. */
export interface DirectoryServers {
  readonly servers: readonly string[];
  readonly startTls: boolean;
  readonly caCertificates?: string | undefined;
}

/** Attributes of one entry by lower-case name. */
export interface LdapEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

/** No server of a directory could be spoken to. Not the fault of who signs in. */
export class DirectoryUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DirectoryUnreachable';
  }
}

/** Milliseconds for a connection, and for each operation on it. */
const CONNECT_TIMEOUT = 5_000;
const OPERATION_TIMEOUT = 10_000;

/**
 * One connection to a directory. Encrypted, or to this very machine; nothing is bound before that is so (threat L04), referrals are not
 * followed (threat L03), and a connection that broke is not opened again behind our back.
 */
export class LdapConnection {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @throws DirectoryUnreachable  none of the servers answers, or none proves to be one of them */
  static async open(directory: DirectoryServers): Promise<LdapConnection> {
    const { Client } = await import('ldapts');
    let failure: unknown;
    for (const server of directory.servers) {
      try {
        let socket: Socket | undefined = await openSocket(new URL(server), directory);
        // Asked for once: asked again, the connection is gone.
        const createConnection = (): Socket => {
          if (!socket) throw new DirectoryUnreachable('the connection was lost');
          const given = socket;
          socket = undefined;
          return given;
        };
        return new LdapConnection(new Client({ url: 'ldap://directory', timeout: OPERATION_TIMEOUT, createConnection }));
      } catch (error) {
        failure = error;
      }
    }
    throw new DirectoryUnreachable('no server of the directory could be reached', { cause: failure });
  }

  /**
   * Whether the directory takes the password of a name. Empty ones are never sent: a directory takes them for "nobody", and says yes (threat L02).
   * @returns `yes`, or what it said instead; Active Directory tells more in a number of its own (`data 533`)
   */
  async bind(dn: string, password: string): Promise<{ readonly yes: true } | { readonly yes: false; readonly said: string }> {
    if (dn === '' || password === '') return { yes: false, said: 'empty' };
    try {
      await this.#client.bind(dn, password);
      return { yes: true };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Invalid credentials, and what directories say of accounts that may not sign in.
      const code = 'code' in error ? error.code : undefined;
      if (code === INVALID_CREDENTIALS || code === UNWILLING || code === CONSTRAINT || code === INVALID_DN)
        return { yes: false, said: error.message };
      throw new DirectoryUnreachable('the directory did not answer a bind', { cause: error });
    }
  }

  /** Entries below a base; the filter as text, or bytes that an attribute equals. No more than `limit`, and undefined when there are more. @throws DirectoryUnreachable */
  async search(
    base: string,
    filter: string | { readonly attribute: string; readonly value: Buffer },
    attributes: readonly string[],
    { limit, scope = 'sub' }: { limit: number; scope?: 'sub' | 'base' },
  ): Promise<readonly LdapEntry[] | undefined> {
    try {
      const { EqualityFilter } = await import('ldapts');
      const { searchEntries } = await this.#client.search(base, {
        filter: typeof filter === 'string' ? filter : new EqualityFilter(filter),
        scope,
        derefAliases: 'never',
        attributes: [...attributes],
        explicitBufferAttributes: [...attributes],
        sizeLimit: limit + 1,
        timeLimit: OPERATION_TIMEOUT / 1000,
      });
      return searchEntries.length > limit ? undefined : searchEntries.map(({ dn, ...values }) => ({ dn, attributes: valuesOf(values) }));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === NO_SUCH_OBJECT) return [];
      if (code === SIZE_LIMIT) return undefined;
      throw new DirectoryUnreachable('the directory did not answer a search', { cause: error });
    }
  }

  async close(): Promise<void> {
    // One that is broken is closed already.
    await this.#client.unbind().catch(() => undefined);
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.1.9 */
const SIZE_LIMIT = 4;
const CONSTRAINT = 19;
const NO_SUCH_OBJECT = 32;
const INVALID_DN = 34;
const INVALID_CREDENTIALS = 49;
const UNWILLING = 53;

function valuesOf(values: Readonly<Record<string, Buffer | Buffer[] | string | string[]>>): Map<string, readonly Buffer[]> {
  const attributes = new Map<string, readonly Buffer[]>();
  for (const [name, value] of Object.entries(values)) {
    const list = Array.isArray(value) ? value : [value];
    attributes.set(
      name.toLowerCase(),
      list.map((each) => (typeof each === 'string' ? Buffer.from(each, 'utf8') : each)),
    );
  }
  return attributes;
}

async function openSocket(server: URL, { startTls, caCertificates }: DirectoryServers): Promise<Socket> {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const isSecure = server.protocol === 'ldaps:';
  const port = Number(server.port || (isSecure ? 636 : 389));
  const plain = await connected(connect({ host, port }), 'connect');
  try {
    if (!isSecure && !startTls) {
      if (isLoopback(plain.remoteAddress ?? '')) return plain;
      throw new DirectoryUnreachable('without TLS a directory is spoken to on this machine only');
    }
    if (!isSecure) await askForTls(plain);
    const ca = caCertificates === undefined ? [...rootCertificates] : [caCertificates];
    const name = isIP(host) === 0 ? { servername: host } : {};
    return await connected(connectSecurely({ socket: plain, host, ca, minVersion: 'TLSv1.2', ...name }), 'secureConnect');
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

function connected<Connecting extends Socket>(socket: Connecting, event: 'connect' | 'secureConnect'): Promise<Connecting> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new DirectoryUnreachable('the directory did not answer in time')), CONNECT_TIMEOUT);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once('error', fail);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/** The StartTLS request, message 1. @see https://www.rfc-editor.org/rfc/rfc4511#section-4.14.1 */
const START_TLS = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
]);
const MAX_ANSWER = 1024;

/**
 * Asks a server to speak TLS from now on. Whoever sits between can write what it likes until then, so the answer is read by itself, and one byte
 * more than it has ends the connection: nothing that was said in the clear is ever taken for an answer afterwards (CVE-2011-0411).
 */
function askForTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const end = (failure?: string): void => {
      clearTimeout(timer);
      socket.pause();
      socket.removeAllListeners('data');
      socket.removeAllListeners('end');
      socket.off('error', fail);
      if (failure === undefined) resolve();
      else reject(new DirectoryUnreachable(failure));
    };
    const fail = (error: Error): void => end(error.message);
    const timer = setTimeout(() => end('the directory did not answer in time'), CONNECT_TIMEOUT);
    socket.once('error', fail);
    socket.once('end', () => end('the directory closed the connection'));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const length = messageLength(received);
      if (received.length > MAX_ANSWER || (length !== undefined && received.length > length))
        end('the directory said more than it was asked');
      else if (length === received.length) end(isYes(received) ? undefined : 'the directory does not speak TLS');
    });
    socket.write(START_TLS);
  });
}

/** Bytes of the message that begins here, its head included; undefined as long as the head is not whole. */
function messageLength(bytes: Buffer): number | undefined {
  const [tag, length] = bytes;
  if (length === undefined) return undefined;
  if (tag !== 0x30) return 0;
  if (length < 0x80) return 2 + length;
  const count = length & 0x7f;
  if (count === 0 || count > 2) return 0;
  return bytes.length < 2 + count ? undefined : 2 + count + bytes.readUIntBE(2, count);
}

/** Whether an answer to message 1 is an extended response with result code 0. */
function isYes(bytes: Buffer): boolean {
  const start = (bytes[1] ?? 0) < 0x80 ? 2 : 2 + ((bytes[1] ?? 0) & 0x7f);
  const isExtended = bytes.subarray(start, start + 3).equals(Buffer.from([0x02, 0x01, 0x01])) && bytes[start + 3] === 0x78;
  const length = bytes[start + 4] ?? 0;
  const result = start + 5 + (length < 0x80 ? 0 : length & 0x7f);
  return isExtended && bytes.subarray(result, result + 3).equals(Buffer.from([0x0a, 0x01, 0x00]));
}
