import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Environment } from './environment.ts';
import { Failure } from './failure.ts';
import { plain } from './terminal.ts';

/** Where AWS's SDKs and ours look before they ask a metadata service, and what only whoever runs Sagegate should hold. */
const TAKEN_AWAY =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|CREDENTIAL_EXPIRATION|PROFILE|DEFAULT_PROFILE|ROLE_ARN|ROLE_SESSION_NAME|WEB_IDENTITY_TOKEN_FILE|CONTAINER_.*|EC2_METADATA_.*|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL.*|REGION|DEFAULT_REGION)|SAGEGATE_.*)$/;

/**
 * The environment of an application that is to find its credentials where EC2 and ECS have them, and nowhere else: none of the caller's own keys,
 * profiles and secrets.
 */
export function applicationEnvironment(environment: Environment, added: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !TAKEN_AWAY.test(entry[0]),
  );
  const nowhere = process.platform === 'win32' ? 'NUL' : '/dev/null';
  return { ...Object.fromEntries(kept), AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere, ...added };
}

/**
 * Runs a command to its end and returns its exit code; of one that was ended by a signal, 128 and the signal's number. Whoever asks this process to
 * stop asks the command.
 * @throws Failure  2  nothing is to be run
 * @throws Failure  127  there is no such command
 */
export function runCommand(command: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const [file = '', ...args] = command;
  if (file === '') return Promise.reject(new Failure('Say what to run: -- COMMAND …', 2));
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env: environment });
    const pass = (signal: NodeJS.Signals) => () => {
      // Ctrl-C reaches all processes of a terminal by itself.
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
    };
    const passing = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => [signal, pass(signal)] as const);
    for (const [signal, listener] of passing) process.on(signal, listener);
    const ended = (): void => {
      for (const [signal, listener] of passing) process.off(signal, listener);
    };
    child.once('error', (error: Error & { code?: string }) => {
      ended();
      reject(
        new Failure(`${plain(file)} cannot be run: ${error.code === 'ENOENT' ? 'there is no such command' : plain(error.message)}.`, 127),
      );
    });
    child.once('close', (code, signal) => {
      ended();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
