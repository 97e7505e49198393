import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as sagemakerRuntime from '@aws-sdk/client-sagemaker-runtime';
import * as sts from '@aws-sdk/client-sts';
import { type Credentials, clientConfig, type TestServer } from '../harness.ts';
import { type Outcome, type Output, type Teller, toOutput, withDocuments } from './teller.ts';

type Config = ReturnType<typeof clientConfig> & { readonly systemClockOffset: number };

interface Client {
  send(command: unknown): Promise<Record<string, unknown>>;
}

interface SdkError extends Error {
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const sdk = {
  iam: [iam.IAMClient, iam],
  sts: [sts.STSClient, sts],
  ec2: [ec2.EC2Client, ec2],
  sagemaker: [sagemaker.SageMakerClient, sagemaker],
  'sagemaker-runtime': [sagemakerRuntime.SageMakerRuntimeClient, sagemakerRuntime],
} as const;

/** The AWS SDK for JavaScript, in this process. Its clients follow the server's clock, so it can tell what happens later. */
export class JavaScriptTeller implements Teller {
  readonly name = 'AWS SDK for JavaScript';
  readonly #server: TestServer;

  constructor(server: TestServer) {
    this.#server = server;
  }

  async call(service: string, operation: string, input: object, credentials: Credentials, region: string): Promise<Outcome> {
    const [Client, commands] = sdk[service as keyof typeof sdk];
    const config: Config = {
      ...clientConfig(this.#server, credentials, region),
      systemClockOffset: this.#server.clock.now() - Date.now(),
    };
    // Commands are looked up by name, which the SDK's types do not foresee.
    const Command = (commands as unknown as Record<string, new (input: object) => unknown>)[`${operation}Command`];
    if (!Command) throw new Error(`the SDK has no ${service} ${operation}`);
    const client = new Client(config) as unknown as Client & { destroy(): void };
    try {
      const { $metadata: _, ...output } = await client.send(new Command(withBytes(input)));
      const shown = toOutput(output);
      return { succeeded: true, output: (service === 'iam' ? withDocuments(shown) : shown) as Output };
    } catch (error) {
      const { name, message, Code, $metadata } = error as SdkError;
      if ($metadata?.httpStatusCode === undefined) throw error;
      return { succeeded: false, status: $metadata.httpStatusCode, code: Code ?? name, message };
    } finally {
      client.destroy();
    }
  }

  async close(): Promise<void> {
    // Every call's client has gone with it.
  }
}

/** The one blob of the story. */
const withBytes = (input: object): object =>
  'Body' in input && typeof input.Body === 'string' ? { ...input, Body: Buffer.from(input.Body) } : input;
