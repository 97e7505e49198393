import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, listen, standardLimits } from '../../src/server/listener.ts';
import { allowing } from '../conformance/story.ts';
import { form, IAM, STS, target, WHO_AM_I } from './wire.ts';

/* The server as something to be worn down, and as something that was put together elsewhere. */

const t = target();
const iam = (action: string, members: object = {}) => t.query(form({ Action: action, Version: '2010-05-08', ...members }));
const stillThere = () => t.allowed(t.query(WHO_AM_I));

describe('Z01 slow and idle clients', () => {
  let listener: Listener | undefined;
  afterEach(() => listener?.close());

  const slow = async () => {
    listener = await listen({
      host: '127.0.0.1',
      port: 0,
      limits: { ...standardLimits, headersTimeout: 200, requestTimeout: 300, maxConnections: 3 },
      answer: () => ({ status: 200, headers: {}, body: 'ok' }),
      logError: (error) => expect(error).toBeUndefined(),
      now: () => Date.now(),
    });
    return listener.port;
  };
  const talk = (port: number, ...lines: string[]) =>
    new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      let read = '';
      socket.on('data', (data) => {
        read += data.toString('latin1');
      });
      socket.on('close', () => resolve(read));
      socket.on('error', () => undefined);
      for (const line of lines) socket.write(line);
    });

  it('headers that never end, and bodies that never come, are ended by the server', async () => {
    const port = await slow();
    expect(await talk(port, 'POST / HTTP/1.1\r\nHost: a\r\nX-A:')).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(await talk(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\na')).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('more connections than there may be are not taken', async () => {
    const port = await slow();
    const open = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await talk(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toBe('');
    for (const socket of open) socket.destroy();
  });
});

describe('Z02 Z06 much of little', () => {
  it('members like numbers, in forms, JSON and headers', async () => {
    const members = Array.from({ length: 20_000 }, (_, i) => `"${i * 65_536}":1`).join(',');
    const json = await t.send(t.json('ListDomains', `{${members}}`));
    expect(json.status).toBeLessThan(500);
    const parameters = Array.from({ length: 20_000 }, (_, i) => `&${i * 65_536}=1`).join('');
    const query = await t.send(t.query(`${WHO_AM_I}${parameters}`));
    expect(query.status).toBeLessThan(500);
    await stillThere();
  });

  it('entities are not known to anything that reads here', async () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>';
    const answer = await t.send({ ...t.query(bomb) });
    expect(answer.status).toBe(400);
  });
});

describe('Z04 what could throw outside the walk of a request', () => {
  it('broken connections, at every point, leave the server as it was', async () => {
    const { port } = new URL(t.server.url);
    for (const part of [
      '',
      'P',
      'POST / HTTP/1.1\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc',
      '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
      '\0\0\0\0',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(Buffer.from(part, 'latin1'), () => socket.resetAndDestroy());
        });
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
      });
    }
    await stillThere();
    expect(t.server.errors).toEqual([]);
  });

  it('upgrades and CONNECT are not offered', async () => {
    const host = new URL(t.server.url).host;
    const upgrade = await t.sendBytes(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
    );
    expect(upgrade.status).not.toBe(101);
    const tunnel = await t.sendBytes(`CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect([0, 400, 403, 404]).toContain(tunnel.status);
    await stillThere();
  });
});

describe('Z05 patterns, at length', () => {
  it.each([
    ['UserName', 'CreateUser'],
    ['GroupName', 'CreateGroup'],
    ['RoleName', 'GetRole'],
    ['PolicyArn', 'GetPolicy'],
    ['PathPrefix', 'ListUsers'],
    ['AccountAlias', 'CreateAccountAlias'],
    ['SerialNumber', 'DeleteVirtualMFADevice'],
    ['VirtualMFADeviceName', 'CreateVirtualMFADevice'],
  ])('%s of %s', async (member, action) => {
    for (const text of [`${'a'.repeat(200_000)}!`, `/${'a/'.repeat(100_000)}\u0001`, `${'a-'.repeat(100_000)}-`]) {
      await t.attack(iam(action, { [member]: text }), { status: 400, code: 'ValidationError' });
    }
  });
});

describe('Z07 dear reads', () => {
  it('come in pages', async () => {
    await Promise.all(Array.from({ length: 25 }, (_, i) => t.account.asRoot('iam', 'CreateUser', { UserName: `z07-${i}` })));
    const page = await t.allowed(iam('GetAccountAuthorizationDetails', { MaxItems: '10' }));
    expect(page.body.match(/<UserName>/g)?.length ?? 0).toBeLessThanOrEqual(10);
    expect(page.body).toContain('<IsTruncated>true</IsTruncated>');
    for (const size of ['0', '1001', '-1']) await t.attack(iam('ListUsers', { MaxItems: size }), { status: 400, code: 'ValidationError' });
  });
});

describe('Z08 Z09 ever new', () => {
  it('session policies come after authentication, and have a size', async () => {
    const heavy = JSON.stringify({
      Version: '2012-10-17',
      Statement: Array.from({ length: 200 }, (_, i) => ({ Effect: 'Allow', Action: `s3:Get${i}*`, Resource: '*' })),
    });
    const ask = form({ Action: 'GetFederationToken', Name: 'z08', Policy: heavy, Version: '2011-06-15' });
    await t.attack(t.query(ask, { as: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } }), {
      status: 403,
      code: 'InvalidClientTokenId',
    });
    await t.attack(t.query(ask), { status: 400, code: 'ValidationError' });
    await t.attack(
      t.query(form({ Action: 'GetFederationToken', Name: 'z08', Policy: allowing('s3:*', 'a'.repeat(200_000)), Version: '2011-06-15' })),
      { status: 400, code: 'ValidationError' },
    );
  });

  it('ids and tokens do not fill a cache, and no answer may be cached on the way', async () => {
    for (let i = 0; i < 300; i++) {
      const as = {
        accessKeyId: `AKIA${String(i)
          .padStart(16, 'A')
          .replaceAll(/[0189]/g, 'B')}`,
        secretAccessKey: 'x',
      };
      const answer = await t.send(t.query(WHO_AM_I, { as }));
      expect(answer.code).toBe('InvalidClientTokenId');
    }
    const answer = await stillThere();
    expect(answer.headers['cache-control'] ?? 'no-store').toMatch(/no-store|no-cache/);
  });
});

describe('A02 requests that would rather not be seen', () => {
  it('leave one event each: unsigned, unknown, malformed, denied', async () => {
    const { headers, ...rest } = t.query(WHO_AM_I);
    await t.attack({ ...rest, headers: headers.slice(0, 4) }, { status: 403, code: 'MissingAuthenticationToken' });
    await t.attack(t.query(`Action=DropEverything&${STS}`), { status: 400, code: 'InvalidAction' });
    await t.attack(t.json('ListDomains', '{'), { status: 400, code: 'SerializationException' });
    await t.attack(iam('GetUser', { UserName: '' }), { status: 400, code: 'ValidationError' });
    const as = await t.account.user('a02');
    await t.attack(t.query(`Action=ListUsers&${IAM}`, { as }), { status: 403, code: 'AccessDenied' });
    expect(t.server.audit.list(1)[0]).toMatchObject({
      service: 'iam',
      operation: 'ListUsers',
      caller: { arn: `arn:aws:iam::${t.account.id}:user/a02`, accessKeyId: as.accessKeyId },
      denied: { action: 'iam:ListUsers' },
      errorCode: 'AccessDenied',
    });
  });
});

describe('V04 what an error of ours tells', () => {
  it('is the request’s id, and nothing else', async () => {
    const { installation } = t.server;
    const { store } = installation;
    // The store breaks down under a read; what the driver says must not go out.
    const get = store.get.bind(store);
    const broken = Object.assign(store, {
      get: async () => {
        throw new Error("SQLITE_IOERR: disk I/O error in /var/lib/sagegate/sagegate.db: SELECT secret FROM 'access_key'");
      },
    });
    const as = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
    const answers = [await t.send(t.query(WHO_AM_I, { as })), await t.send(t.json('ListDomains', '{}', { as }))];
    Object.assign(broken, { get });
    for (const answer of answers) {
      expect(answer.status).toBe(500);
      expect(answer.code).toMatch(/^InternalFailure/);
      expect(answer.body + JSON.stringify(answer.headers)).not.toMatch(/SQLITE|SELECT|\/var|node_modules|\.ts\b|at .*:\d+/);
    }
    expect(t.server.errors.splice(0)).toHaveLength(2);
    await stillThere();
  });
});

describe('V01 keys that documentation shows', () => {
  it.each([
    ['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['test', 'test'],
    ['minioadmin', 'minioadmin'],
    ['LSIAQAAAAAAVNCBMPNSG', 'test'],
    ['000000000000', 'test'],
  ])('%s', async (accessKeyId, secretAccessKey) => {
    await t.attack(t.query(`Action=ListUsers&${IAM}`, { as: { accessKeyId, secretAccessKey } }), {
      status: 403,
      code: 'InvalidClientTokenId',
    });
    await t.attack(t.query(`Action=GetSessionToken&${STS}`, { as: { accessKeyId, secretAccessKey, sessionToken: 'test' } }), {
      status: 403,
      code: 'InvalidClientTokenId',
    });
  });
});

describe('V07 what is installed', () => {
  const root = new URL('../../', import.meta.url);
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, root), 'utf8')) as Record<string, unknown>;

  it('is pinned to a version and a hash, and runs nothing at installation', () => {
    const { dependencies, devDependencies, scripts } = read('package.json') as Record<string, Record<string, string>>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(hook);
    const { packages } = read('package-lock.json') as { packages: Record<string, { integrity?: string; optional?: boolean }> };
    // Optional: programs for other machines than the one that wrote the file.
    for (const [name, entry] of Object.entries(packages)) {
      if (name !== '' && !entry.optional) expect(entry.integrity, name).toMatch(/^sha512-/);
    }
  });
});
