import { type Command, Option } from 'commander';
import type { Environment } from './environment.ts';
import type { Terminal } from './terminal.ts';

interface Readers {
  readonly withServer: (command: Command) => Command;
  readonly collect: (value: string, before?: readonly string[]) => string[];
  readonly wholeNumber: (min: number, max: number) => (text: string) => number;
}

/**
 * `sagegate instance …`, `sagegate container …` and `sagegate credentials`: applications that find their credentials by themselves;
 * `sagegate human-loop …` and `sagegate service …`: what people and services do for them.
 */
export function addApplicationCommands(
  program: Command,
  { withServer, collect, wholeNumber }: Readers,
  terminal: Terminal,
  environment: Environment,
): Command[] {
  const instance = program.command('instance').description('Run applications as on EC2');

  withServer(instance.command('run').description('Run a command as an application on an EC2 instance of its own'))
    .argument('<command...>', 'what to run, after --')
    .option('--instance-profile <name>', 'name or ARN of the instance profile whose role it has')
    .option('--profile <name>', 'AWS CLI profile that launches the instance (default: sagegate, or AWS_PROFILE)')
    .option('--region <region>', 'region of the instance (default: of the AWS CLI profile)')
    .option('--instance-type <type>', 'instance type', 't3.micro')
    .option('--image <id>', 'image id', 'ami-00000000000000000')
    .addOption(new Option('--imds <version>', 'v2 requires session tokens, v1 does not').choices(['v1', 'v2']).default('v2'))
    .option('--hop-limit <number>', 'hops that the answer with the session token survives', wholeNumber(1, 64))
    .option('--tag <key=value>', 'a tag of the instance, which it may read; may be repeated', collect)
    .option('--user-data <file>', 'user data of the instance')
    .option(
      '--network-namespace',
      'put it into a network namespace of its own, where the metadata service is at 169.254.169.254 (Linux, root)',
    )
    .addHelpText(
      'after',
      `
Launches the instance with the keys of the AWS CLI profile, starts its metadata service with the operator token, and terminates it afterwards. The
command gets none of the keys, profiles and secrets of this shell. Ends with the command's exit code.

Examples:
  $ sagegate instance run --instance-profile AppProfile -- python3 app.py
  $ sagegate instance run --instance-profile AppProfile --imds v1 --tag Name=web -- bash
  $ sudo sagegate instance run --instance-profile AppProfile --network-namespace -- aws s3 ls`,
    )
    .action(async (command, options) => (await import('./instance.ts')).runInstance(command, options, terminal, environment));

  withServer(instance.command('imds').description('Serve the metadata of an instance that is there (for the operator)'))
    .argument('<instance>', 'instance id')
    .option('--port <number>', 'port on the loopback interface; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .addHelpText('after', '\nUntil it is stopped.\n\nExamples:\n  $ sagegate instance imds i-0123456789abcdef0 --port 8169')
    .action(async (id, options) => (await import('./instance.ts')).serveInstanceMetadata(id, options, terminal, environment));

  const container = program.command('container').description('Run applications as on ECS and EKS');

  withServer(container.command('run').description('Run a command with the role of a container (for the operator)'))
    .argument('<command...>', 'what to run, after --')
    .requiredOption('--role <arn>', 'the role; its trust policy must allow the service')
    .addOption(
      new Option('--service <service>', 'ecs: ecs-tasks.amazonaws.com; eks: pods.eks.amazonaws.com, with its session tags')
        .choices(['ecs', 'eks'])
        .default('ecs'),
    )
    .option('--region <region>', 'region (default: us-east-1, or AWS_REGION)')
    .addHelpText(
      'after',
      `
The command finds its credentials by AWS_CONTAINER_CREDENTIALS_FULL_URI. It gets none of the keys, profiles and secrets of this shell. Ends with the
command's exit code.

Examples:
  $ sagegate container run --role arn:aws:iam::123456789012:role/Task -- aws sts get-caller-identity`,
    )
    .action(async (command, options) => (await import('./container.ts')).runContainer(command, options, terminal, environment));

  program
    .command('credentials')
    .description('Print temporary credentials, as a credential_process does')
    .option('--profile <name>', 'AWS CLI profile whose keys ask for them (default: sagegate, or AWS_PROFILE)')
    .option('--role <arn>', 'assume this role; without, get a session token of the user')
    .option('--session-name <name>', 'name of the session', 'sagegate')
    .option('--external-id <id>', 'external id that the role asks for')
    .option('--duration <seconds>', 'how long they live', wholeNumber(900, 129_600))
    .option('--region <region>', 'region (default: of the AWS CLI profile)')
    .option('--endpoint <url>', 'the running server (default: of the AWS CLI profile)')
    .option('--no-cache', 'fetch new ones, and keep none')
    .addHelpText(
      'after',
      `
Kept in ~/.cache/sagegate/credentials, for you alone, and fetched anew 16 minutes before they end.

In ~/.aws/config:
  [profile reader]
  credential_process = sagegate credentials --profile sagegate --role arn:aws:iam::123456789012:role/Reader`,
    )
    .action(async (options) => (await import('./credential-process.ts')).printCredentials(options, terminal, environment));

  const humanLoop = program.command('human-loop').description('Be the people whom human loops of Augmented AI ask (for the operator)');

  withServer(humanLoop.command('list').description('List the loops that wait for an answer'))
    .option('--all', 'also those that are over')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./human-loop.ts')).listHumanLoops(options, terminal, environment));

  withServer(humanLoop.command('show').description('Show what a loop asks, or what was said'))
    .argument('<loop>', 'its id, or its name where no other loop has it')
    .option('--json', 'print JSON')
    .action(async (loop, options) => (await import('./human-loop.ts')).showHumanLoop(loop, options, terminal, environment));

  withServer(humanLoop.command('answer').description('Answer a loop'))
    .argument('<loop>', 'its id, or its name where no other loop has it')
    .argument('<json>', 'the answer; @file, or @- for standard input')
    .option('--worker <name>', 'who answers (default: operator)')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExamples:\n  $ sagegate human-loop answer review-7 '{"label":"cat"}'`)
    .action(async (loop, answer, options) =>
      (await import('./human-loop.ts')).answerHumanLoop(loop, answer, options, terminal, environment),
    );

  const service = program.command('service').description('Act as a service of AWS');

  withServer(service.command('call').description('Call as a service of AWS would, and say why it is allowed or denied (for the operator)'))
    .argument('[service]', 'service that is called, of those performed here: iam')
    .argument('[operation]', 'its operation: GetRole')
    .requiredOption('--as <principal>', 'the service that calls, as trust policies name it: redshift.amazonaws.com')
    .option('--role <arn>', 'a role that it takes up first; the trust policy decides')
    .option('--session-name <name>', "the session's name (default: the service's)")
    .option('--source-arn <arn>', 'the resource that it says it acts for: aws:SourceArn')
    .option('--source-account <id>', 'the account that it says it acts for: aws:SourceAccount')
    .option('--on-behalf-of <arn>', 'pass on the call of a user, a role, a session or a root user (forward access session)')
    .option('--input <json>', "the operation's input, or @file")
    .option('--action <action>', 'instead of an operation: what is to be decided, s3:GetObject')
    .option('--resource <arn>', 'on what')
    .option('--resource-policy <file>', 'the policy that the resource carries')
    .option('--resource-account <id>', "whose the resource is (default: of its ARN, or the caller's)")
    .option('--context <key=value>', 'further condition keys; may be repeated', collect)
    .option('--source-ip <address>', 'address of whoever called the service')
    .option('--region <region>', 'region (default: us-east-1)')
    .option('--all', 'also statements about other actions')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Decided by the engine that guards live calls. An operation is performed as well; an action is only decided.

Exit codes: 0 allowed, 1 denied, 2 asked wrongly, 3 allowed and failed.

Examples:
  $ sagegate service call --as redshift.amazonaws.com --role arn:aws:iam::123456789012:role/Loader \\
      --action s3:GetObject --resource arn:aws:s3:::data/2026.csv
  $ sagegate service call --as cloudtrail.amazonaws.com --source-account 123456789012 --resource-policy bucket.json \\
      --action s3:PutObject --resource arn:aws:s3:::trail/x
  $ sagegate service call --as cloudformation.amazonaws.com --on-behalf-of arn:aws:iam::123456789012:user/alice \\
      iam GetRole --input '{"RoleName":"Loader"}'`,
    )
    .action(async (called, operation, options) =>
      (await import('./service-call.ts')).callAsService([called, operation], options, terminal, environment),
    );

  // Started by instance run inside a network namespace.
  program
    .command('relay', { hidden: true })
    .argument('<address>')
    .argument('<port>')
    .argument('<socket>')
    .action(async (address, port, socket) => (await import('./relay.ts')).serveRelay(address, port, socket));

  return [instance, container, humanLoop, service];
}
