/**
 * `node --expose-gc bench/decide.ts [rounds]`: what a decision costs, as ratios within this run: against Cedar compiled to WebAssembly with policies parsed
 * beforehand, and against the plain evaluator of test/reference. Variants take turns round by round; medians are printed, with the fastest
 * and slowest round. Every timed decision is compared with what it must be.
 */
import {
  type AuthorizationRequest,
  createPolicyCompiler,
  createRequestContext,
  decide,
  type PolicyCompiler,
  type PolicyKind,
  type PolicySet,
  type PolicySources,
} from '../src/policy/index.ts';
import { evaluate, type ReferencePolicy, type ReferenceRequest, type ReferenceSources } from '../test/reference/evaluator.ts';
import { prepareCedar, toCedar } from './decide-cedar.ts';
import { manyActions, mixed, sameAction, type Workload, w1, w2, w3, w4 } from './decide-workloads.ts';

const ROUNDS = Number(process.argv[2] ?? 9);
const ROUND_MILLISECONDS = 30;

/** Makes all decisions of a workload once and says how many were wrong. */
type Variant = () => number;

interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Microseconds per decision of several variants that take turns. */
function race(variants: Readonly<Record<string, Variant>>, decisions: number): Record<string, Timing> {
  const runs: Record<string, { repeat: number; samples: number[] }> = {};
  for (const [name, variant] of Object.entries(variants)) {
    // Warm, and find out how often to repeat for a round of about the wanted length.
    const started = performance.now();
    let done = 0;
    do {
      check(name, variant());
      done++;
    } while (performance.now() - started < 3 * ROUND_MILLISECONDS && done < 20_000);
    runs[name] = { repeat: Math.max(1, Math.round((done * ROUND_MILLISECONDS) / (performance.now() - started))), samples: [] };
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, variant] of Object.entries(variants)) {
      const run = runs[name];
      if (!run) continue;
      const started = performance.now();
      let wrong = 0;
      for (let i = 0; i < run.repeat; i++) wrong += variant();
      run.samples.push(((performance.now() - started) * 1000) / (run.repeat * decisions));
      check(name, wrong);
    }
  }
  return Object.fromEntries(Object.entries(runs).map(([name, { samples }]) => [name, timing(samples)]));
}

function check(name: string, wrong: number): void {
  if (wrong > 0) throw new Error(`${name}: ${wrong} wrong decisions`);
}

function timing(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** One set per distinct list of documents, as a server holds them. */
function compileSources(compiler: PolicyCompiler): (sources: ReferenceSources) => PolicySources {
  const sets = new Map<readonly ReferencePolicy[], PolicySet>();
  const boundaries = new Map<ReferencePolicy, readonly ReferencePolicy[]>();
  const set = (kind: PolicyKind, policies: readonly ReferencePolicy[]): PolicySet => {
    const known = sets.get(policies);
    if (known) return known;
    const made = compiler.set(policies.map((document, i) => compiler.compile(JSON.stringify(document), { kind, source: `${kind}${i}` })));
    sets.set(policies, made);
    return made;
  };
  return ({ identity, boundary, scp }) => {
    if (boundary && !boundaries.has(boundary)) boundaries.set(boundary, [boundary]);
    return {
      identity: identity && set('identity', identity),
      boundary: boundary && set('boundary', boundaries.get(boundary) ?? []),
      scp: scp?.map((level) => set('scp', level)),
    };
  };
}

const toRequest = (request: ReferenceRequest): AuthorizationRequest => ({ ...request, context: createRequestContext(request.context) });

/** Cedar has no layers: one prepared set per layer, asked until one refuses. */
function cedarVariant({ cases }: Workload, expected: readonly boolean[]): Variant {
  const prepared = new Map<unknown, ReturnType<typeof prepareCedar>>();
  const layer = (key: unknown, policies: readonly ReferencePolicy[]) => {
    const known = prepared.get(key);
    if (known) return known;
    const made = prepareCedar(policies);
    prepared.set(key, made);
    return made;
  };
  const asked = cases.map(({ request, sources: { identity, boundary, scp } }) => ({
    request: toCedar(request),
    layers: [
      ...(scp ?? []).map((level) => layer(level, level)),
      ...(boundary ? [layer(boundary, [boundary])] : []),
      ...(identity ? [layer(identity, identity)] : []),
    ],
  }));
  return () => {
    let wrong = 0;
    for (const [i, { request, layers }] of asked.entries()) if (layers.every((isAllowed) => isAllowed(request)) !== expected[i]) wrong++;
    return wrong;
  };
}

function measure(workload: Workload, against: readonly ('cedar' | 'plain')[]) {
  const { cases } = workload;
  const expected = cases.map(({ request, sources }) => evaluate(request, sources).outcome);
  const expectedAllowed = expected.map((outcome) => outcome === 'allowed');
  const compile = compileSources(createPolicyCompiler());
  const prepared = cases.map(({ request, sources }) => ({ request: toRequest(request), sources: compile(sources) }));
  const built = cases.map(({ request }, i) => ({ request, sources: prepared[i]?.sources ?? {} }));
  const variants: Record<string, Variant> = {
    engine: () => {
      let wrong = 0;
      for (let i = 0; i < prepared.length; i++) {
        const one = prepared[i];
        if (one && decide(one.request, one.sources).outcome !== expected[i]) wrong++;
      }
      return wrong;
    },
    'engine, request from strings': () => {
      let wrong = 0;
      for (let i = 0; i < built.length; i++) {
        const one = built[i];
        if (one && decide(toRequest(one.request), one.sources).outcome !== expected[i]) wrong++;
      }
      return wrong;
    },
  };
  if (against.includes('cedar')) variants['cedar-wasm'] = cedarVariant(workload, expectedAllowed);
  if (against.includes('plain')) {
    variants.plain = () => {
      let wrong = 0;
      for (const [i, { request, sources }] of cases.entries()) if (evaluate(request, sources).outcome !== expected[i]) wrong++;
      return wrong;
    };
  }
  return race(variants, cases.length);
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3));
const shown = (found: Timing | undefined): string => (found ? `${number(found.median)} (${number(found.min)}–${number(found.max)})` : '–');
const ratio = (a: Timing | undefined, b: Timing | undefined): string => (a && b ? `${number(a.median / b.median)} ×` : '–');

console.log(`Node ${process.version}, ${ROUNDS} rounds; µs per decision: median (fastest–slowest round)\n`);
console.log('| workload | engine | request from strings | cedar-wasm | plain | cedar / engine | plain / engine |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const workload of [w1(), w2(), w3(), w4(), mixed()]) {
  const { engine, 'engine, request from strings': strings, 'cedar-wasm': cedar, plain } = measure(workload, ['cedar', 'plain']);
  console.log(
    `| ${workload.name} | ${shown(engine)} | ${shown(strings)} | ${shown(cedar)} | ${shown(plain)} | ${ratio(cedar, engine)} | ${ratio(plain, engine)} |`,
  );
}

console.log('\n| statements | 10 | 10,000 | 10,000 / 10 |\n| --- | --- | --- | --- |');
for (const [name, make] of [
  ['of which one names the action', manyActions],
  ['all about the action', sameAction],
] as const) {
  const [ten, many] = [10, 10_000].map((count) => measure(make(count), []).engine);
  console.log(`| ${name} | ${shown(ten)} | ${shown(many)} | ${ratio(many, ten)} |`);
}

firstDecision();
memory();

/** From the text of a document to the first decision by it, against `JSON.parse` of the same text. Nothing is kept between runs. */
function firstDecision(): void {
  const [first] = w2().cases;
  if (!first) throw new Error('no cases');
  const texts = (first.sources.identity ?? []).map((document) => JSON.stringify(document));
  const request = toRequest(first.request);
  const { outcome } = evaluate(first.request, first.sources);
  const times = race(
    {
      engine: () => {
        const compiler = createPolicyCompiler();
        const identity = compiler.set(texts.map((text) => compiler.compile(text, { kind: 'identity', source: 'p' })));
        return decide(request, { identity }).outcome === outcome ? 0 : 1;
      },
      parse: () => {
        let objects = 0;
        for (const text of texts) if (typeof JSON.parse(text) === 'object') objects++;
        return texts.length - objects;
      },
    },
    1,
  );
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  console.log(
    `\nText to first decision, ${length} characters (W2): ${shown(times.engine)} µs; JSON.parse ${shown(times.parse)} µs; ${ratio(times.engine, times.parse)}`,
  );
}

/** What the engine holds per principal, for a million principals with 5 of 1,000 documents each, in 10,000 distinct sets. */
function memory(): void {
  if (!globalThis.gc) {
    console.log('\nMemory per principal: run with --expose-gc');
    return;
  }
  const PRINCIPALS = 1_000_000;
  const compiler = createPolicyCompiler({ maxSets: 20_000, maxDocuments: 2_000 });
  const heap = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  const documents = Array.from({ length: 1000 }, (_, i) =>
    compiler.compile(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['s3:Get*', `sagemaker:Do${i}`], Resource: `arn:aws:s3:::bucket${i}/*` }],
      }),
      {
        kind: 'managed',
        source: `P${i}`,
      },
    ),
  );
  const held: PolicySet[] = new Array(PRINCIPALS);
  for (let i = 0; i < PRINCIPALS; i++) {
    const set = i % 10_000;
    held[i] = compiler.set([0, 1, 2, 3, 4].flatMap((k) => documents[(set * 31 + k * 199) % 1000] ?? []));
  }
  const bytes = (heap() - before) / PRINCIPALS;
  const kept = held.length;
  console.log(
    `\nMemory: ${number(bytes)} bytes per principal, ${kept.toLocaleString('en')} principals with 5 of 1,000 documents in 10,000 sets, documents included`,
  );
}
