import { describe } from 'vitest';
import { describeWith, findAwsClis } from '../clients.ts';
import { CommandLineTeller } from './command-line.ts';
import { journey, tell } from './journey.ts';

const clis = findAwsClis();

describeWith('the AWS CLI', clis.length > 0, 'the journey, told by the AWS CLI', () => {
  for (const cli of clis) describe(cli.version, () => tell(journey, (server) => new CommandLineTeller(cli, server)));
});
