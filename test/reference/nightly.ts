/** `node test/reference/nightly.ts [millions]`: the two evaluators side by side, for as long as it takes. Prints the seed of every batch. */
import { agreeOnElements, agreeOnLayers, agreeOnLongLists } from './agreement.ts';

const BATCH = 50_000;
/** Cases of one round: layers, elements, long lists. */
const STEP = 2 * BATCH + BATCH / 20;
const cases = Number(process.argv[2] ?? 1) * 1_000_000;
const started = Date.now();

for (let done = 0; done < cases; done += STEP) {
  const seed = (started + done) & 0x7fffffff;
  const tallies = [
    agreeOnLayers({ numRuns: BATCH, seed }),
    agreeOnElements({ numRuns: BATCH, seed }),
    agreeOnLongLists({ numRuns: BATCH / 20, seed }),
  ];
  console.log(`${done + STEP} cases agree, seed ${seed}, ${JSON.stringify(tallies)}`);
}
