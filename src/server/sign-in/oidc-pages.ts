import { sourceOf } from '../../authentication/attempt-limit.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { HttpResponse } from '../../core/http.ts';
import { audienceOf } from '../../services/sts/web-identity.ts';
import { oidcProviders } from '../../store/tables/iam.ts';
import { escapeHtml, page } from '../page.ts';
import type { Pipeline } from '../pipeline.ts';
import { consoleDestination } from './console-destination.ts';
import type { Door } from './console-home.ts';
import type { ConsoleSessions } from './console-session.ts';
import { type Field, formPage } from './form-page.ts';
import { secretCookie } from './host-cookie.ts';
import { findNamedAccount } from './named-account.ts';
import {
  type Arrived,
  callbackPath,
  issuerOf,
  type OidcSignIn,
  PENDING_LIFE,
  type SignInProvider,
  sessionNameOf,
  signsIn,
  startPath,
} from './oidc-sign-in.ts';
import { rememberedAccount } from './remembered-account.ts';
import { RoleChoices } from './role-choices.ts';
import { browserFacts, enterByRole } from './role-entry.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage, seeOther } from './sign-in-page.ts';

export interface OidcPagesParts {
  readonly installation: Installation;
  readonly sessions: ConsoleSessions;
  readonly signIn: OidcSignIn;
  /** Calls STS in process, as the browser's own call. */
  readonly callForBrowser: Pipeline['callForBrowser'];
}

const ADDRESS = '/signin/oidc';
/** Of the form in which a role was chosen: a token of 20,000 characters sealed, as base64. */
const MAX_CHOICE_BYTES = 96 * 1024;

/** A secret by which the browser that has begun a sign-in is known when it comes back (threat W04). It is worth nothing else. */
const cookie = secretCookie('__Host-sagegate-oidc');

/**
 * Where people of an account's OpenID Connect providers sign in to the console. AWS has no such pages: there a broker of one's own does it. They end
 * in AWS's own AssumeRoleWithWebIdentity.
 */
export function oidcPages(parts: OidcPagesParts): readonly SignInPage[] {
  return [
    { method: 'GET', path: ADDRESS, operation: 'OidcSignIn', handle: (call) => show(call, parts) },
    { method: 'POST', path: ADDRESS, operation: 'OidcSignIn', handle: (call) => ask(call, parts) },
    { method: 'GET', path: `${ADDRESS}/callback/*`, operation: 'ConsoleLogin', handle: (call) => arrive(call, parts) },
    {
      method: 'POST',
      path: `${ADDRESS}/role`,
      operation: 'ConsoleLogin',
      maxBytes: MAX_CHOICE_BYTES,
      handle: (call) => choose(call, parts),
    },
  ];
}

/** What leads to them, where some provider signs people in. */
export async function oidcDoors({ store }: Installation): Promise<readonly Door[]> {
  const [any] = await store.list(oidcProviders, { index: 'signIn', prefix: ['yes'], limit: 1 });
  return any ? [{ href: ADDRESS, title: 'Identity provider', text: 'With the account that you have at work, by OpenID Connect.' }] : [];
}

/** The providers by which people sign in to an account, as links. None for one that there is not. */
export async function oidcLinks({ store }: Installation, account: string, destination = ''): Promise<readonly Door[]> {
  const found = await findNamedAccount(store, account.trim());
  if (found?.status !== 'ACTIVE') return [];
  const providers = await store.list(oidcProviders, { index: 'signIn', prefix: ['yes', found.accountId] });
  const onward = destination === '' ? '' : `&${new URLSearchParams({ destination })}`;
  return providers.map((provider) => ({ href: startPath(provider) + onward, title: provider.url, text: 'OpenID Connect' }));
}

/** To a provider that is named; else the providers of an account, and before that its name. */
async function show(call: PageCall, parts: OidcPagesParts): Promise<PageAnswer> {
  const { query, request } = call;
  const account = query.get('account');
  const provider = query.get('provider');
  if (account !== undefined && provider !== undefined) return begin(call, account, provider, parts);
  if (account !== undefined) return { response: await providersPage(call, account, parts) };
  const remembered = rememberedAccount(request);
  return { response: accountForm(remembered === undefined ? query : new Map([['account', remembered], ...query])) };
}

async function ask({ form }: PageCall, { installation }: OidcPagesParts): Promise<PageAnswer> {
  const account = (form.get('account') ?? '').trim();
  const destination = form.get('destination') ?? '';
  const links = await oidcLinks(installation, account);
  if (links.length === 0) return { response: accountForm(form, NOBODY), errorCode: 'ResourceNotFoundException' };
  // The links are on a page of their own: a form of ours leads to no other site.
  return { response: seeOther(`${ADDRESS}?${new URLSearchParams({ account, ...(destination !== '' && { destination }) })}`) };
}

/** Whether there is such an account is not told. */
const NOBODY = 'There is no such account, or nobody signs in to it by OpenID Connect.';

const ACCOUNT: Field = {
  name: 'account',
  label: 'Account ID (12 digits) or account alias',
  attributes: 'autocomplete="organization" maxlength="63" autocapitalize="none" spellcheck="false"',
};

const BELOW = '<p><a href="/signin">Sign in as IAM user</a> · <a href="/console/">Other ways to sign in</a></p>';

const accountForm = (fields: ReadonlyMap<string, string>, alert?: string): HttpResponse =>
  formPage(
    'Sign in by an identity provider',
    ADDRESS,
    [ACCOUNT],
    { fields, ...(alert !== undefined && { alert, status: 404 }) },
    {
      button: 'Continue',
      hidden: ['destination'],
      below: BELOW,
    },
  );

async function providersPage({ query }: PageCall, account: string, { installation }: OidcPagesParts): Promise<HttpResponse> {
  const links = await oidcLinks(installation, account, query.get('destination'));
  if (links.length === 0) return accountForm(query, NOBODY);
  return page(
    'Sign in by an identity provider · Sagegate',
    `<main><h1>Sign in to ${escapeHtml(account)}</h1><p>By one of its identity providers:</p>${linkList(links)}${BELOW}</main>`,
  );
}

export const linkList = (links: readonly Door[]): string =>
  `<ul>${links.map(({ href, title }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(title)}</a></li>`).join('')}</ul>`;

async function begin(call: PageCall, account: string, url: string, parts: OidcPagesParts): Promise<PageAnswer> {
  const { request, origin, query } = call;
  const { store, random } = parts.installation;
  const found = await findNamedAccount(store, account);
  const provider = found?.status === 'ACTIVE' ? await store.get(oidcProviders, [found.accountId, url]) : undefined;
  if (!provider || !signsIn(provider))
    throw refuse(404, 'ResourceNotFoundException', 'Nobody signs in by this link. Ask whoever gave it to you for another.');
  const destination = consoleDestination(query.get('destination'), origin);
  // Several tabs of one browser may sign in at once.
  const browser = cookie.read(request) ?? Buffer.from(random.bytes(32)).toString('base64url');
  const address = await parts.signIn.begin(provider, origin, browser, sourceOf(request.remoteAddress), destination);
  return { response: seeOther(address, cookie.write(browser, PENDING_LIFE / 1000)) };
}

/** What proves somebody until they have chosen a role; verified again then. */
interface Proof {
  readonly idToken: string;
  readonly sessionName: string;
  readonly signInUrl: string;
  readonly destination: string;
}

const choicesOf = (installation: Installation) => new RoleChoices<Proof>({ installation, door: 'oidc', action: `${ADDRESS}/role` });

async function arrive(call: PageCall, parts: OidcPagesParts): Promise<PageAnswer> {
  const { installation, signIn } = parts;
  const { request, query, origin } = call;
  const browser = cookie.read(request);
  const arrived = await signIn.finish(call.part, query, origin, browser);
  const { provider, token, idToken } = arrived;
  const { roleArns, problem } = await signIn.rolesFor(arrived, factsOf(call));
  const [only, ...others] = roleArns;
  if (only === undefined) return { response: noRolePage(arrived, problem, installation), errorCode: 'AccessDenied' };
  const destination = consoleDestination(arrived.destination, origin);
  const proof = { idToken, sessionName: sessionNameOf(token.claims.sub), signInUrl: startPath(provider), destination };
  if (others.length === 0) return enter(call, proof, only, parts);
  const response = await choicesOf(installation).offer(roleArns, proof, browser);
  // The form's own address holds the code: nobody is told more of it than the site.
  return { response: { ...response, headers: { ...response.headers, 'Referrer-Policy': 'strict-origin' } } };
}

async function choose(call: PageCall, parts: OidcPagesParts): Promise<PageAnswer> {
  const { proof, roleArn } = await choicesOf(parts.installation).take(call.form, cookie.read(call.request) ?? '');
  return enter(call, proof, roleArn, parts);
}

/** Without a referrer: of these pages it is the provider's, or an address that holds a code. */
const factsOf = (call: PageCall) => browserFacts(call, undefined);

function enter(call: PageCall, proof: Proof, RoleArn: string, parts: OidcPagesParts): Promise<PageAnswer> {
  const { idToken: WebIdentityToken, sessionName: RoleSessionName, signInUrl, destination } = proof;
  const input = { RoleArn, RoleSessionName, WebIdentityToken };
  return enterByRole(call, { operation: 'AssumeRoleWithWebIdentity', input, method: 'oidc', signInUrl, destination }, factsOf(call), parts);
}

/** What was claimed, so that an administrator can let in whoever it is. */
function noRolePage({ provider, token }: Arrived, problem: string | undefined, { federation }: Installation): HttpResponse {
  const { sub } = token.claims;
  const audience = audienceOf(token.claims);
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: token.provider.name },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${token.provider.url}:aud`]: literally(audience), [`${token.provider.url}:sub`]: literally(sub) } },
  };
  const fact = (term: string, value: string): string => `<dt>${term}</dt><dd><code>${escapeHtml(value)}</code></dd>`;
  const why = problem === undefined ? '' : `<p>The token itself is refused: ${escapeHtml(problem)}</p>`;
  return page(
    'No role · Sagegate',
    `<main><h1>There is no role for you</h1><p class="alert" role="alert">Your identity provider knows you, but no role of account ${escapeHtml(provider.accountId)} lets you in.</p>${why}
<dl>${fact('Issuer (iss)', issuerOf(provider, federation.outbound))}${fact('Audience (aud)', audience)}${fact('Subject (sub)', sub)}</dl>
<h2>For your administrator</h2><p>A role whose trust policy holds this statement lets this person in:</p><pre tabindex="0">${escapeHtml(JSON.stringify(statement, null, 2))}</pre>
<p><a href="${escapeHtml(startPath(provider))}">Try again</a> · <a href="/console/">Other ways to sign in</a></p></main>`,
    { status: 403 },
  );
}

/** As a condition's value: what looks like a policy variable in a claim is none, or a subject could be written that is everybody (threat E05). */
const literally = (claim: string): string => claim.replaceAll('${', '${$}{');

/** What an administrator tells a provider, and people, of this installation. */
export const addressesOf = (provider: Pick<SignInProvider, 'accountId' | 'url'>) => ({
  startPath: startPath(provider),
  callbackPath: callbackPath(provider),
});
