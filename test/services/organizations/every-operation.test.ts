import { join } from 'node:path';
import * as commands from '@aws-sdk/client-organizations';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadServiceModel } from '../../../src/model/load-model.ts';
import { packageData } from '../../../src/server/package-data.ts';
import { type Credentials, clientConfig, policy } from '../../harness.ts';
import { stage } from './stage.ts';

/* What every operation of the model answers in the same way: to who may not ask, outside of any organization, and to what its model forbids. */

const model = loadServiceModel(join(packageData(), 'models'), 'organizations');
const operations = Object.values(model.operations);

const today = new Date();

/** Something valid for each required member, of nothing that is there. */
const VALUES: Readonly<Record<string, unknown>> = {
  AccountId: '000000000001',
  AccountName: 'name',
  ChildId: '000000000001',
  ChildType: 'ACCOUNT',
  Content: JSON.stringify(policy({ Effect: 'Allow', Principal: '*', Action: 'organizations:List*', Resource: '*' })),
  CreateAccountRequestId: 'car-00000000',
  Description: '',
  DestinationParentId: 'r-0000',
  Email: 'a@example.com',
  Filter: 'SERVICE_CONTROL_POLICY',
  HandshakeId: 'h-00000000',
  Id: 'rt-00000000',
  Name: 'name',
  OrganizationalUnitId: 'ou-0000-00000000',
  ParentId: 'r-0000',
  PolicyId: 'p-00000000',
  PolicyType: 'TAG_POLICY',
  ResourceId: 'p-00000000',
  RootId: 'r-0000',
  ServicePrincipal: 'sso.amazonaws.com',
  SourceName: 'name',
  SourceParentId: 'r-0000',
  StartTimestamp: new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1)),
  TagKeys: ['k'],
  Tags: [{ Key: 'k', Value: 'v' }],
  Target: { Id: '000000000001', Type: 'ACCOUNT' },
  TargetId: '000000000001',
  Type: 'SERVICE_CONTROL_POLICY',
};

/** Of the operations where a member means something else. */
const OTHER_VALUES: Readonly<Record<string, object>> = {
  InviteOrganizationToTransferResponsibility: { Type: 'BILLING', Target: { Id: 'a@example.com', Type: 'EMAIL' } },
  ListInboundResponsibilityTransfers: { Type: 'BILLING' },
  ListOutboundResponsibilityTransfers: { Type: 'BILLING' },
};

const membersOf = (input: string | undefined) => {
  const shape = input === undefined ? undefined : model.shapes[input];
  return shape?.type === 'structure' ? shape : { members: {}, required: [] };
};

function inputOf({ name, input }: (typeof operations)[number]): Record<string, unknown> {
  const required = Object.fromEntries((membersOf(input).required ?? []).map((member) => [member, VALUES[member]]));
  return { ...required, ...OTHER_VALUES[name] };
}

/** The same with a member that its shape forbids; undefined where there is none to forbid. */
function forbiddenInputOf(operation: (typeof operations)[number]): Record<string, unknown> | undefined {
  for (const [member, reference] of Object.entries(membersOf(operation.input).members)) {
    const shape = model.shapes[typeof reference === 'string' ? reference : reference.shape];
    if (shape?.type === 'integer') return { ...inputOf(operation), [member]: 0 };
    if (shape?.type === 'string' && (shape.max ?? 0) > 0) return { ...inputOf(operation), [member]: '!'.repeat((shape.max ?? 0) + 1) };
    if (shape?.type === 'string' && shape.enum) return { ...inputOf(operation), [member]: 'NONE' };
    if (shape?.type === 'string' && shape.pattern !== undefined && member === 'Id') return { ...inputOf(operation), [member]: '!' };
  }
  return undefined;
}

const s = stage();
let nobody: Credentials;
let outsider: Credentials;
beforeAll(async () => {
  nobody = await s.management.user('nobody');
  outsider = (await s.server.account()).root;
});

type Command = new (input: object) => Parameters<OrganizationsClient['send']>[0];

async function call(credentials: Credentials, name: string, input: object): Promise<string> {
  const client = new OrganizationsClient(clientConfig(s.server, credentials));
  const command = (commands as unknown as Record<string, Command>)[`${name}Command`];
  if (!command) throw new Error(`the client has no ${name}`);
  return client.send(new command(input)).then(
    () => 'success',
    (error: Error) => error.name,
  );
}

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  it('is refused to who has no permission', async () => expect(await call(nobody, name, inputOf(operation))).toBe('AccessDeniedException'));

  // Who accepts an invitation is in none yet.
  it.runIf(operation.errors?.includes('AWSOrganizationsNotInUseException') && name !== 'AcceptHandshake')(
    'needs an organization',
    async () => {
      expect(await call(outsider, name, inputOf(operation))).toBe('AWSOrganizationsNotInUseException');
    },
  );

  const forbidden = forbiddenInputOf(operation);
  it.runIf(forbidden !== undefined)('refuses what its model forbids', async () => {
    expect(await call(s.management.root, name, forbidden ?? {})).toBe('InvalidInputException');
  });
});

describe('errors that no story has met', () => {
  it.each(['TagResource', 'UntagResource'])('TargetNotFound: %s', async (name) => {
    expect(await call(s.management.root, name, { ResourceId: 'p-00000000', Tags: VALUES.Tags, TagKeys: VALUES.TagKeys })).toBe(
      'TargetNotFoundException',
    );
  });

  it('MalformedPolicyDocument: UpdatePolicy', async () => {
    const Content = JSON.stringify(policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' }));
    const { Policy } = await s.org.createPolicy({ Name: 'n', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content });
    expect(await call(s.management.root, 'UpdatePolicy', { PolicyId: Policy?.PolicySummary?.Id, Content: '{}' })).toBe(
      'MalformedPolicyDocumentException',
    );
  });
});
