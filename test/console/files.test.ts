import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../src/core/http.ts';
import { ConsoleFiles } from '../../src/server/console-files.ts';
import { joinHeaders } from '../../src/server/listener.ts';
import type { TestAccount } from '../harness.ts';
import { cookieOf, openSignIn, type SignInStage } from '../sign-in/stage.ts';

const SCRIPT = 'export const console = "small";\n'.repeat(100);

let directory: string;
let files: ConsoleFiles;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sagegate-console-'));
  const built = join(directory, 'console');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(directory, 'secret.js'), 'secret');
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>Console</title>');
  writeFileSync(join(built, 'assets', 'index-A1.js'), SCRIPT);
  writeFileSync(join(built, 'assets', 'index-A1.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(built, 'assets', 'index-A1.js.br'), 'as brotli');
  writeFileSync(join(built, 'assets', 'gone-B2.js'), SCRIPT);
  const opened = ConsoleFiles.open(built);
  if (!opened) throw new Error('the files are not found');
  files = opened;
});
afterAll(() => rmSync(directory, { recursive: true }));

function ask(target: string, headers: readonly string[] = [], method = 'GET'): Promise<HttpResponse> | HttpResponse | undefined {
  const request: HttpRequest = {
    method,
    target,
    rawHeaders: headers,
    headers: joinHeaders(headers),
    body: new Uint8Array(),
    remoteAddress: '127.0.0.1',
    secure: false,
  };
  return files.answer(request);
}

describe('files of the console', () => {
  it('that a newer build has taken away are not there', async () => {
    rmSync(join(directory, 'console', 'assets', 'gone-B2.js'));
    expect(await ask('/console/assets/gone-B2.js')).toMatchObject({ status: 404, body: 'There is no such file.\n' });
  });

  it.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('accepting %j gives %s', async (accepted, encoding) => {
    const answer = await ask('/console/assets/index-A1.js', ['Accept-Encoding', accepted]);
    expect([answer?.status, answer?.headers['Content-Encoding']]).toEqual([200, encoding]);
    expect(answer?.headers).toMatchObject({
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
      Vary: 'Accept-Encoding',
    });
  });

  it('are told to be unchanged by their tag, which differs by encoding', async () => {
    const plain = await ask('/console/assets/index-A1.js');
    const packed = await ask('/console/assets/index-A1.js', ['Accept-Encoding', 'gzip']);
    const tag = packed?.headers.ETag ?? '';
    expect(tag).not.toBe(plain?.headers.ETag);
    const again = await ask('/console/assets/index-A1.js', ['Accept-Encoding', 'gzip', 'If-None-Match', tag]);
    expect([again?.status, again?.body]).toEqual([304, '']);
  });

  it.each([
    '/console/assets/index-B2.js',
    '/console/assets/index-A1.js.gz',
    '/console/assets/../../secret.js',
    '/console/assets/..%2f..%2fsecret.js',
    '/console/assets/../index.html',
    '/console/assets/',
    '/console/assets/__proto__.js',
    '/console/assets/constructor',
  ])('%s is none', async (target) => {
    const answer = await ask(target);
    expect([answer?.status, answer?.body]).toEqual([404, 'There is no such file.\n']);
  });

  it('are for reading, and what is no file is left to others', async () => {
    expect((await ask('/console/assets/index-A1.js', [], 'POST'))?.status).toBe(405);
    expect(ask('/console/iam/users')).toBeUndefined();
    expect(ConsoleFiles.open(join(directory, 'nothing'))).toBeUndefined();
  });

  it('C14: the page lets nothing run that is not a file of ours, and nothing frame it', () => {
    const { headers } = files.page();
    const policy = headers['Content-Security-Policy'] ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy.split('; ')).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'same-origin' });
  });
});

describe('the session, as the page asks for it', () => {
  const PASSWORD = 'Correct-Horse-9';
  const OWN = { 'x-sagegate-console': '1' };
  let stage: SignInStage;
  let account: TestAccount;
  let cookie: string;

  beforeAll(async () => {
    stage = await openSignIn();
    account = await stage.server.account();
    await account.user('alice');
    await account.asRoot('iam', 'CreateLoginProfile', { UserName: 'alice', Password: PASSWORD });
    cookie = cookieOf(await stage.post('/signin', { account: account.id, username: 'alice', password: PASSWORD }));
  });
  afterAll(async () => {
    expect(stage.server.errors).toEqual([]);
    await stage.close();
  });

  const session = (headers: Readonly<Record<string, string>>) =>
    fetch(`${stage.server.url}/console/session`, { method: 'POST', redirect: 'manual', headers });

  it('holds who it is and what signs, and is kept by nobody', async () => {
    const response = await session({ ...OWN, cookie });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toMatchObject({
      arn: `arn:aws:iam::${account.id}:user/alice`,
      account: { id: account.id },
      method: 'password',
      credentials: { accessKeyId: expect.stringMatching(/^ASIA/) },
      regions: expect.arrayContaining(['eu-west-1', 'us-east-1']),
    });
  });

  it.each([
    ['without the header of the page', {}, 403, 'AccessDeniedException'],
    ['from another site', { ...OWN, origin: 'https://evil.example' }, 403, 'AccessDeniedException'],
    ['from another site, as browsers tell', { ...OWN, 'sec-fetch-site': 'cross-site' }, 403, 'AccessDeniedException'],
    ['from a sibling host', { ...OWN, 'sec-fetch-site': 'same-site' }, 403, 'AccessDeniedException'],
  ])('C13: %s it is refused', async (_, headers, status, code) => {
    const response = await session({ ...headers, cookie });
    expect([response.status, ((await response.json()) as { __type: string }).__type]).toEqual([status, code]);
  });

  it('is nobody’s without its cookie, and after signing out', async () => {
    expect((await session(OWN)).status).toBe(401);
    expect((await stage.get('/console/session', { cookie })).status).toBe(200);
    await stage.post('/console/sign-out', {}, { cookie });
    expect((await session({ ...OWN, cookie })).status).toBe(401);
  });

  it('C16: the doors lead on to where somebody was going, and nowhere else', async () => {
    const page = await (await stage.get('/console/iam/users?x="><script>')).text();
    expect(page).toContain('href="/signin?destination=%2Fconsole%2Fiam%2Fusers%3Fx%3D');
    expect(page).not.toContain('<script>');
  });
});
