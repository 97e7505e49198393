import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isChromiumHere } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { ACCOUNT, BUILD_TIMEOUT, type ConsoleStage, expectGoodLook, isDark, openConsole } from './stage.ts';

/** Bytes that the first page may take to arrive, compressed with gzip. */
const BUDGET = 250_000;

/** Milliseconds that nothing may hold up the page while it loads. Told, not asked: on a busy machine every task is long. */
const LONGEST = 200;

const LONG_TASKS = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({ type: 'longtask' });
`;

/** Pages with the most to do, and what they are called. */
const HEAVIEST = [
  ['', 'Dashboard'],
  ['iam/create-policy', 'Create policy'],
  ['simulator', 'Policy simulator'],
  ['reference', 'Permissions reference'],
  ['sagemaker/create-domain', 'Quick set-up'],
] as const;

const WAIT = { timeout: 60_000 };

let stage: ConsoleStage;

describeWith('chromium', isChromiumHere, 'the console', () => {
  beforeAll(async () => {
    stage = await openConsole();
  }, BUILD_TIMEOUT);
  afterAll(() => stage.close());

  it('shows what there is and what to see to', async () => {
    const page = await stage.open('/console/');
    await page.getByRole('link', { name: 'Users: 2' }).waitFor();
    const checklist = page.locator('.checklist');
    await checklist.waitFor();
    expect((await checklist.getByRole('listitem').allInnerTexts()).map((text) => text.replaceAll('\n', ' '))).toEqual([
      expect.stringMatching(/^Not yet The root user has a second factor/),
      'Yes The root user has no access keys',
      'Yes Somebody other than root is an administrator',
      'Yes The account has a password policy',
    ]);
    expect(await page.title()).toBe('Dashboard · Sagegate');
    await expectGoodLook(page, 'dashboard');
    expect(stage.faults()).toEqual([]);
  });

  it('weighs little at the first page, which is all there at once', async () => {
    const page = await stage.open('/console/');
    await page.getByRole('link', { name: 'Users: 2' }).waitFor();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    // What was fetched before, and in another encoding, says nothing.
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    await cdp.send('Network.setExtraHTTPHeaders', { headers: { 'Accept-Encoding': 'gzip' } });
    await page.addInitScript(LONG_TASKS);
    await page.reload();
    await page.getByRole('link', { name: 'Users: 2' }).waitFor();
    const files = await page.evaluate<number[]>(`
      performance.getEntriesByType('resource').filter(({ name }) => name.includes('/console/assets/')).map(({ encodedBodySize }) => encodedBodySize)
    `);
    const bytes = files.reduce((sum, each) => sum + each, 0);
    const longTasks = await page.evaluate<number[]>('longTasks');
    console.log(`first page: ${files.length} files, ${bytes} bytes compressed with gzip; long tasks: ${longTasks.join(', ') || 'none'} ms`);
    expect(files.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(BUDGET);
  });

  it('says how long its longest tasks are, on this processor and on one that is four times slower', async () => {
    const page = await stage.open('/console/');
    const devtools = await page.context().newCDPSession(page);
    await page.addInitScript(LONG_TASKS);
    for (const [path, heading] of HEAVIEST) {
      const longest: number[] = [];
      for (const rate of [1, 4]) {
        await devtools.send('Emulation.setCPUThrottlingRate', { rate });
        await page.goto(`${stage.origin}/console/${path}`);
        // Asked by the protocol itself: what Playwright runs in a page to look for something would be measured too.
        const expression = `document.querySelector('main h1')?.textContent.startsWith('${heading}')`;
        const isShown = async () => expect((await devtools.send('Runtime.evaluate', { expression })).result.value).toBe(true);
        await vi.waitFor(isShown, { timeout: 60_000, interval: 100 });
        longest.push(Math.max(0, ...(await page.evaluate<number[]>('longTasks'))));
      }
      console.log(`/console/${path}: the longest task took ${longest[0]} ms, throttled ${longest[1]} ms; the limit is ${LONGEST} ms`);
    }
    expect(stage.faults()).toEqual([]);
  });

  it('leads from a deep link through the sign-in and back to it, and says plainly that a page is not there', async () => {
    const page = await stage.open('/console/iam/users/alice');
    expect(new URL(page.url()).pathname).toBe('/console/iam/users/alice');
    await page.getByRole('heading', { name: 'alice', level: 1 }).waitFor();
    await page.goto(`${stage.origin}/console/iam/nothing`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('is used by keyboard, and moves the focus to each new page', async () => {
    const page = await stage.open('/console/');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Users' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'alice' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('page');
    await page.goBack();
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  });

  it('puts the focus into a dialog’s first field, does it by the Enter key, and gives the focus back to what opened it', async () => {
    const page = await stage.open('/console/iam/users/alice');
    const isFocused = (name: string) =>
      expect
        .poll(() => page.evaluate<string>('document.activeElement.textContent || document.activeElement.ariaLabel'), WAIT)
        .toContain(name);
    const inField = () => expect.poll(() => page.evaluate<string>('document.activeElement.tagName'), WAIT).toBe('INPUT');
    await page.getByRole('button', { name: 'Delete user' }).press('Enter');
    await inField();
    await page.keyboard.type('bob');
    // Nothing is deleted by another name.
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await isFocused('Delete user');
    await page.getByRole('tab', { name: 'Tags' }).click();
    await page.getByRole('button', { name: 'Add tag' }).press('Enter');
    await inField();
    await page.keyboard.type('focus');
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: 'focus' }).waitFor();
    await isFocused('Add tag');
    expect((await stage.iam.listUserTags({ UserName: 'alice' })).Tags?.map(({ Key }) => Key)).toContain('focus');
    await stage.iam.untagUser({ UserName: 'alice', TagKeys: ['focus'] });
    expect(stage.faults()).toEqual([]);
  });

  it('opens the list of pages on a phone, keeps light or dark, and the region', async () => {
    const page = await stage.open('/console/', { width: 360, dark: true });
    const pages = page.getByRole('navigation', { name: 'Pages' });
    expect(await isDark(page)).toBe(true);
    expect(await pages.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Open the list of pages' }).click();
    await pages.getByRole('link', { name: 'Roles' }).click();
    await page.getByRole('link', { name: 'ExampleExecutionRole' }).waitFor();
    expect(await pages.isVisible()).toBe(false);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Show light colours' }).click();
    await openMenu(page, 'Region us-east-1', 'eu-west-1');
    await page.getByRole('menuitemcheckbox', { name: 'eu-west-1' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Region eu-west-1' }).waitFor();
    expect(await isDark(page)).toBe(false);
    expect(stage.faults()).toEqual([]);
  });

  it('leaves by its own links to the pages that the server shows', async () => {
    const page = await stage.openAsRoot('/console/');
    await page.getByRole('link', { name: 'Enable one' }).click();
    await page.getByRole('heading', { name: 'Second factors', level: 1 }).waitFor();
    await page.goto(`${stage.origin}/console/iam/security-credentials`);
    await page.getByRole('link', { name: 'second factors' }).click();
    await page.getByRole('heading', { name: 'Second factors', level: 1 }).waitFor();
    await page.goto(`${stage.origin}/console/`);
    await page.getByRole('button', { name: `You are root user in account ${ACCOUNT}` }).click();
    await page.getByRole('menuitem', { name: 'Sessions' }).click();
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('advises the root user, who may not switch roles, and signs out', async () => {
    const page = await stage.openAsRoot('/console/');
    await page.getByText('You are the root user, who may do everything').waitFor();
    await page.getByRole('button', { name: `You are root user in account ${ACCOUNT}` }).click();
    expect(await page.getByRole('menuitem', { name: 'Switch role' }).count()).toBe(0);
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(stage.faults()).toEqual([]);
  });

  it('asks to sign in again where one was, once the session has ended', async () => {
    const page = await stage.open('/console/iam/users');
    await page.getByRole('link', { name: 'alice' }).waitFor();
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('link', { name: 'IAM user' }).getAttribute('href')).toBe('/signin?destination=%2Fconsole%2Fiam%2Fusers');
  });
});

/** Opens a menu of the top bar. Where the window has just changed its width, the bar is laid out anew, which closes what was opened too soon. */
async function openMenu(page: Page, button: string, item: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await page.getByRole('button', { name: button }).click();
    const isOpen = await page
      .getByRole('menuitemcheckbox', { name: item })
      .waitFor({ timeout: 3_000 })
      .then(
        () => true,
        () => false,
      );
    if (isOpen) return;
  }
  throw new Error(`the menu ${button} does not open`);
}
