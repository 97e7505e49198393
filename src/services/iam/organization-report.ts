import type {
  AccessDetail,
  GenerateOrganizationsAccessReportRequest,
  GenerateOrganizationsAccessReportResponse,
  GetOrganizationsAccessReportRequest,
  GetOrganizationsAccessReportResponse,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import { fullAccessPolicy } from '../../model/full-access-policies.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type AccessReport, type ActionUse, accessReports, actionUses, type OrganizationReport } from '../../store/tables/iam.ts';
import {
  type Organization,
  organizationalUnits,
  organizationMemberships,
  organizationPolicies,
  policyAttachments,
} from '../../store/tables/organization.ts';
import { isRunning, keepReport, newReport, requireReport, runningShape } from './access-report.ts';
import { isFollowed } from './action-use.ts';
import { noSuchEntity, validationError } from './errors.ts';
import { GrantedActions } from './granted-action.ts';
import { takePageOf } from './page.ts';
import { organizationOf } from './root-access.ts';
import { walkRows } from './walk.ts';

/*
 * Which services the service control policies over a part of an organization allow, and when the accounts in it last tried them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html
 */

const SCP = 'SERVICE_CONTROL_POLICY';
const MINUTE = 60_000;
/** Reports looked at for one that is running or answers the same question. */
const LATEST = 20;

/** 403: only the management account has such reports. (unverified) wording */
const notManagement = ({ caller }: Scope): ServiceError =>
  new ServiceError(
    'AccessDenied',
    `User: ${caller.principal.arn} is not authorized to perform: iam:GenerateOrganizationsAccessReport because the account is not the management account of an organization`,
  );

/** The root, OUs and account that a path names, from the root down. @throws ValidationError  400; (unverified) code and wording */
async function entitiesAlong(path: string, { organizationId, rootId }: Organization, reader: Reader): Promise<[string, ...string[]]> {
  const unfit = validationError('The specified value for entityPath is invalid. It must be the path of an entity in your organization.');
  const [organization, root, ...below] = path.replace(/\/$/, '').split('/');
  if (organization !== organizationId || root !== rootId) throw unfit;
  let parent = root;
  for (const [index, id] of below.entries()) {
    const isAccount = /^[0-9]{12}$/.test(id) && index === below.length - 1;
    const member = isAccount ? await reader.get(organizationMemberships, [id]) : undefined;
    const parentId = isAccount
      ? member?.organizationId === organizationId && member.parentId
      : (await reader.get(organizationalUnits, [organizationId, id]))?.parentId;
    if (parentId !== parent) throw unfit;
    parent = id;
  }
  return [root, ...below];
}

/** The accounts at or below an entity, each with its path. */
async function* accountsBelow(
  entity: string,
  path: string,
  organizationId: string,
  reader: Reader,
): AsyncGenerator<{ account: string; path: string }> {
  if (/^[0-9]{12}$/.test(entity)) {
    yield { account: entity, path };
    return;
  }
  const listing = { index: 'parent', prefix: [organizationId, entity] };
  for await (const { accountId } of walkRows(reader, organizationMemberships, listing))
    yield { account: accountId, path: `${path}/${accountId}` };
  for await (const { unitId } of walkRows(reader, organizationalUnits, listing))
    yield* accountsBelow(unitId, `${path}/${unitId}`, organizationId, reader);
}

/** What the policies allow: those of each level in turn, or the one policy that is asked about. @throws NoSuchEntity  404  no such policy */
async function levelsOf(
  organization: Organization,
  entities: readonly string[],
  policyId: string | undefined,
  reader: Reader,
): Promise<GrantedActions[]> {
  const { organizationId, managementAccountId, policyTypes } = organization;
  const contentOf = async (id: string): Promise<string | undefined> =>
    (fullAccessPolicy(id) ?? (await reader.get(organizationPolicies, [organizationId, id])))?.content;
  if (policyId !== undefined) {
    const content = await contentOf(policyId);
    // (unverified) wording
    if (content === undefined) throw noSuchEntity(`The organizations policy with id ${policyId} cannot be found.`);
    return [new GrantedActions([content])];
  }
  // Where there are no service control policies, or they do not hold, everything is within reach.
  if (!policyTypes.includes(SCP) || entities.at(-1) === managementAccountId) return [new GrantedActions([EVERYTHING])];
  const levels: GrantedActions[] = [];
  for (const target of entities) {
    const documents: string[] = [];
    for (const attached of await reader.list(policyAttachments, { prefix: [organizationId, target, SCP] })) {
      const content = await contentOf(attached.policyId);
      if (content !== undefined) documents.push(content);
    }
    levels.push(new GrantedActions(documents));
  }
  return levels;
}

const EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** What AWS asks of Organizations in the caller's name to make a report: whoever may not ask it gets a report that says so. */
async function isReadable(context: OperationContext, entity: string, policyId: string | undefined): Promise<boolean> {
  const child = entity.startsWith('r-') ? [] : [['ListParents', { ChildId: entity }] as const];
  const policy =
    policyId === undefined
      ? []
      : (['DescribePolicy', 'ListTargetsForPolicy'] as const).map((name) => [name, { PolicyId: policyId }] as const);
  const parent = /^[0-9]{12}$/.test(entity) ? [] : [['ListChildren', { ParentId: entity, ChildType: 'ACCOUNT' }] as const];
  const calls = [
    ['ListRoots', {}] as const,
    ...child,
    ...parent,
    ['ListPoliciesForTarget', { TargetId: entity, Filter: SCP }] as const,
    ...policy,
  ];
  for (const [operation, input] of calls) {
    try {
      await context.forward('organizations', operation, input);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'AccessDenied' || error.code === 'AccessDeniedException') return false;
    }
  }
  return true;
}

interface Tried {
  at: number;
  region: string;
  entityPath: string;
  readonly entities: Set<string>;
}

function count(tried: Map<string, Tried>, use: ActionUse, entityPath: string): void {
  const found = tried.get(use.service);
  if (!found) {
    tried.set(use.service, { at: use.lastUsedAt, region: use.region, entityPath, entities: new Set([use.entityId]) });
    return;
  }
  found.entities.add(use.entityId);
  if (use.lastUsedAt > found.at) Object.assign(found, { at: use.lastUsedAt, region: use.region, entityPath });
}

async function resultOf(
  organization: Organization,
  entities: readonly [string, ...string[]],
  policyId: string | undefined,
  { reader, now, installation }: Scope,
): Promise<OrganizationReport> {
  const { organizationId } = organization;
  const levels = await levelsOf(organization, entities, policyId, reader);
  const tried = new Map<string, Tried>();
  const path = [organizationId, ...entities].join('/');
  for await (const { account, path: accountPath } of accountsBelow(entities.at(-1) ?? entities[0], path, organizationId, reader))
    for await (const use of walkRows(reader, actionUses, { index: 'account', prefix: [account] }))
      if (isFollowed(use, now)) count(tried, use, accountPath);
  const { serviceAuthorizations } = installation;
  const accessible = serviceAuthorizations.prefixes().filter((namespace) => {
    const within = levels.reduce<readonly string[]>(
      (actions, level) => level.of(namespace, actions),
      serviceAuthorizations.actions(namespace) ?? [],
    );
    return within.length > 0;
  });
  const services = accessible.map((namespace) => {
    const { entities: who, ...last } = tried.get(namespace) ?? {};
    return { namespace, ...last, entities: who?.size ?? 0 };
  });
  return { kind: 'organization', services };
}

/**
 * Starts a report on a root, OU or account, or on one policy there. The same question within a minute has the same answer.
 * @throws AccessDenied                   403  not the management account
 * @throws ValidationError                400  no such entity
 * @throws NoSuchEntity                   404  no such policy (unverified)
 * @throws ReportGenerationLimitExceeded  409  another one is being made
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html
 */
export async function generateOrganizationsAccessReport(
  input: Valid<GenerateOrganizationsAccessReportRequest>,
  context: OperationContext,
): Promise<GenerateOrganizationsAccessReportResponse> {
  const { account, now, reader } = context;
  const { EntityPath: path, OrganizationsPolicyId: policyId } = input;
  const organization = await organizationOf(reader, context);
  if (organization?.managementAccountId !== account) throw notManagement(context);
  const entities = await entitiesAlong(path, organization, reader);
  const question = `organization ${path} ${policyId ?? ''}`;
  const known = reportAtHand(await latest(reader, account), question, now);
  if (known) return { JobId: known.jobId };
  const result = (await isReadable(context, entities.at(-1) ?? entities[0], policyId))
    ? await resultOf(organization, entities, policyId, context)
    : DENIED;
  const report = newReport(context, question, result);
  return context.installation.store.write(async (writer) => {
    const other = reportAtHand(await latest(writer, account), question, now);
    if (other) return { JobId: other.jobId };
    await keepReport(writer, report);
    return { JobId: report.jobId };
  });
}

/** (unverified) wording */
const DENIED = {
  kind: 'failed',
  code: 'ORGANIZATIONS_REPORT_ACCESS_DENIED',
  message: 'You do not have the permissions in AWS Organizations that this report needs.',
} as const;

const latest = (reader: Reader, account: string): Promise<AccessReport[]> =>
  reader.list(accessReports, { index: 'created', prefix: [account], descending: true, limit: LATEST });

/** @throws ReportGenerationLimitExceeded  409; (unverified) wording */
function reportAtHand(reports: readonly AccessReport[], question: string, now: number): AccessReport | undefined {
  const ofOrganization = reports.filter((report) => report.question.startsWith('organization '));
  const same = ofOrganization.find((report) => report.question === question && now - report.createdAt < MINUTE);
  if (!same && ofOrganization.some((report) => isRunning(report, now)))
    throw new ServiceError('ReportGenerationLimitExceededException', 'A report is being generated for this account already.');
  return same;
}

/**
 * A report on an organization.
 * @throws NoSuchEntity  404  no such report, or somebody else's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html
 */
export async function getOrganizationsAccessReport(
  input: Valid<GetOrganizationsAccessReportRequest>,
  context: OperationContext,
): Promise<GetOrganizationsAccessReportResponse> {
  const report = await requireReport(context, input.JobId, 'organization', 'failed');
  if (isRunning(report, context.now)) return runningShape(report);
  const { result } = report;
  const times = { JobCreationDate: new Date(report.createdAt), JobCompletionDate: new Date(report.completedAt) };
  if (result.kind === 'failed') return { JobStatus: 'FAILED', ...times, ErrorDetails: { Code: result.code, Message: result.message } };
  const sort = input.SortKey ?? 'SERVICE_NAMESPACE_ASCENDING';
  const sorted = result.services.toSorted(
    sort.startsWith('SERVICE')
      ? (a, b) => (a.namespace < b.namespace ? -1 : 1)
      : (a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.namespace < b.namespace ? -1 : 1),
  );
  if (sort.endsWith('DESCENDING')) sorted.reverse();
  const { items, end } = await takePageOf(
    context,
    { operation: 'GetOrganizationsAccessReport', filters: [report.jobId, sort] },
    input,
    sorted.map((service, index) => ({ service, place: String(index).padStart(4, '0') })),
    ({ place }) => [place],
  );
  return {
    JobStatus: 'COMPLETED',
    ...times,
    NumberOfServicesAccessible: result.services.length,
    NumberOfServicesNotAccessed: result.services.filter(({ at }) => at === undefined).length,
    AccessDetails: items.map(({ service }) => detailShape(service, context)),
    ...end,
  };
}

function detailShape(
  { namespace, at, region, entityPath, entities }: OrganizationReport['services'][number],
  { installation }: Scope,
): AccessDetail {
  return {
    ServiceName: installation.serviceAuthorizations.serviceName(namespace) ?? namespace,
    ServiceNamespace: namespace,
    ...(region === undefined ? {} : { Region: region }),
    ...(entityPath === undefined ? {} : { EntityPath: entityPath }),
    ...(at === undefined ? {} : { LastAuthenticatedTime: new Date(at) }),
    TotalAuthenticatedEntities: entities,
  };
}
