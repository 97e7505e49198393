import { allowing, type Chapter, hire, notAllowed, type Story } from '../story.ts';
import { couldNotAssume } from './domain.ts';
import { trainingJob } from './permissions.ts';

const arn = (story: Story, resource: string) => `arn:aws:sagemaker:${story.region}:${story.account.id}:${resource}`;
const image = (story: Story) => `${story.account.id}.dkr.ecr.us-east-2.amazonaws.com/image:1`;

/** Onboarding 10: who may train and host. */
export const hosting: Chapter[] = [
  {
    title: 'Training, with the right to pass the role',
    async tell(story) {
      const role = story.recall('role');
      const caller = `arn:aws:iam::${story.account.id}:user/passes-nothing`;
      await story.refuse(
        'passes-nothing',
        'sagemaker:CreateTrainingJob',
        trainingJob(story, 't1', role),
        notAllowed('sagemaker', caller, 'iam:PassRole', role),
      );
      const other = story.recall('role for EC2');
      await story.refuse('builder', 'sagemaker:CreateTrainingJob', trainingJob(story, 't1', other), couldNotAssume(other));
      await story.allow('builder', 'sagemaker:CreateTrainingJob', trainingJob(story, 't1', role), {
        TrainingJobArn: arn(story, 'training-job/t1'),
      });
      await story.allow('builder', 'sagemaker:DescribeTrainingJob', { TrainingJobName: 't1' }, { TrainingJobName: 't1', RoleArn: role });
    },
  },
  {
    title: 'An endpoint needs its own right, its configuration’s, and for tags a third',
    async tell(story) {
      const model = {
        ModelName: 'm1',
        ExecutionRoleArn: story.recall('role'),
        PrimaryContainer: { Image: image(story), ModelDataUrl: 's3://sagemaker-20261121/out/m.tar.gz' },
      };
      const variant = { VariantName: 'v1', ModelName: 'm1', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' };
      await story.allow('builder', 'sagemaker:CreateModel', model, { ModelArn: arn(story, 'model/m1') });
      await story.allow(
        'builder',
        'sagemaker:CreateEndpointConfig',
        { EndpointConfigName: 'c1', ProductionVariants: [variant] },
        { EndpointConfigArn: arn(story, 'endpoint-config/c1') },
      );
      const create = { EndpointName: 'e1', EndpointConfigName: 'c1', Tags: [{ Key: 'team', Value: 'a' }] };
      const endpoint = arn(story, 'endpoint/e1');
      const config = arn(story, 'endpoint-config/c1');
      // Each has one more of the three.
      const steps = [
        ['half-a-host', [allowing('sagemaker:CreateEndpoint', config)], 'sagemaker:CreateEndpoint', endpoint],
        ['other-half', [allowing('sagemaker:CreateEndpoint', endpoint)], 'sagemaker:CreateEndpoint', config],
        ['host-without-tags', [allowing('sagemaker:CreateEndpoint', [endpoint, config])], 'sagemaker:AddTags', endpoint],
      ] as const;
      for (const [who, [inline], action, resource] of steps) {
        await hire(story, who, { inline });
        const caller = `arn:aws:iam::${story.account.id}:user/${who}`;
        await story.refuse(who, 'sagemaker:CreateEndpoint', create, notAllowed('sagemaker', caller, action, resource));
      }
      await hire(story, 'host', { inline: allowing(['sagemaker:CreateEndpoint', 'sagemaker:AddTags'], [endpoint, config]) });
      await story.allow('host', 'sagemaker:CreateEndpoint', create, { EndpointArn: endpoint });
      story.wait(10);
      await story.allow('builder', 'sagemaker:DescribeEndpoint', { EndpointName: 'e1' }, { EndpointStatus: 'InService' });
      await story.allow('builder', 'sagemaker:ListTags', { ResourceArn: endpoint }, { Tags: [{ Key: 'team', Value: 'a' }] });
    },
  },
  {
    title: 'To invoke needs only the right to invoke',
    async tell(story) {
      const invoke = { EndpointName: 'e1', ContentType: 'text/csv', Body: '1,2,3\n' };
      const endpoint = arn(story, 'endpoint/e1');
      const [, , message] = notAllowed('sagemaker', `arn:aws:iam::${story.account.id}:user/host`, 'sagemaker:InvokeEndpoint', endpoint);
      await story.refuse('host', 'sagemaker-runtime:InvokeEndpoint', invoke, [403, 'AccessDeniedException', message]);
      await hire(story, 'application', { inline: allowing('sagemaker:InvokeEndpoint', endpoint) });
      // Allowed: what comes back is that there is nothing behind the gate.
      await story.refuse('application', 'sagemaker-runtime:InvokeEndpoint', invoke, [
        424,
        'ModelError',
        'Received server error (503) from primary with message "No container serves endpoint e1: this server decides who may invoke it, and does not run models.".',
      ]);
      await story.refuse(
        'application',
        'sagemaker:DescribeEndpoint',
        { EndpointName: 'e1' },
        notAllowed('sagemaker', `arn:aws:iam::${story.account.id}:user/application`, 'sagemaker:DescribeEndpoint', endpoint),
      );
    },
  },
];
