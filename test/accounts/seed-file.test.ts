import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSeed, readSeedFile } from '../../src/server/seed-file.ts';

const shared = process.env.SAGEGATE_SHARED ?? resolve(import.meta.dirname, '../../../shared');
const account = (more = ''): string => `version: 1
accounts:
  - id: "123456789012"
    name: example-corp
    root: { email: owner@example.com, password: "Correct-Horse-9-Battery" }
${more}`;

describe('a seed is read', () => {
  it.runIf(existsSync(join(shared, 'seed.example.yaml')))('as the shared example stands', () => {
    const seed = parseSeed(readFileSync(join(shared, 'seed.example.yaml'), 'utf8'), 'seed');
    expect(seed.accounts.map((each) => each.id)).toEqual(['123456789012', '111122223333']);
    expect(seed.accounts[0]?.users?.[0]?.accessKeys?.[0]?.id).toBe('AKIAIOSFODNN7EXAMPLE');
  });

  it('as our own example stands', () => {
    expect(
      parseSeed(readFileSync(resolve(import.meta.dirname, '../../examples/seed.yaml'), 'utf8'), 'seed').accounts.length,
    ).toBeGreaterThan(0);
  });

  it('from JSON as from YAML', () => {
    const json = JSON.stringify(
      { version: 1, accounts: [{ id: '123456789012', name: 'x', root: { email: 'a@example.com' } }] },
      null,
      '\t',
    );
    expect(parseSeed(json, 'seed').accounts[0]?.name).toBe('x');
  });

  it('with versions of policies left as text', () => {
    const text = account(`    policies: [{ name: P, document: { Version: 2012-10-17, Statement: [] } }]`);
    expect(parseSeed(text, 'seed').accounts[0]?.policies?.[0]?.document).toMatchObject({ Version: '2012-10-17' });
  });
});

describe('what is wrong is named with its line', () => {
  it.each([
    ['version: 2\naccounts: []', 'seed:1: version: expected 1, found another'],
    ['[]', 'seed:1: the document: expected an object, found a list'],
    ['', 'seed:1: the document: expected an object, found nothing'],
    [
      account().replace('"123456789012"', '123456789012'),
      'seed:3: accounts[0].id: expected an account id of 12 digits, in quotes, found a number',
    ],
    [account().replace('    name: example-corp\n', ''), 'seed:3: accounts[0].name: is missing'],
    [account('    user: []'), /^seed:6: accounts\[0\]\.user: is not a member here; known are id, name, root, alias/],
    [
      account('    users:\n      - name: a\n        groups: Admins'),
      'seed:8: accounts[0].users[0].groups: expected a list, found other text',
    ],
    [account('    users: [{ name: a }, { name: A }]'), 'seed:6: accounts[0].users[1].name: is there already, at accounts[0].users[0].name'],
    [
      account().replace('owner@example.com', '"Owner <o@example.com>"'),
      'seed:5: accounts[0].root.email: expected one plain e-mail address, found other text',
    ],
    [
      account('    users: [{ name: a, accessKeys: [{ id: test, secret: test }] }]'),
      'seed:6: accounts[0].users[0].accessKeys[0].id: expected an access key id: AKIA and 12 or more capitals and digits, found other text\nseed:6: accounts[0].users[0].accessKeys[0].secret: expected 16 to 128 printable characters without spaces, found other text',
    ],
    [account('    users: []\n    users: []'), /^seed:7: /],
    ['version: 1\n  accounts: [', /^seed:\d: /],
  ])('%#', (text, message) => {
    expect(() => parseSeed(text, 'seed')).toThrow(message);
  });

  it('names twenty problems at most, and no secret', () => {
    const users = Array.from({ length: 50 }, () => '{ name: 1, accessKeys: [{ id: hunter2, secret: "hunter two" }] }').join(', ');
    try {
      parseSeed(account(`    users: [${users}]`), 'seed');
      expect.unreachable();
    } catch (error) {
      expect(String(error).split('\n')).toHaveLength(20);
      expect(String(error)).not.toContain('hunter');
    }
  });
});

describe('V06 a hostile file', () => {
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`)}]`),
  ];

  it.each([
    ['a tag of JavaScript', account('    alias: !!js/function "function () {}"'), /^seed:6: /],
    ['a tag of its own', account('    alias: !secret x'), /^seed:6: /],
    ['an alias bomb', bomb.join('\n'), /too many aliases/],
    ['deep nesting', '['.repeat(200_000), /nested too deeply|seed:1/],
    ['a prototype', account('    __proto__: { alias: x }'), /__proto__: is not a member here/],
    ['a merge key', account('    <<: { alias: x }'), /<<: is not a member here/],
    ['a member twice, once escaped', account('    "alias": a\n    "\\u0061lias": b'), /^seed:7: /],
    ['a second document', `${account()}\n---\n${account()}`, /./],
  ])('with %s is refused', (_, text, message) => {
    expect(() => parseSeed(text, 'seed')).toThrow(message);
  });
});

describe('files', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sagegate-seed-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('V06 a seed with secrets that others may read is warned of', async () => {
    const file = join(directory, 'seed.yaml');
    await writeFile(file, account());
    await chmod(file, 0o644);
    expect(readSeedFile(file).warnings).toEqual([
      `${file} holds passwords or secret keys and may be read by other users: chmod 600 ${file}`,
    ]);
    await chmod(file, 0o600);
    expect(readSeedFile(file).warnings).toEqual([]);
  });

  it('that are not there, or no files, are told in a sentence', () => {
    expect(() => readSeedFile(join(directory, 'none.yaml'))).toThrow(/cannot be read/);
    expect(() => readSeedFile(directory)).toThrow(/it is not a file/);
  });
});
