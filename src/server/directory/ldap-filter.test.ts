import { expect, it } from 'vitest';
import { filterFor, isFilterTemplate } from './ldap-filter.ts';

const UID = '(&(objectClass=person)(uid={login}))';

// biome-ignore format: a table, to be read in columns.
it.each([
  ['alice',                 '(&(objectClass=person)(uid=alice))'],
  ['*',                     '(&(objectClass=person)(uid=\\2a))'],
  ['a)(uid=*',              '(&(objectClass=person)(uid=a\\29\\28uid=\\2a))'],
  ['*)(|(uid=*',            '(&(objectClass=person)(uid=\\2a\\29\\28|\\28uid=\\2a))'],
  ['a\\2a',                 '(&(objectClass=person)(uid=a\\5c2a))'],
  ['a\0b',                  '(&(objectClass=person)(uid=a\\00b))'],
  ['müller',                '(&(objectClass=person)(uid=müller))'],
  ['{login}$&',             '(&(objectClass=person)(uid={login}$&))'],
])('L01: the login %j is only ever a value', (login, filter) => expect(filterFor(UID, login)).toBe(filter));

it.each([
  [UID, true],
  ['(uid={login})', true],
  ['uid={login}', false],
  ['(uid=alice)', false],
  ['(uid={login})(a=b)', false],
  ['((uid={login})', false],
  ['(uid={login}))', false],
])('%s is a template: %s', (template, expected) => expect(isFilterTemplate(template)).toBe(expected));
