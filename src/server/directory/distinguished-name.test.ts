import { describe, expect, it } from 'vitest';
import { normaliseDn } from './distinguished-name.ts';

// biome-ignore format: a table, to be read in columns.
const SAME: readonly [a: string, b: string][] = [
  ['CN=Scientists,OU=Groups,DC=corp,DC=example', 'cn=scientists, ou=groups , dc=corp,dc=EXAMPLE'],
  ['cn=a;dc=b',                                  'CN=A,DC=B'],
  ['cn=Smith\\, Ann,dc=b',                       'cn=smith\\2c  ann,dc=b'],
  ['cn=a\\20,dc=b',                              'cn=a,dc=b'],
  ['cn=M\\C3\\BCller,dc=b',                      'cn=Müller,dc=b'],
  ['cn=a+sn=b,dc=c',                             'CN=A + SN=B,dc=c'],
  ['2.5.4.3=a,dc=b',                             '2.5.4.3=A,dc=b'],
];

// biome-ignore format: a table, to be read in columns.
const DIFFERENT: readonly [a: string, b: string][] = [
  // The same CN elsewhere (threat L05).
  ['cn=admins,ou=groups,dc=corp',                'cn=admins,ou=other,dc=corp'],
  // A name that holds a separator is not two names.
  ['cn=admins\\,ou=groups,dc=corp',              'cn=admins,ou=groups,dc=corp'],
  ['cn=a\\+sn=b,dc=c',                           'cn=a+sn=b,dc=c'],
  ['cn=admins,dc=corp',                          'cn=admins,dc=corp,dc=com'],
];

const NONE = [
  '',
  'cn',
  '=a',
  'cn=',
  'cn=a,',
  ',cn=a',
  'cn=a\\',
  'cn=a\\g',
  'cn="a",dc=b',
  'cn=a\0',
  '#=a',
  'c n=a',
  'cn=\\ff',
  'cn=#0401',
  `cn=${'a'.repeat(5000)}`,
];

describe('distinguished names', () => {
  it.each(SAME)('%s is %s', (a, b) => {
    expect(normaliseDn(a)).toBeDefined();
    expect(normaliseDn(a)).toBe(normaliseDn(b));
  });
  it.each(DIFFERENT)('%s is not %s', (a, b) => {
    expect(normaliseDn(a)).toBeDefined();
    expect(normaliseDn(a)).not.toBe(normaliseDn(b));
  });
  it.each(NONE)('%j is none', (text) => expect(normaliseDn(text)).toBeUndefined());
});
