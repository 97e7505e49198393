import { describe, expect, it } from 'vitest';
import { allow, deny, endpointNamed, minimal, REGION, refusal, send, sharedWorld, type World } from './world.ts';

const world = sharedWorld();

type Need = readonly [action: string, resource: string];

interface Row {
  readonly operation: string;
  /** What must be there before; run as root, once. */
  readonly arrange?: (world: World) => Promise<unknown>;
  readonly input: (world: World) => object;
  /** Everything the caller must hold, main action first. `S:` stands for SageMaker's ARNs. */
  readonly needs: (world: World) => readonly Need[];
  readonly client?: 'runtime';
  /** What an allowed call is answered when it cannot succeed here. */
  readonly answers?: string;
}

const on = (operation: string, resource: string): Need => [`sagemaker:${operation}`, `S:${resource}`];
const everything = (operation: string): Need => [`sagemaker:${operation}`, '*'];
const passExec = ({ role }: World): Need => ['iam:PassRole', role];
const key = ({ account }: World) => `arn:aws:kms:${REGION}:${account.id}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const stopped = async ({ root, role }: World, name: string, more: object = {}) => {
  await root('CreateNotebookInstance', { ...minimal.notebook(name, role), ...more });
  await root('StopNotebookInstance', { NotebookInstanceName: name });
};

/** A subnet of the default VPC. */
let subnet = '';
const findSubnet = async ({ account }: World) => {
  const { Subnets } = (await account.asRoot('ec2', 'DescribeSubnets', {}, REGION)) as { Subnets: { SubnetId: string }[] };
  subnet = Subnets[0]?.SubnetId ?? '';
};

/** The table of the 2018 guide, as far as AWS has not changed it since; where it has, as it is now. */
const rows: Row[] = [
  {
    operation: 'AddTags',
    arrange: (w) => w.root('CreateModel', minimal.model('tagged1', w.role)),
    input: (w) => ({ ResourceArn: w.arn('model/tagged1'), Tags: [{ Key: 'a', Value: 'b' }] }),
    needs: () => [on('AddTags', 'model/tagged1')],
  },
  {
    operation: 'DeleteTags',
    arrange: (w) => w.root('CreateModel', minimal.model('tagged2', w.role)),
    input: (w) => ({ ResourceArn: w.arn('model/tagged2'), TagKeys: ['a'] }),
    needs: () => [on('DeleteTags', 'model/tagged2')],
  },
  {
    operation: 'ListTags',
    arrange: (w) => w.root('CreateModel', minimal.model('tagged3', w.role)),
    input: (w) => ({ ResourceArn: w.arn('model/tagged3') }),
    needs: () => [on('ListTags', 'model/tagged3')],
  },
  {
    operation: 'CreateEndpoint',
    arrange: async (w) => {
      await w.root('CreateModel', minimal.model('forEndpoint', w.role));
      await w.root('CreateEndpointConfig', { ...minimal.endpointConfig('ForEndpoint', 'forEndpoint'), KmsKeyId: key(w) });
    },
    input: () => ({ EndpointName: 'MyEndpoint', EndpointConfigName: 'ForEndpoint', Tags: [{ Key: 'team', Value: 'a' }] }),
    needs: (w) => [
      on('CreateEndpoint', 'endpoint/myendpoint'),
      on('CreateEndpoint', 'endpoint-config/forendpoint'),
      on('AddTags', 'endpoint/myendpoint'),
      ['kms:CreateGrant', key(w)],
    ],
  },
  {
    operation: 'CreateEndpointConfig',
    arrange: (w) => w.root('CreateModel', minimal.model('forConfig', w.role)),
    input: (w) => ({ ...minimal.endpointConfig('MyConfig', 'forConfig'), ExecutionRoleArn: w.role }),
    needs: (w) => [on('CreateEndpointConfig', 'endpoint-config/myconfig'), passExec(w)],
  },
  {
    operation: 'CreateModel',
    input: (w) => minimal.model('MyModel', w.role),
    needs: (w) => [on('CreateModel', 'model/mymodel'), passExec(w)],
  },
  {
    operation: 'CreateNotebookInstance',
    arrange: findSubnet,
    input: (w) => ({ ...minimal.notebook('MyNotebook', w.role), SubnetId: subnet, KmsKeyId: '1234abcd-12ab-34cd-56ef-1234567890ab' }),
    needs: (w) => [
      on('CreateNotebookInstance', 'notebook-instance/mynotebook'),
      passExec(w),
      ['ec2:CreateNetworkInterface', `arn:aws:ec2:${REGION}:${w.account.id}:network-interface/*`],
      ['ec2:CreateNetworkInterface', `arn:aws:ec2:${REGION}:${w.account.id}:subnet/${subnet}`],
      ['ec2:DescribeSecurityGroups', '*'],
      ['ec2:DescribeSubnets', '*'],
      ['ec2:DescribeVpcs', '*'],
      ['kms:DescribeKey', key(w)],
      ['kms:CreateGrant', key(w)],
    ],
  },
  {
    operation: 'CreateTrainingJob',
    input: (w) => {
      const job = minimal.trainingJob('MyJob', w.role);
      return { ...job, ResourceConfig: { ...job.ResourceConfig, VolumeKmsKeyId: key(w) } };
    },
    needs: (w) => [on('CreateTrainingJob', 'training-job/myjob'), passExec(w), ['kms:CreateGrant', key(w)]],
  },
  {
    operation: 'CreatePresignedNotebookInstanceUrl',
    arrange: (w) => w.root('CreateNotebookInstance', minimal.notebook('opened', w.role)),
    input: () => ({ NotebookInstanceName: 'opened' }),
    needs: () => [on('CreatePresignedNotebookInstanceUrl', 'notebook-instance/opened')],
  },
  {
    operation: 'DeleteEndpoint',
    arrange: (w) => endpointNamed(w, 'doomed'),
    input: () => ({ EndpointName: 'Doomed' }),
    needs: () => [on('DeleteEndpoint', 'endpoint/doomed')],
  },
  {
    operation: 'DeleteEndpointConfig',
    arrange: async (w) => {
      await w.root('CreateModel', minimal.model('forDoomed', w.role));
      await w.root('CreateEndpointConfig', minimal.endpointConfig('doomedConfig', 'forDoomed'));
    },
    input: () => ({ EndpointConfigName: 'doomedConfig' }),
    needs: () => [on('DeleteEndpointConfig', 'endpoint-config/doomedconfig')],
  },
  {
    operation: 'DeleteModel',
    arrange: (w) => w.root('CreateModel', minimal.model('doomedModel', w.role)),
    input: () => ({ ModelName: 'doomedModel' }),
    needs: () => [on('DeleteModel', 'model/doomedmodel')],
  },
  {
    operation: 'DeleteNotebookInstance',
    arrange: (w) => stopped(w, 'doomedNotebook', { KmsKeyId: key(w) }),
    input: () => ({ NotebookInstanceName: 'doomedNotebook' }),
    needs: (w) => [on('DeleteNotebookInstance', 'notebook-instance/doomednotebook'), ['kms:DescribeKey', key(w)]],
  },
  {
    operation: 'DescribeEndpoint',
    arrange: (w) => endpointNamed(w, 'seen'),
    input: () => ({ EndpointName: 'Seen' }),
    needs: () => [on('DescribeEndpoint', 'endpoint/seen')],
  },
  {
    operation: 'DescribeEndpointConfig',
    input: () => ({ EndpointConfigName: 'seen' }),
    needs: () => [on('DescribeEndpointConfig', 'endpoint-config/seen')],
  },
  { operation: 'DescribeModel', input: () => ({ ModelName: 'SEEN' }), needs: () => [on('DescribeModel', 'model/seen')] },
  {
    operation: 'DescribeNotebookInstance',
    arrange: (w) => w.root('CreateNotebookInstance', minimal.notebook('seen', w.role)),
    input: () => ({ NotebookInstanceName: 'seen' }),
    needs: () => [on('DescribeNotebookInstance', 'notebook-instance/seen')],
  },
  {
    operation: 'DescribeTrainingJob',
    arrange: (w) => w.root('CreateTrainingJob', minimal.trainingJob('seen', w.role)),
    input: () => ({ TrainingJobName: 'seen' }),
    needs: () => [on('DescribeTrainingJob', 'training-job/seen')],
  },
  {
    operation: 'InvokeEndpoint',
    client: 'runtime',
    arrange: (w) => endpointNamed(w, 'invoked'),
    input: () => ({ EndpointName: 'invoked', Body: Buffer.from('1,2') }),
    needs: () => [on('InvokeEndpoint', 'endpoint/invoked')],
    answers: 'ModelError',
  },
  { operation: 'ListEndpointConfigs', input: () => ({}), needs: () => [everything('ListEndpointConfigs')] },
  { operation: 'ListEndpoints', input: () => ({}), needs: () => [everything('ListEndpoints')] },
  { operation: 'ListModels', input: () => ({}), needs: () => [everything('ListModels')] },
  { operation: 'ListNotebookInstances', input: () => ({}), needs: () => [everything('ListNotebookInstances')] },
  { operation: 'ListTrainingJobs', input: () => ({}), needs: () => [everything('ListTrainingJobs')] },
  {
    operation: 'StartNotebookInstance',
    arrange: async (w) => {
      await findSubnet(w);
      await stopped(w, 'started', { SubnetId: subnet });
    },
    input: () => ({ NotebookInstanceName: 'started' }),
    needs: (w) => [
      on('StartNotebookInstance', 'notebook-instance/started'),
      passExec(w),
      ['ec2:CreateNetworkInterface', `arn:aws:ec2:${REGION}:${w.account.id}:network-interface/*`],
      ['ec2:CreateNetworkInterface', `arn:aws:ec2:${REGION}:${w.account.id}:subnet/${subnet}`],
      ['ec2:DescribeSecurityGroups', '*'],
      ['ec2:DescribeSubnets', '*'],
      ['ec2:DescribeVpcs', '*'],
      ['ec2:DescribeNetworkInterfaces', '*'],
    ],
  },
  {
    operation: 'StopNotebookInstance',
    arrange: (w) => w.root('CreateNotebookInstance', minimal.notebook('stopped', w.role)),
    input: () => ({ NotebookInstanceName: 'stopped' }),
    needs: () => [on('StopNotebookInstance', 'notebook-instance/stopped')],
  },
  {
    operation: 'StopTrainingJob',
    arrange: (w) => w.root('CreateTrainingJob', minimal.trainingJob('over', w.role)),
    input: () => ({ TrainingJobName: 'over' }),
    needs: () => [on('StopTrainingJob', 'training-job/over')],
    answers: 'ValidationException',
  },
  {
    operation: 'UpdateEndpoint',
    arrange: async (w) => {
      await endpointNamed(w, 'moved');
      await w.root('CreateEndpointConfig', minimal.endpointConfig('newHome', 'moved'));
    },
    input: () => ({ EndpointName: 'moved', EndpointConfigName: 'newHome' }),
    needs: () => [on('UpdateEndpoint', 'endpoint/moved'), on('UpdateEndpoint', 'endpoint-config/newhome')],
  },
  {
    operation: 'UpdateEndpointWeightsAndCapacities',
    arrange: (w) => endpointNamed(w, 'weighed'),
    input: () => ({ EndpointName: 'weighed', DesiredWeightsAndCapacities: [{ VariantName: 'v1', DesiredWeight: 2 }] }),
    needs: () => [on('UpdateEndpointWeightsAndCapacities', 'endpoint/weighed')],
  },
  {
    operation: 'UpdateNotebookInstance',
    arrange: (w) => stopped(w, 'updated'),
    input: (w) => ({ NotebookInstanceName: 'updated', RoleArn: w.role }),
    needs: (w) => [on('UpdateNotebookInstance', 'notebook-instance/updated'), passExec(w)],
  },
];

const full = (w: World, resource: string) => resource.replace(/^S:/, w.arn(''));
const grant = (w: World, needs: readonly Need[]) => needs.map(([action, resource]) => allow(action, full(w, resource)));

describe('the permissions table of 2018', () => {
  it('has thirty rows', () => {
    expect(new Set(rows.map((row) => row.operation)).size).toBe(30);
  });

  for (const row of rows) {
    describe(row.operation, () => {
      const call = async (statements: object[]) => {
        const caller = await world().user(...statements);
        return { caller, refused: await refusal(send(row.client ? caller.runtime : caller.sagemaker, row.operation, row.input(world()))) };
      };

      it('is denied by each permission that is missing, in AWS’s words', async () => {
        const w = world();
        await row.arrange?.(w);
        const needs = row.needs(w);
        for (const [i, [action, resource]] of needs.entries()) {
          const { caller, refused } = await call(grant(w, needs.toSpliced(i, 1)));
          const where = resource === '*' ? '' : ` on resource: ${full(w, resource)}`;
          expect(refused).toEqual({
            name: 'AccessDeniedException',
            message: `User: ${caller.arn} is not authorized to perform: ${action}${where} because no identity-based policy allows the ${action} action`,
            status: row.client ? 403 : 400,
          });
        }
      });

      it('is denied by an explicit deny', async () => {
        const w = world();
        const [action, resource] = row.needs(w)[0] ?? ['', ''];
        const { refused } = await call([allow('*'), deny(action, full(w, resource))]);
        expect(refused).toMatchObject({
          name: 'AccessDeniedException',
          message: expect.stringContaining('with an explicit deny in an identity-based policy'),
        });
      });

      it('is allowed by exactly these permissions', async () => {
        const w = world();
        const { refused } = await call(grant(w, row.needs(w)));
        expect(refused?.name).toBe(row.answers);
      });
    });
  }
});
