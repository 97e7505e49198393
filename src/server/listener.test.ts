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

  it('is dated by the given clock', async () => {
    expect((await fetch(`${listener.url}/fine`)).headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
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
