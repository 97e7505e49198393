import type {
  GetRoleCredentialsRequest,
  GetRoleCredentialsResponse,
  ListAccountRolesRequest,
  ListAccountRolesResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  LogoutRequest,
} from '@aws-sdk/client-sso';
import { bearerOf, endPortalSession } from '../../authentication/portal-access.ts';
import { assignedRoles } from '../../authorization/assigned-role.ts';
import { issueMarker, openMarker } from '../../authorization/marker.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { accounts } from '../../store/tables/account.ts';
import { openRoleSession } from './role-session.ts';

/*
 * The portal, as programs see it: which accounts and roles somebody is assigned, and credentials of these roles. Whoever shows the access token
 * is its user; nothing is signed.
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Operations.html
 */

const unauthorized = (): ServiceError => new ServiceError('UnauthorizedException', 'Session token not found or invalid');
/** As AWS answers it, though its model does not have it. */
const noAccess = (): ServiceError => new ServiceError('ForbiddenException', 'No access', { status: 403 });
const invalid = (message: string): ServiceError => new ServiceError('InvalidRequestException', message);

async function requireBearer(accessToken: string, { reader, now }: OperationContext) {
  const bearer = await bearerOf(reader, accessToken, now);
  if (!bearer) throw unauthorized();
  return bearer;
}

const DEFAULT_MAX_RESULTS = 100;

function takePage<Item>(
  { installation }: OperationContext,
  userId: string,
  operation: string,
  input: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
  items: readonly Item[],
  idOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly end: { readonly nextToken?: string } } {
  const place = { account: userId, operation: `awsssoportal:${operation}`, filters: [] };
  const after = input.nextToken === undefined ? undefined : openMarker(installation, place, input.nextToken);
  if (input.nextToken !== undefined && !after) throw invalid('The next token is not valid.');
  const rest = items.filter((item) => after === undefined || idOf(item) > (after[0] ?? ''));
  const page = rest.slice(0, input.maxResults ?? DEFAULT_MAX_RESULTS);
  const last = page.at(-1);
  return { items: page, end: rest.length > page.length && last ? { nextToken: issueMarker(installation, place, [idOf(last)]) } : {} };
}

/**
 * The accounts in which the user is assigned something.
 * @throws Unauthorized  401  the token is nobody's, or its session has ended
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html
 */
export async function listAccounts(input: Valid<ListAccountsRequest>, context: OperationContext): Promise<ListAccountsResponse> {
  const { instance, user } = await requireBearer(input.accessToken, context);
  const ids = [...new Set((await assignedRoles(context.reader, instance, user)).map(({ accountId }) => accountId))];
  const { items, end } = takePage(context, user.userId, 'ListAccounts', input, ids, (id) => id);
  const accountList = [];
  for (const accountId of items) {
    const account = await context.reader.get(accounts, [accountId]);
    if (account) accountList.push({ accountId, accountName: account.name, emailAddress: account.email });
  }
  return { accountList, ...end };
}

/**
 * The roles of one account, by the names of their permission sets.
 * @throws Unauthorized  401
 * @throws Forbidden     403  no such account, or none in which the user is assigned anything
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html
 */
export async function listAccountRoles(
  input: Valid<ListAccountRolesRequest>,
  context: OperationContext,
): Promise<ListAccountRolesResponse> {
  const { instance, user } = await requireBearer(input.accessToken, context);
  const { accountId } = input;
  const assigned = await assignedRoles(context.reader, instance, user, accountId);
  if (assigned.length === 0) throw noAccess();
  const names = assigned.map(({ permissionSet }) => permissionSet.name);
  const { items, end } = takePage(context, user.userId, `ListAccountRoles/${accountId.slice(0, 12)}`, input, names, (name) => name);
  return { roleList: items.map((roleName) => ({ roleName, accountId })), ...end };
}

/**
 * Credentials of a role that the user is assigned at this moment.
 * @throws Unauthorized    401
 * @throws Forbidden       403  not assigned (threat D05); what does not exist is told in the same words
 * @throws InvalidRequest  400  (unverified sentence) an attribute of the user that cannot be a session tag
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
 */
export async function getRoleCredentials(
  input: Valid<GetRoleCredentialsRequest>,
  context: OperationContext,
): Promise<GetRoleCredentialsResponse> {
  const { instance, user } = await requireBearer(input.accessToken, context);
  const { reader, installation, now } = context;
  const assigned = await assignedRoles(reader, instance, user, input.accountId);
  const role = assigned.find(({ permissionSet }) => permissionSet.name === input.roleName);
  if (!role) throw noAccess();
  const opened = await openRoleSession(reader, installation, instance, user, role, now);
  if (!opened) throw invalid('An attribute for access control cannot be passed as a session tag.');
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = opened;
  return { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt } };
}

/**
 * Ends the sign-in that the token came of, in the browser and for every program. Credentials of roles that it gave stay until they expire.
 * @throws Unauthorized  401
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
 */
export async function logout(input: Valid<LogoutRequest>, context: OperationContext): Promise<object> {
  const { session } = await requireBearer(input.accessToken, context);
  await context.installation.store.write((writer) => endPortalSession(writer, session.sessionId));
  return {};
}
