import type { Clock } from '../../core/clock.ts';
import { AWS_REGIONS } from '../../sigv4/index.ts';
import type { Store } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type RoleColour, switchedRoles } from '../../store/tables/console.ts';
import { json } from '../json-body.ts';
import type { ConsoleSessions, OpenConsoleSession } from './console-session.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

export interface SessionEndpointParts {
  readonly sessions: ConsoleSessions;
  readonly store: Store;
  readonly clock: Clock;
}

/** No form and no link can send this header, and no other site's script may without asking first, which nobody answers. */
const PROOF = 'x-sagegate-console';

/**
 * Gives the console's page what its calls are signed with: the temporary credentials of the session whose cookie came along, and whose they are.
 * Only a script of this very site gets them (threat C13): the request is a POST with a header of its own, and its origin is checked before.
 */
export const sessionEndpoint = (parts: SessionEndpointParts): SignInPage => ({
  method: 'POST',
  path: '/console/session',
  operation: 'GetConsoleSession',
  forPrograms: true,
  handle: (call) => show(call, parts),
});

async function show({ request }: PageCall, { sessions, store, clock }: SessionEndpointParts): Promise<PageAnswer> {
  if (request.headers[PROOF] !== '1') throw refuse(403, 'AccessDeniedException', 'Only the console itself may ask for its session.');
  const session = await sessions.find(request);
  if (!session) throw refuse(401, 'ExpiredTokenException', 'You are not signed in, or your session has ended.');
  const { arn, accountId, method, expiresAt, switchedFrom, credentials } = session;
  const account = await store.get(accounts, [accountId]);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const response = json(200, {
    arn,
    account: { id: accountId, name: account?.name ?? accountId, alias: account?.alias },
    method,
    now: clock.now(),
    expiresAt: Math.min(expiresAt, credentials.expiresAt),
    switchedFrom: switchedFrom && {
      arn: switchedFrom.arn,
      accountId: switchedFrom.accountId,
      colour: await colourOf(session, store),
    },
    regions: [...AWS_REGIONS].sort(),
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  return { response, caller: { arn, account: accountId } };
}

/** The colour that somebody has given the role that they act as. */
async function colourOf({ arn, accountId, personId }: OpenConsoleSession, store: Store): Promise<RoleColour> {
  // `arn:aws:sts::{account}:assumed-role/{name}/{session}`
  const name = arn.split('/')[1];
  const known = await store.list(switchedRoles, { index: 'used', prefix: [personId] });
  const role = known.findLast((each) => each.accountId === accountId && each.roleName.slice(each.roleName.lastIndexOf('/') + 1) === name);
  return role?.colour ?? 'none';
}
