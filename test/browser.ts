import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findProgram } from './component.ts';

const executablePath = findProgram('chromium');
export const isChromiumHere = executablePath !== undefined;

/** Where screenshots are left for whoever wants to look: ignored by git. */
export const SCREENSHOTS = resolve(import.meta.dirname, '../.cache/screenshots');

export interface TestBrowser {
  /** A window with cookies of its own. `trustsAll`: whoever vouches for a server, as where a test has an authority of its own. */
  open(options?: { readonly width?: number; readonly dark?: boolean; readonly trustsAll?: boolean }): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** Debian's Chromium, without a head and without calls home. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: executablePath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The inspector asks where each request comes from: V8 would parse whole files anew to tell, in a task that no user has.
      '--js-flags=--no-enable-lazy-source-positions',
    ],
  });
  return {
    open: ({ width = 1280, dark = false, trustsAll = false } = {}) =>
      browser.newContext({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light', ignoreHTTPSErrors: trustsAll }),
    close: () => browser.close(),
  };
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
