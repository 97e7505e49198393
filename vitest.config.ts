import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // On a busy machine what comes in a moment takes seconds; who waits for it waits for it, not for the moment.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
  },
});
