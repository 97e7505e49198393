import { firstCall } from './aws-cli.ts';
import { type AwsProfile, awsFiles, checkProfileName, readProfile, writeProfile } from './aws-profile.ts';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { STANDARD_ENDPOINT } from './local-client.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ConfigureOptions {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** `sagegate configure`: an AWS CLI profile that leads here. */
export async function configure(options: ConfigureOptions, terminal: Terminal, environment: Environment): Promise<void> {
  const name = checkProfileName(options.profile ?? environment.AWS_PROFILE ?? 'sagegate');
  const accessKeyId = options.accessKeyId ?? environment.AWS_ACCESS_KEY_ID ?? (await ask(terminal, '--access-key-id', 'Access key id'));
  const secretAccessKey =
    environment.AWS_SECRET_ACCESS_KEY ?? (await ask(terminal, 'AWS_SECRET_ACCESS_KEY in the environment', 'Secret access key', true));
  const endpoint = options.endpoint ?? environment.SAGEGATE_ENDPOINT ?? STANDARD_ENDPOINT;
  const written = await saveProfile(
    {
      name,
      region: options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1',
      endpoint,
      accessKeyId,
      secretAccessKey,
    },
    options.yes === true,
    terminal,
    environment,
  );
  if (options.json) terminal.print(JSON.stringify(written));
  else terminal.print(`Wrote the profile ${name}. Try it:\n\n${firstCall(name, endpoint)}`);
}

/** Writes the profile; asks first when it would replace something else. */
export async function saveProfile(
  profile: AwsProfile,
  yes: boolean,
  terminal: Terminal,
  environment: Environment,
): Promise<{ profile: string; config: string; credentials: string }> {
  if (!/^[A-Za-z0-9_]{16,128}$/.test(profile.accessKeyId)) throw new Failure('An access key id has 16 or more letters and digits.', 2);
  if (!/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(profile.region)) throw new Failure('A region looks like us-east-2.', 2);
  if (!URL.canParse(profile.endpoint)) throw new Failure('The endpoint must be a URL.', 2);
  const files = awsFiles(environment);
  const known = readProfile(files, profile.name);
  const replaced = Object.entries({
    region: profile.region,
    endpoint_url: profile.endpoint,
    aws_access_key_id: profile.accessKeyId,
    aws_secret_access_key: profile.secretAccessKey,
  }).filter(([setting, value]) => known[setting] !== undefined && known[setting] !== value);
  if (replaced.length > 0 && !yes) {
    const what = replaced.map(([setting]) => setting).join(', ');
    const shown = known.aws_access_key_id === undefined ? '' : ` (now ${plain(known.aws_access_key_id)})`;
    const question = `The profile ${profile.name} is there already${shown}. Replace its ${what}?`;
    if (!terminal.isInteractive) throw new Failure(`${question} Say --yes, or choose another name with --profile.`);
    if (!(await terminal.confirm(question, false))) throw new Failure('Nothing was changed.');
  }
  writeProfile(files, profile);
  return { profile: profile.name, ...files };
}

async function ask(terminal: Terminal, otherwise: string, question: string, secret = false): Promise<string> {
  if (!terminal.isInteractive) throw new Failure(`${question} is missing: give it with ${otherwise}.`, 2);
  return (secret ? await terminal.askSecret(question) : await terminal.ask(question)).trim();
}
