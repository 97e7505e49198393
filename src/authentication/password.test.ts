import { describe, expect, it } from 'vitest';
import { systemRandom } from '../core/id.ts';
import { isHashable, PASSWORD_COST, Passwords } from './password.ts';
import { checkPassword, type PasswordRules, passwordReused, passwordViolations } from './password-policy.ts';

/** The least argon2 allows: these tests are about what is asked, not about how dear it is. */
const cheap = { memoryKiB: 8, passes: 1, lanes: 1 };
const hasher = new Passwords({ random: systemRandom, cost: cheap });

describe('hashes', () => {
  it('are PHC strings of argon2id, each with its own salt', async () => {
    const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await hasher.verify('correct horse', one)).toBe(true);
    expect(await hasher.verify('correct horse ', one)).toBe(false);
  });

  it('made elsewhere are read', async () => {
    // The reference implementation's own vector: password, somesalt, 2 passes, 2^16 KiB, 1 lane. @see https://github.com/P-H-C/phc-winner-argon2
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await hasher.verify('password', stored)).toBe(true);
    expect(await hasher.verify('Password', stored)).toBe(false);
  });

  it('of another cost are to be renewed', async () => {
    const stored = await hasher.hash('x');
    expect(hasher.isCurrent(stored)).toBe(true);
    expect(new Passwords({ random: systemRandom }).isCurrent(stored)).toBe(false);
  });

  it('cost by default what OWASP recommends', () => expect(PASSWORD_COST).toEqual({ memoryKiB: 19_456, passes: 2, lanes: 1 }));

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['plain text', 'secret'],
    ['argon2i', '$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['ruinous', '$argon2id$v=19$m=9999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['memory below the lanes', '$argon2id$v=19$m=8,t=1,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['the dummy itself', '$argon2id$v=19$m=8,t=1,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('C03 nothing matches a record that is no hash: %s', async (_name, stored) =>
    expect(await hasher.verify('secret', stored)).toBe(false),
  );

  it('C03 an unknown user costs a hash as well', async () => {
    const busy = new Passwords({ random: systemRandom, cost: cheap, concurrency: 1, queue: 0 });
    const first = busy.verify('secret', undefined);
    await expect(busy.verify('secret', undefined)).rejects.toMatchObject({ code: 'Throttling' });
    expect(await first).toBe(false);
  });
});

describe('C19 length and NUL before hashing', () => {
  it.each([
    ['', false],
    ['a', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['🚲'.repeat(128), true],
    ['🚲'.repeat(129), false],
    ['a\0b', false],
  ])('case %#', async (password, good) => {
    expect(isHashable(password)).toBe(good);
    if (!good) {
      await expect(hasher.hash(password)).rejects.toThrow(RangeError);
      expect(await hasher.verify(password, await hasher.hash('a'))).toBe(false);
    }
  });
});

describe('Z03 the queue', () => {
  it('is bounded, refuses what is too much, and serves the rest', async () => {
    const small = new Passwords({ random: systemRandom, cost: cheap, concurrency: 2, queue: 3 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => small.hash('x')));
    expect(results.map((result) => result.status)).toEqual([...Array(5).fill('fulfilled'), ...Array(3).fill('rejected')]);
    expect(results[7]).toMatchObject({ reason: { code: 'Throttling', message: 'Rate exceeded' } });
    await expect(Promise.all([small.hash('x'), small.hash('x'), small.hash('x')])).resolves.toHaveLength(3);
  });
});

it('passwords used before are found', async () => {
  const stored = [await hasher.hash('one'), await hasher.hash('two')];
  expect([await hasher.matchesAny('two', stored), await hasher.matchesAny('three', stored)]).toEqual([true, false]);
  expect(passwordReused().code).toBe('PasswordPolicyViolationException');
});

describe('password policy', () => {
  const upper = 'Password should have at least one uppercase letter';
  const lower = 'Password should have at least one lowercase letter';
  const number = 'Password should have at least one number';
  const symbol = 'Password should have at least one symbol';
  const meet = (count: number, ...sentences: string[]): string =>
    `Password should meet ${count} more of the following requirements: ${sentences.join(', ')}`;

  it.each([
    ['Abcdefg1', []],
    ['abcdefg1!', []],
    ['ABCDEFG1|', []],
    ['Abcdef1', ['Password should have a minimum length of 8']],
    ['abcdefgh', [meet(2, upper, number, symbol)]],
    ['abcdefg1', [meet(1, upper, symbol)]],
    ['Àbcdefgé', [meet(2, upper, number, symbol)]],
    ['abc', ['Password should have a minimum length of 8', meet(2, upper, number, symbol)]],
    ['Abc1~~~~~', []],
    ['abc1~~~~~', [meet(1, upper, symbol)]],
    [`Aa1${'x'.repeat(126)}`, ['Password should have a maximum length of 128']],
    ['Abcdefg1\0', ['Password should not contain a NUL character']],
    ['My-Company1', ['Password should not be identical to the account name or email address']],
    ['Ann1@Example.com', ['Password should not be identical to the account name or email address']],
  ])('default: %s', (password, expected) =>
    expect(passwordViolations(password, undefined, { name: 'my-company1', email: 'ann1@example.com' })).toEqual(expected),
  );

  const rules: PasswordRules = {
    minimumLength: 6,
    requireUppercase: false,
    requireLowercase: false,
    requireNumbers: false,
    requireSymbols: false,
  };
  it.each([
    ['abcdef', rules, []],
    ['abcde', rules, ['Password should have a minimum length of 6']],
    ['🚲🚲🚲', rules, ['Password should have a minimum length of 6']],
    [
      '',
      { ...rules, requireUppercase: true, requireLowercase: true, requireNumbers: true, requireSymbols: true },
      ['Password should have a minimum length of 6', upper, lower, number, symbol],
    ],
    ['abcdef', { ...rules, requireSymbols: true }, [symbol]],
    ['abcde~', { ...rules, requireSymbols: true }, [symbol]],
    ["abcde'", { ...rules, requireSymbols: true }, []],
  ])('custom: %s', (password, policy, expected) => expect(passwordViolations(password, policy)).toEqual(expected));

  it('a violation is one error with all sentences', () =>
    expect(() => checkPassword('abcde', { ...rules, requireNumbers: true })).toThrow(
      expect.objectContaining({
        code: 'PasswordPolicyViolationException',
        message: `Password should have a minimum length of 6, ${number}`,
      }),
    ));
});
