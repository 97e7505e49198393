/**
 * Analyses the patterns that checked-patterns.json does not know yet, with recheck: node tools/data/analyse-patterns.ts
 * A pattern named on the way is unsafe, or could not be analysed, and needs a row in hand-patterns.ts.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openBotocoreData } from './botocore.ts';
import { compileModels } from './models.ts';
import { patternsOf, readVerdicts, VERDICTS, type Verdicts } from './pattern-safety.ts';

interface Diagnostics {
  readonly status: 'safe' | 'vulnerable' | 'unknown';
  readonly complexity?: { readonly type: string; readonly degree?: number };
}

process.env.RECHECK_BACKEND = 'pure';
const require = createRequire(import.meta.url);
const { checkSync } = require('recheck') as { checkSync(source: string, flags: string, options: object): Diagnostics };
const { version } = require('recheck/package.json') as { version: string };
const known = readVerdicts();
const degrees: Record<string, number> = {};
for (const source of [...patternsOf(await compileModels(openBotocoreData())).keys()].sort()) {
  let degree = known.degrees[source];
  if (degree === undefined) {
    const { status, complexity } = checkSync(`^(?:${source})$`, 'u', { timeout: 60_000 });
    degree = status === 'safe' ? 1 : complexity?.type === 'polynomial' ? complexity.degree : undefined;
    if (degree === undefined) console.error(`${status} ${complexity?.type ?? ''}: ${source}`);
  }
  if (degree !== undefined) degrees[source] = degree;
}
writeFileSync(VERDICTS, `${JSON.stringify({ checkedBy: `recheck ${version}`, degrees } satisfies Verdicts, undefined, 1)}\n`);
