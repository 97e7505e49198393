import { sourceOf } from '../../authentication/attempt-limit.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { HttpResponse } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import { directories as directoryTable } from '../../store/tables/directory.ts';
import { escapeHtml, page } from '../page.ts';
import { consoleDestination } from '../sign-in/console-destination.ts';
import type { Door } from '../sign-in/console-home.ts';
import type { ConsoleSessions } from '../sign-in/console-session.ts';
import { RoleChoices } from '../sign-in/role-choices.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from '../sign-in/sign-in-page.ts';
import type { Directories, SignedInPerson } from './directories.ts';

export interface DirectoryPagesParts {
  readonly directories: Directories;
  readonly sessions: ConsoleSessions;
  readonly installation: Installation;
}

/** Somebody whose password was right, as JSON. */
interface Proof {
  readonly directoryId: string;
  readonly person: Omit<SignedInPerson['person'], 'attributes' | 'memberships'>;
  readonly attributes: readonly (readonly [string, string | null])[];
  readonly destination: string;
}

const addressOf = (name: string): string => `/signin/directory/${name}`;

const choicesOf = (name: string, { installation }: DirectoryPagesParts): RoleChoices<Proof> =>
  new RoleChoices({ installation, door: 'directory', action: `${addressOf(name)}/role` });

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
  const { directories } = parts;
  const login = form.get('login') ?? '';
  const destination = consoleDestination(form.get('destination'), origin);
  try {
    const signedIn = await directories.signIn(part, login, form.get('password') ?? '', sourceOf(request.remoteAddress));
    const [only, ...others] = signedIn.person.roles;
    if (only !== undefined && others.length === 0) return await enter(request, signedIn, only, destination, parts);
    const { directory, person } = signedIn;
    const { attributes, memberships: _memberships, ...rest } = person;
    const proof: Proof = {
      directoryId: directory.directoryId,
      person: rest,
      attributes: [...attributes].map(([name, value]) => [name, value ?? null]),
      destination,
    };
    return { response: await choicesOf(directory.name, parts).offer(person.roles, proof) };
  } catch (error) {
    // The form again, with what was wrong; an unknown directory has no form.
    if (!(error instanceof ServiceError) || error.code === 'ResourceNotFoundException') throw error;
    const response = formPage(part, { destination: form.get('destination'), login, alert: error.message, status: error.status ?? 400 });
    return { response, errorCode: error.code };
  }
}

async function choose({ request, part, form }: PageCall, parts: DirectoryPagesParts): Promise<PageAnswer> {
  const { proof, roleArn } = await choicesOf(part, parts).take(form);
  const directory = await parts.installation.store.get(directoryTable, [proof.directoryId]);
  if (directory?.name !== part) throw refuse(403, 'AccessDeniedException', 'You came here another way. Sign in again.');
  const attributes = new Map(proof.attributes.map(([name, value]) => [name, value ?? undefined]));
  const person = { ...proof.person, attributes, memberships: new Set<string>() };
  return enter(request, { directory, person }, roleArn, proof.destination, parts);
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
