import { describe, expect, it } from 'vitest';
import { ANY, ONE } from './match/glob.ts';
import { createRequestContext } from './request.ts';
import { expandVariables, readTemplate, resolveVariable, type TemplateToken } from './template.ts';

const variable = (name: string, fallback?: string): TemplateToken => ({ name, key: name.toLowerCase(), fallback });

describe('a text of a policy, taken apart', () => {
  it.each<[string, readonly TemplateToken[]]>([
    ['', []],
    ['a', ['a']],
    ['a*b?', ['a', ANY, 'b', ONE]],
    ['${aws:UserName}', [variable('aws:UserName')]],
    ['${a}', [variable('a')]],
    ['a${x:y}b*', ['a', variable('x:y'), 'b', ANY]],
    ['*${x:y}?', [ANY, variable('x:y'), ONE]],
    ['${a:b}${c:d}', [variable('a:b'), variable('c:d')]],
    ["${a:b, 'c'}d", [variable('a:b', 'c'), 'd']],
    ["${a:b, ''}", [variable('a:b', '')]],
    ["${a:b, 'c*}$\"'}", [variable('a:b', 'c*}$"')]],
    ["${a:b, '}c'}", [variable('a:b', '}c')]],
    ["${a:b, 'c', 'd'}", [variable('a:b', "c', 'd")]],
    ['${*}${?}${$}', ['*?$']],
    ['a${*}b', ['a*b']],
    ['${$}{a:b}', ['${a:b}']],
    ['${', ['${']],
    ['$', ['$']],
    ['a${*', ['a${', ANY]],
    ['${}', ['${}']],
    ['${a', ['${a']],
    ['${a*}', ['${a', ANY, '}']],
    ['${a?}', ['${a', ONE, '}']],
    ['${a$b}', ['${a$b}']],
    ['${a{b}', ['${a{b}']],
    ["${a'b}", ["${a'b}"]],
    ['${a${b:c}}', ['${a', variable('b:c'), '}']],
    ["${a,'b'}", ["${a,'b'}"]],
    ["${a, 'b}", ["${a, 'b}"]],
    ["${a, b'}", ["${a, b'}"]],
    ["'}${a, 'b", ["'}${a, 'b"]],
    ["${a, '}", ["${a, '}"]],
    ["${x:y}${a, '}", [variable('x:y'), "${a, '}"]],
    ['$a{b}', ['$a{b}']],
    ['$ab}${x:y}', ['$ab}', variable('x:y')]],
    ['a{b}', ['a{b}']],
  ])('%s', (text, tokens) => expect(readTemplate(text, { wildcards: true, variables: true })).toEqual(tokens));

  it('where there are no wildcards', () => {
    expect(readTemplate('a*?', { wildcards: false, variables: true })).toEqual(['a*?']);
    expect(readTemplate('a*${x:y}?', { wildcards: false, variables: true })).toEqual(['a*', variable('x:y'), '?']);
  });

  it('where there are no variables', () => {
    expect(readTemplate('${a:b}*', { wildcards: true, variables: false })).toEqual(['${a:b}', ANY]);
    expect(readTemplate('${*}', { wildcards: false, variables: false })).toEqual(['${*}']);
  });
});

describe('what a variable stands for', () => {
  const context = createRequestContext({ 'x:one': 'a', 'x:empty': '', 'x:list': ['a'], 'x:none': [] });
  it.each<[string, string | undefined, string | undefined]>([
    ['x:one', undefined, 'a'],
    ['X:One', 'd', 'a'],
    ['x:empty', undefined, undefined],
    ['x:empty', 'd', undefined],
    ['x:list', 'd', undefined],
    ['x:none', 'd', 'd'],
    ['x:none', undefined, undefined],
    ['x:absent', 'd', 'd'],
    ['x:absent', '', ''],
    ['x:absent', undefined, undefined],
  ])('%s, %j', (name, fallback, expected) => expect(resolveVariable({ name, key: name.toLowerCase(), fallback }, context)).toBe(expected));

  it.each([
    ['a', 'a'],
    ['${X:One}/${x:absent}/*?', 'a/${x:absent}/*?'],
    ["${x:absent, 'd'}${*}", 'd*'],
    ['${X:Empty}', '${X:Empty}'],
  ])('for people to read: %s', (text, expected) => expect(expandVariables(text, context)).toBe(expected));
});
