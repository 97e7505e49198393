import type { Session } from '../session.ts';
import { fetchSession, signInAgain } from '../session.ts';
import { AwsFailure } from './failure.ts';
import { type JsonService, jsonBody, jsonHeaders } from './json-call.ts';
import { listOf, parseXml, readElement } from './query-answer.ts';
import { type QueryInput, queryForm } from './query-form.ts';
import { sign, type UnsignedRequest } from './sign.ts';

/** The services that speak the query protocol, with the versions of their APIs. */
const QUERY = { iam: '2010-05-08', sts: '2011-06-15' } as const;
export type QueryService = keyof typeof QUERY;

/** Codes that say that the credentials are at their end. */
const ENDED = new Set(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException']);

/** Pages of a list that are read at most: 10 000 entries where a page has a hundred. */
const MAX_PAGES = 100;

/** Calls AWS operations as whoever is signed in, and nobody else: what their policies do not allow fails here too. */
export class AwsClient {
  readonly #session: Session;
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly #ahead: number;
  readonly region: string;

  constructor(session: Session, region: string) {
    this.#session = session;
    this.#ahead = session.now - Date.now();
    this.region = region;
  }

  /** Milliseconds since the epoch, by the server's clock. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /**
   * Calls an operation of the query protocol.
   * @throws AwsFailure
   */
  async query<Output>(service: QueryService, action: string, input: QueryInput = {}): Promise<Output> {
    const response = await this.#send({
      method: 'POST',
      path: '/',
      service,
      region: service === 'iam' ? 'us-east-1' : this.region,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: queryForm(action, QUERY[service], input),
    });
    const result = [...parseXml(await response.text()).children].find(({ nodeName }) => nodeName === `${action}Result`);
    return (result ? readElement(result) : {}) as Output;
  }

  /** Calls an IAM operation. @throws AwsFailure */
  iam<Output = unknown>(action: string, input: QueryInput = {}): Promise<Output> {
    return this.query('iam', action, input);
  }

  /** All pages of an IAM list: the entries of `member`. @throws AwsFailure */
  async iamList<Entry>(action: string, member: string, input: QueryInput = {}): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const output = await this.iam<Record<string, unknown>>(action, { ...input, Marker: marker });
      entries.push(...listOf(output[member] as readonly Entry[] | '' | undefined));
      marker = output.IsTruncated === 'true' ? (output.Marker as string) : undefined;
      if (marker === undefined) return entries;
    }
    throw tooMany(`iam ${action}`);
  }

  /** What EC2 has of something: the entries of a set of its answer (`vpcSet`). Members are named as on the wire. @throws AwsFailure */
  async ec2List<Entry>(action: string, set: string, input: QueryInput = {}): Promise<readonly Entry[]> {
    const response = await this.#send({
      method: 'POST',
      path: '/',
      service: 'ec2',
      region: this.region,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: queryForm(action, '2016-11-15', input, 'ec2'),
    });
    const answer = readElement(parseXml(await response.text())) as Readonly<Record<string, readonly Entry[] | ''>>;
    return listOf(answer[set]);
  }

  /**
   * Calls an operation of the JSON protocol. Moments in the answer are seconds since the epoch.
   * @throws AwsFailure
   */
  async json<Output>(service: JsonService, operation: string, input: object = {}, region = this.region): Promise<Output> {
    const headers = jsonHeaders(service, operation);
    const response = await this.#send({ method: 'POST', path: '/', service, region, headers, body: jsonBody(input) });
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as Output;
  }

  /** All pages of a list of the JSON protocol: the entries of `member`. @throws AwsFailure */
  async jsonList<Entry>(
    service: JsonService,
    operation: string,
    member: string,
    input: object = {},
    region = this.region,
  ): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    let next: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const output = await this.json<Record<string, unknown>>(service, operation, { ...input, NextToken: next }, region);
      entries.push(...((output[member] as readonly Entry[] | undefined) ?? []));
      next = output.NextToken as string | undefined;
      if (next === undefined) return entries;
    }
    throw tooMany(`${service} ${operation}`);
  }

  /** Asks the server itself why a call was denied. @throws AwsFailure */
  async decision<Output>(id: string): Promise<Output> {
    const path = `/_sagegate/decisions/${encodeURIComponent(id)}`;
    const response = await this.#send({ method: 'GET', path, service: 'sagegate', region: this.region, headers: {}, body: '' });
    return (await response.json()) as Output;
  }

  /** Asks the server itself for something that AWS has no operation for, below `/_sagegate/`. @throws AwsFailure */
  async local<Output>(path: string, input: object): Promise<Output> {
    const response = await this.#send({
      method: 'POST',
      path: `/_sagegate/${path}`,
      service: 'sagegate',
      region: this.region,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return (await response.json()) as Output;
  }

  async #send(request: UnsignedRequest): Promise<Response> {
    const headers = await sign(request, this.#session.credentials, this.now());
    const response = await fetch(request.path, {
      method: request.method,
      headers,
      cache: 'no-store',
      credentials: 'omit',
      ...(request.method === 'POST' && { body: request.body }),
    });
    if (response.ok) return response;
    const failure = readFailure(response, await response.text());
    // The page stays as long as the session does: a new one may have another master, or other credentials.
    if (ENDED.has(failure.code)) await fetchSession().catch(signInAgain);
    throw failure;
  }
}

const tooMany = (call: string): AwsFailure =>
  new AwsFailure(0, 'TooMany', `There are more than the console can show. Use the AWS CLI: aws ${call}`, {});

function readFailure({ status, headers }: Response, text: string): AwsFailure {
  const ids = {
    requestId: headers.get('x-amzn-requestid') ?? undefined,
    decisionId: headers.get('x-sagegate-decision-id') ?? undefined,
  };
  if (/json/.test(headers.get('content-type') ?? '')) {
    const { __type = 'Failure', message, Message } = JSON.parse(text) as { __type?: string; message?: string; Message?: string };
    return new AwsFailure(status, __type.replace(/^.*#/, ''), message ?? Message ?? 'The call failed.', ids);
  }
  const error = parseXml(text).querySelector('Error');
  const part = (name: string): string | undefined => error?.querySelector(name)?.textContent ?? undefined;
  return new AwsFailure(status, part('Code') ?? 'Failure', part('Message') ?? 'The call failed.', ids);
}
