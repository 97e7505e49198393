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
    const tests = await this.#run(() => false);
    const mutantCoverage = board.mutantCoverage ?? { static: {}, perTest: {} };
    for (const [test, hits] of Object.entries(mutantCoverage.perTest)) {
      const most = Math.max(...Object.values(hits));
      if (most * 10 > MOST_HITS) throw new Error(`${test} comes to a mutant ${most} times`);
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit = MOST_HITS }: MutantRunOptions): Promise<MutantRunResult> {
    const board = switchboard();
    board.activeMutant = activeMutant.id;
    board.hitLimit = Math.min(hitLimit, MOST_HITS);
    const wanted = testFilter && new Set(testFilter);
    const tests = await this.#run((id) => wanted !== undefined && !wanted.has(id), true);
    return toMutantRunResult(determineHitLimitReached(board.hitCount, board.hitLimit) ?? { status: DryRunStatus.Complete, tests });
  }

  async #run(isSkipped: (id: string) => boolean, bail = false): Promise<TestResult[]> {
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
    for (const { name: id, run } of tests) {
      if (isSkipped(id)) continue;
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
