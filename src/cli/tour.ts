import { Failure } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { Guide, type TourOptions } from './tour-guide.ts';
import { walkTour } from './tour-story.ts';

/**
 * `sagegate tour`: the whole story on an ephemeral server in this process, over real signed HTTP. Prints each command as one would type it,
 * what came back, and the engine's own reasons. Ends with 1 when anything is not as expected.
 */
export async function tour(options: TourOptions, terminal: Terminal): Promise<void> {
  const guide = await Guide.start(options, terminal);
  try {
    await walkTour(guide);
  } finally {
    await guide.stop();
  }
  const { calls, surprises } = guide;
  if (surprises.length > 0) {
    terminal.print(`\nNot as expected:\n${surprises.map((surprise) => `  ✗ ${surprise}`).join('\n')}`);
    throw new Failure(`${surprises.length} of ${calls} calls were not answered as expected.`);
  }
  terminal.print(`\n${calls} calls, all answered as expected. Nothing was kept.\n\nNow for real:  npx sagegate serve`);
}
