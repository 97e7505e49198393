import { describe, expect, it } from 'vitest';
import { policy } from '../../harness.ts';
import {
  accessDenied,
  deleteConflict,
  invalidInput,
  limitExceeded,
  noPolicyAllows,
  noSuchEntity,
  pages,
  stage,
  validationError,
} from './stage.ts';

const s = stage();
const DAY = 86_400_000;

describe('service-specific credentials', () => {
  it('are user names with passwords', async () => {
    await s.iam.createUser({ UserName: 'Coder' });
    const { ServiceSpecificCredential: made } = await s.iam.createServiceSpecificCredential({
      UserName: 'coder',
      ServiceName: 'CodeCommit.amazonaws.com',
      CredentialAgeDays: 2,
    });
    expect(made).toEqual({
      CreateDate: expect.any(Date),
      ExpirationDate: new Date((made?.CreateDate?.getTime() ?? 0) + 2 * DAY),
      ServiceName: 'codecommit.amazonaws.com',
      ServiceUserName: `Coder-at-${s.account.id}`,
      ServicePassword: expect.stringMatching(/^[A-Za-z0-9+/]{60}$/),
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
      UserName: 'Coder',
      Status: 'Active',
    });
    const { ServicePassword, ...shown } = made ?? {};
    expect((await s.iam.listServiceSpecificCredentials({ UserName: 'Coder' })).ServiceSpecificCredentials).toEqual([shown]);

    const ServiceSpecificCredentialId = made?.ServiceSpecificCredentialId;
    await s.iam.updateServiceSpecificCredential({ UserName: 'Coder', ServiceSpecificCredentialId, Status: 'Inactive' });
    const { ServiceSpecificCredential: reset } = await s.iam.resetServiceSpecificCredential({
      UserName: 'Coder',
      ServiceSpecificCredentialId,
    });
    expect(reset).toEqual({ ...made, Status: 'Inactive', ServicePassword: expect.stringMatching(/^[A-Za-z0-9+/]{60}$/) });
    expect(reset?.ServicePassword).not.toBe(ServicePassword);
  });

  it('are two for each service, inactive ones included', async () => {
    const create = (ServiceName: string) => s.iam.createServiceSpecificCredential({ UserName: 'Coder', ServiceName });
    const second = await create('codecommit.amazonaws.com');
    expect(second.ServiceSpecificCredential?.ServiceUserName).toBe(`Coder+1-at-${s.account.id}`);
    await limitExceeded(create('codecommit.amazonaws.com'), 'Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2');
    await create('cassandra.amazonaws.com');
  });

  it.each([
    ['bedrock.amazonaws.com', 'ABSK'],
    ['logs.amazonaws.com', 'ACWL'],
    ['cloudwatch.amazonaws.com', 'APIAACWM'],
    ['aws-external-anthropic.amazonaws.com', 'AEAA'],
  ])('are API keys of %s', async (ServiceName, prefix) => {
    const { ServiceSpecificCredential: made } = await s.iam.createServiceSpecificCredential({ UserName: 'Coder', ServiceName });
    const alias = `Coder-at-${s.account.id}`;
    expect(made).toMatchObject({ ServiceCredentialAlias: alias, ServiceName });
    expect(made).not.toHaveProperty('ServicePassword');
    const key = made?.ServiceCredentialSecret ?? '';
    expect(key.slice(0, prefix.length)).toBe(prefix);
    expect(Buffer.from(key.slice(prefix.length), 'base64').toString()).toMatch(new RegExp(`^${alias}:[A-Za-z0-9+/]{60}$`));
  });

  it('are listed by user, by service, or of all', async () => {
    await s.iam.createUser({ UserName: 'Another' });
    await s.iam.createServiceSpecificCredential({ UserName: 'Another', ServiceName: 'logs.amazonaws.com' });
    const { items } = await pages(
      (Marker) => s.iam.listServiceSpecificCredentials({ AllUsers: true, ServiceName: 'LOGS.amazonaws.com', MaxItems: 1, Marker }),
      (page) => page.ServiceSpecificCredentials,
    );
    expect(items.map((each) => each.UserName)).toEqual(['Coder', 'Another']);
    const none = await s.iam.listServiceSpecificCredentials({ UserName: 'Another', ServiceName: 'bedrock.amazonaws.com' });
    expect(none.ServiceSpecificCredentials).toEqual([]);
    await noSuchEntity(
      s.iam.listServiceSpecificCredentials({ UserName: 'Another', ServiceName: 's3.amazonaws.com' }),
      'No such service s3.amazonaws.com is supported for Service Specific Credentials',
    );
    await validationError(
      s.iam.listServiceSpecificCredentials({ UserName: 'Another', AllUsers: true }),
      'UserName cannot be specified when AllUsers is set to true.',
    );
    await validationError(s.iam.listServiceSpecificCredentials({}), 'Must specify userName when calling with non-User credentials');
    const iam = s.as(
      await s.account.user('Narrow', {
        inline: { p: policy({ Effect: 'Allow', Action: '*', Resource: `arn:aws:iam::${s.account.id}:user/Narrow` }) },
      }),
    );
    expect((await iam.listServiceSpecificCredentials({})).ServiceSpecificCredentials).toEqual([]);
    await accessDenied(iam.listServiceSpecificCredentials({ AllUsers: true }), /on resource: arn:aws:iam::\d+:user\/\* because/);
  });

  it('are a user’s own', async () => {
    const [first] = (await s.iam.listServiceSpecificCredentials({ UserName: 'Another' })).ServiceSpecificCredentials ?? [];
    const ServiceSpecificCredentialId = first?.ServiceSpecificCredentialId ?? '';
    for (const call of [
      () => s.iam.resetServiceSpecificCredential({ UserName: 'Coder', ServiceSpecificCredentialId }),
      () => s.iam.updateServiceSpecificCredential({ UserName: 'Coder', ServiceSpecificCredentialId, Status: 'Active' }),
      () => s.iam.deleteServiceSpecificCredential({ UserName: 'Coder', ServiceSpecificCredentialId }),
    ])
      await validationError(call(), `Credential ${ServiceSpecificCredentialId} does not belong to user Coder.`);
    const unknown = 'ACCA00000000000000000';
    await noSuchEntity(
      s.iam.deleteServiceSpecificCredential({ UserName: 'Coder', ServiceSpecificCredentialId: unknown }),
      `No such credential ${unknown} exists`,
    );
    const other = await s.server.account();
    const iam = s.as(other.root);
    await iam.createUser({ UserName: 'Another' });
    await noSuchEntity(
      iam.deleteServiceSpecificCredential({ UserName: 'Another', ServiceSpecificCredentialId }),
      `No such credential ${ServiceSpecificCredentialId} exists`,
    );
    await invalidInput(
      s.iam.updateServiceSpecificCredential({ UserName: 'Another', ServiceSpecificCredentialId, Status: 'Expired' }),
      'Operation does not support status Expired',
    );
    await deleteConflict(s.iam.deleteUser({ UserName: 'Another' }), 'Cannot delete entity, must remove referenced objects first.');
    await s.iam.deleteServiceSpecificCredential({ UserName: 'Another', ServiceSpecificCredentialId });
    await s.iam.deleteUser({ UserName: 'Another' });
  });

  it('ask for the user before the service', async () => {
    await noSuchEntity(
      s.iam.createServiceSpecificCredential({ UserName: 'Absent', ServiceName: 'x' }),
      'The user with name Absent cannot be found.',
    );
    for (const ServiceName of ['x', '__proto__', 'constructor'])
      await noSuchEntity(
        s.iam.createServiceSpecificCredential({ UserName: 'Coder', ServiceName }),
        `No such service ${ServiceName} is supported for Service Specific Credentials`,
      );
  });

  it('R07: are granted by service and age, those there are by their own service', async () => {
    const inline = {
      p: policy(
        {
          Effect: 'Allow',
          Action: 'iam:CreateServiceSpecificCredential',
          Resource: '*',
          Condition: {
            StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' },
            NumericLessThanEquals: { 'iam:ServiceSpecificCredentialAgeDays': '30' },
          },
        },
        {
          Effect: 'Allow',
          Action: 'iam:ResetServiceSpecificCredential',
          Resource: '*',
          Condition: { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' } },
        },
      ),
    };
    const iam = s.as(await s.account.user('Limited', { inline }));
    const create = (ServiceName: string, CredentialAgeDays?: number) =>
      iam.createServiceSpecificCredential({ UserName: 'Limited', ServiceName, ...(CredentialAgeDays && { CredentialAgeDays }) });
    const denied = (call: Promise<unknown>, action: string) =>
      noPolicyAllows(call, `arn:aws:iam::${s.account.id}:user/Limited`, action, `arn:aws:iam::${s.account.id}:user/Limited`);
    await denied(create('bedrock.amazonaws.com'), 'iam:CreateServiceSpecificCredential');
    await denied(create('bedrock.amazonaws.com', 31), 'iam:CreateServiceSpecificCredential');
    await denied(create('logs.amazonaws.com', 30), 'iam:CreateServiceSpecificCredential');
    const { ServiceSpecificCredential: made } = await create('Bedrock.amazonaws.com', 30);
    await iam.resetServiceSpecificCredential({ ServiceSpecificCredentialId: made?.ServiceSpecificCredentialId });
    const logs = await s.iam.createServiceSpecificCredential({ UserName: 'Limited', ServiceName: 'logs.amazonaws.com' });
    await denied(
      iam.resetServiceSpecificCredential({ ServiceSpecificCredentialId: logs.ServiceSpecificCredential?.ServiceSpecificCredentialId }),
      'iam:ResetServiceSpecificCredential',
    );
  });

  it('expire, and keep no secret', async () => {
    s.advance(2 * DAY);
    const listed = await s.iam.listServiceSpecificCredentials({ UserName: 'Coder', ServiceName: 'codecommit.amazonaws.com' });
    expect(listed.ServiceSpecificCredentials?.map((each) => each.Status)).toEqual(['Expired', 'Active']);
    const { serviceSpecificCredentials } = await import('../../../src/store/tables/iam.ts');
    const rows = await s.server.installation.store.list(serviceSpecificCredentials, { index: 'account', prefix: [s.account.id] });
    for (const row of rows) expect(row.secretDigest).toMatch(/^[\w-]{43}$/);
  });
});
