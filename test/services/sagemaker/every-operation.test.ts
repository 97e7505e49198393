import { join } from 'node:path';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadServiceModel } from '../../../src/model/load-model.ts';
import type { StructureEntry } from '../../../src/model/model-file.ts';
import { openServiceAuthorization } from '../../../src/model/service-authorization.ts';
import { packageData } from '../../../src/server/package-data.ts';
import { families } from '../../../src/services/sagemaker/families.ts';
import { idOfArn } from '../../../src/services/sagemaker/family.ts';
import { sageMakerResources } from '../../../src/store/tables/sagemaker.ts';
import { clientConfig, policy } from '../../harness.ts';
import { minimalInput } from './minimal-input.ts';
import { allow, deny, REGION, refusal, send, sharedWorld } from './world.ts';

/*
 * What holds for every operation of SageMaker alike, made from its model and AWS's published reference: nothing in here knows the tables.
 */

const model = loadServiceModel(join(packageData(), 'models'), 'sagemaker');
const published = openServiceAuthorization(join(packageData(), 'service-authorization')).service('sagemaker');
const operations = Object.keys(model.operations);
const world = sharedWorld({ quotas: { 'Total domains': 10_000 } });

let user: { client: SageMaker; arn: string };
let thief: SageMaker;
let root: SageMaker;

beforeAll(async () => {
  const { server, account } = world();
  const credentials = await account.user('probe');
  user = { client: new SageMaker(clientConfig(server, credentials, REGION)), arn: `arn:aws:iam::${account.id}:user/probe` };
  root = new SageMaker(clientConfig(server, account.root, REGION));
  thief = new SageMaker(clientConfig(server, { ...credentials, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }, REGION));
});

const grant = async (...statements: object[]) => {
  const PolicyDocument = JSON.stringify(policy(...statements));
  await world().account.asRoot('iam', 'PutUserPolicy', { UserName: 'probe', PolicyName: 'granted', PolicyDocument });
};
const grantNothing = () => grant(allow('sts:GetCallerIdentity'));

/** Members without which an operation does not know what it is about, though its model requires none of them. */
const MORE: Readonly<Record<string, (account: string) => object>> = {
  CreateApp: () => ({ UserProfileName: 'Probe1' }),
  CreateJob: () => ({ JobConfigDocument: '{}' }),
  CreateModelPackage: () => ({ ModelPackageName: 'Probe1' }),
  DeleteApp: () => ({ UserProfileName: 'Probe1' }),
  DescribeApp: () => ({ UserProfileName: 'Probe1' }),
  DeleteArtifact: (account) => ({ ArtifactArn: `arn:aws:sagemaker:${REGION}:${account}:artifact/0123456789abcdef0123456789abcdef` }),
  DeleteImageVersion: () => ({ Version: 1 }),
  DescribeImageVersion: () => ({ Version: 1 }),
  UpdateImageVersion: () => ({ Version: 1 }),
  DescribeHubContent: () => ({ HubContentVersion: '1.0.0' }),
  ListPipelineExecutionSteps: (account) => ({
    PipelineExecutionArn: `arn:aws:sagemaker:${REGION}:${account}:pipeline/probe1/execution/abcdefghijkl`,
  }),
  StartSession: (account) => ({ ResourceIdentifier: `arn:aws:sagemaker:${REGION}:${account}:space/d-abcdefghijkl/probe1` }),
};

const inputOf = (operation: string): Record<string, unknown> => {
  const { id } = world().account;
  return { ...minimalInput(model, operation, id), ...MORE[operation]?.(id) };
};

/** Kinds whose ARNs are lower-cased. @see https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_service-with-iam.html */
const LOWER_CASED: ReadonlySet<string> = new Set([
  'algorithm',
  'automl-job',
  'code-repository',
  'compilation-job',
  'data-quality-job-definition',
  'device',
  'device-fleet',
  'endpoint',
  'endpoint-config',
  'experiment',
  'experiment-trial',
  'experiment-trial-component',
  'feature-group',
  'hyper-parameter-tuning-job',
  'image',
  'image-version',
  'inference-component',
  'inference-recommendations-job',
  'labeling-job',
  'model',
  'model-bias-job-definition',
  'model-explainability-job-definition',
  'model-package',
  'model-package-group',
  'model-quality-job-definition',
  'monitoring-schedule',
  'monitoring-schedule-alert',
  'notebook-instance',
  'notebook-instance-lifecycle-config',
  'pipeline',
  'processing-job',
  'training-job',
  'transform-job',
  'workteam',
]);

/** Variables of AWS's ARN templates that stand for a member of another name. */
const MEMBERS: Readonly<Record<string, string>> = {
  AutoMLJobJobName: 'AutoMLJobName',
  ClusterId: 'ClusterName',
  DataQualityJobDefinitionName: 'JobDefinitionName',
  InferenceExperimentName: 'Name',
  MlflowTrackingServerName: 'TrackingServerName',
  ModelBiasJobDefinitionName: 'JobDefinitionName',
  ModelExplainabilityJobDefinitionName: 'JobDefinitionName',
  ModelQualityJobDefinitionName: 'JobDefinitionName',
  MonitoringScheduleAlertName: 'MonitoringAlertName',
};

/**
 * The ARN that a policy must name for an operation to be allowed on a kind of resource: AWS's template with what the request says in it, and
 * `*` for what it does not say, as ids that are generated.
 */
function arnPatternOf(type: string, input: Readonly<Record<string, unknown>>): string {
  // AWS's template tells only the last part of a work team's ARN.
  const template = (published?.resourceTypes[type]?.arn ?? '').replace('workteam/', 'workteam/private-crowd/');
  const { id } = world().account;
  const filled = template.slice(template.indexOf('${Account}:') + '${Account}:'.length).replace(/\$\{(\w+)\}/g, (_, variable: string) => {
    const value = input[MEMBERS[variable] ?? variable] ?? (variable === 'InferenceRecommendationsJobName' ? input.JobName : undefined);
    if (value === undefined) return '*';
    return type === 'app' && variable === 'AppType' ? String(value).toLowerCase() : String(value);
  });
  return `arn:aws:sagemaker:${REGION}:${id}:${LOWER_CASED.has(type) ? filled.toLowerCase() : filled}`;
}

/** Requests that have a name of their own for what gets a generated id. */
const NAMED_APART: Readonly<Record<string, string>> = { CreateCluster: 'ClusterName' };

const asRegExp = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.+')}$`);

const DENIED = /^User: (\S+) is not authorized to perform: (\S+?)(?: on resource: (\S+))? (because .+|with an explicit deny .+)$/;

interface Denial {
  readonly caller: string | undefined;
  readonly action: string | undefined;
  readonly resource: string | undefined;
  readonly reason: string | undefined;
}

/** What a call is denied for; undefined when authorization let it through, whatever became of it then. */
async function denialOf(operation: string, input: object): Promise<Denial | undefined> {
  const refused = await refusal(send(user.client, operation, input));
  if (refused?.name !== 'AccessDeniedException') return undefined;
  const [, caller, action, resource, reason] = DENIED.exec(refused.message) ?? [];
  expect(action, refused.message).toBeDefined();
  return { caller, action, resource, reason };
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

describe.each(operations)('%s', (operation) => {
  const action = `sagemaker:${operation}`;

  it('is refused without a signature, and with a wrong one', async () => {
    const answer = await fetch(world().server.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `SageMaker.${operation}` },
      body: '{}',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
    expect((await refusal(send(thief, operation, inputOf(operation))))?.name).toBe('InvalidSignatureException');
  });

  it('needs its own action, on the resource that it names, and the denial says so', async () => {
    await grantNothing();
    const input = inputOf(operation);
    const { [NAMED_APART[operation] ?? '']: _, ...naming } = input;
    const denial = await denialOf(operation, input);
    expect(denial).toMatchObject({
      caller: user.arn,
      action,
      reason: `because no identity-based policy allows the ${action} action`,
    });
    const required = (published?.actions[operation]?.resources ?? []).filter((each) => each.required).map(({ type }) => type);
    const arn = denial?.resource;
    if (required.length > 0 && arn !== undefined && !arn.endsWith('/*'))
      expect(
        required.map((type) => arnPatternOf(type, naming)).some((pattern) => asRegExp(pattern).test(arn)) || isSent(arn, input),
        `${arn} is none of ${required.map((type) => arnPatternOf(type, naming))}`,
      ).toBe(true);
    if (required.length > 0) expect(arn).toMatch(/^arn:aws:sagemaker:/);

    await grant(allow(action, `arn:aws:sagemaker:${REGION}:${world().account.id}:endpoint/of-somebody-else`));
    expect(await denialOf(operation, inputOf(operation))).toMatchObject({ action });

    await grant(allow(action, resourcesToGrant(operation, naming)));
    const left = await denialOf(operation, input);
    expect(left?.action, `still denied: ${left?.resource}`).not.toBe(action);
  });

  it('is stopped by a deny on tags', async () => {
    const input = inputOf(operation);
    const hasTags = 'Tags' in membersOf(operation);
    if (hasTags && operation !== 'UpdatePartnerApp') {
      await grant(allow('*'), deny(action, '*', { StringEquals: { 'aws:RequestTag/team': 'red' } }));
      const tagged = { ...input, Tags: [{ Key: 'team', Value: 'red' }] };
      expect(await denialOf(operation, tagged)).toMatchObject({ action, reason: 'with an explicit deny in an identity-based policy' });
    }
    await grantNothing();
    const arn = (await denialOf(operation, input))?.resource;
    if (arn === undefined || arn.endsWith('/*') || /^(Create|Register)/.test(operation) || !(await putTagged(arn))) return;
    for (const key of ['aws:ResourceTag/team', 'sagemaker:ResourceTag/team']) {
      await grant(allow('*'), deny(action, '*', { StringEquals: { [key]: 'red' } }));
      expect(await denialOf(operation, input)).toMatchObject({ action, reason: 'with an explicit deny in an identity-based policy' });
    }
    await remove(arn);
  });

  it('misses each member that it requires', async () => {
    const { required = [], members = {} } = structureOf(operation) ?? {};
    for (const member of required) {
      const reference = members[member];
      // The client fills it in.
      if (typeof reference === 'object' && reference.idempotencyToken) continue;
      const { [member]: _, ...rest } = inputOf(operation);
      const refused = await refusal(send(root, operation, rest));
      expect(refused).toMatchObject({
        name: 'ValidationException',
        message: `1 validation error detected: Value null at '${lowerFirst(member)}' failed to satisfy constraint: Member must not be null`,
      });
    }
  });
});

const structureOf = (operation: string): StructureEntry | undefined => {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  return shape?.type === 'structure' ? shape : undefined;
};
const membersOf = (operation: string): object => structureOf(operation)?.members ?? {};

/** An ARN that the request itself holds. */
function isSent(arn: string, input: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(input).includes(JSON.stringify(arn));
}

/** Everything that a policy must name: each kind of resource that AWS lists, and ARNs that the request itself holds. */
function resourcesToGrant(operation: string, input: Readonly<Record<string, unknown>>): string[] {
  const types = (published?.actions[operation]?.resources ?? []).map(({ type }) => type);
  if (types.length === 0) return ['*'];
  // A call to tag takes any kind.
  if (types.length > 20) return [String(input.ResourceArn)];
  const sent = JSON.stringify(input).match(/arn:aws[^"]*:sagemaker:[^"]+/g) ?? [];
  return [...types.map((type) => arnPatternOf(type, input)), ...sent];
}

/** Puts a resource of the kind there, with a tag, whatever else it would have: only authorization looks at it. False for kinds that are no family. */
async function putTagged(arn: string): Promise<boolean> {
  const { account, server } = world();
  const resource = arn.split(':').slice(5).join(':');
  const family = families.find(({ type, arnType = type, arnPath }) =>
    new RegExp(`^${arnType}/${arnPath.replace(/\$\{\w+\}/g, '[^/]+')}$`).test(resource),
  );
  if (!family || family.untagged || arn.split(':')[4] !== account.id) return false;
  const now = server.clock.now();
  await server.installation.store.write(async (writer) => {
    const key = [account.id, REGION, family.type, idOfArn(family, arn)];
    if (await writer.get(sageMakerResources, key)) await writer.delete(sageMakerResources, key);
    await writer.insert(sageMakerResources, {
      accountId: account.id,
      region: REGION,
      type: family.type,
      id: idOfArn(family, arn),
      name: resource,
      arn,
      parent: '',
      owner: '',
      createdAt: now,
      changedAt: now,
      settings: {},
      phases: [],
      tags: [{ Key: 'team', Value: 'red' }],
    });
  });
  return true;
}

async function remove(arn: string): Promise<void> {
  const { account, server } = world();
  await server.installation.store.write(async (writer) => {
    for (const family of families) {
      const key = [account.id, REGION, family.type, idOfArn(family, arn)];
      if ((await writer.get(sageMakerResources, key))?.arn === arn) await writer.delete(sageMakerResources, key);
    }
  });
}
