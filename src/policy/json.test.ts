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
    '"\\u09Af\\uFa90\\"\\\\x"',
    '" !\\n !"',
    '[1.5E+1,-0.25e-1,9e9]',
    '["a",\t"b"\r\n,{ } ,[ ] ]',
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

it.each([
  ['null', 'null'],
  ['true', 'boolean'],
  ['false', 'boolean'],
])('%s is of type %s', (text, type) => expect(readJson(text).type).toBe(type));

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

describe('says what is wrong where `§` stands', () => {
  it.each([
    ['§', 'the text ends where a value was expected'],
    ['[1,§', 'the text ends where a value was expected'],
    ['§nope', 'a value was expected'],
    ['[ §tru]', 'a value was expected'],
    ['[§fals]', 'a value was expected'],
    ['[§+1]', 'a value was expected'],
    ['[§/]', 'a value was expected'],
    ['[§:]', 'a value was expected'],
    ['[-§x]', 'a digit was expected'],
    ['1.§', 'a digit was expected'],
    ['1e+§]', 'a digit was expected'],
    ['{§a:1}', 'a member name in double quotes was expected'],
    ['{"a":1, §}', 'a member name in double quotes was expected'],
    ['{"a" §1}', 'a colon was expected'],
    ['{"a":1 §"b":2}', 'a comma or a closing brace was expected'],
    ['{"a":1§', 'a comma or a closing brace was expected'],
    ['[1 §2]', 'a comma or a closing bracket was expected'],
    ['[1,2§', 'a comma or a closing bracket was expected'],
    ['["a§', 'a string without end'],
    ['["a§\u0001"]', 'a control character inside a string'],
    ['["a§\u001f"]', 'a control character inside a string'],
    ['["\\na§', 'a string without end'],
    ['["\\n§\u0001"]', 'a control character inside a string'],
    ['["\\na§\u0001"]', 'a control character inside a string'],
    ['["§\\x"]', 'an unknown escape'],
    ['["a§\\', 'an unknown escape'],
    ['["§\\u00g0"]', 'a \\u escape without four hexadecimal digits'],
    ['["§\\u00/0"]', 'a \\u escape without four hexadecimal digits'],
    ['["§\\u00:0"]', 'a \\u escape without four hexadecimal digits'],
    ['["§\\u00@0"]', 'a \\u escape without four hexadecimal digits'],
    ['["§\\u00`0"]', 'a \\u escape without four hexadecimal digits'],
    ['["§\\u004"]', 'a \\u escape without four hexadecimal digits'],
    ['{} §{}', 'text after the end of the document'],
    ['0§1', 'text after the end of the document'],
    ['{"a":1,§"a":2}', 'a second member named "a"'],
    [`${'['.repeat(13)}§[`, 'nested too deeply'],
    [`${'{"a":'.repeat(13)}§{`, 'nested too deeply'],
  ])('%j: %s', (marked, message) => {
    try {
      readJson(marked.replace('§', ''));
    } catch (error) {
      expect(error).toBeInstanceOf(JsonError);
      expect(error).toMatchObject({ name: 'JsonError', message, at: marked.indexOf('§') });
      return;
    }
    expect.unreachable();
  });
});
