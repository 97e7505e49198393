import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { payloadHash } from './canonical-request.ts';
import { MAX_SIGNED_HEADERS, splitSignedHeaders } from './signed-headers.ts';

it('reads a list of signed headers alike however often and after however many others', () => {
  const texts = ['host', 'host;x-amz-date', '', ';', 'höst;\ud83d', 'a;'.repeat(MAX_SIGNED_HEADERS * 2), `x${'y'.repeat(5000)};z`];
  const expected = texts.map((text) => text.split(';', MAX_SIGNED_HEADERS + 1));
  expect(texts.map(splitSignedHeaders)).toEqual(expected);
  for (let i = 0; i < 1000; i++) expect(splitSignedHeaders(`host;x-${i}`)).toEqual(['host', `x-${i}`]);
  expect(texts.map(splitSignedHeaders)).toEqual(expected);
});

it.each(['', '{}', '{', '[]', '{} ', 'Action=GetCallerIdentity&Version=2011-06-15'])('the hash of the body %j is its SHA-256', (text) =>
  expect(payloadHash(Buffer.from(text))).toBe(createHash('sha256').update(text).digest('hex')),
);
