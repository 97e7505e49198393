import {
  waitUntilEndpointDeleted,
  waitUntilEndpointInService,
  waitUntilNotebookInstanceDeleted,
  waitUntilNotebookInstanceInService,
  waitUntilNotebookInstanceStopped,
  waitUntilTrainingJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { briefly, endpointNamed, minimal, refusal, sharedWorld, type World } from './world.ts';

const SECOND = 1000;
const DAY = 86_400;

describe('states at AWS’s pace', () => {
  const world = sharedWorld({ pace: 1, quotas: { 'Total domains': 100 } });
  const elapse = (seconds: number) => world().elapse(seconds);
  const notebookStatus = async (NotebookInstanceName: string) =>
    (await world().admin.describeNotebookInstance({ NotebookInstanceName })).NotebookInstanceStatus;

  it('takes a notebook instance through its life', async () => {
    const { admin, role } = world();
    const named = { NotebookInstanceName: 'life' };
    await admin.createNotebookInstance(minimal.notebook('life', role));
    expect(await notebookStatus('life')).toBe('Pending');
    elapse(149);
    expect(await notebookStatus('life')).toBe('Pending');
    elapse(2);
    expect(await notebookStatus('life')).toBe('InService');
    await admin.stopNotebookInstance(named);
    expect(await notebookStatus('life')).toBe('Stopping');
    elapse(61);
    expect(await notebookStatus('life')).toBe('Stopped');
    await admin.updateNotebookInstance({ ...named, InstanceType: 'ml.m5.xlarge' });
    expect(await notebookStatus('life')).toBe('Updating');
    elapse(31);
    expect(await admin.describeNotebookInstance(named)).toMatchObject({ NotebookInstanceStatus: 'Stopped', InstanceType: 'ml.m5.xlarge' });
    await admin.startNotebookInstance(named);
    expect(await notebookStatus('life')).toBe('Pending');
    elapse(151);
    await admin.stopNotebookInstance(named);
    elapse(61);
    await admin.deleteNotebookInstance(named);
    expect(await notebookStatus('life')).toBe('Deleting');
    expect((await admin.listNotebookInstances({})).NotebookInstances?.map((each) => each.NotebookInstanceStatus)).toEqual(['Deleting']);
    elapse(31);
    expect(await refusal(admin.describeNotebookInstance(named))).toMatchObject({ name: 'ValidationException', message: 'RecordNotFound' });
    expect((await admin.listNotebookInstances({})).NotebookInstances).toEqual([]);
  });

  it('gives a name free when its deletion is over, and not before', async () => {
    const { admin, role } = world();
    const named = { NotebookInstanceName: 'again' };
    await admin.createNotebookInstance(minimal.notebook('again', role));
    elapse(151);
    await admin.stopNotebookInstance(named);
    elapse(61);
    await admin.deleteNotebookInstance(named);
    expect(await refusal(admin.createNotebookInstance(minimal.notebook('again', role)))).toMatchObject({ name: 'ValidationException' });
    elapse(31);
    await admin.createNotebookInstance(minimal.notebook('again', role));
    expect(await notebookStatus('again')).toBe('Pending');
  });

  it('tells the last change of a state as the time of modification', async () => {
    const { admin, role } = world();
    await admin.createNotebookInstance(minimal.notebook('modified', role));
    elapse(200);
    const { CreationTime, LastModifiedTime } = await admin.describeNotebookInstance({ NotebookInstanceName: 'modified' });
    expect(LastModifiedTime?.getTime()).toBe((CreationTime?.getTime() ?? 0) + 150 * SECOND);
  });

  it('takes a training job through its steps, and tells when each began', async () => {
    const { admin, role } = world();
    const named = { TrainingJobName: 'steps' };
    await admin.createTrainingJob({ ...minimal.trainingJob('steps', role), StoppingCondition: { MaxRuntimeInSeconds: 3600 } });
    const seen: (string | undefined)[] = [];
    for (const seconds of [0, 61, 20, 120, 20]) {
      elapse(seconds);
      const { TrainingJobStatus, SecondaryStatus } = await admin.describeTrainingJob(named);
      seen.push(`${TrainingJobStatus}/${SecondaryStatus}`);
    }
    expect(seen).toEqual([
      'InProgress/Starting',
      'InProgress/Downloading',
      'InProgress/Training',
      'InProgress/Uploading',
      'Completed/Completed',
    ]);
    const done = await admin.describeTrainingJob(named);
    expect(done.SecondaryStatusTransitions?.map((each) => each.Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(done).toMatchObject({ TrainingTimeInSeconds: 160, BillableTimeInSeconds: 160 });
  });

  it('stops a training job on request, and by its own limit of time', async () => {
    const { admin, role } = world();
    await admin.createTrainingJob(minimal.trainingJob('halted', role));
    elapse(90);
    await admin.stopTrainingJob({ TrainingJobName: 'halted' });
    expect(await admin.describeTrainingJob({ TrainingJobName: 'halted' })).toMatchObject({ TrainingJobStatus: 'Stopping' });
    // Stopping what is stopping changes nothing.
    await admin.stopTrainingJob({ TrainingJobName: 'halted' });
    elapse(31);
    const halted = await admin.describeTrainingJob({ TrainingJobName: 'halted' });
    expect(halted).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
    expect(halted.SecondaryStatusTransitions?.map((each) => each.Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Stopping',
      'Stopped',
    ]);

    await admin.createTrainingJob({ ...minimal.trainingJob('limited', role), StoppingCondition: { MaxRuntimeInSeconds: 10 } });
    elapse(200);
    expect(await admin.describeTrainingJob({ TrainingJobName: 'limited' })).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'MaxRuntimeExceeded',
    });
  });

  it('serves the former configuration of an endpoint until the new one is in service', async () => {
    const w = world();
    const { admin } = w;
    await endpointNamed(w, 'moving');
    const named = { EndpointName: 'moving' };
    const creating = await admin.describeEndpoint(named);
    expect(creating).toMatchObject({ EndpointStatus: 'Creating', EndpointConfigName: 'moving' });
    expect(creating.ProductionVariants).toBeUndefined();
    elapse(181);
    await admin.createEndpointConfig({
      EndpointConfigName: 'next',
      ProductionVariants: [{ VariantName: 'v1', ModelName: 'moving', InstanceType: 'ml.m5.large', InitialInstanceCount: 3 }],
    });
    await admin.updateEndpoint({ ...named, EndpointConfigName: 'next' });
    expect(await admin.describeEndpoint(named)).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'moving',
      ProductionVariants: [{ CurrentInstanceCount: 1, DesiredInstanceCount: 3 }],
      PendingDeploymentSummary: { EndpointConfigName: 'next' },
    });
    elapse(181);
    const moved = await admin.describeEndpoint(named);
    expect(moved).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'next',
      ProductionVariants: [{ CurrentInstanceCount: 3 }],
    });
    expect(moved.PendingDeploymentSummary).toBeUndefined();
    await admin.updateEndpointWeightsAndCapacities({
      ...named,
      DesiredWeightsAndCapacities: [{ VariantName: 'v1', DesiredWeight: 0.5, DesiredInstanceCount: 2 }],
    });
    expect(await admin.describeEndpoint(named)).toMatchObject({
      ProductionVariants: [{ CurrentWeight: 1, DesiredWeight: 0.5, DesiredInstanceCount: 2 }],
    });
    elapse(181);
    expect(await admin.describeEndpoint(named)).toMatchObject({ ProductionVariants: [{ CurrentWeight: 0.5, CurrentInstanceCount: 2 }] });
  });

  it('keeps weights and counts over an update when asked to', async () => {
    const w = world();
    await endpointNamed(w, 'kept');
    elapse(181);
    await w.admin.updateEndpointWeightsAndCapacities({
      EndpointName: 'kept',
      DesiredWeightsAndCapacities: [{ VariantName: 'v1', DesiredWeight: 7, DesiredInstanceCount: 4 }],
    });
    elapse(181);
    await w.admin.createEndpointConfig(minimal.endpointConfig('kept2', 'kept'));
    await w.admin.updateEndpoint({
      EndpointName: 'kept',
      EndpointConfigName: 'kept2',
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DesiredWeight' }],
    });
    elapse(181);
    expect(await w.admin.describeEndpoint({ EndpointName: 'kept' })).toMatchObject({
      ProductionVariants: [{ CurrentWeight: 1, CurrentInstanceCount: 4 }],
    });
  });

  it('lets an app that is deleted be seen for a day', async () => {
    const { admin, role } = world();
    const { DomainId = '' } = await admin.createDomain(minimal.domain('apps', role));
    const app = { DomainId, UserProfileName: 'alice', AppType: 'JupyterServer', AppName: 'default' } as const;
    elapse(181);
    await admin.createUserProfile({ DomainId, UserProfileName: 'alice' });
    elapse(11);
    await admin.createApp(app);
    expect(await admin.describeApp(app)).toMatchObject({ Status: 'Pending' });
    elapse(61);
    expect(await admin.describeApp(app)).toMatchObject({ Status: 'InService' });
    await admin.deleteApp(app);
    expect(await admin.describeApp(app)).toMatchObject({ Status: 'Deleting' });
    expect(await refusal(admin.deleteUserProfile(app))).toMatchObject({ name: 'ResourceInUse' });
    elapse(11);
    expect(await admin.describeApp(app)).toMatchObject({ Status: 'Deleted' });
    expect((await admin.listApps({ DomainIdEquals: DomainId })).Apps).toMatchObject([{ AppName: 'default', Status: 'Deleted' }]);
    expect(await refusal(admin.deleteApp(app))).toMatchObject({ name: 'ResourceNotFound' });
    expect(await refusal(admin.listTags({ ResourceArn: world().arn(`app/${DomainId}/alice/jupyterserver/default`) }))).toMatchObject({
      name: 'ValidationException',
    });
    // Its name is free, and its owner too.
    await admin.createApp(app);
    elapse(61);
    await admin.deleteApp(app);
    elapse(11);
    await admin.deleteUserProfile({ DomainId, UserProfileName: 'alice' });
    elapse(DAY);
    expect((await admin.listApps({ DomainIdEquals: DomainId })).Apps).toEqual([]);
    expect(await refusal(admin.describeApp(app))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('says why a domain has failed: networks are looked at after the call', async () => {
    const { admin, role } = world();
    const { DomainId = '' } = await admin.createDomain({
      ...minimal.domain('lost', role),
      VpcId: 'vpc-0123456789abcdef0',
      SubnetIds: ['subnet-1'],
    });
    expect(await admin.describeDomain({ DomainId })).toMatchObject({ Status: 'Pending' });
    elapse(181);
    expect(await admin.describeDomain({ DomainId })).toMatchObject({
      Status: 'Failed',
      FailureReason: expect.stringMatching(/^ResourceNotFoundError: The VPC ID 'vpc-0123456789abcdef0' could not be found\./),
    });
    await admin.deleteDomain({ DomainId });
    elapse(61);
    expect(await refusal(admin.describeDomain({ DomainId }))).toMatchObject({ name: 'ResourceNotFound' });
  });

  it('initializes a flow definition, and deletes it after a while', async () => {
    const { admin, role } = world();
    const named = { FlowDefinitionName: 'review' };
    await admin.createFlowDefinition(minimal.flowDefinition('review', role));
    expect(await admin.describeFlowDefinition(named)).toMatchObject({ FlowDefinitionStatus: 'Initializing' });
    elapse(6);
    expect(await admin.describeFlowDefinition(named)).toMatchObject({ FlowDefinitionStatus: 'Active' });
    await admin.deleteFlowDefinition(named);
    expect(await admin.describeFlowDefinition(named)).toMatchObject({ FlowDefinitionStatus: 'Deleting' });
    elapse(6);
    expect(await refusal(admin.describeFlowDefinition(named))).toMatchObject({ name: 'ResourceNotFound' });
  });
});

describe('the SDK’s waiters', () => {
  const world = sharedWorld({ pace: 0.004 });
  const waiter = ({ admin }: World) => ({ client: admin, ...briefly });

  it('see a notebook instance start, stop and go', async () => {
    const { admin, role } = world();
    const named = { NotebookInstanceName: 'waited' };
    await admin.createNotebookInstance(minimal.notebook('waited', role));
    expect(await waitUntilNotebookInstanceInService(waiter(world()), named)).toMatchObject({ state: 'SUCCESS' });
    await admin.stopNotebookInstance(named);
    expect(await waitUntilNotebookInstanceStopped(waiter(world()), named)).toMatchObject({ state: 'SUCCESS' });
    await admin.deleteNotebookInstance(named);
    expect(await waitUntilNotebookInstanceDeleted(waiter(world()), named)).toMatchObject({ state: 'SUCCESS' });
  });

  it('see an endpoint come and go', async () => {
    const w = world();
    await endpointNamed(w, 'waited');
    expect(await waitUntilEndpointInService(waiter(w), { EndpointName: 'waited' })).toMatchObject({ state: 'SUCCESS' });
    await w.admin.deleteEndpoint({ EndpointName: 'waited' });
    expect(await waitUntilEndpointDeleted(waiter(w), { EndpointName: 'waited' })).toMatchObject({ state: 'SUCCESS' });
  });

  it('see a training job end', async () => {
    const { admin, role } = world();
    await admin.createTrainingJob(minimal.trainingJob('waited', role));
    expect(await waitUntilTrainingJobCompletedOrStopped(waiter(world()), { TrainingJobName: 'waited' })).toMatchObject({
      state: 'SUCCESS',
    });
  });
});
