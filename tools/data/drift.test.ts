import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const sources = existsSync(join(import.meta.dirname, 'node_modules/@aws-cdk/asset-awscli-v1'));
const required = process.env.SAGEGATE_REQUIRE_ALL === '1';

/** V07: generated data that somebody changed by hand, or that no longer says what its packages say. */
describe.skipIf(!sources && !required)('data/ (skipped without npm ci --prefix tools/data)', () => {
  it('is what its packages say', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'build.ts'), '--check'], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toMatch(/^data\/ is as its packages say/);
    expect(status).toBe(0);
  }, 120_000);
});
