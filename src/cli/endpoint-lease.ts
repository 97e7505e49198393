import type { LocalClient } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

/** How often a lease is renewed, in milliseconds: three times in its length. */
const RENEWAL = 10_000;
const LEASE_SECONDS = 30;

/** An endpoint of credentials that stays open as long as this process keeps it. */
export interface EndpointLease {
  /** What the server said when it opened it. */
  readonly opened: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * Opens an endpoint and keeps it open. Trouble with that is told once; the endpoint ends by itself then.
 * @param onRenewal  hears what the server says of it from time to time
 */
export async function keepEndpoint(
  client: LocalClient,
  path: string,
  body: object,
  terminal: Terminal,
  onRenewal: (told: Readonly<Record<string, unknown>>) => void = () => undefined,
): Promise<EndpointLease> {
  const opened = await client.post(path, { leaseSeconds: LEASE_SECONDS, ...body });
  const place = `endpoints/${String(opened.listenerId)}`;
  let told = false;
  const timer = setInterval(() => {
    client.get(place).then(onRenewal, (error: unknown) => {
      if (!told)
        terminal.note(plain(`Credentials will not be renewed: ${error instanceof Error ? error.message : 'the server does not answer.'}`));
      told = true;
    });
  }, RENEWAL);
  timer.unref();
  return {
    opened,
    async close() {
      clearInterval(timer);
      // Gone already, with the server or by a reset: that is what was wanted.
      await client.delete(place).catch(() => undefined);
    },
  };
}
