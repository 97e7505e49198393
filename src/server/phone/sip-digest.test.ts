import { describe, expect, it } from 'vitest';
import { answerDigest } from './sip-digest.ts';

/** RFC 7616 §3.9.1. */
const CHALLENGE =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const ASKED = {
  method: 'GET',
  uri: '/dir/index.html',
  user: 'Mufasa',
  password: 'Circle of Life',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const MD5 = '8ca523f5e9506fed4657c9700eebdbec';
const SHA256 = '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1';

describe('an answer to a challenge', () => {
  it.each([
    ['MD5', [`Digest ${CHALLENGE}, algorithm=MD5`], MD5],
    ['MD5 when no algorithm is named', [`Digest ${CHALLENGE}`], MD5],
    ['SHA-256', [`Digest ${CHALLENGE}, algorithm=SHA-256`], SHA256],
    ['the stronger of two, in any order', [`digest ${CHALLENGE}, algorithm=MD5`, `Digest ${CHALLENGE}, algorithm=SHA-256`], SHA256],
    ['the one that is known', [`Digest ${CHALLENGE}, algorithm=SHA-512-256`, `Digest ${CHALLENGE}, algorithm=MD5`], MD5],
  ])('is that of RFC 7616: %s', (_, challenges, response) => {
    const answer = answerDigest(challenges, ASKED);
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toMatch(/^Digest username="Mufasa", realm="http-auth@example.org", .*, qop=auth, nc=00000001$/);
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
    expect(answer).not.toContain('Circle');
  });

  it('needs no quality of protection (RFC 2069)', () => {
    const answer = answerDigest(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'], ASKED);
    expect(answer).toMatch(/response="[0-9a-f]{32}"$/);
    expect(answer).not.toContain('cnonce');
  });

  it.each([
    ['none', []],
    ['another scheme', ['Basic realm="x"']],
    ['no nonce', ['Digest realm="x"']],
    ['integrity alone', ['Digest realm="x", nonce="y", qop="auth-int"']],
    ['an algorithm of Object', ['Digest realm="x", nonce="y", algorithm=__proto__']],
  ])('is not given to %s', (_, challenges) => {
    expect(answerDigest(challenges, ASKED)).toBeUndefined();
  });

  it('keeps quotes inside', () => {
    expect(answerDigest(['Digest realm="a\\"b", nonce="n"'], ASKED)).toContain('realm="a\\"b"');
  });
});
