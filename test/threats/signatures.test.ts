import { describe, expect, it } from 'vitest';
import { presign } from '../../src/sigv4/index.ts';
import { allowing } from '../conformance/story.ts';
import { IAM, type Request, STS, target, WHO_AM_I, withExtra, withHeader } from './wire.ts';

/* Signature Version 4 from the socket on. The verifier by itself is attacked in src/sigv4/verify.test.ts. */

const t = target();
const MISMATCH = /^The request signature we calculated does not match/;

describe('S01 S21 key ids', () => {
  it.each(['test', 'AKIAIOSFODNN7EXAMPLE', 'root', '000000000000', 'constructor', '__proto__', 'A'.repeat(4000)])(
    'no identity for %.24s, and one answer for all',
    async (accessKeyId) => {
      const as = { accessKeyId, secretAccessKey: 'test' };
      await t.attack(t.query(WHO_AM_I, { as }), {
        status: 403,
        code: 'InvalidClientTokenId',
        message: 'The security token included in the request is invalid.',
      });
      await t.attack(t.json('ListDomains', '{}', { as }), {
        status: 400,
        code: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      });
    },
  );

  it('an inactive, a deleted and an unknown key cannot be told apart, not even by who has the secret', async () => {
    const as = await t.account.user('s21');
    const key = { UserName: 's21', AccessKeyId: as.accessKeyId };
    await t.account.asRoot('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
    const inactive = await t.attack(t.query(WHO_AM_I, { as }), { status: 403, code: 'InvalidClientTokenId' });
    await t.account.asRoot('iam', 'DeleteAccessKey', key);
    const deleted = await t.attack(t.query(WHO_AM_I, { as }), { status: 403, code: 'InvalidClientTokenId' });
    const unknown = await t.attack(t.query(WHO_AM_I, { as: { ...as, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }), {
      status: 403,
      code: 'InvalidClientTokenId',
    });
    const text = (body: string) => body.replace(/<RequestId>[^<]*/, '');
    expect(new Set([inactive, deleted, unknown].map(({ body }) => text(body))).size).toBe(1);
    expect(unknown.body).not.toContain('AKIA');
  });
});

describe('S02 an invented signature', () => {
  const invent = (request: Request) =>
    withHeader(request, 'Authorization', (value) => value.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`));

  it('opens nothing on any route or codec, whoever is said to sign', async () => {
    await t.attack(invent(t.query(WHO_AM_I)), { status: 403, code: 'SignatureDoesNotMatch', message: MISMATCH });
    await t.attack(invent(t.query(`Action=CreateUser&UserName=s02&${IAM}`)), { status: 403, code: 'SignatureDoesNotMatch' });
    await t.attack(invent(t.query('Action=DescribeVpcs&Version=2016-11-15')), { status: 401, code: 'AuthFailure', message: MISMATCH });
    await t.attack(invent(t.json('ListDomains', '{}')), { status: 400, code: 'InvalidSignatureException', message: MISMATCH });
    const invoke = { method: 'POST', target: '/endpoints/e/invocations', headers: ['Host', hostOf()], body: '1' };
    await t.attack(invent(t.signed(invoke, { service: 'sagemaker' })), { status: 403, code: 'InvalidSignatureException' });
  });

  it('comes before what is asked: an operation, an input or a permission that is not there', async () => {
    const nobody = await t.account.user('s02-nobody');
    await t.attack(invent(t.query(`Action=DeleteUser&${IAM}`, { as: nobody })), { status: 403, code: 'SignatureDoesNotMatch' });
    await t.attack(invent(t.json('CreateDomain', '{"DomainName": 7', { as: nobody })), { status: 400, code: 'InvalidSignatureException' });
  });
});

const hostOf = () => new URL(t.server.url).host;

describe('S03 S04 two readings of one request', () => {
  it('both a header and a query that sign', async () => {
    const request = t.query(WHO_AM_I);
    const presigned = presign(
      { method: 'GET', target: `/?${WHO_AM_I}`, rawHeaders: ['Host', hostOf()], body: new Uint8Array() },
      t.account.root,
      {
        service: 'sts',
        region: 'us-east-1',
        now: t.server.clock.now(),
        expiresSeconds: 60,
      },
    );
    await t.attack(
      { ...request, method: 'GET', target: presigned, body: '' },
      { status: 403, code: 'SignatureDoesNotMatch', message: /^Found both 'X-Amz-Algorithm'/ },
    );
  });

  it.each([
    ['Authorization', 'IncompleteSignature'],
    ['X-Amz-Date', 'IncompleteSignature'],
    ['Host', 'IncompleteSignature'],
    // Two media types are none: no body is read by either of them.
    ['Content-Type', 'InvalidAction'],
  ])('%s twice', async (name, code) => {
    const request = t.query(WHO_AM_I);
    await t.attack(withExtra(request, name, headerOf(request, name)), { status: 400, code });
  });

  it('X-Amz-Target twice', async () => {
    await t.attack(withExtra(t.json('ListDomains', '{}'), 'X-Amz-Target', 'SageMaker.DeleteDomain'), {
      status: 400,
      code: 'UnknownOperationException',
    });
  });
});

const headerOf = ({ headers }: Request, name: string): string => headers[headers.indexOf(name) + 1] ?? '';

describe('S05 an unsigned header that steers the call', () => {
  it.each(['X-Amz-Target', 'X-Amz-Content-Sha256', 'X-Amz-Anything'])('%s', async (name) => {
    await t.attack(withExtra(t.query(WHO_AM_I), name, 'SageMaker.ListDomains'), {
      status: name === 'X-Amz-Target' ? 400 : 403,
      code: name === 'X-Amz-Target' ? 'UnknownOperationException' : 'SignatureDoesNotMatch',
    });
  });

  it('X-Amzn-SageMaker headers of the runtime, which choose the model', async () => {
    const invoke = t.signed(
      { method: 'POST', target: '/endpoints/e/invocations', headers: ['Host', hostOf()], body: '1' },
      { service: 'sagemaker' },
    );
    await t.attack(withExtra(invoke, 'X-Amzn-SageMaker-Target-Model', 'other.tar.gz'), { status: 403, code: 'InvalidSignatureException' });
  });
});

describe('S07 request smuggling', () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const start = () => `POST / HTTP/1.1\r\nHost: ${hostOf()}\r\n`;
  const attacks: Record<string, () => string> = {
    'Content-Length and Transfer-Encoding': () =>
      `${start()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n`,
    'two Content-Lengths': () => `${start()}Content-Length: ${body.length}\r\nContent-Length: 0\r\n\r\n${body}`,
    'a list of lengths': () => `${start()}Content-Length: 0, ${body.length}\r\n\r\n${body}`,
    'a signed length': () => `${start()}Content-Length: +${body.length}\r\n\r\n${body}`,
    'a hexadecimal length': () => `${start()}Content-Length: 0x${body.length.toString(16)}\r\n\r\n${body}`,
    'chunked, but not last': () => `${start()}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    'chunked with a tab and more': () => `${start()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    'a bare line feed': () => `POST / HTTP/1.1\nHost: ${hostOf()}\nContent-Length: 0\n\n`,
    'a bare carriage return in a value': () => `${start()}X-A: b\rContent-Length: 5\r\n\r\n`,
    'a folded line': () => `${start()}X-A: b\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n`,
    'a space before the colon': () => `${start()}Content-Length : 0\r\n\r\n`,
    'a NUL in a value': () => `${start()}X-A: b\0c\r\nContent-Length: 0\r\n\r\n`,
    'a chunk of a length that is none': () => `${start()}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n0\r\n\r\n`,
    'no Host': () => 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
    'another protocol': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  };
  it.each(Object.entries(attacks))('%s', async (_name, bytes) => {
    const answer = await t.attack(bytes(), { status: 400, audited: 0 });
    expect(answer.closed).toBe(true);
  });
});

describe('S08 the host', () => {
  it('of an absolute target', async () => {
    const request = t.query(WHO_AM_I);
    await t.attack({ ...request, target: `http://${hostOf()}/` }, { status: 400, audited: 0 });
  });

  it('other than signed', async () => {
    await t.attack(
      withHeader(t.query(WHO_AM_I), 'Host', () => 'sts.amazonaws.com'),
      { status: 403, code: 'SignatureDoesNotMatch' },
    );
  });

  it('that contradicts the scope, though it is signed', async () => {
    const request = {
      method: 'POST',
      target: '/',
      headers: ['Host', 'sts.eu-west-1.amazonaws.com', 'Content-Type', 'application/x-www-form-urlencoded'],
      body: WHO_AM_I,
    };
    await t.attack(t.signed(request, { region: 'us-east-1' }), { status: 403, code: 'SignatureDoesNotMatch' });
    await t.allowed(t.signed(request, { region: 'eu-west-1' }));
  });
});

describe('S09 where a stranger says that it comes from', () => {
  it('does not count', async () => {
    const elsewhere = { IpAddress: { 'aws:SourceIp': '203.0.113.7/32' } };
    const overTls = { Bool: { 'aws:SecureTransport': 'true' } };
    const as = await t.account.user('s09', {
      inline: { ip: JSON.parse(allowing('iam:ListUsers', '*', elsewhere)), tls: JSON.parse(allowing('iam:ListGroups', '*', overTls)) },
    });
    const headers = [
      'X-Forwarded-For',
      '203.0.113.7',
      'X-Forwarded-Proto',
      'https',
      'X-Real-IP',
      '203.0.113.7',
      'Forwarded',
      'for=203.0.113.7;proto=https',
    ];
    for (const action of ['ListUsers', 'ListGroups']) {
      await t.attack(t.query(`Action=${action}&${IAM}`, { as, headers }), { status: 403, code: 'AccessDenied' });
    }
    expect(t.server.audit.list(1)[0]?.sourceIp).toBe('127.0.0.1');
  });
});

describe('S10 the scope', () => {
  it('of another service on the same port', async () => {
    await t.attack(t.query(WHO_AM_I, { service: 'iam' }), {
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to correct service: 'sts'.",
    });
    await t.attack(t.json('ListDomains', '{}', { service: 'iam' }), { status: 400, code: 'InvalidSignatureException' });
  });

  it('of a region that is none', async () => {
    for (const region of ['us-east-9', 'US-EAST-1', 'local']) {
      const message = `Credential should be scoped to a valid region, not '${region}'.`;
      await t.attack(t.query(WHO_AM_I, { region }), { status: 403, code: 'SignatureDoesNotMatch', message });
    }
  });

  it('of a service without regions holds at AWS’s hosts; elsewhere clients sign for their own, which decides nothing', async () => {
    const list = `Action=ListUsers&${IAM}`;
    const type = ['Content-Type', 'application/x-www-form-urlencoded'];
    const atAws = { method: 'POST', target: '/', headers: ['Host', 'iam.amazonaws.com', ...type], body: list };
    await t.attack(t.signed(atAws, { service: 'iam', region: 'eu-west-1' }), {
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to a valid region, not 'eu-west-1'.",
    });
    const as = await t.account.user('s10', {
      inline: { own: JSON.parse(allowing('iam:ListUsers', '*', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } })) },
    });
    await t.attack(t.query(list, { as, region: 'eu-west-1' }), { status: 403, code: 'AccessDenied' });
    const home = await t.account.user('s10-home', {
      inline: { own: JSON.parse(allowing('iam:ListUsers', '*', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })) },
    });
    await t.allowed(t.query(list, { as: home, region: 'eu-west-1' }));
  });

  it('is the region that policies and ARNs see', async () => {
    const as = await t.account.user('s10-region', {
      inline: { own: JSON.parse(allowing('sagemaker:ListDomains', '*', { StringEquals: { 'aws:RequestedRegion': 'us-east-2' } })) },
    });
    await t.allowed(t.json('ListDomains', '{}', { as, region: 'us-east-2' }));
    await t.attack(t.json('ListDomains', '{}', { as, region: 'us-west-2' }), { status: 400, code: 'AccessDeniedException' });
  });
});

describe('S13 the clock, per service', () => {
  const MINUTE = 60_000;
  it.each([
    [
      '15 minutes for STS, old',
      () => t.query(WHO_AM_I, { skew: -16 * MINUTE }),
      403,
      'SignatureDoesNotMatch',
      /^Signature expired: .* \(.* - 15 min\.\)$/,
    ],
    [
      '15 minutes for STS, early',
      () => t.query(WHO_AM_I, { skew: 16 * MINUTE }),
      403,
      'SignatureDoesNotMatch',
      /^Signature not yet current: .* \(.* \+ 15 min\.\)$/,
    ],
    [
      '5 minutes for SageMaker, old',
      () => t.json('ListDomains', '{}', { skew: -6 * MINUTE }),
      400,
      'InvalidSignatureException',
      /^Signature expired: .* \(.* - 5 min\.\)$/,
    ],
    [
      '5 minutes for SageMaker, early',
      () => t.json('ListDomains', '{}', { skew: 6 * MINUTE }),
      400,
      'InvalidSignatureException',
      /^Signature not yet current: .* \(.* \+ 5 min\.\)$/,
    ],
  ])('%s', async (_name, request, status, code, message) => {
    await t.attack(request(), { status, code, message });
  });
});

describe('S15 presigned', () => {
  it('a GET with the longest life still ends after 15 minutes, and never carries a body', async () => {
    const at = (skew: number): Request => ({
      method: 'GET',
      target: presign({ method: 'GET', target: `/?${WHO_AM_I}`, rawHeaders: ['Host', hostOf()], body: new Uint8Array() }, t.account.root, {
        service: 'sts',
        region: 'us-east-1',
        now: t.server.clock.now() + skew,
        expiresSeconds: 604_800,
      }),
      headers: ['Host', hostOf()],
      body: '',
    });
    await t.allowed(at(0));
    await t.attack(at(-16 * 60_000), { status: 403, code: 'SignatureDoesNotMatch' });
    await t.attack({ ...at(0), body: 'x' }, { status: 403, code: 'SignatureDoesNotMatch' });
  });
});

describe('S17 another body than signed', () => {
  it('in every protocol', async () => {
    await t.attack({ ...t.query(WHO_AM_I), body: `Action=GetSessionToken&${STS}` }, { status: 403, code: 'SignatureDoesNotMatch' });
    await t.attack({ ...t.json('ListDomains', '{}'), body: '{"MaxResults":1}' }, { status: 400, code: 'InvalidSignatureException' });
  });

  it.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'])(
    '%s is not believed',
    async (said) => {
      const request = t.query(WHO_AM_I, { headers: ['X-Amz-Content-Sha256', said] });
      await t.attack({ ...request, body: `Action=GetSessionToken&${STS}` }, { status: 403, code: 'SignatureDoesNotMatch' });
    },
  );
});

describe('S20 a key that is gone', () => {
  it('is refused on the next request, although it was just cached', async () => {
    const as = await t.account.user('s20');
    const key = { UserName: 's20', AccessKeyId: as.accessKeyId };
    const again = () => t.attack(t.query(WHO_AM_I, { as }), { status: 403, code: 'InvalidClientTokenId' });
    await t.allowed(t.query(WHO_AM_I, { as }));
    await t.account.asRoot('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' });
    await again();
    await t.account.asRoot('iam', 'UpdateAccessKey', { ...key, Status: 'Active' });
    await t.allowed(t.query(WHO_AM_I, { as }));
    await t.account.asRoot('iam', 'DeleteAccessKey', key);
    await again();
  });

  it('so is a session of a user that is gone, or back under the same name', async () => {
    const as = await t.account.user('s20-session');
    const session = await t.account.asRoot('iam', 'GetUser', { UserName: 's20-session' });
    expect(session).toBeDefined();
    const token = await t.allowed(t.query(`Action=GetSessionToken&${STS}`, { as }));
    const part = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(token.body)?.[1] ?? '';
    const temporary = { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey'), sessionToken: part('SessionToken') };
    await t.allowed(t.query(WHO_AM_I, { as: temporary }));
    await t.account.asRoot('iam', 'DeleteAccessKey', { UserName: 's20-session', AccessKeyId: as.accessKeyId });
    await t.account.asRoot('iam', 'DeleteUser', { UserName: 's20-session' });
    await t.attack(t.query(WHO_AM_I, { as: temporary }), { status: 403, code: 'InvalidClientTokenId' });
    await t.account.user('s20-session');
    await t.attack(t.query(WHO_AM_I, { as: temporary }), { status: 403, code: 'InvalidClientTokenId' });
  });
});

it('S22 an identity that is relayed is answered in one form, whatever is asked for', async () => {
  const request = t.query(WHO_AM_I);
  for (const accept of ['application/json', 'text/html', 'application/xml', '*/*']) {
    const answer = await t.allowed(withExtra(request, 'Accept', accept));
    expect(answer.headers['content-type']).toMatch(/^text\/xml/);
    expect(answer.body).toMatch(/^<GetCallerIdentityResponse /);
  }
});
