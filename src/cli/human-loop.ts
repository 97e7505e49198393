import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { LocalClient, type LocalClientOptions } from './local-client.ts';
import { columns, plain, type Terminal } from './terminal.ts';

export interface HumanLoopOptions extends LocalClientOptions {
  readonly all?: boolean | undefined;
  readonly worker?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What server/human-review/human-loops.ts sends. */
interface Loop {
  readonly loopId: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly flowDefinitionArn: string;
  readonly title: string;
  readonly status: string;
  readonly createdAt: string;
  readonly answersNeeded: number;
}
interface WholeLoop extends Loop {
  readonly inputContent: unknown;
  readonly answersGiven: number;
  readonly outputS3Uri?: string;
  readonly output: object;
}

const place = (which: string): string => `human-loops/${encodeURIComponent(which)}`;
const pretty = (value: unknown): string => plain(JSON.stringify(value, undefined, 2), true);

/** `sagegate human-loop list` */
export async function listHumanLoops(options: HumanLoopOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const answer = await new LocalClient(options, environment).get(`human-loops${options.all ? '?all=true' : ''}`);
  if (options.json) return terminal.print(JSON.stringify(answer));
  const loops = answer.humanLoops as readonly Loop[];
  if (loops.length === 0) return terminal.print(options.all ? 'There is no human loop.' : 'No human loop waits for an answer.');
  const rows = loops.map(({ loopId, name, account, region, status, createdAt }) => [loopId, name, account, region, status, createdAt]);
  terminal.print(columns([['ID', 'NAME', 'ACCOUNT', 'REGION', 'STATUS', 'SINCE'], ...rows.map((row) => row.map((cell) => plain(cell)))]));
}

/** `sagegate human-loop show LOOP` */
export async function showHumanLoop(which: string, options: HumanLoopOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const loop = (await new LocalClient(options, environment).get(place(which))) as unknown as WholeLoop;
  if (options.json) return terminal.print(JSON.stringify(loop));
  const rows = [
    ['Loop', `${loop.name} (${loop.loopId})`],
    ['Flow', loop.flowDefinitionArn],
    ...(loop.title === '' ? [] : [['Task', loop.title]]),
    ['Status', loop.status],
    ['Since', loop.createdAt],
    ['Answers', `${loop.answersGiven} of ${loop.answersNeeded}`],
    ...(loop.outputS3Uri === undefined ? [] : [['Output', `${loop.outputS3Uri} (nothing is written there)`]]),
  ];
  terminal.print(columns(rows.map(([name = '', value = '']) => [name, plain(value)])));
  terminal.print(`\n${pretty(loop.answersGiven === 0 ? loop.inputContent : loop.output)}`);
}

/** `sagegate human-loop answer LOOP JSON` */
export async function answerHumanLoop(
  which: string,
  text: string,
  options: HumanLoopOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const body = { answer: readAnswer(text), ...(options.worker !== undefined && { worker: options.worker }) };
  const loop = (await new LocalClient(options, environment).post(`${place(which)}/answer`, body)) as unknown as WholeLoop;
  if (options.json) return terminal.print(JSON.stringify(loop));
  const left = loop.answersNeeded - loop.answersGiven;
  terminal.print(`Answered ${plain(loop.name)}. ${left > 0 ? `${left} more to go.` : 'It is completed.'}`);
}

/** JSON, or `@file` with some; `@-` is standard input. */
function readAnswer(text: string): unknown {
  let json = text;
  try {
    if (text.startsWith('@')) json = readFileSync(text === '@-' ? 0 : text.slice(1), 'utf8');
  } catch (error) {
    throw new Failure(`${plain(text.slice(1))} cannot be read: ${plain(error instanceof Error ? error.message : '')}`, 2);
  }
  try {
    return JSON.parse(json);
  } catch {
    throw new Failure('The answer is no JSON. Write it as \'{"label":"cat"}\' or @file.', 2);
  }
}
