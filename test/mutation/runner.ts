import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { PluginKind } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';
import type { Test } from './vitest.ts';

/*
 * Runs the tests of the policy engine for Stryker, in this process. Engine and tests are bundled once; for each mutant the bundle is evaluated
 * anew, so that nothing compiled or remembered under one mutant is seen by the next.
 */

/** What Stryker's instrumented code reads and writes. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

/** No test comes to a tenth of this at any one mutant (the dry run sees to that): one that comes to it will not end. */
const MOST_HITS = 5_000_000;

class InProcess implements TestRunner {
  #load: (() => readonly Test[]) | undefined;
  /** By source file: the tests that have killed mutants of it, the latest first. Most others die of the same. */
  readonly #killers = new Map<string, readonly string[]>();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const script = new Script(await bundle(), { filename: 'tests.cjs' });
    const require = createRequire(resolve('package.json'));
    this.#load = () => {
      const module: { exports: { collect?: () => readonly Test[] } } = { exports: {} };
      (script.runInThisContext() as (...given: unknown[]) => void)(module, module.exports, require);
      return module.exports.collect?.() ?? [];
    };
  }

  async dryRun(): Promise<CompleteDryRunResult> {
    const board = switchboard();
    board.activeMutant = undefined;
    const tests = await this.#run({ isSkipped: () => false });
    const mutantCoverage = board.mutantCoverage ?? { static: {}, perTest: {} };
    for (const [test, hits] of Object.entries(mutantCoverage.perTest)) {
      const most = Math.max(...Object.values(hits));
      if (most * 10 > MOST_HITS) throw new Error(`${test} comes to a mutant ${most} times`);
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter, hitLimit = MOST_HITS }: MutantRunOptions): Promise<MutantRunResult> {
    const board = switchboard();
    board.activeMutant = activeMutant.id;
    board.hitLimit = Math.min(hitLimit, MOST_HITS);
    const wanted = testFilter && new Set(testFilter);
    const first = this.#killers.get(sandboxFileName) ?? [];
    const tests = await this.#run({ isSkipped: (id) => wanted !== undefined && !wanted.has(id), first, bail: true });
    const killer = tests.find(({ status }) => status === TestStatus.Failed)?.id;
    if (killer !== undefined) this.#killers.set(sandboxFileName, [killer, ...first.filter((id) => id !== killer)]);
    return toMutantRunResult(determineHitLimitReached(board.hitCount, board.hitLimit) ?? { status: DryRunStatus.Complete, tests });
  }

  /** @param order which tests to leave out, which to run before the others, and whether to stop at one that fails */
  async #run(order: { isSkipped: (id: string) => boolean; first?: readonly string[]; bail?: boolean }): Promise<TestResult[]> {
    const { isSkipped, first = [], bail = false } = order;
    const board = switchboard();
    board.hitCount = 0;
    const results: TestResult[] = [];
    /** Gives back whether to go on. */
    const attempt = async (id: string, run: () => unknown): Promise<boolean> => {
      const start = performance.now();
      let failure: string | undefined;
      try {
        await run();
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      const result = { id, name: id, timeSpentMs: performance.now() - start };
      results.push(
        failure === undefined
          ? { ...result, status: TestStatus.Success }
          : { ...result, status: TestStatus.Failed, failureMessage: failure },
      );
      return failure === undefined || !bail;
    };

    let tests: readonly Test[] = [];
    if (!(await attempt('the tests load', () => (tests = this.#load?.() ?? [])))) return results;
    const byName = new Map(tests.map(({ name, run }) => [name, run]));
    if (byName.size < tests.length) throw new Error('two tests have one name');
    for (const id of new Set([...first, ...byName.keys()])) {
      const run = byName.get(id);
      if (!run || isSkipped(id)) continue;
      board.currentTestId = id;
      board.hitCount = 0;
      const goOn = await attempt(id, run);
      board.currentTestId = undefined;
      if (!goOn) break;
    }
    return results;
  }
}

const switchboard = (): Switchboard => {
  const all = globalThis as { __stryker__?: Switchboard };
  all.__stryker__ ??= {};
  return all.__stryker__;
};

/** Engine and tests as one function of `module`, `exports` and `require`. Works in the current directory: Stryker's sandbox. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve('test/mutation/all.ts')],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'tests',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^vitest$/ }, () => ({ path: resolve('test/mutation/vitest.ts') }));
          onLoad({ filter: /\.test\.ts$/ }, ({ path }) => ({
            contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
            loader: 'ts',
            resolveDir: dirname(path),
          }));
        },
      },
    ],
  });
  return `(function (module, exports, require) {${outputFiles[0]?.text ?? ''}\n})`;
}

export const strykerPlugins = [{ kind: PluginKind.TestRunner, name: 'in-process', factory: () => new InProcess() }];
