import type {
  EntityDetails,
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsWithEntitiesRequest,
  GetServiceLastAccessedDetailsWithEntitiesResponse,
  ServiceLastAccessed,
} from '@aws-sdk/client-iam';
import { digest } from '../../authorization/marker.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import {
  type ActionUse,
  attachments,
  type Group,
  memberships,
  type Role,
  roles,
  type ServiceReport,
  type User,
  users,
} from '../../store/tables/iam.ts';
import { isRunning, keepReport, newReport, requireReport, runningShape } from './access-report.ts';
import { usesOf } from './action-use.ts';
import { noSuchEntity } from './errors.ts';
import { GrantedActions } from './granted-action.ts';
import { findManaged, heldPolicies } from './held-policy.ts';
import type { PolicyView } from './managed-policy.ts';
import { takePageOf } from './page.ts';
import { roleArn } from './role.ts';
import { userArn } from './user.ts';
import { walkRows } from './walk.ts';

/*
 * Which services a user, group, role or policy may reach, and when they were last tried, allowed or not. A report is a snapshot.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */

type Entity = ServiceReport['entities'][number];
type Service = ServiceReport['services'][number];

/** What a report can be about. */
export type AccessSubject = User | Group | Role | PolicyView;

const ofUser = (user: User): Entity => ({ arn: userArn(user), name: user.userName, type: 'USER', id: user.userId, path: user.path });
const ofRole = (role: Role): Entity => ({ arn: roleArn(role), name: role.roleName, type: 'ROLE', id: role.roleId, path: role.path });

async function* membersOf(reader: Reader, groupId: string): AsyncGenerator<Entity> {
  for await (const { userId } of walkRows(reader, memberships, { prefix: [groupId] })) {
    const user = await reader.find(users, 'id', [userId]);
    if (user) yield ofUser(user);
  }
}

/** The users and roles that a policy is attached to, users through their groups as well. */
async function* holdersOf(reader: Reader, account: string, policyArn: string): AsyncGenerator<Entity> {
  for await (const { entityType, entityId } of walkRows(reader, attachments, { index: 'policy', prefix: [account, policyArn] })) {
    if (entityType === 'group') yield* membersOf(reader, entityId);
    else if (entityType === 'user') {
      const user = await reader.find(users, 'id', [entityId]);
      if (user) yield ofUser(user);
    } else {
      const role = await reader.find(roles, 'id', [entityId]);
      if (role) yield ofRole(role);
    }
  }
}

/** Everybody whose attempts count. */
async function entitiesOf(subject: AccessSubject, reader: Reader, account: string): Promise<Entity[]> {
  if ('userId' in subject) return [ofUser(subject)];
  if ('roleId' in subject) return [ofRole(subject)];
  const found = new Map<string, Entity>();
  const each = 'groupId' in subject ? membersOf(reader, subject.groupId) : holdersOf(reader, account, subject.arn);
  for await (const entity of each) found.set(entity.id, entity);
  return [...found.values()];
}

async function documentsOf(subject: AccessSubject, scope: Scope): Promise<string[]> {
  if (!('policyId' in subject)) return (await heldPolicies(subject, scope)).map(({ document }) => document);
  const policy = await findManaged(subject.arn, scope);
  return policy ? [policy.document] : [];
}

/** A use, as reports keep it. */
type Used = Service['uses'][number];

/** Newest first; of one entity, or of one action, only the newest. */
function newest(uses: readonly Used[]): Used[] {
  const byEntity = new Map<number, Used>();
  for (const use of uses) if ((byEntity.get(use.entity)?.at ?? -1) < use.at) byEntity.set(use.entity, use);
  return [...byEntity.values()].sort((a, b) => b.at - a.at || a.entity - b.entity);
}

/**
 * Starts a report. It is made within the call, from what was allowed and tried up to then.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  not the ARN of a user, group, role or policy (from resources.ts)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
export async function generateServiceLastAccessedDetails(
  input: Valid<GenerateServiceLastAccessedDetailsRequest>,
  context: OperationContext<AccessSubject>,
): Promise<GenerateServiceLastAccessedDetailsResponse> {
  const subject = context.target.stored;
  if (!subject) throw noSuchEntity(`The entity with arn ${input.Arn} cannot be found.`);
  const granularity = input.Granularity ?? 'SERVICE_LEVEL';
  const granted = new GrantedActions(await documentsOf(subject, context));
  const entities = await entitiesOf(subject, context.reader, context.account);
  const uses = new Map<string, { readonly operation: string; readonly used: Used }[]>();
  for (const [entity, { id }] of entities.entries())
    for (const use of await usesOf(context.reader, id, context.now)) addUse(uses, use, entity);
  const { serviceAuthorizations } = context.installation;
  const services: Service[] = [];
  for (const namespace of serviceAuthorizations.prefixes()) {
    const actions = serviceAuthorizations.actions(namespace) ?? [];
    if (!granted.anyOf(namespace, actions)) continue;
    const here = uses.get(namespace) ?? [];
    // Actions are followed of the services that are known in full (unverified: AWS has a list).
    const tracked = granularity === 'ACTION_LEVEL' && serviceAuthorizations.service(namespace) ? granted.of(namespace, actions) : undefined;
    services.push({
      namespace,
      uses: newest(here.map(({ used }) => used)),
      ...(tracked === undefined ? {} : { actions: tracked.map((name) => ({ name, ...lastUse(here, name) })) }),
    });
  }
  const report = newReport(context, `${granularity} ${input.Arn}`, { kind: 'services', granularity, entities, services });
  await context.installation.store.write((writer) => keepReport(writer, report));
  return { JobId: report.jobId };
}

function addUse(uses: Map<string, { operation: string; used: Used }[]>, use: ActionUse, entity: number): void {
  const used = { entity, at: use.lastUsedAt, region: use.region };
  const here = uses.get(use.service);
  if (here) here.push({ operation: use.operation, used });
  else uses.set(use.service, [{ operation: use.operation, used }]);
}

function lastUse(uses: readonly { readonly operation: string; readonly used: Used }[], action: string): { use?: Used } {
  const [use] = newest(uses.filter(({ operation }) => operation === action).map(({ used }) => used));
  return use === undefined ? {} : { use };
}

/** AWS's default here is not that of the other listings. */
const DEFAULT_SERVICES = 200;

/**
 * A report: what was asked, and the services in the order of their namespaces.
 * @throws NoSuchEntity  404  no such report, or somebody else's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
export async function getServiceLastAccessedDetails(
  input: Valid<GetServiceLastAccessedDetailsRequest>,
  context: OperationContext,
): Promise<GetServiceLastAccessedDetailsResponse> {
  const report = await requireReport(context, input.JobId, 'services');
  if (isRunning(report, context.now)) return runningShape(report) as GetServiceLastAccessedDetailsResponse;
  const { result } = report;
  const { items, end } = await takePageOf(
    context,
    { operation: 'GetServiceLastAccessedDetails', filters: [report.jobId] },
    { ...input, MaxItems: input.MaxItems ?? DEFAULT_SERVICES },
    result.services,
    ({ namespace }) => [namespace],
  );
  return {
    JobStatus: 'COMPLETED',
    JobType: result.granularity,
    JobCreationDate: new Date(report.createdAt),
    ServicesLastAccessed: items.map((service) => serviceShape(service, result.entities, context)),
    JobCompletionDate: new Date(report.completedAt),
    ...end,
  };
}

function serviceShape({ namespace, uses, actions }: Service, entities: readonly Entity[], { installation }: Scope): ServiceLastAccessed {
  const [last] = uses;
  return {
    ServiceName: installation.serviceAuthorizations.serviceName(namespace) ?? namespace,
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: uses.length,
    ...(last && {
      LastAuthenticated: new Date(last.at),
      LastAuthenticatedEntity: entities[last.entity]?.arn,
      LastAuthenticatedRegion: last.region,
    }),
    ...(actions && {
      TrackedActionsLastAccessed: actions.map(({ name, use }) => ({
        ActionName: name,
        ...(use && {
          LastAccessedEntity: entities[use.entity]?.arn,
          LastAccessedTime: new Date(use.at),
          LastAccessedRegion: use.region,
        }),
      })),
    }),
  };
}

/**
 * Who, of those that a report is about, has tried one service, the latest first; then those that never did, by name.
 * @throws NoSuchEntity  404  no such report, or somebody else's; it has no such service (unverified)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
 */
export async function getServiceLastAccessedDetailsWithEntities(
  input: Valid<GetServiceLastAccessedDetailsWithEntitiesRequest>,
  context: OperationContext,
): Promise<GetServiceLastAccessedDetailsWithEntitiesResponse> {
  const report = await requireReport(context, input.JobId, 'services');
  if (isRunning(report, context.now)) return runningShape(report) as GetServiceLastAccessedDetailsWithEntitiesResponse;
  const service = report.result.services.find(({ namespace }) => namespace === input.ServiceNamespace);
  if (!service) throw noSuchEntity(`The service namespace ${input.ServiceNamespace} cannot be found.`);
  const usedAt = new Map(service.uses.map(({ entity, at }) => [entity, at]));
  const { items, end } = await takePageOf(
    context,
    { operation: 'GetServiceLastAccessedDetailsWithEntities', filters: [report.jobId, input.ServiceNamespace] },
    input,
    report.result.entities.map((entity, index) => ({ entity, at: usedAt.get(index) })),
    ({ entity, at }) => [placeOf(at), foldCase(entity.name), digest(entity.id)],
  );
  return {
    JobStatus: 'COMPLETED',
    JobCreationDate: new Date(report.createdAt),
    JobCompletionDate: new Date(report.completedAt),
    EntityDetailsList: items.map(
      ({ entity, at }): EntityDetails => ({
        EntityInfo: { Arn: entity.arn, Name: entity.name, Type: entity.type, Id: entity.id, Path: entity.path },
        ...(at === undefined ? {} : { LastAuthenticated: new Date(at) }),
      }),
    ),
    ...end,
  };
}

/** Text whose order is: later times first, never last. */
const placeOf = (at: number | undefined): string => (at === undefined ? '~' : String(Number.MAX_SAFE_INTEGER - at).padStart(16, '0'));
