import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, onTestFailed, vi } from 'vitest';
import type { GuardedFetchSettings } from '../../src/server/guarded-fetch.ts';
import type { OutboxMessage } from '../../src/server/outbox.ts';
import { parseSeed } from '../../src/server/seed-file.ts';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { SCREENSHOTS, screenshot, startBrowser, type TestBrowser } from '../browser.ts';
import { expectGoodPage } from '../good-page.ts';

export const ACCOUNT = '123456789012';
const OWNER = { email: 'owner@example.com', password: 'Correct-Horse-9-Battery' };
export const ADMINISTRATOR = {
  name: 'Administrator',
  password: 'Str0ng!Passw0rd-1',
  keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
};

const root = resolve(import.meta.dirname, '../..');

/** Building the console for the first time installs its packages. Milliseconds. */
export const BUILD_TIMEOUT = 300_000;

/** What a page may take for one thing that a test waits for, on a machine that is slow and has much else to do. Milliseconds. */
const PAGE_TIMEOUT = 60_000;

// Several such waits, and pictures, make a test: whoever imports the stage has the time for them.
vi.setConfig({ testTimeout: 300_000 });

/** Builds the console unless it is newer than its sources. */
export function buildConsole(): void {
  const { status, stderr } = spawnSync(process.execPath, [resolve(root, 'scripts/console.mjs')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the console does not build:\n${stderr}`);
}

export interface ConsoleStage {
  readonly server: RunningServer;
  /** `http://localhost:4566`: the name by which browsers take secure cookies. */
  readonly origin: string;
  /** A window in which the seed's administrator is signed in, at the given page. Every fault of the page fails the test at `close`. */
  open(path: string, options?: Parameters<TestBrowser['open']>[0]): Promise<Page>;
  openAsRoot(path: string): Promise<Page>;
  /** @param account  the seed's when absent */
  openAs(name: string, password: string, path: string, account?: string): Promise<Page>;
  /** IAM, as the seed's administrator calls it: arranges things. */
  readonly iam: IAM;
  /** Messages that the server has sent, oldest first. */
  readonly messages: readonly OutboxMessage[];
  /** A window in which nobody is signed in. */
  openSignedOut(path: string, options?: Parameters<TestBrowser['open']>[0]): Promise<Page>;
  /** Faults that the windows have met since this was last asked: refusals of the content security policy, errors of scripts. */
  faults(): string[];
  close(): Promise<void>;
}

/**
 * A server as people start it, with the example's seed, and a browser.
 * @param pace        how long changes of state take: at once when absent
 * @param federation  identity providers that the server may reach; browsers may be sent to them, and what their pages do is theirs
 */
export async function openConsole({
  pace = 0,
  federation,
}: {
  readonly pace?: number;
  readonly federation?: GuardedFetchSettings;
} = {}): Promise<ConsoleStage> {
  buildConsole();
  const errors: unknown[] = [];
  const messages: OutboxMessage[] = [];
  const server = await startServer({
    ...PRIVATE_SERVER,
    pace,
    federation,
    showMessage: (message) => messages.push(message),
    logError: (error) => errors.push(error),
    seed: parseSeed(readFileSync(resolve(root, 'examples/seed.yaml'), 'utf8'), 'seed'),
  });
  const origin = server.url.replace('127.0.0.1', 'localhost');
  const browser = await startBrowser();
  const found: string[] = [];
  const isProvider = (url: string): boolean => federation?.allowed.some((allowed) => url.startsWith(allowed)) ?? false;
  const contexts: BrowserContext[] = [];

  async function newPage(options?: Parameters<TestBrowser['open']>[0]): Promise<Page> {
    const context = await browser.open(options);
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PAGE_TIMEOUT);
    onTestFailed(({ task }) => leaveTraces(page, task.name));
    page.on('pageerror', (error) => found.push(String(error)));
    page.on('console', (message) => {
      // A refused call is told by the page itself.
      if (
        message.type() === 'error' &&
        !isProvider(message.location().url) &&
        !isProvider(page.url()) &&
        !/Failed to load resource: the server responded with a status of 4/.test(message.text())
      )
        found.push(message.text());
    });
    page.on('request', (request) => {
      if (isProvider(request.url()) || isProvider(page.url())) return;
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) found.push(`asks another site: ${request.url()}`);
    });
    return page;
  }

  async function signIn(
    page: Page,
    path: string,
    door: 'IAM user' | 'Root user',
    user: { name: string; password: string } = ADMINISTRATOR,
    account: string = ACCOUNT,
  ): Promise<void> {
    await page.goto(origin + path);
    await page.getByRole('link', { name: door }).click();
    if (door === 'IAM user') {
      await page.getByLabel(/Account/).fill(account);
      await page.getByLabel(/User name/).fill(user.name);
      await page.getByLabel(/Password/).fill(user.password);
    } else {
      await page.getByLabel(/mail/).fill(OWNER.email);
      await page.getByLabel(/Password/).fill(OWNER.password);
    }
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('main#page').waitFor();
  }

  return {
    server,
    origin,
    async open(path, options) {
      const page = await newPage(options);
      await signIn(page, path, 'IAM user');
      return page;
    },
    async openAsRoot(path) {
      const page = await newPage();
      await signIn(page, path, 'Root user');
      return page;
    },
    async openAs(name, password, path, account = ACCOUNT) {
      const page = await newPage();
      await signIn(page, path, 'IAM user', { name, password }, account);
      return page;
    },
    iam: new IAM({ endpoint: server.url, region: 'us-east-1', credentials: ADMINISTRATOR.keys, maxAttempts: 1 }),
    messages,
    async openSignedOut(path, options) {
      const page = await newPage(options);
      await page.goto(origin + path);
      return page;
    },
    faults: () => found.splice(0),
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
      await server.close();
      expect(errors).toEqual([]);
    },
  };
}

/** Leaves what a page showed when a test failed, as a picture and as text, beside the other screenshots. */
async function leaveTraces(page: Page, test: string): Promise<void> {
  const name = `failed-${test.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)}`;
  await screenshot(page, name);
  const text = `${page.url()}\n\n${await page.locator('body').ariaSnapshot()}\n`;
  writeFileSync(join(SCREENSHOTS, `${name}.txt`), text);
  console.log(`What the page showed (${name}.png):\n${text}`);
}

export const isDark = (page: Page): Promise<boolean> => page.evaluate<boolean>("document.body.classList.contains('awsui-dark-mode')");

/** The look of a page: wide and as on a phone, in light and in dark; each is kept as a picture, looked at by axe, and fits. */
export async function expectGoodLook(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  // Stands above whatever is scrolled, and so in the middle of a picture of the whole page.
  await page.evaluate('scrollTo(0, 0)');
  const wasDark = await isDark(page);
  const setDark = (dark: boolean) => page.evaluate(`document.body.classList.toggle('awsui-dark-mode', ${dark})`);
  for (const dark of [false, true]) {
    await setDark(dark);
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await page.waitForTimeout(350);
      await expectGoodPage(page, `console-${name}-${width}-${dark ? 'dark' : 'light'}`);
    }
  }
  await setDark(wasDark);
  if (size) await page.setViewportSize(size);
}
