import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { packageVersion } from '../server/package-version.ts';
import { addApplicationCommands } from './application-commands.ts';
import { Failure } from './failure.ts';
import { addPolicyCommands } from './policy-commands.ts';
import { plain, processTerminal as terminal } from './terminal.ts';

/*
 * The command line. Each command's own file is loaded when it is called, so that `serve` does not wait for what `tour` needs.
 */

const environment = process.env;

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

function factor(text: string): number {
  const value = /^[0-9]{1,6}(\.[0-9]{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 1000) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1000.');
}

/** `2s`, `500ms`, `1m`, in milliseconds. */
function duration(text: string): number {
  const [, count = '', unit = ''] = /^([0-9]{1,6})(ms|s|m)$/.exec(text) ?? [];
  const value = Number(count) * (unit === 'm' ? 60_000 : unit === 's' ? 1000 : 1);
  if (unit !== '' && value <= 300_000) return value;
  throw new InvalidArgumentError('It must be a time up to 5m, such as 2s or 500ms.');
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

const withServer = (command: Command): Command =>
  command
    .option('--endpoint <url>', 'the running server (default: http://127.0.0.1:4566, or SAGEGATE_ENDPOINT)')
    .option('--token <token>', 'the operator token (default: SAGEGATE_OPERATOR_TOKEN, or read from the data directory)')
    .option('--data <directory>', 'the data directory of the server, to read the operator token from');

const program = new Command('sagegate')
  .description('Authentication and access control for Amazon SageMaker, on your own machine. Always on.')
  .version(packageVersion(), '-v, --version')
  .showHelpAfterError('(--help shows what there is)')
  .addHelpText(
    'after',
    `
Examples:
  $ sagegate serve                       run, keep data in ~/.local/share/sagegate
  $ sagegate account create              sign up with the running server
  $ sagegate configure                   write an AWS CLI profile
  $ sagegate tour                        see the whole story, explained

Exit codes: 0 done, 1 failed, 2 asked wrongly.`,
  );

program
  .command('serve')
  .description('Run the server')
  .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 4566)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--data <directory>', 'where data is kept (default: ~/.local/share/sagegate)')
  .option('--ephemeral', 'keep nothing; tests may reset the data and move the clock')
  .option('--seed <file>', 'accounts, users and keys to begin with (YAML or JSON; docs/seed.md)')
  .option('--pace <factor>', 'how long state changes take: 1 as on AWS, 0 at once (default: 0.1, ephemeral: 0.01)', factor)
  .option('--iam-propagation <time>', 'let new users, roles, keys and policies take effect only after a while, as on AWS: 2s', duration)
  .option('--allow-remote', 'let --host be an address that other machines can reach')
  .option('--tls-cert <file>', 'speak TLS with this certificate (PEM, with its chain)')
  .option('--tls-key <file>', 'the key of the certificate (PEM)')
  .option('--allowed-host <name>', 'another name by which browsers may call this server; may be repeated', collect)
  .option(
    '--allow-issuer <url>',
    'an identity provider (OpenID Connect) at a private address; http:// only on this machine; may be repeated',
    collect,
  )
  .option('--container <url>', 'a server that models may name as their container (docs/containers.md); may be repeated', collect)
  .option('--trust-ca <file>', 'further authorities (PEM) for identity providers and containers; may be repeated', collect)
  .option('--smtp-url <url>', 'send mail by smtp://… instead of keeping it in the outbox (or SAGEGATE_SMTP_URL)')
  .option('--mail-from <address>', 'sender of mail (or SAGEGATE_MAIL_FROM)')
  .option(
    '--phone <url>',
    'call by https://SID:TOKEN@api.twilio.com or sip://user:password@host instead of the outbox (or SAGEGATE_PHONE; docs/sign-in.md)',
  )
  .option('--phone-from <number>', 'your number that calls, such as +12065550100')
  .option('--phone-callback <url>', 'where the telephone service reaches this server, such as https://sagegate.example.com')
  .option('--log-requests', 'print a line for each request')
  .option('--quiet', 'print the endpoint and nothing else')
  .addHelpText(
    'after',
    `
The master key that protects secrets is kept in the data directory, or given as SAGEGATE_MASTER_KEY.

Examples:
  $ sagegate serve
  $ sagegate serve --ephemeral --seed examples/seed.yaml
  $ sagegate serve --host 0.0.0.0 --allow-remote --allowed-host sagegate.internal --tls-cert server.crt --tls-key server.key`,
  )
  .action(async (options) => {
    const pace = options.pace ?? (options.ephemeral ? 0.01 : 0.1);
    await (await import('./serve.ts')).serve({ ...options, pace }, terminal, environment);
  });

const account = program.command('account').description('Sign up, and look at accounts');

withServer(account.command('create').description('Sign up with a running server: mailbox, password, contact, phone'))
  .option('--email <address>', 'e-mail address of the root user')
  .option('--name <name>', 'account name')
  .option('--password-file <file>', 'file with the root password, - for standard input (or SAGEGATE_ROOT_PASSWORD)')
  .option('--full-name <text>', 'contact: full name')
  .option('--address <text>', 'contact: street address')
  .option('--city <text>', 'contact: city')
  .option('--postal-code <text>', 'contact: postal code')
  .option('--country <code>', 'contact: country, two letters')
  .option('--state <text>', 'contact: state or region')
  .option('--company <text>', 'contact: company')
  .option('--phone <number>', 'contact: phone number, such as +12065550100')
  .addOption(new Option('--channel <channel>', 'how the phone is verified').choices(['text', 'voice']).default('text'))
  .option('--code-from-outbox', 'take the codes from the outbox instead of asking for them')
  .option('--administrator', 'create the user Administrator with an access key, without asking')
  .option('--no-administrator', 'do not create it, without asking')
  .option('--root-keys', 'create an access key for the root user instead; AWS advises against it')
  .option('--profile <name>', 'write the key to this AWS CLI profile')
  .option('--region <region>', 'region of the profile', 'us-east-1')
  .option('--yes', 'replace a profile without asking')
  .option('--json', 'print the account and its key as JSON')
  .addHelpText(
    'after',
    `
What is not given is asked for. The secret key is shown once.

Examples:
  $ sagegate account create
  $ SAGEGATE_ROOT_PASSWORD=… sagegate account create --email me@example.com --name mine --full-name 'A. Example' \\
      --address 'Example Street 1' --city Berlin --postal-code 10115 --country DE --phone +49305550123 \\
      --code-from-outbox --administrator --profile sagegate --json`,
  )
  .action(async (options) => (await import('./account.ts')).createAccount(options, terminal, environment));

withServer(account.command('list').description('List the accounts (for the operator)'))
  .option('--json', 'print JSON')
  .action(async (options) => (await import('./account.ts')).listAccounts(options, terminal, environment));

withServer(account.command('show').description('Show an account (for the operator)'))
  .argument('<account>', 'account id or alias')
  .option('--json', 'print JSON')
  .action(async (id, options) => (await import('./account.ts')).showAccount(id, options, terminal, environment));

program
  .command('configure')
  .description('Write an AWS CLI profile that leads to a server')
  .option('--profile <name>', 'name of the profile (default: sagegate, or AWS_PROFILE)')
  .option('--region <region>', 'region (default: us-east-1, or AWS_REGION)')
  .option('--endpoint <url>', 'the server (default: http://127.0.0.1:4566, or SAGEGATE_ENDPOINT)')
  .option('--access-key-id <id>', 'access key id (or AWS_ACCESS_KEY_ID)')
  .option('--yes', 'replace an existing profile without asking')
  .option('--json', 'print what was written where')
  .addHelpText(
    'after',
    `
The secret key is asked for, or taken from AWS_SECRET_ACCESS_KEY: on the command line others could read it.
Files: ~/.aws/config and ~/.aws/credentials, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.

Examples:
  $ sagegate configure
  $ AWS_SECRET_ACCESS_KEY=… sagegate configure --profile dev --region us-east-2 --access-key-id AKIA… --yes`,
  )
  .action(async (options) => (await import('./configure.ts')).configure(options, terminal, environment));

program
  .command('login')
  .description('Sign in with a directory, and write an AWS CLI profile of what that gives')
  .option('--endpoint <url>', 'the running server (default: http://127.0.0.1:4566, or SAGEGATE_ENDPOINT)')
  .option('--directory <name>', 'name of the directory (or SAGEGATE_DIRECTORY)')
  .option('--user <name>', 'your name in the directory')
  .option('--role <arn>', 'the role to take, where the directory gives several')
  .option('--profile <name>', 'AWS CLI profile to write (default: sagegate, or AWS_PROFILE)')
  .option('--region <region>', 'region of the profile (default: us-east-1, or AWS_REGION)')
  .option('--static', 'write the credentials themselves, good until they end, instead of a program that renews them')
  .option('--yes', 'replace other credentials of the profile without asking')
  .option('--json', 'print who you are as JSON')
  .addOption(
    new Option('--print-credentials', 'print the credentials of a profile: what its credential_process runs').conflicts([
      'directory',
      'user',
      'role',
      'static',
    ]),
  )
  .addHelpText(
    'after',
    `
What is not given is asked for; the password may be in SAGEGATE_PASSWORD. Credentials are renewed, for twelve hours at most, as long as the directory
lets you in; what is kept for that is in ~/.local/state/sagegate, for your eyes only.

Examples:
  $ sagegate login --directory corp
  $ SAGEGATE_PASSWORD=… sagegate login --directory corp --user alice --role arn:aws:iam::111122223333:role/Scientist --profile work`,
  )
  .action(async (options) => {
    const { login, printCredentials } = await import('./login.ts');
    await (options.printCredentials
      ? printCredentials(options.profile ?? environment.AWS_PROFILE ?? 'sagegate', terminal, environment)
      : login(options, terminal, environment));
  });

program
  .command('logout')
  .description('End what sagegate login began; its credentials end with it')
  .option('--profile <name>', 'AWS CLI profile (default: sagegate, or AWS_PROFILE)')
  .action(async (options) => (await import('./login.ts')).logout(options, terminal, environment));

const directory = program.command('directory').description('Connect enterprise directories (for the operator; docs/directory.md)');

withServer(directory.command('add').description('Connect a directory; its service account must be let in'))
  .argument('<file>', 'its settings (YAML or JSON; docs/directory.md); - for standard input')
  .option('--json', 'print JSON')
  .action(async (file, options) => (await import('./directory.ts')).addDirectory(file, options, terminal, environment));

withServer(directory.command('list').description('List the directories'))
  .option('--json', 'print JSON')
  .action(async (options) => (await import('./directory.ts')).listDirectories(options, terminal, environment));

withServer(directory.command('look').description('Show what a directory tells of somebody, and which roles that gives'))
  .argument('<name>', 'name of the directory')
  .argument('<login>', 'a name as it would be typed to sign in')
  .option('--json', 'print JSON')
  .action(async (name, login, options) => (await import('./directory.ts')).lookInDirectory(name, login, options, terminal, environment));

withServer(directory.command('remove').description('Disconnect a directory; its people are signed out'))
  .argument('<name>', 'name of the directory')
  .option('--json', 'print JSON')
  .action(async (name, options) => (await import('./directory.ts')).removeDirectory(name, options, terminal, environment));

program
  .command('tour')
  .description('Walk the whole story on a server of its own, and see why each call is allowed or denied')
  .option('--brief', 'leave out what comes back')
  .addHelpText(
    'after',
    `
Starts an ephemeral server in this process, touches no file of yours, and ends with 1 when anything is not as expected.

Examples:
  $ sagegate tour
  $ sagegate tour --brief | less`,
  )
  .action(async (options) => (await import('./tour.ts')).tour(options, terminal));

withServer(program.command('explain').description('Say why a call was denied'))
  .argument('<decision>', 'id of a decision (header x-sagegate-decision-id of the denial), or an encoded authorization message')
  .option('--profile <name>', "ask with the keys of this AWS profile instead of the operator's token")
  .option('--all', 'also statements about other actions')
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
Shown to the operator, and to callers of the denied account who may sts:DecodeAuthorizationMessage. The server keeps decisions in memory, the newest
ten thousand; an encoded message, as EC2 sends it, can be decoded for ever.

Examples:
  $ sagegate explain 4f3c1f0e-8f0a-4c55-9f0e-2f0d3a1b7c6d
  $ sagegate explain 4f3c1f0e-8f0a-4c55-9f0e-2f0d3a1b7c6d --profile admin --json`,
  )
  .action(async (decision, options) => (await import('./explain.ts')).explain(decision, options, terminal, environment));

const applications = addApplicationCommands(program, { withServer, collect, wholeNumber }, terminal, environment);

const policy = addPolicyCommands(program, terminal, environment);

const importing = program.command('import').description('Load what is elsewhere');

withServer(importing.command('aws').description('Load an AWS account: identities and policies, no secrets'))
  .argument('<file>', 'what aws iam get-account-authorization-details printed; - for standard input')
  .option('--email <address>', 'address of the root user, where the account is new (default: none that gets mail)')
  .option('--access-key-for <user>', 'make an access key for this user, and print it once')
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
The account has the id that it has on AWS, and is made if it is not there; one that holds anything already is refused. Not in what AWS prints, and so
not loaded: keys and passwords, descriptions, the longest sessions of roles (an hour here), tags of policies. AWS's own policies are Sagegate's.

Examples:
  $ aws iam get-account-authorization-details > account.json
  $ sagegate import aws account.json --access-key-for alice`,
  )
  .action(async (file, options) => (await import('./import.ts')).importAws(file, options, terminal, environment));

withServer(importing.command('aws-organization').description('Load an AWS organization: its structure and policies'))
  .argument('[folder]', 'what the commands of aws organizations printed, a file for each')
  .option('--print-script', 'print the shell script that fills such a folder, by the AWS CLI')
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
Root, OUs, accounts, policies of all types and what they are attached to, tags, trusted services, delegated administrators, the resource policy: ids,
ARNs, names and states as they are on AWS. Accounts that are not here are made, with nothing in them; fill those you want to act in with
"sagegate import aws", before or after. What is not whole is refused: a policy that was left out would allow here what AWS denies.

A file is named after its command, and after what that was asked about: describe-organization, list-roots, list-aws-service-access-for-organization
and describe-resource-policy .json; list-organizational-units-for-parent and list-accounts-for-parent .PARENT.json; list-policies.TYPE.json;
describe-policy and list-targets-for-policy .POLICY.json; list-tags-for-resource.ID.json; list-delegated-services-for-account.ACCOUNT.json.

Examples:
  $ sagegate import aws-organization --print-script > print-organization.sh
  $ sh print-organization.sh organization
  $ sagegate import aws-organization organization`,
  )
  .action(async (folder, options) => (await import('./import-organization.ts')).importOrganization(folder, options, terminal, environment));

withServer(program.command('doctor').description('Look for what is in the way'))
  .option('--profile <name>', 'AWS CLI profile to look at (default: sagegate, or AWS_PROFILE)')
  .option('--json', 'print JSON')
  .action(async (options) => (await import('./doctor.ts')).doctor(options, terminal, environment));

/** Runs one command to its end. People see sentences; SAGEGATE_DEBUG=1 shows where in the code. */
async function main(): Promise<void> {
  // Whoever read our output has stopped reading: nothing to do about it, and no reason for a server to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    for (const command of [
      program,
      ...program.commands,
      ...account.commands,
      ...applications.flatMap((each) => each.commands),
      ...policy.commands,
      ...importing.commands,
      ...directory.commands,
    ])
      command.exitOverride();
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      process.exitCode = error instanceof Failure ? error.exitCode : 1;
      terminal.note(plain(error instanceof Error ? error.message : 'Something went wrong.', true));
      if (environment.SAGEGATE_DEBUG === '1' && error instanceof Error) terminal.note(plain(error.stack ?? '', true));
    }
  }
}

await main();
