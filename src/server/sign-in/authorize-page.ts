import { ACCOUNT_ACCESS, hashSecret, newSecret, sweepPortal } from '../../authentication/portal-access.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import type { HttpResponse } from '../../core/http.ts';
import { isRegisteredRedirect } from '../../services/sso-oidc/redirect-uri.ts';
import { instanceOfStartPath, instanceOfStartUrl } from '../../services/sso-oidc/start-url.ts';
import { authorizationCodes, type OidcClient, oidcClients } from '../../store/tables/portal.ts';
import { escapeHtml, PRIVATE_HEADERS, page } from '../page.ts';
import { callerOf, type PortalParts } from './portal-parts.ts';
import { signInForm } from './portal-sign-in-form.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

/*
 * Where somebody lets a program on this machine in: authorization code with PKCE, answered on the loopback interface and nowhere else (threats
 * D03, D04).
 */

/** How long a code may be changed for tokens, in milliseconds. */
const CODE_LIFE = 60_000;
const MAX_STATE = 1024;

/** What a program asks for, checked: who it is, and where it is answered. */
interface Asked {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly challenge: string;
  readonly scopes: readonly string[];
}

export function authorizePages(parts: PortalParts): readonly SignInPage[] {
  return [
    { method: 'GET', path: '/authorize', operation: 'Authorize', handle: (call) => ask(call, parts) },
    { method: 'POST', path: '/authorize/decision', operation: 'AuthorizeDecision', handle: (call) => decide(call, parts) },
  ];
}

/**
 * The client and its redirect URI. What is wrong with these is told here and not to the URI, which may be anybody's.
 * @throws ServiceError  400
 */
async function requireClient({ query }: PageCall, { installation }: PortalParts): Promise<{ client: OidcClient; redirectUri: string }> {
  const clientId = query.get('client_id') ?? '';
  const client = clientId.length <= 64 ? await installation.store.get(oidcClients, [clientId]) : undefined;
  if (!client || installation.clock.now() >= client.expiresAt)
    throw refuse(400, 'InvalidClientException', 'The program is not registered, or its registration has expired. Start it again.');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRegisteredRedirect(redirectUri, client.redirectUris))
    throw refuse(400, 'InvalidRedirectUriException', 'The program did not register the address to which it wants the answer.');
  return { client, redirectUri };
}

/** The redirect URI with an answer in it. */
function answerUri({ redirectUri, state }: Pick<Asked, 'redirectUri' | 'state'>, answer: Readonly<Record<string, string>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...answer, ...(state === undefined ? {} : { state }) })) url.searchParams.set(name, value);
  return url.href;
}

const redirect = (Location: string): HttpResponse => ({ status: 303, headers: { ...PRIVATE_HEADERS, Location }, body: '' });

/** What is asked for; or the OAuth error that it is answered with. */
function readAsked({ query }: PageCall, client: OidcClient, redirectUri: string): Asked | { readonly error: string } {
  if (query.get('response_type') !== 'code') return { error: 'unsupported_response_type' };
  if (client.grantTypes.length > 0 && !client.grantTypes.includes('authorization_code')) return { error: 'unauthorized_client' };
  const challenge = query.get('code_challenge') ?? '';
  if (query.get('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(challenge)) return { error: 'invalid_request' };
  const given = (query.get('scopes') ?? query.get('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const scopes = given.length > 0 ? given : client.scopes;
  if (scopes.some((scope) => !client.scopes.includes(scope))) return { error: 'invalid_scope' };
  return { clientId: client.clientId, redirectUri, state: query.get('state'), challenge, scopes };
}

async function ask(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const { store, keys, random } = parts.installation;
  const { client, redirectUri } = await requireClient(call, parts);
  const state = call.query.get('state');
  if (state !== undefined && state.length > MAX_STATE) throw refuse(400, 'InvalidRequestException', 'The state is too long.');
  const asked = readAsked(call, client, redirectUri);
  if ('error' in asked) return { response: redirect(answerUri({ redirectUri, state }, { error: asked.error })) };
  const instance =
    client.issuerUrl === undefined ? await instanceOfStartPath(store, '') : await instanceOfStartUrl(store, client.issuerUrl);
  if (!instance) throw refuse(404, 'ResourceNotFoundException', 'The program asks for a portal that is not here. Look at its start URL.');
  const signedIn = await parts.sessions.find(call.request, instance);
  if (!signedIn) return { response: signInForm(instance, { next: call.request.target }) };
  const sealed = sealValue(asked, 'device-code', ['authorize', signedIn.session.sessionId], { keys, random });
  const what = asked.scopes.length === 0 || asked.scopes.includes(ACCOUNT_ACCESS);
  const response = page(
    'Let a program in · Sagegate',
    `<main><h1>Let this program in?</h1>
<dl><dt>It calls itself</dt><dd>${escapeHtml(client.name)} (not verified)</dd>
<dt>It is answered at</dt><dd><code>${escapeHtml(new URL(redirectUri).origin)}</code>, on this machine</dd>
<dt>It will act as</dt><dd>${escapeHtml(signedIn.user.attributes.UserName)}</dd></dl>
<p>${what ? 'It will see your accounts and get credentials of every role that is assigned to you.' : 'It will learn who you are.'} Allow it only if you have just started it yourself.</p>
<form method="post" action="/authorize/decision"><input type="hidden" name="request" value="${sealed}">
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form></main>`,
    { forms: true, leadsTo: new URL(redirectUri).origin },
  );
  return { response, caller: callerOf(signedIn) };
}

async function decide(call: PageCall, parts: PortalParts): Promise<PageAnswer> {
  const { store, random, clock } = parts.installation;
  const signedIn = await parts.sessions.find(call.request);
  const ended = refuse(401, 'UnauthorizedException', 'Your session has ended. Start the program again.');
  if (!signedIn) throw ended;
  const { sessionId } = signedIn.session;
  const asked = openValue<Asked>(call.form.get('request') ?? '', 'device-code', ['authorize', sessionId], parts.installation);
  if (!asked) throw ended;
  const decision = call.form.get('decision');
  const caller = callerOf(signedIn);
  if (decision === 'deny') return { response: redirect(answerUri(asked, { error: 'access_denied' })), caller };
  if (decision !== 'allow') throw refuse(400, 'ValidationException', 'Allow or deny.');
  const code = newSecret(random);
  const now = clock.now();
  const { clientId, redirectUri, challenge, scopes } = asked;
  await store.write(async (writer) => {
    await sweepPortal(writer, now);
    const codeId = hashSecret('code', code);
    await writer.insert(authorizationCodes, { codeId, clientId, redirectUri, challenge, scopes, sessionId, expiresAt: now + CODE_LIFE });
  });
  return { response: redirect(answerUri(asked, { code })), caller };
}
