import { defineConfig } from 'vitest/config';

/** The policy engine's own tests, those that are quick enough to be run once per mutant. */
export default defineConfig({
  test: {
    include: ['src/policy/**/*.test.ts', 'test/decisions/*.test.ts', 'test/mutation/agreement.ts'],
    testTimeout: 20_000,
    maxWorkers: 1,
  },
});
