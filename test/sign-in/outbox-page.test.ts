import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRIVATE_SERVER, type RunningServer, startServer } from '../../src/server/serve.ts';
import { isChromiumHere, startBrowser, type TestBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';

let server: RunningServer;
let browser: TestBrowser;
const errors: unknown[] = [];

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${server.url}/_sagegate/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** A sign-up whose telephone rings. Gives its secret, and what is to be typed. */
async function ring(email: string, PhoneNumber: string): Promise<{ at: string; digits: string }> {
  const { signUpId } = await post('signup', { email, accountName: 'example' });
  const { messages } = (await (await fetch(`${server.url}/_sagegate/outbox`)).json()) as { messages: { text: string }[] };
  await post(`signup/${signUpId}/email-code`, { code: /[0-9]{6}/.exec(messages[0]?.text ?? '')?.[0] });
  await post(`signup/${signUpId}/password`, { password: 'Correct-Horse-9-Battery' });
  const address = { FullName: 'Ada Example', AddressLine1: '1 Example Street', City: 'Seattle', PostalCode: '98101', CountryCode: 'US' };
  await post(`signup/${signUpId}/contact`, { ...address, PhoneNumber });
  const { code } = (await post(`signup/${signUpId}/phone`, { channel: 'voice' })) as { code: { call: { digits: string } } };
  return { at: `signup/${signUpId}`, digits: code.call.digits };
}

const isDone = async (at: string) => ((await (await fetch(`${server.url}/_sagegate/${at}`)).json()) as { step: string }).step;

describeWith('chromium', isChromiumHere, 'the telephone of the outbox', () => {
  beforeAll(async () => {
    server = await startServer({
      ...PRIVATE_SERVER,
      logError: (error) => errors.push(error),
    });
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    expect(errors).toEqual([]);
  });

  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])('rings by itself, is answered, and has keys: %o', async (look) => {
    const context = await browser.open(look);
    const page = await context.newPage();
    const shot = (name: string) => expectGoodPage(page, `outbox-${name}-${look.width}`);
    await page.goto(server.outboxUrl);
    const { at, digits } = await ring(`owner-${look.width}@example.com`, look.dark ? '+12065550101' : '+12065550100');
    // Nobody touches the page.
    await page.getByText('Ringing', { exact: true }).waitFor();
    await shot('ringing');
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('type the six digits that the page shows').waitFor();
    for (const key of digits.slice(0, 3)) await page.getByRole('button', { name: key, exact: true }).click();
    expect(await page.locator('output').textContent()).toBe(digits.slice(0, 3));
    await shot('typing');
    await page.getByRole('button', { name: '*', exact: true }).click();
    expect(await page.locator('output').textContent()).toBe('nothing yet');
    await page.getByLabel('Or several at once').fill(digits);
    await page.getByRole('button', { name: 'Press' }).click();
    await page.locator('article').first().getByText('Your telephone number is confirmed').waitFor();
    await shot('over');
    expect(await isDone(at)).toBe('complete');
    await context.close();
  });

  it('C04: is answered on its own page only, and by who may see the outbox', async () => {
    const { at, digits } = await ring('c04@example.com', '+12065550102');
    const { messages } = (await (await fetch(`${server.url}/_sagegate/outbox`)).json()) as { messages: { id: number }[] };
    const path = `outbox/${messages[0]?.id}/call`;
    const form = (headers: Record<string, string>) =>
      fetch(`${server.url}/_sagegate/${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ do: 'answer' }),
      });
    expect((await form({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await form({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await form({})).status).toBe(303);
    expect(await post('outbox/999/call', { do: 'answer' })).toMatchObject({ __type: 'ResourceNotFoundException' });
    expect(await post('outbox/x/call', { do: 'answer' })).toMatchObject({ __type: 'ResourceNotFoundException' });
    expect(await post(path, { do: 'dance' })).toMatchObject({ __type: 'ValidationException' });
    expect(await post(path, { keys: digits })).toMatchObject({ call: { state: 'over' } });
    expect(await isDone(at)).toBe('complete');
  });
});
