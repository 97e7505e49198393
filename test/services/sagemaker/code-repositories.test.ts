import { describe, expect, it } from 'vitest';
import { tellFamily } from './family-story.ts';
import { allow, minimal, refusal, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });

const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:AmazonSageMaker-git-AbCdEf';
const GitConfig = { RepositoryUrl: 'https://example.com/ours.git', Branch: 'main' };

tellFamily(world, {
  operations: {
    create: 'CreateCodeRepository',
    describe: 'DescribeCodeRepository',
    remove: 'DeleteCodeRepository',
    list: 'ListCodeRepositories',
  },
  create: (CodeRepositoryName) => ({ CodeRepositoryName, GitConfig }),
  named: (CodeRepositoryName) => ({ CodeRepositoryName }),
  resource: (name) => `code-repository/${name.toLowerCase()}`,
  list: { result: 'CodeRepositorySummaryList', filter: 'NameContains', most: 'name' },
  missing: { code: 'ValidationException', says: ({ arn }) => `Cannot find CodeRepository: "${arn('code-repository/none')}"` },
  alsoMissing: { UpdateCodeRepository: {} },
  taken: {
    code: 'ValidationException',
    says: ({ arn }) => `Cannot create already existing CodeRepository: "${arn('code-repository/twice')}"`,
  },
});

describe('a code repository', () => {
  it('keeps address and branch when its secret changes', async () => {
    const { admin } = world();
    await admin.createCodeRepository({ CodeRepositoryName: 'changed', GitConfig });
    await admin.updateCodeRepository({ CodeRepositoryName: 'changed', GitConfig: { SecretArn: SECRET } });
    expect(await admin.describeCodeRepository({ CodeRepositoryName: 'changed' })).toMatchObject({
      GitConfig: { ...GitConfig, SecretArn: SECRET },
    });
  });

  it('is named by notebook instances, or an address is', async () => {
    const { admin, arn, role } = world();
    const notebook = minimal.notebook('with-code', role);
    const missing = { name: 'ValidationException', message: `Cannot find CodeRepository: "${arn('code-repository/none')}"` };
    expect(await refusal(admin.createNotebookInstance({ ...notebook, DefaultCodeRepository: 'none' }))).toMatchObject(missing);
    expect(
      await refusal(admin.createNotebookInstance({ ...notebook, AdditionalCodeRepositories: ['https://example.com/a', 'none'] })),
    ).toMatchObject(missing);
    await admin.createCodeRepository({ CodeRepositoryName: 'Named', GitConfig });
    await admin.createNotebookInstance({
      ...notebook,
      DefaultCodeRepository: 'Named',
      AdditionalCodeRepositories: ['https://example.com/a'],
    });
    world().elapse(151);
    await admin.stopNotebookInstance({ NotebookInstanceName: 'with-code' });
    world().elapse(61);
    expect(await refusal(admin.updateNotebookInstance({ NotebookInstanceName: 'with-code', DefaultCodeRepository: 'none' }))).toMatchObject(
      missing,
    );
  });

  it('with a secret needs the caller to be allowed to read it, to create a notebook instance and to start it', async () => {
    const { admin, role } = world();
    await admin.createCodeRepository({ CodeRepositoryName: 'secret', GitConfig: { ...GitConfig, SecretArn: SECRET } });
    const notebook = { ...minimal.notebook('secretive', role), DefaultCodeRepository: 'secret' };
    const named = { NotebookInstanceName: 'secretive' };
    const grants = [allow(['sagemaker:*', 'iam:PassRole'])];
    const without = await world().user(...grants);
    const denied = {
      name: 'AccessDeniedException',
      message: expect.stringContaining(`secretsmanager:GetSecretValue on resource: ${SECRET}`),
    };
    expect(await refusal(without.sagemaker.createNotebookInstance(notebook))).toMatchObject(denied);
    const other = await world().user(...grants, allow('secretsmanager:GetSecretValue', `${SECRET}-other`));
    expect(await refusal(other.sagemaker.createNotebookInstance(notebook))).toMatchObject(denied);
    const through = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'sagemaker.amazonaws.com' } };
    const allowed = await world().user(...grants, allow('secretsmanager:GetSecretValue', SECRET, through));
    await allowed.sagemaker.createNotebookInstance(notebook);
    world().elapse(151);
    await allowed.sagemaker.stopNotebookInstance(named);
    world().elapse(61);
    expect(await refusal(without.sagemaker.startNotebookInstance(named))).toMatchObject(denied);
    await allowed.sagemaker.startNotebookInstance(named);
  });
});
