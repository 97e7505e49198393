import { ServiceError } from '../../core/service-error.ts';
import type { Reader, Store } from '../../store/store.ts';
import { keyOf } from '../../store/table.ts';
import { type HumanLoop, type HumanLoopContent, humanLoopContents, humanLoops } from '../../store/tables/human-loop.ts';
import { phaseAt } from '../../store/tables/sagemaker.ts';

/** A loop as who runs the server sees it. */
export interface ShownLoop {
  readonly loopId: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly flowDefinitionArn: string;
  readonly title: string;
  readonly description: string;
  readonly status: string;
  readonly createdAt: string;
  readonly answersNeeded: number;
}

/** With what people are shown, and what AWS would have written to S3. */
export interface WholeLoop extends ShownLoop {
  readonly inputContent: unknown;
  readonly outputS3Uri?: string;
  /** @see https://docs.aws.amazon.com/sagemaker/latest/dg/a2i-output-data.html */
  readonly output: object;
  readonly answersGiven: number;
}

/** Loops shown at once. */
const MOST_SHOWN = 200;

/** The people whom human loops wait for: everybody who has the operator token. */
export class HumanLoops {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Those that wait for an answer, the oldest first; with `all`, the newest of all. */
  async list(all = false): Promise<readonly ShownLoop[]> {
    const listing = all ? { index: 'created', prefix: [], descending: true } : { index: 'state', prefix: ['open'] };
    return (await this.#store.list(humanLoops, { ...listing, limit: MOST_SHOWN })).map((loop) => this.#shown(loop));
  }

  /** @throws ResourceNotFoundException  404  @param which  its id, or its name where no other loop has it */
  show(which: string): Promise<WholeLoop> {
    return this.#store.read(async (reader) => {
      const loop = await find(reader, which);
      const content = await reader.get(humanLoopContents, keyOf(humanLoops, loop));
      return this.#whole(loop, content);
    });
  }

  /**
   * Takes an answer. The loop is completed with the last that it needs.
   * @throws ResourceNotFoundException  404  @throws ConflictException  409  it waits for none
   */
  answer(which: string, answer: unknown, worker: string): Promise<WholeLoop> {
    const now = this.#now();
    return this.#store.write(async (writer) => {
      const loop = await find(writer, which);
      const status = phaseAt(loop, now)?.status;
      const content = await writer.get(humanLoopContents, keyOf(humanLoops, loop));
      if (status !== 'InProgress' || !content)
        throw new ServiceError('ConflictException', `The human loop ${loop.name} waits for no answer: its status is ${status}.`, {
          status: 409,
        });
      const answers = [...content.answers, { content: JSON.stringify(answer), worker, submittedAt: now }];
      const answered = { ...content, answers };
      await writer.update(humanLoopContents, answered);
      const isOver = answers.length >= loop.answersNeeded;
      const after: HumanLoop = isOver
        ? { ...loop, outputUri: outputUri(loop), phases: [...loop.phases, { from: now, status: 'Completed' }] }
        : loop;
      if (isOver) await writer.update(humanLoops, after);
      return this.#whole(after, answered);
    });
  }

  #shown(loop: HumanLoop): ShownLoop {
    const { loopId, name, accountId, region, flowDefinitionArn, title, description, answersNeeded } = loop;
    const status = phaseAt(loop, this.#now())?.status ?? '';
    const createdAt = new Date(loop.createdAt).toISOString();
    return { loopId, name, account: accountId, region, flowDefinitionArn, title, description, status, createdAt, answersNeeded };
  }

  #whole(loop: HumanLoop, content: HumanLoopContent | undefined): WholeLoop {
    const inputContent: unknown = JSON.parse(content?.inputContent ?? 'null');
    const answers = content?.answers ?? [];
    return {
      ...this.#shown(loop),
      inputContent,
      answersGiven: answers.length,
      ...(loop.outputUri !== undefined && { outputS3Uri: loop.outputUri }),
      output: {
        flowDefinitionArn: loop.flowDefinitionArn,
        humanAnswers: answers.map((answer) => ({
          answerContent: JSON.parse(answer.content) as unknown,
          submissionTime: new Date(answer.submittedAt).toISOString(),
          workerId: answer.worker,
        })),
        humanLoopName: loop.name,
        inputContent,
      },
    };
  }
}

async function find(reader: Reader, which: string): Promise<HumanLoop> {
  const byId = await reader.find(humanLoops, 'loop', [which]);
  if (byId) return byId;
  const named = await reader.list(humanLoops, { index: 'name', prefix: [which], limit: 2 });
  const [only] = named;
  if (only && named.length === 1) return only;
  const why = only ? `Several human loops are called ${which}. Say which by its id.` : 'There is no such human loop.';
  throw new ServiceError('ResourceNotFoundException', why, { status: 404 });
}

/**
 * Where AWS would put what people have said: below the flow definition's path, by when the loop began. Nothing is written there.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/a2i-output-data.html
 */
function outputUri({ outputPath, flowDefinitionArn, createdAt, name }: HumanLoop): string {
  const flow = flowDefinitionArn.slice(flowDefinitionArn.indexOf('/') + 1);
  const at = new Date(createdAt).toISOString().slice(0, 19).replace(/[-T:]/g, '/');
  return `${outputPath.replace(/\/+$/, '')}/${flow}/${at}/${name}/output.json`;
}
