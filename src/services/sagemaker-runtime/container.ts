import { type OutboundAnswer, OutboundError, type OutboundPosts } from '../../core/outbound.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { ServingContainer } from '../../store/serving.ts';
import type { Context, Route } from './serving-endpoint.ts';

/** Bytes of a body, either way. */
export const MAX_BODY = 6_291_456;
/** Characters of what a container says of its failure that are passed on. */
const MAX_MESSAGE = 2048;

/** What containers are asked. */
export interface Question {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly maxBytes: number;
  /** Milliseconds for all containers of the route together. */
  readonly patience: number;
}

/** What a container is answered to a call that it failed: AWS's sentence, with the container's own words in it. */
export function modelError(status: number, hostname: string, said: string): ServiceError {
  const whose = status >= 400 && status < 500 ? 'client' : 'server';
  return new ServiceError('ModelError', `Received ${whose} error (${status}) from ${hostname} with message "${said}".`, {
    status: 424,
    fields: { OriginalStatusCode: status, OriginalMessage: said },
  });
}

/**
 * Asks the containers of a route, each with what the one before it has answered, and gives back what the last one answers.
 * @throws ModelError  424  a container fails, is late or cannot be reached, or its model names none
 */
export async function ask(
  { containers }: Pick<Route, 'containers'>,
  question: Question,
  endpoint: string,
  { installation }: Context,
): Promise<OutboundAnswer> {
  requireContainers({ containers }, endpoint);
  const end = installation.clock.now() + question.patience;
  let asked = question;
  let answer: OutboundAnswer | undefined;
  for (const container of containers) {
    if (answer) {
      const body = await wholeBody(answer, container.hostname, MAX_BODY);
      asked = { ...question, body, headers: { ...question.headers, 'Content-Type': answer.headers['content-type'] } };
    }
    answer = await askOne(
      container,
      { ...asked, patience: Math.max(1, end - installation.clock.now()) },
      endpoint,
      installation.containers,
    );
  }
  if (!answer) throw noContainer(endpoint, 'primary');
  return answer;
}

async function askOne(
  { hostname, url }: ServingContainer,
  question: Question,
  endpoint: string,
  containers: OutboundPosts,
): Promise<OutboundAnswer> {
  const headers = Object.fromEntries(
    Object.entries(question.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const answer = await containers.post(invocations(url ?? ''), { ...question, headers }).catch((error: unknown) => {
    throw failed(error, endpoint, hostname);
  });
  if (answer.status >= 200 && answer.status < 300 && (answer.headers['content-encoding'] ?? 'identity') === 'identity') return answer;
  const said = (await wholeBody(answer, hostname, question.maxBytes)).subarray(0, 4 * MAX_MESSAGE);
  throw modelError(answer.status, hostname, Buffer.from(said).toString('utf8').slice(0, MAX_MESSAGE));
}

/** `{url}/invocations`, whatever the URL ends with; what is no URL stays none. */
function invocations(text: string): string {
  const url = URL.parse(text);
  return url && url.search === '' ? `${url.origin}${url.pathname.replace(/\/+$/, '')}/invocations` : 'none';
}

/** @throws ModelError  424  it breaks off, or is too long */
export async function wholeBody({ body }: OutboundAnswer, hostname: string, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of body) pieces.push(piece);
  } catch (error) {
    if (error instanceof OutboundError && error.problem === 'unfit')
      throw modelError(500, hostname, `The response is larger than ${maxBytes} bytes.`); // (unverified) sentence
    throw failed(error, '', hostname);
  }
  return Buffer.concat(pieces);
}

/** @throws ModelError  424  a model names no container: known before anybody is asked */
export function requireContainers({ containers }: Pick<Route, 'containers'>, endpoint: string): void {
  const without = containers.find(({ url }) => url === undefined);
  if (without || containers.length === 0) throw noContainer(endpoint, without?.hostname ?? 'primary');
}

/** Models are guarded here; who wants one to run, names a server that does. */
const noContainer = (endpoint: string, hostname: string): ServiceError =>
  modelError(503, hostname, `No container serves endpoint ${endpoint}: this server decides who may invoke it, and does not run models.`);

/** The container's failure as callers are told it: not where it is, nor why it cannot be reached. */
function failed(error: unknown, endpoint: string, hostname: string): unknown {
  if (!(error instanceof OutboundError)) return error;
  if (error.problem === 'late')
    return modelError(
      0,
      hostname,
      `Your invocation timed out while waiting for a response from container ${hostname}. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.`,
    );
  if (error.problem === 'refused')
    return modelError(503, hostname, `The model of endpoint ${endpoint} names a container that this server is not let to call.`);
  return modelError(503, hostname, `The container ${hostname} could not be reached, or its answer broke off.`);
}
