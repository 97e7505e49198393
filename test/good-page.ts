import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { screenshot } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a screen reader or keyboard would stumble over on a page, as axe finds it: nothing serious. It comes in over the inspector, whatever the page's policy. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const problems = await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }).axe.run();
    return found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
  expect(problems).toEqual([]);
}

interface AxeViolation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Nothing of a page stands out at the side. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const [content, window] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
  expect(content).toBeLessThanOrEqual(window ?? 0);
}

/** How a page looks and reads: kept as a picture, looked at by axe, and no wider than the window. */
export async function expectGoodPage(page: Page, name: string): Promise<void> {
  await screenshot(page, name);
  await expectAccessible(page);
  await expectNoOverflow(page);
}
