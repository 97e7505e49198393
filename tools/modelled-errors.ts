/**
 * Which errors of the models the tests have seen: every pair of operation and error is answered in some test, is listed as one that cannot be
 * (test/modelled-errors.ts), or is a gap.
 *
 *     SAGEGATE_ANSWERS=answers npm test && node tools/modelled-errors.ts answers
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadServiceModel } from '../src/model/load-model.ts';
import { NEVER_ANSWERED } from '../test/modelled-errors.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder that SAGEGATE_ANSWERS named.');
/** Services of which no gap is let through. */
const WHOLE: ReadonlySet<string> = new Set(['iam', 'organizations']);

const seen = new Set(readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n')));

console.log('| service | pairs | seen | cannot be | gaps |\n| --- | --- | --- | --- | --- |');
for (const service of ['iam', 'sts', 'organizations']) {
  const model = loadServiceModel(join(import.meta.dirname, '..', 'data', 'models'), service);
  const gaps = new Map<string, string[]>();
  const counts = { pairs: 0, seen: 0, never: 0 };
  for (const { name, errors = [] } of Object.values(model.operations)) {
    for (const error of errors) {
      counts.pairs++;
      const shape = model.shapes[error];
      const code = shape?.type === 'structure' ? (shape.error?.code ?? error) : error;
      // Some are written down by the code on the wire, some by the name of the shape.
      const names = [error, code, error.replace(/Exception$/, '')];
      if (names.some((each) => seen.has(`${service} ${name} ${each}`))) counts.seen++;
      else if (
        NEVER_ANSWERED.some(([of, operations, which]) => (of === '*' || of === service) && operations.test(name) && which.test(error))
      )
        counts.never++;
      else gaps.set(error, [...(gaps.get(error) ?? []), name]);
    }
  }
  const missing = [...gaps.values()].flat().length;
  console.log(`| ${service} | ${counts.pairs} | ${counts.seen} | ${counts.never} | ${missing} |`);
  for (const [error, names] of gaps) console.error(`${service} ${error}: ${names.join(', ')}`);
  if (missing > 0 && WHOLE.has(service)) process.exitCode = 1;
}
