/**
 * (a) Signed, authorised requests end to end against a bare node:http server that answers the same bytes; variants alternate round by round.
 * First many connections at once, then one alone, which is about what it waits for.
 *     node bench/request.ts [rounds] [milliseconds per round]
 */
import { latencies, load, median, once, quantile, type Round, spread } from './load.ts';
import { bareArguments, type Call, signed, start } from './servers.ts';

const [rounds = 7, milliseconds = 2000] = process.argv.slice(2).map(Number);
const CONNECTIONS = 32;
/** Requests of a round on one connection. */
const ALONE = 2000;

const CALLS: readonly (Call & { readonly name: string })[] = [
  {
    name: 'GetCallerIdentity',
    service: 'sts',
    headers: ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  },
  {
    name: 'ListNotebookInstances',
    service: 'sagemaker',
    headers: ['Content-Type', 'application/x-amz-json-1.1', 'X-Amz-Target', 'SageMaker.ListNotebookInstances'],
    body: '{}',
  },
];

const sagegate = await start<{ port: number; accessKeyId: string; secretAccessKey: string; rssMiB: number }>('sagegate-server.ts', []);

console.log(
  '| call | requests/s ÷ bare | CPU per request ÷ bare | requests/s | bare | µs CPU | bare |\n| --- | --- | --- | --- | --- | --- | --- |',
);
const alone: string[] = [];
for (const call of CALLS) {
  const bare = await start<{ port: number }>('bare-server.ts', bareArguments(await once(sagegate.port, signed(call, sagegate))));
  const results: { sagegate: Round[]; bare: Round[] } = { sagegate: [], bare: [] };
  const times: { sagegate: number[][]; bare: number[][] } = { sagegate: [], bare: [] };
  const options = { connections: CONNECTIONS, milliseconds };
  for (let round = 0; round < rounds; round++) {
    // Signed anew each round, as a signature is good for minutes only.
    const request = signed(call, sagegate);
    results.bare.push(await load(bare.port, bare.pid, request, options));
    results.sagegate.push(await load(sagegate.port, sagegate.pid, request, options));
    times.bare.push(await latencies(bare.port, request, ALONE));
    times.sagegate.push(await latencies(sagegate.port, request, ALONE));
  }
  bare.child.kill();
  const ratios = (pick: (round: Round) => number) => results.sagegate.map((round, i) => pick(round) / pick(results.bare[i] as Round));
  const middle = (list: readonly Round[], pick: (round: Round) => number) => median(list.map(pick));
  const rate = (round: Round) => round.requestsPerSecond;
  const cpu = (round: Round) => round.cpuPerRequest;
  console.log(
    `| ${call.name} | ${spread(ratios(rate))} | ${spread(ratios(cpu))} | ${middle(results.sagegate, rate).toFixed(0)} | ${middle(results.bare, rate).toFixed(0)} | ${middle(results.sagegate, cpu).toFixed(1)} | ${middle(results.bare, cpu).toFixed(1)} |`,
  );
  const columns = [0.5, 0.99].map((share) => {
    const of = (rounds: readonly number[][]): number[] => rounds.map((round) => quantile(round, share));
    const [ours, theirs] = [of(times.sagegate), of(times.bare)];
    const micro = (list: readonly number[]): string => (1000 * median(list)).toFixed(0);
    return `${spread(ours.map((time, i) => time / (theirs[i] ?? Number.NaN)))} | ${micro(ours)} | ${micro(theirs)}`;
  });
  alone.push(`| ${call.name} | ${columns.join(' | ')} |`);
}
sagegate.child.kill();
console.log(
  `\nOne connection alone, from request to answer:\n\n| call | p50 ÷ bare | µs | bare | p99 ÷ bare | µs | bare |\n| --- | --- | --- | --- | --- | --- | --- |\n${alone.join('\n')}`,
);
