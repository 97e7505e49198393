import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { SageMakerA2IRuntime } from '@aws-sdk/client-sagemaker-a2i-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerHumanLoop, listHumanLoops, showHumanLoop } from '../../src/cli/human-loop.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readSeedFile } from '../../src/server/seed-file.ts';
import { type RunningServer, startServer } from '../../src/server/serve.ts';
import { isChromiumHere, startBrowser, type TestBrowser } from '../browser.ts';
import { describeWith } from '../clients.ts';
import { expectGoodPage } from '../good-page.ts';

const errors: unknown[] = [];
let directory: string;
let server: RunningServer;
let a2i: SageMakerA2IRuntime;
let FlowDefinitionArn: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sagegate-human-'));
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    remote: false,
    allowedHosts: [],
    // Not ephemeral: the operator token is asked for.
    dataDirectory: join(directory, 'data'),
    seed: readSeedFile(resolve(import.meta.dirname, '../../examples/seed.yaml')).seed,
    pace: 0,
    showMessage: () => undefined,
    logError: (error) => errors.push(error),
  });
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const config = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  a2i = new SageMakerA2IRuntime(config);
  const made = await new SageMaker(config).createFlowDefinition({
    FlowDefinitionName: 'review',
    RoleArn: 'arn:aws:iam::123456789012:role/ExampleExecutionRole',
    OutputConfig: { S3OutputPath: 's3://bucket/out' },
  });
  FlowDefinitionArn = made.FlowDefinitionArn ?? '';
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
  expect(errors).toEqual([]);
});

const start = (HumanLoopName: string, content: object = { text: 'Is this a cat?' }) =>
  a2i.startHumanLoop({ HumanLoopName, FlowDefinitionArn, HumanLoopInput: { InputContent: JSON.stringify(content) } });
const status = async (HumanLoopName: string) => (await a2i.describeHumanLoop({ HumanLoopName })).HumanLoopStatus;
const fetchLocal = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}/_sagegate/human-loops${path}`, { redirect: 'manual', ...init });
const bearer = () => ({ authorization: `Bearer ${server.operatorToken}` });

describe('human loops in the local API', () => {
  it('are nobody’s business without the operator token', async () => {
    await start('secret');
    const form = { method: 'POST', body: new URLSearchParams({ answer: '1' }) };
    for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(43)}` }]) {
      expect((await fetchLocal('', { headers })).status).toBe(404);
      expect((await fetchLocal('/secret', { headers })).status).toBe(404);
      expect((await fetchLocal('/secret/answer', { ...form, headers })).status).toBe(404);
    }
    expect(await status('secret')).toBe('InProgress');
  });

  it('C04: are answered by no form of another site', async () => {
    const form = (headers: Record<string, string>) =>
      fetchLocal(`/secret/answer?token=${server.operatorToken}`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ answer: '1' }),
      });
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }] as Record<string, string>[])
      expect((await form(headers)).status).toBe(403);
    expect(await status('secret')).toBe('InProgress');
  });

  it('show content as text, whatever it is', async () => {
    await start('markup', { html: '</pre><script>alert(1)</script>' });
    const page = await (await fetchLocal('/markup', { headers: { ...bearer(), accept: 'text/html' } })).text();
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('script');
  });

  it('say what is wrong with an answer, and which loop is meant', async () => {
    const post = (path: string, body: object) =>
      fetchLocal(path, { method: 'POST', headers: { ...bearer(), 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect((await post('/none/answer', { answer: 1 })).status).toBe(404);
    expect((await post('/secret/answer', {})).status).toBe(400);
    expect((await post('/secret/answer', { answer: 'x'.repeat(400_000) })).status).toBe(413);
    expect((await post('/secret/answer', { answer: { ok: true } })).status).toBe(200);
    expect((await post('/secret/answer', { answer: { ok: true } })).status).toBe(409);
    expect(await status('secret')).toBe('Completed');
  });
});

describe('sagegate human-loop', () => {
  const said: string[] = [];
  const terminal = { isInteractive: false, print: (text: string) => void said.push(text), note: () => undefined } as unknown as Terminal;
  const options = () => ({ endpoint: server.url, token: server.operatorToken });
  const last = () => said.at(-1) ?? '';

  it('lists, shows and answers', async () => {
    await start('by-cli');
    await listHumanLoops(options(), terminal, {});
    expect(last()).toMatch(/by-cli +123456789012 +us-east-1 +InProgress/);
    await showHumanLoop('by-cli', options(), terminal, {});
    expect(said.slice(-2).join('\n')).toMatch(/Answers +0 of 1.*Is this a cat\?/s);
    await answerHumanLoop('by-cli', '{"label":"cat"}', { ...options(), worker: 'ada' }, terminal, {});
    expect(last()).toBe('Answered by-cli. It is completed.');
    await showHumanLoop('by-cli', options(), terminal, {});
    expect(said.slice(-2).join('\n')).toMatch(/nothing is written there.*"label": "cat".*"workerId": "ada"/s);
    await listHumanLoops(options(), terminal, {});
    expect(last()).not.toContain('by-cli');
    await listHumanLoops({ ...options(), all: true, json: true }, terminal, {});
    expect(last()).toContain('by-cli');
  });

  it('refuses what is no JSON', async () => {
    await expect(answerHumanLoop('by-cli', '{', options(), terminal, {})).rejects.toMatchObject({ exitCode: 2 });
    await expect(answerHumanLoop('by-cli', '@/none/file', options(), terminal, {})).rejects.toMatchObject({ exitCode: 2 });
  });
});

describeWith('chromium', isChromiumHere, 'the page of human loops', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  it.each([
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ])(
    'shows what is asked and takes an answer: %o',
    async (look) => {
      const name = `by-page-${look.width}`;
      await start(name, { text: 'Is this a cat?', picture: `s3://bucket/${'long-'.repeat(30)}.png` });
      const context = await browser.open(look);
      const page = await context.newPage();
      await page.goto(`${server.url}/_sagegate/human-loops?token=${server.operatorToken}`);
      await expectGoodPage(page, `human-loops-${look.width}`);
      await page.getByRole('link', { name }).click();
      await page.getByRole('heading', { name: 'What to look at' }).waitFor();
      await page.getByLabel('Answer, as JSON').fill('not json');
      await page.getByRole('button', { name: 'Submit' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByLabel('Answer, as JSON').inputValue()).toBe('not json');
      await expectGoodPage(page, `human-loop-${look.width}`);
      await page.getByLabel('Answer, as JSON').fill('{"label":"cat"}');
      await page.getByRole('button', { name: 'Submit' }).click();
      await page.getByRole('heading', { name: 'What was said' }).waitFor();
      await expectGoodPage(page, `human-loop-over-${look.width}`);
      expect(await status(name)).toBe('Completed');
      await context.close();
    },
    60_000,
  );
});
