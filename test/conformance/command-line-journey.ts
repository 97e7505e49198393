import { describe, it } from 'vitest';
import { describeWith, findAwsClis } from '../clients.ts';
import { CommandLineTeller } from './command-line.ts';
import { journey, tell } from './journey.ts';

/** The journey by every AWS CLI of a major version on this machine. One version is enough where all clients are required. */
export function tellByCommandLine(major: '1' | '2'): void {
  const all = findAwsClis();
  const clis = all.filter(({ version }) => version.startsWith(`aws-cli/${major}.`));
  const name = `the journey, told by version ${major} of the AWS CLI`;
  if (clis.length === 0 && all.length > 0) {
    describe.skip(`${name} (skipped: only another version is installed)`, () => it('skipped', () => undefined));
    return;
  }
  describeWith('the AWS CLI', clis.length > 0, name, () => {
    for (const cli of clis) describe(cli.version, () => tell(journey, (server) => new CommandLineTeller(cli, server)));
  });
}
