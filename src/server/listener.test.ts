import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { joinHeaders, type Listener, listen, standardLimits } from './listener.ts';

describe('an answer that cannot be given', () => {
  const errors: unknown[] = [];
  let listener: Listener;
  const answers: Readonly<Record<string, () => HttpResponse | Promise<HttpResponse>>> = {
    '/throws': () => {
      throw new Error('thrown');
    },
    '/rejects': () => Promise.reject(new Error('rejected')),
    '/header': () => ({ status: 200, headers: { 'X-Bad': 'a\nb' }, body: '' }),
    '/later-header': async () => ({ status: 200, headers: { 'X-Bad': 'a\nb' }, body: '' }),
    '/fine': () => ({ status: 200, headers: {}, body: 'grüße' }),
  };
  beforeAll(async () => {
    const answer = (request: HttpRequest) => answers[request.target]?.() ?? { status: 404, headers: {}, body: '' };
    listener = await listen({
      host: '127.0.0.1',
      port: 0,
      limits: standardLimits,
      now: () => Date.UTC(2030, 0, 1),
      answer,
      logError: (error) => errors.push(error),
    });
  });
  afterAll(() => listener.close());

  it.each(['/throws', '/rejects', '/header', '/later-header'])(
    '%s is answered 500, told to the log, and the server goes on',
    async (path) => {
      errors.length = 0;
      const response = await fetch(listener.url + path);
      expect([response.status, await response.text(), errors.length]).toEqual([500, 'Internal Server Error\n', 1]);
      const next = await fetch(`${listener.url}/fine`);
      expect([next.status, await next.text()]).toEqual([200, 'grüße']);
    },
  );

  it('spoils no other that arrived with it, on its connection or on another', async () => {
    const paths = ['/fine', '/throws', '/fine', '/header', '/rejects', '/later-header', '/fine'];
    const responses = await Promise.all(paths.map((path) => fetch(listener.url + path)));
    expect(responses.map(({ status }) => status)).toEqual([200, 500, 200, 500, 500, 500, 200]);
    const socket = connect(listener.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write('GET /fine HTTP/1.1\r\nHost: x\r\n\r\nGET /throws HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*grüße.*HTTP\/1\.1 500 /s);
  });

  it('is dated by the given clock', async () => {
    expect((await fetch(`${listener.url}/fine`)).headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });
});

describe('a body', () => {
  let listener: Listener;
  const heard: string[] = [];
  beforeAll(async () => {
    listener = await listen({
      host: '127.0.0.1',
      port: 0,
      limits: { ...standardLimits, maxBodyBytes: 20 },
      now: Date.now,
      answer: ({ target, body }) => {
        heard.push(`${target} ${Buffer.from(body).toString('utf8')}`);
        return { status: 200, headers: {}, body: target };
      },
      logError: (error) => {
        throw error;
      },
    });
  });
  afterAll(() => listener.close());

  /** Sends pieces over one connection, a moment between them; what came back until it was closed, or nothing more came. */
  async function send(...pieces: string[]): Promise<string> {
    const socket = connect(listener.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (const piece of pieces) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    socket.end();
    await closed;
    return text;
  }
  const statuses = (text: string): string[] => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);

  it('is whole, however it came, and so is the next one on its connection', async () => {
    heard.length = 0;
    const chunked = 'POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    const text = await send(
      'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\none',
      'two',
      chunked,
      'GET /c HTTP/1.1\r\nHost: x\r\n\r\nPOST /d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi',
    );
    expect(heard).toEqual(['/a onetwo', '/b abcde', '/c ', '/d hi']);
    expect(statuses(text)).toEqual(['200', '200', '200', '200']);
  });

  it('over the limit is refused and forgotten, and so is what follows on its connection', async () => {
    heard.length = 0;
    const declared = await send(
      'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n',
      'x'.repeat(21),
      'GET /b HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    const chunk = `b\r\n${'y'.repeat(11)}\r\n`;
    const grown = await send(
      'POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
      chunk,
      chunk,
      '0\r\n\r\n',
      'GET /d HTTP/1.1\r\nHost: x\r\n\r\n',
    );
    expect([statuses(declared), statuses(grown), heard]).toEqual([['413'], ['413'], []]);
  });
});

it('joins repeated headers in order, and knows no prototype', () => {
  const headers = joinHeaders(['A', '1', 'a', '2', '__proto__', 'x']);
  expect(Object.entries(headers)).toEqual([
    ['a', '1,2'],
    ['__proto__', 'x'],
  ]);
  expect(headers.constructor).toBeUndefined();
});
