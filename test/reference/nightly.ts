/** `node test/reference/nightly.ts [millions]`: the two evaluators side by side, for as long as it takes. Prints the seed of every batch. */
import { agreeOnElements, agreeOnLayers } from './agreement.ts';

const BATCH = 50_000;
const cases = Number(process.argv[2] ?? 1) * 1_000_000;
const started = Date.now();

for (let done = 0; done < cases; done += 2 * BATCH) {
  const seed = (started + done) & 0x7fffffff;
  const tallies = [agreeOnLayers({ numRuns: BATCH, seed }), agreeOnElements({ numRuns: BATCH, seed })];
  console.log(`${done + 2 * BATCH} cases agree, seed ${seed}, ${JSON.stringify(tallies)}`);
}
