import { describe, expect, it } from 'vitest';
import { systemRandom } from '../core/id.ts';
import { createMasterKey, KeyRing } from './master-key.ts';
import { seal } from './sealed.ts';
import { MAX_SESSION_TOKEN_LENGTH, type Session, SessionTokens } from './session-token.ts';
import { packedPolicySize } from './session-token-size.ts';

const key = createMasterKey(systemRandom);
const keys = new KeyRing(key);
const tokens = new SessionTokens(keys, systemRandom, 'installation-1');

const minimal: Session = {
  kind: 'GetSessionToken',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  principal: { kind: 'user', account: '111122223333', uniqueId: 'AIDACKCEVSQ6C2EXAMPLE', path: '/', name: 'alice' },
  issuedAt: 1_795_000_000_000,
  expiresAt: 1_795_003_600_000,
  chained: false,
  policies: { managedArns: [] },
  tags: [],
  transitiveTagKeys: [],
  context: {},
};
const full: Session = {
  ...minimal,
  kind: 'AssumeRoleWithSAML',
  principal: {
    kind: 'role',
    account: '111122223333',
    uniqueId: 'AROACKCEVSQ6C2EXAMPLE',
    path: '/team/',
    name: 'Builder',
    sessionName: 'alice@example.com',
  },
  mfaAt: 1_794_999_999_000,
  chained: true,
  policies: {
    inline: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    managedArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  },
  tags: [
    { Key: 'Project', Value: 'Zürich 🚲' },
    { Key: '__proto__', Value: '' },
  ],
  transitiveTagKeys: ['Project'],
  sourceIdentity: 'alice',
  federatedProvider: 'arn:aws:iam::111122223333:saml-provider/idp',
  context: { 'saml:sub': 'abc', 'saml:edupersonorgdn': ['a', 'b'], __proto__x: 'y' },
};

describe('a token gives its session back, whole', () => {
  it.each([
    ['the least', minimal],
    ['everything', full],
    [
      'root',
      { ...minimal, kind: 'AssumeRoot', principal: { ...minimal.principal, kind: 'root', uniqueId: '111122223333', path: '', name: '' } },
    ],
  ] as [string, Session][])('%s', (_name, session) => {
    const opened = tokens.openSessionToken(tokens.issueSessionToken(session), session.accessKeyId);
    expect({ ...opened, context: { ...opened?.context } }).toEqual(session);
  });

  it('context keys named like the prototype are only names', () => {
    const context = Object.assign(Object.create(null), { ['__proto__']: 'x' });
    const opened = tokens.openSessionToken(tokens.issueSessionToken({ ...minimal, context }), minimal.accessKeyId);
    expect(Object.keys(opened?.context ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(opened?.context)).toBeNull();
  });

  it('and looks like base64, showing nothing of it', () => {
    const token = tokens.issueSessionToken(full);
    expect(token).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(token, 'base64').includes('alice')).toBe(false);
    expect(token.length).toBeLessThan(1000);
  });
});

const token = tokens.issueSessionToken(full);
const opens = (text: string, id = full.accessKeyId, by = tokens): boolean => by.openSessionToken(text, id) !== undefined;

describe('T01 altered tokens', () => {
  it('every flipped character', () => {
    for (let i = 0; i < token.length; i++) {
      expect(opens(token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1))).toBe(false);
    }
  });

  it('every cut, which every short tag is', () => {
    for (let length = 0; length < token.length; length++) expect(opens(token.slice(0, length))).toBe(false);
    const bytes = Buffer.from(token, 'base64');
    for (let tag = 1; tag < 16; tag++) expect(opens(bytes.subarray(0, bytes.length - tag).toString('base64'))).toBe(false);
  });

  it.each([
    ['extended', `${token}AAAA`],
    ['as base64url', Buffer.from(token, 'base64').toString('base64url')],
    ['with a blank', `${token.slice(0, 8)} ${token.slice(8)}`],
    ['with a line feed', `${token}\n`],
    ['twice', token + token],
    ['empty', ''],
    ['not base64', '🚲'],
    ['huge', 'A'.repeat(MAX_SESSION_TOKEN_LENGTH + 4)],
    ['of zeros', 'A'.repeat(MAX_SESSION_TOKEN_LENGTH)],
  ])('%s', (_name, text) => expect(opens(text)).toBe(false));
});

describe('T02 a token belongs to one key id', () => {
  it.each(['ASIAI44QH8DHBEXAMPLE', 'AKIAIOSFODNN7EXAMPLE', 'asiaiosfodnn7example', ''])('%s', (id) => expect(opens(token, id)).toBe(false));
});

it('T04 a text sealed for another purpose is no session token', () => {
  const payload = Buffer.from('x');
  for (const purpose of ['signin-token', 'console-cookie', 'secret-box'] as const) {
    const other = seal(payload, purpose, ['installation-1', full.accessKeyId], keys, systemRandom);
    expect(opens(other.toString('base64'))).toBe(false);
  }
});

describe('T05 keys and installations', () => {
  const next = createMasterKey(systemRandom);
  it('old tokens live on through a rotation', () =>
    expect(opens(token, full.accessKeyId, new SessionTokens(new KeyRing(next, [key]), systemRandom, 'installation-1'))).toBe(true));
  it('an unknown key id is not tried', () =>
    expect(opens(token, full.accessKeyId, new SessionTokens(new KeyRing(next), systemRandom, 'installation-1'))).toBe(false));
  it('another key under the same id does not open it', () => {
    const imposter = new KeyRing({ id: key.id, bytes: next.bytes });
    expect(opens(token, full.accessKeyId, new SessionTokens(imposter, systemRandom, 'installation-1'))).toBe(false);
  });
  it('another installation, same master key', () =>
    expect(opens(token, full.accessKeyId, new SessionTokens(keys, systemRandom, 'installation-2'))).toBe(false));
});

it('T06 an ended session still opens, so that its caller hears ExpiredToken and not InvalidClientTokenId', () =>
  expect(tokens.openSessionToken(tokens.issueSessionToken({ ...minimal, expiresAt: 1 }), minimal.accessKeyId)?.expiresAt).toBe(1));

describe('T10 size', () => {
  const tags = (count: number, size: number): Session['tags'] =>
    Array.from({ length: count }, (_, i) => ({
      Key: `key${i}`,
      Value: Buffer.from(systemRandom.bytes(size)).toString('hex').slice(0, size),
    }));
  const size = (changes: Partial<Session>): number => packedPolicySize({ ...minimal, ...changes });

  it('nothing takes nothing', () => expect(size({})).toBe(0));
  it('more tags never make it smaller', () => {
    const sizes = Array.from({ length: 40 }, (_, i) => size({ tags: tags(i, 60) }));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)).toBeGreaterThan(50);
  });
  it('a policy counts compressed', () => {
    const inline = JSON.stringify({
      Statement: Array.from({ length: 40 }, () => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })),
    });
    expect(inline.length).toBeGreaterThan(2000);
    expect(size({ policies: { inline, managedArns: [] } })).toBeLessThan(10);
  });
  it('the budget is refused in AWS’s words', () =>
    expect(() => size({ tags: tags(50, 256) })).toThrow(/^Packed policy consumes 3\d\d% of allotted space, please use smaller policy\.$/));

  it('what is within the budget fits into a token', () => {
    const session = { ...full, tags: tags(50, 70) };
    expect(packedPolicySize(session)).toBeGreaterThan(95);
    expect(tokens.issueSessionToken(session).length).toBeLessThanOrEqual(8192);
  });

  it.each([
    ['a session that nobody measured', tags(50, 400)],
    ['one that would unfold without end', [{ Key: 'k', Value: 'a'.repeat(100_000) }]],
  ])('%s is not issued', (_name, many) => expect(() => tokens.issueSessionToken({ ...minimal, tags: many })).toThrow(RangeError));
});
