import { writeFileSync } from 'node:fs';
import { type Explanation, foldCase } from '../policy/index.ts';
import { DocumentError } from '../server/checked-document.ts';
import { excerpt } from './excerpt.ts';
import { Failure } from './failure.ts';
import { type JunitCase, junitReport } from './junit.ts';
import { readText } from './policy-file.ts';
import { explainScenario } from './policy-scenario.ts';
import { type PolicyTest, readPolicyTests } from './policy-test-file.ts';
import { plain, type Terminal } from './terminal.ts';

export interface TestOptions {
  readonly junit?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** One action on one resource that did not come out as expected. */
interface Surprise {
  readonly action: string;
  readonly resource: string;
  readonly expected: string;
  readonly got: string;
  readonly sentence: string;
}

/** `sagegate policy test FILE…` */
export function testPolicies(files: readonly string[], options: TestOptions, terminal: Terminal): void {
  const cases: JunitCase[] = [];
  const data: object[] = [];
  const say = options.json || options.quiet ? () => undefined : terminal.print;
  let failed = 0;
  for (const file of files) {
    const tests = readTests(file);
    say(plain(file));
    for (const test of tests) {
      const surprises = run(test);
      const place = `${file}:${test.line}:${test.column}`;
      const text = surprises.map((each) => surpriseText(each)).join('\n');
      if (surprises.length > 0) failed++;
      say(`  ${surprises.length === 0 ? '✓' : '✗'} ${plain(test.name)}`);
      if (surprises.length > 0 && !options.json) terminal.print(`${indent(plain(text, true))}\n      at ${plain(place)}`);
      const [first] = surprises;
      const failure = first && { message: `expected ${first.expected}, got ${first.got}`, text: `${text}\nat ${place}` };
      cases.push({ name: test.name, file, failure });
      data.push({ file, name: test.name, line: test.line, passed: surprises.length === 0, surprises });
    }
  }
  if (options.junit !== undefined) writeReport(options.junit, junitReport(cases));
  const summary = `${cases.length - failed} passed, ${failed} failed`;
  if (options.json) terminal.print(JSON.stringify(data));
  else say(`\n${summary}`);
  if (cases.length === 0) throw new Failure('There is no test in what was given.', 2);
  if (failed > 0) throw new Failure(`${failed} of ${cases.length} tests failed.`);
}

/** Mistakes of the file itself are told with the line and a caret, and end with 2: nothing was tested. */
function readTests(file: string): readonly PolicyTest[] {
  try {
    return readPolicyTests(file);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const content = file === '-' ? '' : readText(file);
    const flaws = error.flaws.map(
      ({ line, column, sentence }) => `${file}:${line}:${column}: ${sentence}\n${excerpt(content, { line, column })}`,
    );
    throw new Failure(flaws.join('\n'), 2);
  }
}

function run({ scenario, actions, resources, expect, because }: PolicyTest): Surprise[] {
  const surprises: Surprise[] = [];
  for (const action of actions) {
    for (const resource of resources) {
      const explanation = explainScenario(scenario, action, resource);
      const mismatch = compare(explanation, expect, because);
      if (mismatch) surprises.push({ action, resource, ...mismatch, sentence: explanation.toSentence() });
    }
  }
  return surprises;
}

/** The first thing that is not as expected. */
function compare(
  { decision, layers, missingKeys }: Explanation,
  expect: PolicyTest['expect'],
  { by, policy, statement, missing = [] }: PolicyTest['because'],
): { expected: string; got: string } | undefined {
  const { outcome, decidedBy, statement: deciding } = decision;
  const asExpected = expect === 'denied' ? outcome !== 'allowed' : outcome === expect;
  if (!asExpected) return { expected: expect, got: outcome };
  if (by !== undefined && by !== decidedBy)
    return { expected: `${outcome} by ${by}`, got: `${outcome} by ${decidedBy ?? 'nobody: the root user needs no permission'}` };
  if (policy !== undefined) {
    const named = deciding
      ? [deciding.policy.name]
      : layers.filter(({ kind }) => kind === decidedBy).flatMap((layer) => layer.policies.map(({ source }) => source.name));
    if (!named.includes(policy))
      return { expected: `${outcome} by the policy ${policy}`, got: `${outcome} by ${named.join(', ') || 'no policy'}` };
  }
  if (statement !== undefined) {
    const got = typeof statement === 'number' ? deciding && deciding.index + 1 : deciding?.sid;
    if (got !== statement)
      return {
        expected: `${outcome} by statement ${statement}`,
        got: `${outcome} by ${got === undefined ? 'no such statement' : `statement ${got}`}`,
      };
  }
  const absent = missing.filter((key) => !missingKeys.some((each) => foldCase(each) === foldCase(key)));
  if (absent.length > 0)
    return {
      expected: `${absent.join(', ')} missing`,
      got: missingKeys.length === 0 ? 'no key missing' : `${missingKeys.join(', ')} missing`,
    };
  return undefined;
}

const surpriseText = ({ action, resource, expected, got, sentence }: Surprise): string =>
  `${action} on ${resource}\n  expected  ${expected}\n  got       ${got}\n  ${sentence}`;

const indent = (text: string): string => text.replace(/^/gm, '      ');

function writeReport(path: string, report: string): void {
  try {
    writeFileSync(path, report);
  } catch (error) {
    throw new Failure(`${plain(path)} cannot be written: ${plain(error instanceof Error ? error.message : '')}.`);
  }
}
