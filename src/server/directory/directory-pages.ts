import { sourceOf } from '../../authentication/attempt-limit.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import { spend } from '../../authentication/spent-token.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import { directories as directoryTable } from '../../store/tables/directory.ts';
import { escapeHtml, page } from '../page.ts';
import { consoleDestination } from '../sign-in/console-destination.ts';
import type { Door } from '../sign-in/console-home.ts';
import type { ConsoleSessions } from '../sign-in/console-session.ts';
import { roleChooserPage } from '../sign-in/role-chooser.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from '../sign-in/sign-in-page.ts';
import type { Directories, SignedInPerson } from './directories.ts';

export interface DirectoryPagesParts {
  readonly directories: Directories;
  readonly sessions: ConsoleSessions;
  readonly installation: Installation;
}

/** How long somebody may think about which role to take, in milliseconds. */
const CHOICE_LIFE = 5 * 60_000;

/** Somebody whose password was right, between two pages: sealed, good once. */
interface PendingChoice {
  readonly signedIn: { readonly directoryId: string; readonly person: Omit<SignedInPerson['person'], 'attributes' | 'memberships'> };
  readonly attributes: readonly (readonly [string, string | null])[];
  readonly destination: string;
  readonly expiresAt: number;
  readonly id: string;
}

const addressOf = (name: string): string => `/signin/directory/${name}`;

/** What leads to the directories' pages. */
export async function directoryDoors(directories: Directories): Promise<readonly Door[]> {
  return (await directories.list()).map(({ name }) => ({
    href: addressOf(name),
    title: `Directory ${name}`,
    text: 'With the name and password that you have at work.',
  }));
}

/** Where the people of a directory sign in to the console. */
export function directoryPages(parts: DirectoryPagesParts): readonly SignInPage[] {
  return [
    { method: 'GET', path: '/signin/directory/*', operation: 'DirectorySignIn', handle: (call) => show(call, parts) },
    { method: 'POST', path: '/signin/directory/*', operation: 'ConsoleLogin', handle: (call) => signIn(call, parts) },
    { method: 'POST', path: '/signin/directory/*/role', operation: 'ConsoleLogin', handle: (call) => choose(call, parts) },
  ];
}

async function show({ part, query }: PageCall, { directories }: DirectoryPagesParts): Promise<PageAnswer> {
  const { name } = await directories.named(part);
  return { response: formPage(name, { destination: query.get('destination') }) };
}

interface Shown {
  readonly destination?: string | undefined;
  readonly login?: string | undefined;
  /** What was wrong. */
  readonly alert?: string;
  readonly status?: number;
}

function formPage(name: string, { destination, login = '', alert, status = 200 }: Shown): HttpResponse {
  const wrong = alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;
  const target = destination === undefined ? '' : `<input type="hidden" name="destination" value="${escapeHtml(destination)}">`;
  return page(
    `Sign in · ${name} · Sagegate`,
    `<main><h1>Sign in with ${escapeHtml(name)}</h1>${wrong}
<form method="post" action="${escapeHtml(addressOf(name))}">${target}
<label>User name<input name="login" value="${escapeHtml(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required${login === '' ? ' autofocus' : ''}></label>
<label>Password<input name="password" type="password" autocomplete="current-password" maxlength="256" required${login === '' ? '' : ' autofocus'}></label>
<button>Sign in</button></form><p><a href="/console/">Other ways to sign in</a></p></main>`,
    { forms: true, status },
  );
}

async function signIn({ request, part, form, origin }: PageCall, parts: DirectoryPagesParts): Promise<PageAnswer> {
  const { directories, installation } = parts;
  const login = form.get('login') ?? '';
  const destination = consoleDestination(form.get('destination'), origin);
  try {
    const signedIn = await directories.signIn(part, login, form.get('password') ?? '', sourceOf(request.remoteAddress));
    const [only, ...others] = signedIn.person.roles;
    if (only !== undefined && others.length === 0) return await enter(request, signedIn, only, destination, parts);
    const { name } = signedIn.directory;
    const fields = { choice: sealChoice(signedIn, destination, installation) };
    return {
      response: await roleChooserPage({ roleArns: signedIn.person.roles, action: `${addressOf(name)}/role`, fields }, installation.store),
    };
  } catch (error) {
    // The form again, with what was wrong; an unknown directory has no form.
    if (!(error instanceof ServiceError) || error.code === 'ResourceNotFoundException') throw error;
    const response = formPage(part, { destination: form.get('destination'), login, alert: error.message, status: error.status ?? 400 });
    return { response, errorCode: error.code };
  }
}

async function choose({ request, part, form }: PageCall, parts: DirectoryPagesParts): Promise<PageAnswer> {
  const { installation } = parts;
  const wrong = refuse(403, 'AccessDeniedException', 'You took too long, or came here another way. Sign in again.');
  const choice = openValue<PendingChoice>(form.get('choice') ?? '', 'role-choice', ['directory'], installation);
  const now = installation.clock.now();
  const directory = choice && (await installation.store.get(directoryTable, [choice.signedIn.directoryId]));
  if (!choice || !directory || directory.name !== part || now >= choice.expiresAt) throw wrong;
  if (!(await spend(installation.store, `role-choice:${choice.id}`, choice.expiresAt, now))) throw wrong;
  const attributes = new Map(choice.attributes.map(([name, value]) => [name, value ?? undefined]));
  const person = { ...choice.signedIn.person, attributes, memberships: new Set<string>() };
  return enter(request, { directory, person }, form.get('roleArn') ?? '', choice.destination, parts);
}

async function enter(
  request: PageCall['request'],
  signedIn: SignedInPerson,
  roleArn: string,
  destination: string,
  { directories, sessions }: DirectoryPagesParts,
): Promise<PageAnswer> {
  const { credentials, accountId, arn } = await directories.begin(signedIn, roleArn, { renewable: false });
  const session = { credentials, accountId, arn, method: 'directory' as const, signInUrl: addressOf(signedIn.directory.name) };
  return { response: await sessions.begin(request, session, destination), caller: { arn, account: accountId } };
}

function sealChoice({ directory, person }: SignedInPerson, destination: string, { clock, keys, random }: Installation): string {
  const { attributes, memberships: _memberships, ...rest } = person;
  const choice: PendingChoice = {
    signedIn: { directoryId: directory.directoryId, person: rest },
    attributes: [...attributes].map(([name, value]) => [name, value ?? null]),
    destination,
    expiresAt: clock.now() + CHOICE_LIFE,
    id: Buffer.from(random.bytes(16)).toString('base64url'),
  };
  return sealValue(choice, 'role-choice', ['directory'], { keys, random });
}
