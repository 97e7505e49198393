import { hash, X509Certificate } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OutboundProblem } from '../../src/core/outbound.ts';
import { GuardedFetch, type GuardedFetchSettings } from '../../src/server/guarded-fetch.ts';
import { certificate, identity } from '../services/iam/certificate-maker.ts';
import { authority, type IssuerOptions, startIssuer, type TestIssuer } from './issuer.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const start = async (options?: IssuerOptions): Promise<TestIssuer> => {
  const issuer = await startIssuer(options);
  issuer.pages.set('/page', { page: true });
  open.push(issuer);
  return issuer;
};
const guard = (allowed: readonly string[], more: Partial<GuardedFetchSettings> = {}): GuardedFetch =>
  new GuardedFetch({ allowed, authorities: [authority.pem], ...more });
const rules = { maxBytes: 10_000 };
const fails = (call: Promise<unknown>, problem: OutboundProblem): Promise<void> => expect(call).rejects.toMatchObject({ problem });
const sha1 = (pem: string): string => hash('sha1', new X509Certificate(pem).raw, 'hex');

describe('V08: outgoing calls', () => {
  it('reach what is allowed by name, whoever vouches for it', async () => {
    const issuer = await start();
    const { status, body } = await guard([issuer.origin]).get(`${issuer.origin}/page`, rules);
    expect([status, Buffer.from(body).toString()]).toEqual([200, '{"page":true}']);
    expect((await guard([`${issuer.origin}/some/tenant`]).get(`${issuer.origin}/absent`, rules)).status).toBe(404);
  });

  it('do not reach this machine otherwise, by whatever name it goes', async () => {
    const issuer = await start();
    const { port } = new URL(issuer.origin);
    const byName = guard([], { resolve: async (host) => (host === 'rebound.example.com' ? ['127.0.0.1'] : ['8.8.8.8', '10.0.0.1']) });
    for (const host of [
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0.0.0.0',
      '169.254.169.254',
      '[fd00:ec2::254]',
    ])
      await fails(guard([]).get(`https://${host}:${port}/page`, rules), 'refused');
    await fails(byName.get(`https://rebound.example.com:${port}/page`, rules), 'refused');
    await fails(byName.get(`https://one-of-several.example.com:${port}/page`, rules), 'refused');
    expect(issuer.asked).toEqual([]);
  });

  it('do not reach the metadata service, not even where its name is allowed', async () => {
    const fetch = guard(['https://idp.corp.example.com'], { resolve: async () => ['169.254.169.254'] });
    await fails(fetch.get('https://idp.corp.example.com/latest/', rules), 'refused');
    await fails(guard(['https://169.254.169.254']).get('https://169.254.169.254/latest/', rules), 'refused');
  });

  it('look a name up once, and go to the address that was judged', async () => {
    const issuer = await start({ names: ['idp.corp.example.com'] });
    const { port } = new URL(issuer.origin);
    let looks = 0;
    const resolve = async () => (looks++ === 0 ? ['127.0.0.1'] : ['192.0.2.1']);
    const fetch = guard([`https://idp.corp.example.com:${port}`], { resolve });
    expect((await fetch.get(`https://idp.corp.example.com:${port}/page`, rules)).status).toBe(200);
    expect(looks).toBe(1);
  });

  it('are https; plain HTTP is for allowed servers of this machine', async () => {
    const issuer = await start({ plain: true });
    await fails(guard([]).get(`${issuer.origin}/page`, rules), 'refused');
    await fails(guard([issuer.origin.replace('http:', 'https:')]).get(`${issuer.origin}/page`, rules), 'refused');
    const fetch = guard([issuer.origin]);
    expect((await fetch.get(`${issuer.origin}/page`, rules)).status).toBe(200);
    expect([fetch.allowsPlain(`${issuer.origin}/x`), fetch.allowsPlain('http://localhost/'), fetch.allowsPlain('x')]).toEqual([
      true,
      false,
      false,
    ]);
    const moved = guard(['http://localhost:1'], { resolve: async () => ['10.0.0.1'] });
    await fails(moved.get('http://localhost:1/page', rules), 'refused');
    for (const url of ['http://idp.example.com', 'ftp://localhost', 'https://a@b', 'https://a?b', 'x'])
      expect(() => guard([url])).toThrow();
    for (const url of [`ftp://127.0.0.1/`, `https://user@127.0.0.1/`, `https://127.0.0.1/#x`, 'file:///etc/passwd', ''])
      await fails(guard([]).get(url, rules), 'refused');
  });

  it('follow no redirect, take nothing compressed, nothing long and nothing slow', async () => {
    const issuer = await start();
    const fetch = guard([issuer.origin], { patience: 300 });
    issuer.pages.set('/moved', (_, response) => response.writeHead(302, { Location: '/page' }).end());
    issuer.pages.set('/bomb', (_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000))),
    );
    issuer.pages.set('/long', (_, response) => response.end('x'.repeat(10_001)));
    issuer.pages.set('/announced', (_, response) => response.writeHead(200, { 'Content-Length': 1e9 }).flushHeaders());
    issuer.pages.set('/endless', (_, response) => {
      const more = setInterval(() => response.write('x'.repeat(1000)), 1);
      response.on('close', () => clearInterval(more));
    });
    issuer.pages.set('/slow', () => undefined);
    issuer.pages.set('/drip', (_, response) => {
      const more = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(more));
    });
    issuer.pages.set('/broken', (_, response) => response.writeHead(503).end());
    for (const path of ['moved', 'bomb', 'long', 'announced', 'endless'])
      await fails(fetch.get(`${issuer.origin}/${path}`, rules), 'unfit');
    for (const path of ['slow', 'drip', 'broken']) await fails(fetch.get(`${issuer.origin}/${path}`, rules), 'unreachable');
    expect(issuer.asked).not.toContain('/page');
    await issuer.close();
    await fails(fetch.get(`${issuer.origin}/page`, rules), 'unreachable');
  });

  it('wait for nobody who does not even speak', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => socket.destroy())));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const close = (): Promise<void> =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        silent.close(() => resolve());
      });
    open.push({ close });
    const address = silent.address();
    const origin = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    await fails(guard([origin], { patience: 200 }).get(`${origin}/page`, rules), 'unreachable');
    const never = guard(['https://idp.example.com'], { patience: 200, resolve: () => new Promise(() => undefined) });
    await fails(never.get('https://idp.example.com', rules), 'unreachable');
  });

  it('are few at a time', async () => {
    const issuer = await start();
    issuer.pages.set('/slow', () => undefined);
    const fetch = guard([issuer.origin], { patience: 400 });
    const calls = await Promise.allSettled(Array.from({ length: 40 }, () => fetch.get(`${issuer.origin}/slow`, rules)));
    expect(calls.every(({ status }) => status === 'rejected')).toBe(true);
    expect(issuer.asked.length).toBeLessThanOrEqual(8);
    expect((await fetch.get(`${issuer.origin}/page`, rules)).status).toBe(200);
  });
});

describe('who vouches for a server', () => {
  const stranger = identity('An authority that nobody knows');
  const strangerPem = certificate(stranger, stranger, undefined, { authority: true });

  it('is an authority that is trusted, or a certificate known by its fingerprint', async () => {
    const issuer = await start({ vouchedBy: stranger, shown: [strangerPem] });
    const fetch = guard([issuer.origin]);
    await fails(fetch.get(`${issuer.origin}/page`, rules), 'certificate');
    await fails(fetch.get(`${issuer.origin}/page`, { ...rules, thumbprints: ['0'.repeat(40)] }), 'certificate');
    expect(issuer.asked).toEqual([]);
    for (const pem of [strangerPem, issuer.chain[0] ?? ''])
      expect((await fetch.get(`${issuer.origin}/page`, { ...rules, thumbprints: [sha1(pem)] })).status).toBe(200);
    expect(await fetch.thumbprint(issuer.origin)).toBe(sha1(strangerPem));
  });

  it('is not a certificate that is shown and has vouched for nothing', async () => {
    const issuer = await start({ vouchedBy: 'self', shown: [strangerPem, authority.pem] });
    for (const pem of [strangerPem, authority.pem])
      await fails(guard([issuer.origin]).get(`${issuer.origin}/page`, { ...rules, thumbprints: [sha1(pem)] }), 'certificate');
    expect(issuer.asked).toEqual([]);
  });

  it('vouches for that very name', async () => {
    const issuer = await start({ vouchedBy: stranger, shown: [strangerPem] });
    const { port } = new URL(issuer.origin);
    const url = `https://idp.corp.example.com:${port}`;
    const fetch = guard([url], { resolve: async () => ['127.0.0.1'] });
    await fails(fetch.get(`${url}/page`, { ...rules, thumbprints: [sha1(strangerPem)] }), 'certificate');
    const trusted = await start();
    const other = `https://idp.corp.example.com:${new URL(trusted.origin).port}`;
    await fails(guard([other], { resolve: async () => ['127.0.0.1'] }).get(`${other}/page`, rules), 'certificate');
  });
});

afterAll(() => expect(open).toEqual([]));
