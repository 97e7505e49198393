import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListModelsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AWS_REGIONS, checkSignature, parseAuthorization, SigningKeyCache } from './index.ts';

/** What AWS's own clients put on the wire verifies. The server answers 400 to everything and notes its verdict. */
const verdicts: string[] = [];
const keys = new SigningKeyCache();
let server: Server;

const credentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJ+/==',
};
const configuration = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials,
});

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const service = /\/us-east-1\/(\w+)\/aws4_request/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    try {
      const authorization = parseAuthorization(
        {
          method: incoming.method ?? '',
          target: incoming.url ?? '',
          rawHeaders: incoming.rawHeaders,
          headers: {},
          body: Buffer.concat(chunks),
          remoteAddress: '127.0.0.1',
          secure: false,
        },
        { service, regions: AWS_REGIONS, protocol: 'query', clockWindowMinutes: 5, now: Date.now() },
      );
      checkSignature(authorization, { secretAccessKey: credentials.secretAccessKey, expired: false }, keys);
      verdicts.push(`${service} ${incoming.url} ok, token ${authorization.sessionToken}`);
    } catch (error) {
      verdicts.push(`${service} ${incoming.url} ${String(error)}`);
    }
    outgoing.writeHead(400, { connection: 'close' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => void verdicts.splice(0));

it('STS, query protocol', async () => {
  await expect(new STSClient(configuration()).send(new GetCallerIdentityCommand({}))).rejects.toThrow();
  expect(verdicts).toEqual(['sts / ok, token IQoJ+/==']);
});

it('IAM, query protocol with values to encode', async () => {
  await expect(new IAMClient(configuration()).send(new CreateUserCommand({ UserName: 'é+ x&y' }))).rejects.toThrow();
  expect(verdicts).toEqual(['iam / ok, token IQoJ+/==']);
});

it('SageMaker, JSON', async () => {
  await expect(new SageMakerClient(configuration()).send(new ListModelsCommand({}))).rejects.toThrow();
  expect(verdicts).toEqual(['sagemaker / ok, token IQoJ+/==']);
});

it('SageMaker Runtime, REST with a path that is encoded twice and headers with blanks', async () => {
  const input = { EndpointName: 'a b~é:x', Body: Buffer.from('x'), TargetVariant: 'blue', CustomAttributes: 'a  b' };
  await expect(new SageMakerRuntimeClient(configuration()).send(new InvokeEndpointCommand(input))).rejects.toThrow();
  expect(verdicts).toEqual(['sagemaker /endpoints/a%20b~%C3%A9%3Ax/invocations ok, token IQoJ+/==']);
});
