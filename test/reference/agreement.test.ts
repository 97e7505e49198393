import { describe, expect, it } from 'vitest';
import { agreeOnElements, agreeOnLayers, agreeOnLongLists } from './agreement.ts';

/** Seconds, not minutes; `node test/reference/nightly.ts` goes on for as long as one likes. */
const CASES = 20_000;

describe('the compiled engine and the plain one agree', () => {
  it('on all layers together', { timeout: 120_000 }, () => {
    const tally = agreeOnLayers({ numRuns: CASES });
    const seen = (what: string) => expect(tally[what] ?? 0, what).toBeGreaterThan(CASES / 2000);
    for (const kind of ['identity', 'boundary', 'session', 'scp', 'rcp', 'endpoint', 'resource', 'trust']) {
      seen(`explicitDeny ${kind}`);
      seen(`implicitDeny ${kind}`);
    }
    for (const kind of ['identity', 'resource', 'trust', 'undefined']) seen(`allowed ${kind}`);
  });

  it('on single elements', { timeout: 120_000 }, () => {
    const tally = agreeOnElements({ numRuns: 2 * CASES });
    for (const what of ['explicitDeny identity', 'implicitDeny identity', 'allowed identity'])
      expect(tally[what] ?? 0, what).toBeGreaterThan(CASES / 10);
  });

  it('on very many statements', { timeout: 120_000 }, () => {
    const tally = agreeOnLongLists({ numRuns: CASES / 10 });
    for (const what of ['explicitDeny identity', 'implicitDeny identity', 'allowed identity'])
      expect(tally[what] ?? 0, what).toBeGreaterThan(CASES / 400);
  });
});
