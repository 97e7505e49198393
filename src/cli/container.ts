import { applicationEnvironment, runCommand } from './child.ts';
import { keepEndpoint } from './endpoint-lease.ts';
import type { Environment } from './environment.ts';
import { localServer } from './instance.ts';
import type { LocalClientOptions } from './local-client.ts';
import type { Terminal } from './terminal.ts';

export interface ContainerRunOptions extends LocalClientOptions {
  readonly role: string;
  readonly service: 'ecs' | 'eks';
  readonly region?: string | undefined;
}

const SERVICES = { ecs: 'ecs-tasks.amazonaws.com', eks: 'pods.eks.amazonaws.com' } as const;

/** `sagegate container run … -- COMMAND`: the command finds the role's credentials as in a task of ECS or a pod of EKS. */
export async function runContainer(
  command: readonly string[],
  options: ContainerRunOptions,
  terminal: Terminal,
  environment: Environment,
): Promise<void> {
  const region = options.region ?? environment.AWS_REGION ?? 'us-east-1';
  const local = localServer(
    { ...options, endpoint: options.endpoint ?? environment.SAGEGATE_ENDPOINT ?? environment.AWS_ENDPOINT_URL },
    environment,
  );
  const asked = { roleArn: options.role, service: SERVICES[options.service], region };
  const lease = await keepEndpoint(local, 'container-credentials', asked, terminal);
  try {
    process.exitCode = await runCommand(
      command,
      applicationEnvironment(environment, {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: String(lease.opened.credentialsUri),
        AWS_CONTAINER_AUTHORIZATION_TOKEN: String(lease.opened.authorizationToken),
        AWS_ENDPOINT_URL: local.endpoint,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
      }),
    );
  } finally {
    await lease.close();
  }
}
