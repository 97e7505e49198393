import { expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../harness.ts';
import { administrator } from './chapters/administrator.ts';
import { credentials } from './chapters/credentials.ts';
import { cleanUp, domain } from './chapters/domain.ts';
import { executionRole } from './chapters/execution-role.ts';
import { hosting } from './chapters/hosting.ts';
import { notebook } from './chapters/notebook.ts';
import { otherAccount } from './chapters/other-account.ts';
import { truthTable, withoutLinkedRole } from './chapters/permissions.ts';
import { type Chapter, Story } from './story.ts';
import type { Teller } from './teller.ts';

/**
 * The story that the README and docs/journey.md tell, from a new account with root keys to a guarded SageMaker domain, with everything that
 * must be refused on the way. Chapters build on each other.
 */
export const journey: readonly Chapter[] = [
  ...administrator,
  ...credentials,
  ...executionRole,
  withoutLinkedRole,
  ...domain,
  truthTable,
  ...cleanUp,
  ...notebook,
  ...hosting,
  ...otherAccount,
];

/** States last some seconds, which the story lets pass by moving the clock: less in all than the minutes that a signature may be off. */
const PACE = 0.02;

/** Has the whole journey told by one client: a test for each chapter, the first that fails ends it. */
export function tell(chapters: readonly Chapter[], open: (server: TestServer) => Teller): void {
  let story: Promise<Story> | undefined;
  let brokenOff: string | undefined;
  const begin = async (): Promise<Story> => {
    const server = await startTestServer({ pace: PACE });
    return new Story(server, await server.account(), await server.account(), open(server));
  };
  for (const { title, tell: tellChapter } of chapters) {
    it(title, { timeout: 600_000 }, async () => {
      if (brokenOff !== undefined) throw new Error(`broken off at: ${brokenOff}`);
      brokenOff = title;
      story ??= begin();
      const told = await story;
      await tellChapter(told);
      expect(told.server.errors).toEqual([]);
      brokenOff = undefined;
    });
  }
  it('ends with the server in order', async () => {
    const told = await story;
    await told?.teller.close();
    await told?.server.close();
    expect(told?.server.errors).toEqual([]);
  });
}
