import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compilePolicy,
  contextKeys,
  createRequestContext,
  decide,
  explain,
  PolicyError,
  type PolicyKind,
  parsePolicy,
  policySet,
  policySize,
  validatePolicy,
} from '../../src/policy/index.ts';
import { policy } from '../reference/arbitraries.ts';

/* Anything into the parser: a document or a PolicyError. Anything into the compiler: a policy. What is found wrong becomes a scenario in test/decisions. */

const RUNS = { numRuns: 3000 };
const KINDS: readonly PolicyKind[] = ['identity', 'managed', 'trust', 'resource', 'session', 'boundary', 'scp', 'rcp', 'endpoint'];

const valid = fc.constantFrom(...KINDS).chain((kind) => policy(kind, 0).map((document) => JSON.stringify(document)));

/** Good documents with a few characters cut out, doubled, or replaced by what JSON and IAM care about. */
const mutated = fc
  .tuple(
    valid,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(8),
        fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '\\u0041', '*', '${', 'null', '1e999', '\u0000', '\ud800', ' ', '-', '0'),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([text, edits]) => {
    let edited = text;
    for (const [place, cut, put] of edits) {
      const at = place % (edited.length + 1);
      edited = edited.slice(0, at) + put + edited.slice(at + cut);
    }
    return edited;
  });

/** JSON of any shape, with the members that policies have. */
const shaped = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('*', 'Allow', 'Deny', '2012-10-17', 'sts:AssumeRole', 'arn:aws:s3:::b', null, true, 1.5, -0, '', {}, []),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'Version',
          'Id',
          'Statement',
          'Sid',
          'Effect',
          'Principal',
          'AWS',
          'Action',
          'NotAction',
          'Resource',
          'Condition',
          'StringEquals',
          'DateEquals',
          '__proto__',
          'constructor',
        ),
        tie('value'),
        { maxKeys: 6 },
      ),
    ),
  }))
  .value.map((value) => JSON.stringify(value));

const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), mutated, shaped, valid);

describe('any text', () => {
  it('parses or is a PolicyError', () =>
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(parsePolicy(text).statements).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
        }
      }),
      RUNS,
    ));

  it('is read as JSON.parse reads it, or not at all', () =>
    fc.assert(
      fc.property(anything, (text) => {
        let document: ReturnType<typeof parsePolicy>;
        try {
          document = parsePolicy(text);
        } catch {
          return;
        }
        const plain = JSON.parse(text) as { Version?: string; Statement: unknown };
        const statements = [plain.Statement].flat() as { Effect: string; Action?: string | string[]; Sid?: string }[];
        expect(document.version).toBe(plain.Version);
        expect(document.statements.map(({ effect, sid, action }) => [effect.text, sid?.text, action?.map((one) => one.text)])).toEqual(
          statements.map(({ Effect, Sid, Action }) => [Effect, Sid, Action === undefined ? undefined : [Action].flat()]),
        );
        for (const { start, end } of document.statements) expect(JSON.parse(text.slice(start, end))).toBeTypeOf('object');
      }),
      RUNS,
    ));

  it('validates or has a place in it', () =>
    fc.assert(
      fc.property(anything, fc.constantFrom(...KINDS), (text, kind) => {
        const error = validatePolicy(text, kind);
        if (!error) return;
        expect(error).toBeInstanceOf(PolicyError);
        expect(error.message).not.toBe('');
        if (error.position) expect(error.position.line).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
      }),
      RUNS,
    ));

  it('has a size that white space does not change', () =>
    fc.assert(
      fc.property(valid, (text) => {
        expect(policySize(JSON.stringify(JSON.parse(text), null, 3))).toBe(policySize(text));
      }),
      RUNS,
    ));

  it('compiles, decides and explains; unreadable ones deny', () =>
    fc.assert(
      fc.property(anything, fc.constantFrom(...KINDS), (text, kind) => {
        const compiled = compilePolicy(text, { kind, source: 'fuzz' });
        expect(contextKeys(compiled)).toBeInstanceOf(Array);
        const request = {
          principal: {
            kind: 'user',
            account: '111122223333',
            arn: 'arn:aws:iam::111122223333:user/jane',
            uniqueId: 'AIDAJANEEXAMPLE000001',
          },
          action: 's3:GetObject',
          resource: 'arn:aws:s3:::b/o',
          context: createRequestContext({ 'aws:username': 'jane', 'aws:TagKeys': ['a', ''] }),
        } as const;
        const sources = { identity: policySet([compiled]) };
        const { outcome } = decide(request, sources);
        if (compiled.content.error) expect(outcome).toBe('explicitDeny');
        expect(explain(request, sources).decision.outcome).toBe(outcome);
      }),
      RUNS,
    ));
});

describe('E11: texts made to be slow are not', () => {
  /** Counted in character comparisons, not in time: what the matcher does is bounded by pattern × text. */
  it.each([
    ['stars', `a${'*a'.repeat(2000)}`, `${'a'.repeat(4000)}b`],
    ['stars and question marks', `${'*?'.repeat(1000)}b`, 'a'.repeat(4000)],
    ['a long tail', `*${'a'.repeat(2000)}b`, 'a'.repeat(4000)],
  ])('%s', (_, pattern, text) => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: `arn:aws:s3:::${pattern}` },
    });
    const identity = policySet([compilePolicy(document, { kind: 'identity', source: 'slow' })]);
    const principal = { kind: 'user', account: '1', arn: 'arn', uniqueId: 'AIDA' } as const;
    expect(
      decide({ principal, action: 'a:b', resource: `arn:aws:s3:::${text}`, context: createRequestContext({}) }, { identity }).outcome,
    ).toBe('implicitDeny');
  });

  it('nesting is refused before it can use up the stack', () => {
    expect(validatePolicy('['.repeat(100_000), 'identity')?.message).toBe('Syntax errors in policy.');
    expect(validatePolicy(`{"Statement":${'{"a":'.repeat(50_000)}`, 'identity')?.message).toBe('Syntax errors in policy.');
  });

  it('thousands of members and values', () => {
    const wide = Object.fromEntries(Array.from({ length: 8000 }, (_, i) => [`aws:RequestTag/k${i}`, 'v']));
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: Array.from({ length: 5000 }, (_, i) => `s3:Get${i}*`),
        Resource: '*',
        Condition: { StringEquals: wide },
      },
    });
    expect(validatePolicy(document, 'managed')).toBeUndefined();
  });
});
