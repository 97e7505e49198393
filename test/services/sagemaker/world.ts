import { SageMaker } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntime } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  type Credentials,
  clientConfig,
  policy,
  startTestServer,
  type TestAccount,
  type TestServer,
  type TestServerOptions,
} from '../../harness.ts';

export const REGION = 'us-east-1';

/** A server with one account, an execution role that trusts SageMaker and may do what jobs need, and clients for users with just these statements. */
export interface World {
  readonly server: TestServer;
  readonly account: TestAccount;
  /** `arn:aws:iam::…:role/Exec`, which allows WORKS. */
  readonly role: string;
  /** ARN of one of SageMaker's resources in the account. */
  readonly arn: (resource: string) => string;
  /** Client of an administrator. */
  readonly admin: SageMaker;
  /** Arranges as the root user. */
  readonly root: (operation: string, input: object) => Promise<Record<string, unknown>>;
  readonly user: (...statements: object[]) => Promise<{ sagemaker: SageMaker; runtime: SageMakerRuntime; arn: string }>;
  readonly newRole: (name: string, trusts: object, more?: object) => Promise<string>;
  /** Gives a role just these statements. */
  readonly permit: (role: string, ...statements: object[]) => Promise<void>;
  /** Moves the server's clock; clients sign with it. */
  readonly elapse: (seconds: number) => void;
  readonly clients: (credentials: Credentials, region?: string) => { sagemaker: SageMaker; runtime: SageMakerRuntime };
}

export const allow = (actions: string | string[], resources: string | string[] = '*', condition?: object) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition && { Condition: condition }),
});

export const deny = (actions: string | string[], resources: string | string[] = '*', condition?: object) => ({
  ...allow(actions, resources, condition),
  Effect: 'Deny',
});

export const trust = (service: string, condition?: object) =>
  policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...(condition && { Condition: condition }) });

/** What jobs, models and apps need of the role that they work with. */
export const WORK_ACTIONS = [
  's3:ListBucket',
  's3:GetObject',
  's3:PutObject',
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
  'ec2:*NetworkInterface*',
  'ec2:Describe*',
  'kms:*',
  'sagemaker:CreateApp',
  'iam:PassRole',
];
export const WORKS = allow(WORK_ACTIONS);

let users = 0;

export async function openWorld(options: TestServerOptions = {}): Promise<World> {
  const server = await startTestServer(options);
  const account = await server.account();
  const clients: World['clients'] = (credentials, region = REGION) => {
    const config = (systemClockOffset: number) => ({ ...clientConfig(server, credentials, region), systemClockOffset });
    return {
      sagemaker: onServerTime(server, (offset) => new SageMaker(config(offset))),
      runtime: onServerTime(server, (offset) => new SageMakerRuntime(config(offset))),
    };
  };
  const newRole: World['newRole'] = async (name, trusts, more = {}) => {
    const { Role } = await account.asRoot('iam', 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(trusts),
      ...more,
    });
    return (Role as { Arn: string }).Arn;
  };
  const user: World['user'] = async (...statements) => {
    const name = `user-${++users}`;
    const credentials = await account.user(name, statements.length > 0 ? { inline: { granted: policy(...statements) } } : {});
    return { ...clients(credentials), arn: `arn:aws:iam::${account.id}:user/${name}` };
  };
  const role = await newRole('Exec', trust('sagemaker.amazonaws.com'));
  const permit: World['permit'] = async (RoleName, ...statements) => {
    await account.asRoot('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: 'permitted',
      PolicyDocument: JSON.stringify(policy(...statements)),
    });
  };
  await permit('Exec', WORKS);
  return {
    server,
    account,
    role,
    arn: (resource) => `arn:aws:sagemaker:${REGION}:${account.id}:${resource}`,
    admin: (await user(allow('*'))).sagemaker,
    root: (operation, input) => account.asRoot('sagemaker', operation, input, REGION),
    user,
    newRole,
    permit,
    elapse: (seconds) => server.clock.advance(seconds * 1000),
    clients,
  };
}

/**
 * A client that signs by the server's clock, wherever a test has moved that. An SDK client follows the Date header of answers, which tells
 * the real time; so while the clock is moved, each call gets a client of its own.
 */
function onServerTime<Client extends object>(server: TestServer, make: (offset: number) => Client): Client {
  const unmoved = make(0);
  return new Proxy(unmoved, {
    get: (_, name) => {
      const offset = server.clock.now() - Date.now();
      const client = Math.abs(offset) > 1000 ? make(offset) : unmoved;
      const member = Reflect.get(client, name);
      return typeof member === 'function' ? member.bind(client) : member;
    },
  });
}

/** One world for all tests of a file, which must leave no error of the server's own behind. */
export function sharedWorld(options: TestServerOptions = {}): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await openWorld(options);
  });
  afterAll(async () => {
    expect(world?.server.errors).toEqual([]);
    await world?.server.close();
  });
  return () => {
    if (!world) throw new Error('the world is not open yet');
    return world;
  };
}

export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

/** What a call is refused with; undefined when it goes through. */
export async function refusal(call: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message, $metadata } = error as { name: string; message: string; $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
}

/** Calls an operation of the client by its name. */
export const send = (client: object, operation: string, input: object): Promise<Record<string, unknown>> => {
  const method = (client as Record<string, unknown>)[operation[0]?.toLowerCase() + operation.slice(1)];
  if (typeof method !== 'function') throw new Error(`the client has no ${operation}`);
  return method.call(client, input) as Promise<Record<string, unknown>>;
};

/** Waits that SDK waiters make between two looks, seconds. */
export const briefly = { maxWaitTime: 20, minDelay: 1, maxDelay: 1 };

/** Requests that create something with nothing special about it. */
export const minimal = {
  notebook: (NotebookInstanceName: string, RoleArn: string) => ({ NotebookInstanceName, RoleArn, InstanceType: 'ml.t3.medium' }) as const,
  trainingJob: (TrainingJobName: string, RoleArn: string) =>
    ({
      TrainingJobName,
      RoleArn,
      AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File' },
      OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
    }) as const,
  model: (ModelName: string, ExecutionRoleArn: string) => ({ ModelName, ExecutionRoleArn, PrimaryContainer: { Image: 'image' } }),
  endpointConfig: (EndpointConfigName: string, ModelName: string) => ({
    EndpointConfigName,
    ProductionVariants: [{ VariantName: 'v1', ModelName, InstanceType: 'ml.m5.large' as const, InitialInstanceCount: 1 }],
  }),
  domain: (DomainName: string, ExecutionRole: string) => ({ DomainName, AuthMode: 'IAM', DefaultUserSettings: { ExecutionRole } }) as const,
  flowDefinition: (FlowDefinitionName: string, RoleArn: string) => ({
    FlowDefinitionName,
    RoleArn,
    OutputConfig: { S3OutputPath: 's3://bucket/flow' },
  }),
};

/** A model, a configuration and an endpoint of one name. */
export async function endpointNamed({ root, role }: World, name: string, more: object = {}): Promise<void> {
  await root('CreateModel', minimal.model(name, role));
  await root('CreateEndpointConfig', { ...minimal.endpointConfig(name, name), ...more });
  await root('CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
}
