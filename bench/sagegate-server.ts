/** Sagegate as it serves, in a process of its own, with an administrator whose key is told to the parent. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, standardLimits } from '../src/server/listener.ts';
import { openAdministered } from './administrator.ts';

const { pipeline, key } = await openAdministered(mkdtempSync(join(tmpdir(), 'sagegate-bench-')), process.argv.includes('--ephemeral'));
const { port } = await listen({
  host: '127.0.0.1',
  port: 0,
  limits: standardLimits,
  now: Date.now,
  answer: (request) => pipeline.answer(request),
  logError: (error) => console.error(error),
});
process.once('SIGTERM', () => process.exit(0));
process.send?.({ port, ...key, rssMiB: process.memoryUsage.rss() / 2 ** 20 });
