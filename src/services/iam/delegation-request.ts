import type {
  AcceptDelegationRequestRequest,
  AssociateDelegationRequestRequest,
  CreateDelegationRequestRequest,
  CreateDelegationRequestResponse,
  DelegationRequest as DelegationRequestShape,
  GetDelegationRequestRequest,
  GetDelegationRequestResponse,
  GetHumanReadableSummaryRequest,
  GetHumanReadableSummaryResponse,
  ListDelegationRequestsRequest,
  ListDelegationRequestsResponse,
  RejectDelegationRequestRequest,
  SendDelegationTokenRequest,
  UpdateDelegationRequestRequest,
} from '@aws-sdk/client-iam';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn, parseArn } from '../../core/arn.ts';
import { uuid } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type DelegationRequest, delegationRequests } from '../../store/tables/iam.ts';
import { concurrentModification, entityAlreadyExists, invalidInput, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { refuseOverQuota } from './quota.ts';
import { keep, walkRows } from './walk.ts';

/*
 * A partner's wish to act in an account for a while: made by the partner, taken on by somebody of the account, approved and sent off.
 *
 *     UNASSIGNED ─associate→ ASSIGNED ─update→ PENDING_APPROVAL ─accept→ ACCEPTED ─send→ FINALIZED
 *                                └───────────────accept────────────────↑        all but FINALIZED ─reject→ REJECTED, and in time EXPIRED
 *
 * What is not here: the partners' policy templates, which AWS does not publish, so that nothing is granted; and SNS, so that no token reaches
 * anybody. On AWS only partners that have been on-boarded make requests; here whoever has the permission (unverified).
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
 */

export const delegationRequestArn = (account: string, requestId: string): string => iamArn(account, `delegation-request/${requestId}`);

/** How long a request waits, and how long a rejected one is shown. The first is (unverified). */
const LIFETIME = 7 * 24 * 3600 * 1000;
const SWEPT = 20;

type ShownState = NonNullable<DelegationRequestShape['State']>;

function stateOf({ state, expiresAt }: DelegationRequest, now: number): ShownState {
  return now >= expiresAt && state !== 'FINALIZED' ? 'EXPIRED' : state;
}

const isGone = ({ state, expiresAt }: DelegationRequest, now: number): boolean => state === 'REJECTED' && now >= expiresAt;

/** The request, if there is one that this account may know of: one that is nobody's yet, or its own. */
export async function findDelegationRequest(
  reader: Reader,
  { account, now }: Pick<Scope, 'account' | 'now'>,
  requestId: string,
): Promise<DelegationRequest | undefined> {
  const request = await reader.get(delegationRequests, [requestId]);
  if (!request || isGone(request, now)) return undefined;
  return request.ownerAccountId === undefined || request.ownerAccountId === account ? request : undefined;
}

/** 404; (unverified) wording */
const noSuchRequest = (requestId: string): ServiceError => noSuchEntity(`The delegation request with id ${requestId} cannot be found.`);

async function shape(request: DelegationRequest, { reader, now }: Pick<Scope, 'reader' | 'now'>): Promise<DelegationRequestShape> {
  const requestor = await reader.get(accounts, [request.requestorId]);
  return {
    DelegationRequestId: request.requestId,
    ...(request.ownerAccountId === undefined ? {} : { OwnerAccountId: request.ownerAccountId }),
    Description: request.description,
    ...(request.requestMessage === undefined ? {} : { RequestMessage: request.requestMessage }),
    Permissions: {
      ...(request.templateArn === undefined ? {} : { PolicyTemplateArn: request.templateArn }),
      Parameters: request.parameters.map(({ name, values, type }) => ({
        Name: name,
        ...(values === undefined ? {} : { Values: [...values] }),
        Type: type,
      })),
    },
    ...(request.owner === undefined ? {} : { OwnerId: request.owner.arn }),
    ...(request.approverArn === undefined ? {} : { ApproverId: request.approverArn }),
    State: stateOf(request, now),
    ExpirationTime: new Date(request.expiresAt),
    RequestorId: request.requestorId,
    ...(requestor && { RequestorName: requestor.name.slice(0, 30) }),
    CreateDate: new Date(request.createdAt),
    SessionDuration: request.sessionDuration,
    ...(request.redirectUrl === undefined ? {} : { RedirectUrl: request.redirectUrl }),
    ...(request.notes === undefined ? {} : { Notes: request.notes }),
    ...(request.rejectionReason === undefined ? {} : { RejectionReason: request.rejectionReason }),
    OnlySendByOwner: request.onlySendByOwner,
    UpdatedTime: new Date(request.updatedAt),
  };
}

/**
 * Makes a request, for one account or for whichever takes it on.
 * @throws InvalidInput         400  the channel is not an SNS topic, the template is no ARN
 * @throws EntityAlreadyExists  409  the requestor has used this workflow id
 * @throws LimitExceeded        409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html
 */
export async function createDelegationRequest(
  input: Valid<CreateDelegationRequestRequest>,
  context: OperationContext,
): Promise<CreateDelegationRequestResponse> {
  const { account, now } = context;
  // (unverified) wording of both
  if (parseArn(input.NotificationChannel)?.service !== 'sns')
    throw invalidInput('The notification channel must be the ARN of an SNS topic.');
  const templateArn = input.Permissions.PolicyTemplateArn;
  if (templateArn !== undefined && parseArn(templateArn)?.service !== 'iam') throw invalidInput(`ARN ${templateArn} is not valid.`);
  const request: DelegationRequest = {
    requestId: uuid(context.installation.random),
    requestorId: account,
    workflowId: input.RequestorWorkflowId,
    ...(input.OwnerAccountId === undefined ? {} : { ownerAccountId: input.OwnerAccountId }),
    state: 'UNASSIGNED',
    description: input.Description,
    ...(input.RequestMessage === undefined ? {} : { requestMessage: input.RequestMessage }),
    ...(templateArn === undefined ? {} : { templateArn }),
    parameters: (input.Permissions.Parameters ?? []).map(({ Name, Values, Type }) => ({
      ...(Name === undefined ? {} : { name: Name }),
      ...(Values === undefined ? {} : { values: Values }),
      ...(Type === undefined ? {} : { type: Type }),
    })),
    ...(input.RedirectUrl === undefined ? {} : { redirectUrl: input.RedirectUrl }),
    notificationChannel: input.NotificationChannel,
    sessionDuration: input.SessionDuration,
    onlySendByOwner: input.OnlySendByOwner ?? false,
    createdAt: now,
    updatedAt: now,
    expiresAt: now + LIFETIME,
  };
  await context.installation.store.write(async (writer) => {
    await sweep(writer, context);
    if (await writer.find(delegationRequests, 'workflow', [account, request.workflowId]))
      // (unverified) wording
      throw entityAlreadyExists(`Delegation request with requestor workflow id ${request.workflowId} already exists.`);
    const made = await writer.count(delegationRequests, { index: 'requestor', prefix: [account] });
    refuseOverQuota(context, 'DelegationRequestsPerAccount', made);
    await writer.insert(delegationRequests, request);
  });
  return {
    // (unverified) the form of the link
    ConsoleDeepLink: `https://us-east-1.console.aws.amazon.com/iam/home#/delegation_requests/${request.requestId}`,
    DelegationRequestId: request.requestId,
  };
}

/** Deletes the oldest of a requestor's that nobody can do anything with any more. */
async function sweep(writer: Writer, { account, now }: Scope): Promise<void> {
  for (const old of await writer.list(delegationRequests, { index: 'requestor', prefix: [account], limit: SWEPT })) {
    if (now < old.expiresAt + LIFETIME) return;
    await writer.delete(delegationRequests, [old.requestId]);
  }
}

/**
 * A request. Whether the caller could grant what it asks for cannot be told without its template.
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html
 */
export async function getDelegationRequest(
  input: Valid<GetDelegationRequestRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<GetDelegationRequestResponse> {
  const request = context.target.stored;
  if (!request) throw noSuchRequest(input.DelegationRequestId);
  return {
    DelegationRequest: await shape(request, context),
    ...(input.DelegationPermissionCheck === true
      ? { PermissionCheckStatus: 'COMPLETE' as const, PermissionCheckResult: 'UNSURE' as const }
      : {}),
  };
}

/**
 * The requests that somebody of the account has taken on, oldest first.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html
 */
export async function listDelegationRequests(
  input: Valid<ListDelegationRequestsRequest>,
  context: OperationContext,
): Promise<ListDelegationRequestsResponse> {
  const { account, now, reader } = context;
  const { items, end } = await takePage(
    context,
    { operation: 'ListDelegationRequests', filters: [input.OwnerId] },
    input,
    (after) =>
      keep(
        walkRows(reader, delegationRequests, { index: 'owner', prefix: [account] }, after),
        (request) =>
          request.owner !== undefined && !isGone(request, now) && (input.OwnerId === undefined || request.owner.arn === input.OwnerId),
      ),
    (request) => [new Date(request.createdAt).toISOString(), request.requestId],
  );
  const shapes: DelegationRequestShape[] = [];
  for (const request of items) shapes.push(await shape(request, context));
  const { IsTruncated: isTruncated, ...marker } = end;
  // With a small i, alone among all.
  return { DelegationRequests: shapes, isTruncated, ...marker };
}

/** Changes the request that was authorised, if it is in one of these states. @throws InvalidInput  400; (unverified) code and wording */
async function change(
  context: OperationContext<DelegationRequest>,
  requestId: string,
  from: readonly ShownState[],
  changed: (request: DelegationRequest) => DelegationRequest,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const request = await findDelegationRequest(writer, context, requestId);
    if (!request) throw noSuchRequest(requestId);
    if (request.owner?.uniqueId !== context.target.stored?.owner?.uniqueId) throw concurrentModification();
    const state = stateOf(request, context.now);
    if (!from.includes(state))
      throw invalidInput(`The delegation request ${requestId} is in state ${state} and cannot be changed this way.`);
    await writer.update(delegationRequests, { ...changed(request), updatedAt: context.now });
  });
  return {};
}

/**
 * Makes the caller the owner of a request.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  it has one
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AssociateDelegationRequest.html
 */
export const associateDelegationRequest = (
  input: Valid<AssociateDelegationRequestRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<object> =>
  change(context, input.DelegationRequestId, ['UNASSIGNED'], (request) => {
    const { arn, uniqueId } = context.caller.principal;
    return { ...request, state: 'ASSIGNED', ownerAccountId: context.account, owner: { arn, uniqueId } };
  });

/**
 * Adds notes, and passes a request on for approval.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  it has no owner, or is decided
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html
 */
export const updateDelegationRequest = (
  input: Valid<UpdateDelegationRequestRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<object> =>
  change(context, input.DelegationRequestId, ['ASSIGNED', 'PENDING_APPROVAL'], (request) => ({
    ...request,
    state: 'PENDING_APPROVAL',
    ...(input.Notes === undefined ? {} : { notes: input.Notes }),
  }));

/**
 * Approves a request, in the caller's name.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  it has no owner, or is decided
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcceptDelegationRequest.html
 */
export const acceptDelegationRequest = (
  input: Valid<AcceptDelegationRequestRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<object> =>
  change(context, input.DelegationRequestId, ['ASSIGNED', 'PENDING_APPROVAL'], (request) => ({
    ...request,
    state: 'ACCEPTED',
    approverArn: context.caller.principal.arn,
  }));

/**
 * Refuses a request, for good; it is shown for seven days more.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  it is finalised, rejected or expired
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RejectDelegationRequest.html
 */
export const rejectDelegationRequest = (
  input: Valid<RejectDelegationRequestRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<object> =>
  change(context, input.DelegationRequestId, ['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'], (request) => ({
    ...request,
    state: 'REJECTED',
    // Whoever refuses what nobody has taken on does so for the account.
    ownerAccountId: context.account,
    ...(input.Notes === undefined ? {} : { rejectionReason: input.Notes }),
    expiresAt: context.now + LIFETIME,
  }));

/**
 * Finishes an accepted request. On AWS its token goes to the partner's SNS topic; there is none here, and so no token.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  it is not accepted
 * @throws AccessDenied  403  only its owner may, and somebody else calls; (unverified) wording
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SendDelegationToken.html
 */
export const sendDelegationToken = (
  input: Valid<SendDelegationTokenRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<object> =>
  change(context, input.DelegationRequestId, ['ACCEPTED'], (request) => {
    const { principal } = context.caller;
    if (request.onlySendByOwner && request.owner?.uniqueId !== principal.uniqueId)
      throw new ServiceError(
        'AccessDenied',
        `User: ${principal.arn} is not authorized to perform: iam:SendDelegationToken on resource: ${context.target.arn} because only the owner of the request may send its token`,
      );
    return { ...request, state: 'FINALIZED' };
  });

/**
 * A request in plain words: AWS has a language model write them; here there is none.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  not the ARN of a request (from resources.ts)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetHumanReadableSummary.html
 */
export async function getHumanReadableSummary(
  input: Valid<GetHumanReadableSummaryRequest>,
  context: OperationContext<DelegationRequest>,
): Promise<GetHumanReadableSummaryResponse> {
  // (unverified) wording
  if (!context.target.stored) throw noSuchEntity(`The entity with arn ${input.EntityArn} cannot be found.`);
  return { Locale: input.Locale ?? 'en', SummaryState: 'NOT_AVAILABLE' };
}
