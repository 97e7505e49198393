import { describe, expect, it } from 'vitest';
import { parsePolicy } from './document.ts';
import { PolicyError } from './policy-error.ts';

const statement = (member: string) => `{"Statement":{"Effect":"Allow",${member}}}`;

/** `§` stands where the error is. */
function refusal(marked: string): { detail: string; column: number | undefined } {
  try {
    parsePolicy(marked.replace('§', ''));
  } catch (error) {
    if (error instanceof PolicyError) return { detail: error.detail, column: error.position?.column };
    throw error;
  }
  throw new Error('not refused');
}

describe('says what is wrong, and where', () => {
  it.each<[string, string]>([
    ['{§', 'not JSON: a member name in double quotes was expected'],
    ['§[]', 'the document must be an object'],
    ['§"x"', 'the document must be an object'],
    ['§{}', 'Statement is missing'],
    ['{"Version":§1,"Statement":[]}', 'Version must be "2012-10-17" or "2008-10-17"'],
    ['{"Version":§"2012","Statement":[]}', 'Version must be "2012-10-17" or "2008-10-17"'],
    ['{"Id":§1,"Statement":[]}', 'Id must be a string'],
    ['{§"Foo":1,"Statement":[]}', 'unknown member "Foo": a policy has Version, Id and Statement'],
    ['{"Statement":§1}', 'Statement must be an object or a list of objects'],
    ['{"Statement":[§1]}', 'a statement must be an object'],
    ['{"Statement":[{"Effect":"Deny"},§[]]}', 'a statement must be an object'],
    ['{"Statement":§{"Action":"a"}}', 'Effect is missing'],
    ['{"Statement":{"Effect":§"Alow"}}', 'Effect must be "Allow" or "Deny"'],
    ['{"Statement":{"Effect":§true}}', 'Effect must be a string'],
    [statement('§"Foo":1'), 'unknown member "Foo" in a statement'],
    [statement('"Sid":§1'), 'Sid must be a string'],
    [statement('"Action":§1'), 'Action must be a string'],
    [statement('"Action":["a",§1]'), 'Action must be a string'],
    [statement('"NotAction":§{}'), 'NotAction must be a string'],
    [statement('"Resource":§null'), 'Resource must be a string'],
    [statement('"NotResource":[§[]]'), 'NotResource must be a string'],
    [statement('"Principal":§"x"'), 'a principal without a type can only be "*"'],
    [statement('"Principal":§["*"]'), 'a principal must be "*" or an object'],
    [statement('"Principal":{§"aws":"*"}'), 'unknown principal type "aws"'],
    [statement('"NotPrincipal":{"AWS":[§1]}'), 'AWS must be a string'],
    [statement('"Condition":§[]'), 'Condition must be an object'],
    [statement('"Condition":{"Bool":§"a"}'), 'the operator "Bool" must hold an object'],
    [statement('"Condition":{"Bool":{"a":§null}}'), 'a condition value must be a string, a number or a boolean'],
    [statement('"Condition":{"Bool":{"a":["b",§{}]}}'), 'a condition value must be a string, a number or a boolean'],
    ['{"Statement":§{"Effect":"Deny","Action":[],"NotAction":[]}}', 'Action and NotAction in one statement'],
    ['{"Statement":§{"Effect":"Deny","Resource":[],"NotResource":[]}}', 'Resource and NotResource in one statement'],
    ['{"Statement":§{"Effect":"Deny","Principal":{},"NotPrincipal":{}}}', 'Principal and NotPrincipal in one statement'],
  ])('%s: %s', (marked, detail) => expect(refusal(marked)).toEqual({ detail, column: marked.indexOf('§') + 1 }));
});

it('is an error of AWS', () => {
  expect(() => parsePolicy('{')).toThrow(PolicyError);
  expect(new PolicyError('a', 'b')).toMatchObject({ name: 'PolicyError', code: 'MalformedPolicyDocument', message: 'a', detail: 'b' });
});

it('keeps every text, and where it stands', () => {
  const text =
    '{"Version":"2008-10-17","Id":"i","Conditions":1,"Statement":[{"Sid":"s","Effect":"ALLOW","Principal":{"AWS":["1","2"],"Service":"x","Federated":"f","CanonicalUser":"c"},"Action":"a","Resource":["r","q"]},{"Effect":"deny","NotPrincipal":"*","NotAction":["n"],"NotResource":"*","Condition":{"Bool":{"k":true,"l":[1.50,"t"]},"Null":{}}}]}';
  const at = (part: string) => ({ text: JSON.parse(part) as string, at: text.indexOf(part) });
  const entry = (type: string, part: string) => ({ type, ...at(part) });
  const bare = (part: string) => ({ text: part, at: text.indexOf(part) });
  const second = text.indexOf('{"Effect":"deny"');
  expect(parsePolicy(text)).toEqual({
    text,
    version: '2008-10-17',
    id: 'i',
    statements: [
      {
        index: 0,
        start: text.indexOf('{"Sid"'),
        end: second - 1,
        sid: at('"s"'),
        effect: at('"ALLOW"'),
        principal: {
          at: text.indexOf('{"AWS"'),
          everyone: false,
          entries: [
            entry('AWS', '"1"'),
            entry('AWS', '"2"'),
            entry('Service', '"x"'),
            entry('Federated', '"f"'),
            entry('CanonicalUser', '"c"'),
          ],
        },
        action: [at('"a"')],
        resource: [at('"r"'), at('"q"')],
        conditions: [],
      },
      {
        index: 1,
        start: second,
        end: text.length - 2,
        effect: at('"deny"'),
        notPrincipal: { at: text.indexOf('"*"'), everyone: true, entries: [] },
        notAction: [at('"n"')],
        notResource: [{ text: '*', at: text.lastIndexOf('"*"') }],
        conditions: [
          { operator: at('"Bool"'), key: at('"k"'), values: [bare('true')] },
          { operator: at('"Bool"'), key: at('"l"'), values: [bare('1.50'), at('"t"')] },
        ],
      },
    ],
  });
  expect(parsePolicy('{"Statement":{"Effect":"Deny"}}').statements.map(({ index, conditions }) => [index, conditions])).toEqual([[0, []]]);
});
