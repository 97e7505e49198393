import { Argument, type Command, Option } from 'commander';
import type { Environment } from './environment.ts';
import { KINDS } from './policy-kind.ts';
import type { Terminal } from './terminal.ts';

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** `sagegate policy …`: the engine at the command line, for people and for continuous integration. */
export function addPolicyCommands(program: Command, terminal: Terminal, environment: Environment): Command {
  const policy = program.command('policy').description('Check, simulate, explain and test policies');

  policy
    .command('validate')
    .description('Say whether policies would be accepted, and where not')
    .argument('<file...>', 'policy documents; - for standard input')
    .addOption(new Option('--kind <kind>', 'what kind of policy (default: by its looks)').choices(KINDS))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 all valid, 1 some would be refused, 2 asked wrongly.\n\nExamples:\n  $ sagegate policy validate policies/*.json\n  $ sagegate policy validate --kind scp guardrail.json',
    )
    .action(async (files, options) => (await import('./policy-validate.ts')).validatePolicies(files, options, terminal));

  withRequest(policy.command('simulate').description('Say what policies would allow'))
    .option('--profile <name>', 'ask a running server about its --principal, with the keys of this AWS profile')
    .option('--endpoint <url>', 'the running server (default: of the profile, or http://127.0.0.1:4566)')
    .option('--exit-code', 'end with 1 when anything is denied')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ sagegate policy simulate --policy team.json --boundary boundary.json --action sagemaker:CreateModel --action iam:PassRole
  $ sagegate policy simulate --policy arn:aws:iam::aws:policy/AmazonSageMakerFullAccess --action s3:GetObject --resource arn:aws:s3:::data/x
  $ sagegate policy simulate --profile sagegate --principal arn:aws:iam::123456789012:user/alice --action sagemaker:ListModels`,
    )
    .action(async (options) => (await import('./policy-simulate.ts')).simulate(options, terminal, environment));

  withRequest(policy.command('explain').description('Say why policies allow or deny, statement by statement'))
    .option('--all', 'also statements about other actions')
    .option('--exit-code', 'end with 1 when anything is denied')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nOf a denial that a server has sent: sagegate explain.\n\nExamples:\n  $ sagegate policy explain --policy team.json --action sagemaker:CreateModel --context aws:RequestedRegion=eu-west-1',
    )
    .action(async (options) => (await import('./policy-simulate.ts')).explainPolicies(options, terminal));

  policy
    .command('test')
    .description('Run tests of policies, written as data')
    .addArgument(new Argument('<file...>', 'files of tests, YAML or JSON (docs/policy.md)'))
    .option('--junit <file>', 'also write a JUnit report')
    .option('--quiet', 'print failures alone')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 all passed, 1 some failed, 2 a file is no such tests.\n\nExamples:\n  $ sagegate policy test examples/policy-test.yaml\n  $ sagegate policy test --junit report.xml policies/*.test.yaml',
    )
    .action(async (files, options) => (await import('./policy-test.ts')).testPolicies(files, options, terminal));

  return policy;
}

const withRequest = (command: Command): Command =>
  command
    .option('--policy <file>', "identity-based policy, or the ARN of one of AWS's; may be repeated", collect)
    .option('--boundary <file>', 'permissions boundary')
    .option('--session <file>', 'session policy; may be repeated', collect)
    .option('--scp <file>', 'service control policy, from the root of the organization down; may be repeated', collect)
    .option('--resource-policy <file>', "the resource's own policy, or the role's trust policy")
    .option('--principal <arn>', 'who calls (default: a user of account 123456789012)')
    .requiredOption('--action <name>', 'what is called; may be repeated', collect)
    .option('--resource <arn>', 'what it is called on (default: *); may be repeated', collect)
    .option('--resource-account <id>', 'account of resources whose ARN names none')
    .option('--context <key=value>', 'a condition key of the request; may be repeated, also for one key', collect);
