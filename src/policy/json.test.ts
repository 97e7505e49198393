import { describe, expect, it } from 'vitest';
import { JsonError, type JsonNode, readJson } from './json.ts';

/** What JSON.parse would have made of it. */
function plain(node: JsonNode): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'number':
      return Number(node.value);
    case 'string':
      return node.value;
    default:
      return JSON.parse(node.value);
  }
}

describe('reads what JSON.parse reads', () => {
  it.each([
    '{}',
    '[]',
    ' \t\r\n[ 1 , 2 ] \n',
    '"a"',
    '""',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\uD83D\\uDE00"',
    '"a\\u004Ab\\nc"',
    '"\u2028é"',
    'true',
    'false',
    'null',
    '0',
    '-0',
    '-12.5e+10',
    '1E-2',
    '0.5',
    '{"a":{"b":[{"c":null}]},"d":"e"}',
    '{"":1,"__proto__":2,"constructor":3}',
    `{${Array.from({ length: 40 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
  ])('%s', (text) => expect(plain(readJson(text))).toEqual(JSON.parse(text)));
});

describe('refuses what JSON.parse refuses', () => {
  it.each([
    '',
    ' ',
    '{',
    '[',
    '"',
    '"a',
    '"\\',
    '"\\x"',
    '"\\u00"',
    '"\\u00g0"',
    '"a\nb"',
    '"a\u0000"',
    '"\\n\tx"',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '{"a":1]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1}',
    '01',
    '1.',
    '.1',
    '+1',
    '1e',
    '1e+',
    '-',
    '--1',
    '0x1',
    'tru',
    'truex',
    'nul',
    'True',
    'undefined',
    'NaN',
    '1 2',
    '{} {}',
    '\ufeff{}',
    '\u00a0{}',
    '/**/{}',
    '{"a":1}//',
  ])('%j', (text) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(() => readJson(text)).toThrow(JsonError);
  });
});

describe('refuses what JSON.parse lets pass', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    `{${Array.from({ length: 40 }, (_, i) => `"k${i}":${i}`).join(',')},"k39":0}`,
    `{${Array.from({ length: 40 }, (_, i) => `"k${i}":${i}`).join(',')},"k0":0}`,
  ])('a member named twice: %s', (text) => expect(() => readJson(text)).toThrow(/a second member named/));
  it('more than twelve levels', () => {
    expect(() => readJson(`${'['.repeat(13)}${']'.repeat(13)}`)).not.toThrow();
    expect(() => readJson(`${'['.repeat(14)}${']'.repeat(14)}`)).toThrow('nested too deeply');
    expect(() => readJson(`${'{"a":'.repeat(13)}1${'}'.repeat(13)}`)).toThrow('nested too deeply');
  });
});

it('knows the place of everything', () => {
  const text = ' {"a" : [ "b\\n", 12 , true ],"c":{ } } ';
  const at = (node: JsonNode): string => text.slice(node.start, node.end);
  const root = readJson(text);
  if (root.type !== 'object') throw new Error('not an object');
  const [a, c] = root.members;
  expect(at(root)).toBe(text.trim());
  expect(a && text.slice(a.at, a.at + 3)).toBe('"a"');
  expect(a && at(a.value)).toBe('[ "b\\n", 12 , true ]');
  expect(a?.value.type === 'array' && a.value.items.map(at)).toEqual(['"b\\n"', '12', 'true']);
  expect(c && at(c.value)).toBe('{ }');
});

it.each([
  ['{"a":1,"a":2}', 7],
  ['{"a":nope}', 5],
  ['[1,2', 4],
  ['["a\u0001"]', 3],
])('says where %j goes wrong', (text, place) => {
  try {
    readJson(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ name: 'JsonError', at: place });
  }
});
