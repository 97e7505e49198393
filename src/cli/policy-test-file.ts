import { dirname, resolve } from 'node:path';
import { type ContextValue, type DecidingKind, type PolicyKind, validatePolicy } from '../policy/index.ts';
import { type CheckedDocument, readDocument } from '../server/checked-document.ts';
import {
  anyObject,
  exactly,
  integer,
  list,
  mapOf,
  object,
  objectOr,
  oneOf,
  oneOrMore,
  type Path,
  type Problem,
  type Shape,
  type ShapeOf,
  text,
  textMap,
} from '../server/shape.ts';
import { awsManagedPolicy, isAwsManagedArn, kindOfText, type PolicyText, readPolicyText, readText } from './policy-file.ts';
import { PRINCIPAL_FORMS, readPrincipal } from './policy-principal.ts';
import type { Scenario } from './policy-scenario.ts';

/*
 * Tests of policies, as data: docs/policy.md explains every member.
 */

/** What a test expects to have decided. */
export interface ExpectedReason {
  readonly by?: DecidingKind | undefined;
  readonly policy?: string | undefined;
  /** Its Sid, or its place, from 1. */
  readonly statement?: string | number | undefined;
  readonly missing?: readonly string[] | undefined;
}

export interface PolicyTest {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly scenario: Scenario;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly expect: 'allowed' | 'denied' | 'explicitDeny' | 'implicitDeny';
  readonly because: ExpectedReason;
}

const MANY = 10_000;
const name = text({ max: 256 });
const arn = text({ max: 2048, what: 'an ARN' });
/** A document; or the name of one above, the ARN of one of AWS's, or the path of a file. */
const policy = objectOr(anyObject, text({ max: 4096, what: 'a document, the name of a policy, an ARN of AWS or a path' }));
const policies = list(policy, 100);

/** Numbers and booleans are meant as they are written. */
const contextValue: Shape<string> = (value, path, problems) => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return text({ min: 0, max: 10_000 })(value, path, problems);
};
const context = mapOf<ContextValue>(
  (value, path, problems) => (Array.isArray(value) ? list(contextValue, 1000)(value, path, problems) : contextValue(value, path, problems)),
  1000,
);

const principal = object(
  { arn },
  {
    tags: textMap(name, text({ min: 0, max: 256 }), 100),
    policies,
    boundary: policy,
    session: policies,
    scps: list(policies, 7),
  },
);

const statement: Shape<string | number> = (value, path, problems) =>
  typeof value === 'number' ? integer(1, MANY)(value, path, problems) : name(value, path, problems);

const because = object(
  {},
  {
    by: oneOf('identity', 'boundary', 'session', 'scp', 'resource', 'trust'),
    policy: name,
    statement,
    missing: oneOrMore(name, 100),
  },
);

const action = text({
  max: 128,
  what: 'an action such as sagemaker:CreateModel',
  matches: (value) => /^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(value),
});

const test = object(
  {
    name,
    principal: objectOr(principal, arn),
    action: oneOrMore(action, 1000),
    expect: oneOf('allowed', 'denied', 'explicitDeny', 'implicitDeny'),
  },
  {
    resource: oneOrMore(arn, 1000),
    resourcePolicy: policy,
    resourceAccount: text({ max: 12, what: 'an account id of 12 digits, in quotes', matches: (value) => /^[0-9]{12}$/.test(value) }),
    context,
    because,
  },
);

const shape = object(
  { version: exactly(1), tests: list(test, MANY) },
  { policies: mapOf(policy, 1000), principals: mapOf(principal, 1000), context },
);

type TestDocument = ShapeOf<typeof shape>;
type GivenPolicy = ShapeOf<typeof policy>;
type GivenPrincipal = ShapeOf<typeof principal>;

/**
 * Reads a file of tests, and the policies that it names.
 * @throws DocumentError  with everything that is wrong, a line each
 * @throws Failure        the file cannot be read
 */
export function readPolicyTests(file: string): readonly PolicyTest[] {
  const content = readText(file);
  const reader = new TestReader(file === '-' ? process.cwd() : dirname(resolve(file)));
  const document = readDocument(content, file, shape, (value) => {
    reader.read(value);
    return reader.problems;
  });
  return reader.place(document);
}

/** Puts policies and principals in the place of their names. */
class TestReader {
  readonly problems: Problem[] = [];
  readonly #directory: string;
  readonly #read = new Map<string, PolicyText>();
  /** Named policies that something is wrong with: said once, where they stand. */
  readonly #flawed = new Set<string>();
  #document: TestDocument | undefined;
  #tests: Omit<PolicyTest, 'line' | 'column'>[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  read(document: TestDocument): void {
    this.#document = document;
    // Also those that no test uses: a mistake in them is one all the same.
    for (const [each, given] of Object.entries(document.policies ?? {})) this.#policy(given, ['policies', each], undefined, each);
    this.#tests = document.tests.map((given, i) => this.#test(given, ['tests', i], document));
  }

  place({ placeOf }: CheckedDocument<TestDocument>): readonly PolicyTest[] {
    return this.#tests.map((each, i) => ({ ...each, ...placeOf(['tests', i, 'name']) }));
  }

  #test(given: TestDocument['tests'][number], path: Path, document: TestDocument): Omit<PolicyTest, 'line' | 'column'> {
    const { principal: who, resourcePolicy, resourceAccount } = given;
    const held = typeof who === 'string' ? (document.principals?.[who] ?? { arn: who }) : who;
    const at: Path = typeof who === 'string' && document.principals?.[who] ? ['principals', who] : [...path, 'principal'];
    const caller = readPrincipal(held.arn, held.tags);
    if (!caller)
      this.problems.push({ path: at, sentence: `no principal is called ${JSON.stringify(held.arn)}, and it is not ${PRINCIPAL_FORMS}` });
    return {
      name: given.name,
      scenario: {
        caller: caller ?? { principal: { kind: 'anonymous', account: '', arn: '', uniqueId: '' }, context: {} },
        ...this.#held(held, at),
        resourcePolicy: resourcePolicy === undefined ? undefined : this.#policy(resourcePolicy, [...path, 'resourcePolicy'], undefined),
        resourceAccount,
        context: { ...document.context, ...given.context },
      },
      actions: given.action,
      resources: given.resource ?? ['*'],
      expect: given.expect,
      because: given.because ?? {},
    };
  }

  #held({ policies: identity = [], boundary, session, scps }: GivenPrincipal, path: Path) {
    return {
      identity: this.#policies(identity, [...path, 'policies'], 'identity'),
      boundary: boundary === undefined ? undefined : this.#policy(boundary, [...path, 'boundary'], 'boundary'),
      session: session && this.#policies(session, [...path, 'session'], 'session'),
      scps: scps?.map((level, i) => this.#policies(level, [...path, 'scps', i], 'scp')),
    };
  }

  #policies(given: readonly GivenPolicy[], path: Path, kind: PolicyKind): PolicyText[] {
    return given.map((each, i) => this.#policy(each, [...path, i], kind));
  }

  /** The text of a policy, checked as its kind, or as what it looks like. */
  #policy(given: GivenPolicy, path: Path, kind: PolicyKind | undefined, called?: string): PolicyText {
    const found = this.#find(given, path, called);
    const isKnownFlaw = typeof given === 'string' && called === undefined && this.#flawed.has(given);
    if (found.arn !== undefined || isKnownFlaw) return found;
    const error = validatePolicy(found.text, kind ?? kindOfText(found.text));
    if (error) {
      if (called !== undefined) this.#flawed.add(called);
      const place = typeof given === 'string' && error.position ? ` at ${found.name}:${error.position.line}:${error.position.column}` : '';
      this.problems.push({ path, sentence: `${error.detail}${place} (AWS says: ${error.message})` });
    }
    return found;
  }

  #find(given: GivenPolicy, path: Path, called: string | undefined): PolicyText {
    if (typeof given !== 'string') return { name: called ?? 'inline', text: JSON.stringify(given) };
    const named = called === undefined ? this.#document?.policies?.[given] : undefined;
    if (named !== undefined) return this.#find(named, path, given);
    const known = this.#read.get(`${called ?? ''}\0${given}`);
    if (known) return known;
    const read = this.#open(given, path);
    const policy = called === undefined ? read : { ...read, name: called };
    this.#read.set(`${called ?? ''}\0${given}`, policy);
    return policy;
  }

  #open(reference: string, path: Path): PolicyText {
    const nothing = { name: reference, text: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}' };
    const problem = (sentence: string): PolicyText => {
      this.problems.push({ path, sentence });
      return nothing;
    };
    if (isAwsManagedArn(reference)) return awsManagedPolicy(reference) ?? problem(`AWS has no managed policy ${reference}`);
    if (!/[./]/.test(reference)) return problem(`no policy is called ${JSON.stringify(reference)}`);
    try {
      return readPolicyText(resolve(this.#directory, reference));
    } catch (error) {
      return problem(error instanceof Error ? error.message : 'cannot be read');
    }
  }
}
