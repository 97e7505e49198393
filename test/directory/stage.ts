import { Directories } from '../../src/server/directory/directories.ts';
import type { DirectorySettings } from '../../src/server/directory/directory-shape.ts';
import { policy, type TestAccount, type TestServer } from '../harness.ts';

/** The directories of a test server. `asked` holds what the operator was told. */
export function directoriesOf(server: TestServer, asked: string[] = []): Directories {
  return new Directories({
    installation: server.installation,
    call: (caller, service, operation, input) => server.pipeline.call(caller, service, operation, input),
    logError: (error, where) => asked.push(`${where}: ${error instanceof Error ? error.message : String(error)}`),
  });
}

/** A role that directories may take up; its ARN. */
export async function directoryRole(account: TestAccount, name: string, statement: object = {}): Promise<string> {
  const trust = policy({
    Effect: 'Allow',
    Principal: { Service: 'ds.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    ...statement,
  });
  const { Role } = (await account.asRoot('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) })) as {
    Role: { Arn: string };
  };
  return Role.Arn;
}

export type Settings = DirectorySettings;
