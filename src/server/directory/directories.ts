import { createHash } from 'node:crypto';
import { countAttempts } from '../../authentication/attempt-limit.ts';
import { serviceCaller } from '../../authentication/caller.ts';
import type { SecretPlace } from '../../authentication/secret-box.ts';
import type { Installation } from '../../authorization/installation.ts';
import { stsArn } from '../../core/arn.ts';
import { hexadecimal } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import { DuplicateKeyError, type Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type Directory, type DirectorySignIn, directories, directorySignIns } from '../../store/tables/directory.ts';
import type { CallOperation } from '../first-key.ts';
import type { TemporaryCredentials } from '../sign-in/console-session.ts';
import { renewedSession } from '../sign-in/renewed-session.ts';
import { type DirectoryPerson, findEntry, findPerson, STAYS, UnfitEntry } from './directory-entry.ts';
import { contradictionIn, type DirectorySettings, withDefaults } from './directory-shape.ts';
import { DirectoryUnreachable, LdapConnection } from './ldap-connection.ts';

export interface DirectoriesParts {
  readonly installation: Installation;
  readonly call: CallOperation;
  /** Hears what the operator should know and people who sign in should not. */
  readonly logError: (error: unknown, where: string) => void;
}

/** Somebody whose password the directory has taken. */
export interface SignedInPerson {
  readonly directory: Directory;
  readonly person: DirectoryPerson;
}

/** What somebody who has come in holds. */
export interface OpenSignIn {
  readonly signInId: string;
  readonly credentials: TemporaryCredentials;
  readonly arn: string;
  readonly accountId: string;
  /** Renews the credentials, once; then there is another. Absent where none was asked for. */
  readonly renewal?: string;
  /** When the sign-in ends whatever happens. */
  readonly expiresAt: number;
}

/** The service as which AWS's directories take up roles: trust policies name it. */
const SERVICE = 'ds.amazonaws.com';
const REGION = 'us-east-1';

/** Longest that somebody stays signed in, in milliseconds. */
const SIGN_IN_LIFE = 12 * 3600_000;
/** Intervals that a directory may be silent before its people are out. */
const SILENCE = 3;
/** Sign-ins asked about in one round, and rows of ended ones removed with each new one. */
const ROUND = 500;
const SWEPT = 20;

const MINUTE = 60_000;
const LOGIN_TRIES = { max: 10, window: 15 * MINUTE };
const SOURCE_TRIES = { max: 100, window: 15 * MINUTE };

/** AWS's own sentence, whatever was wrong (threat C03). */
const WRONG = 'Your authentication information is incorrect. Please try again.';

/** What Active Directory says of a right password that lets nobody in. @see https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes */
const MUST_CHANGE = /data (?:532|773)\b/;

const passwordPlace = (directory: Pick<Directory, 'accountId' | 'directoryId'>): SecretPlace => ({
  account: directory.accountId,
  entity: directory.directoryId,
  column: 'directory.bind_password',
});

const hashOf = (renewal: string): string => createHash('sha256').update(`directory-renewal:${renewal}`).digest('base64url');

/** 403 */
const refused = (sentence: string): ServiceError => new ServiceError('AccessDeniedException', sentence, { status: 403 });
/** 404 */
const noSuchDirectory = (name: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `There is no directory ${name}.`, { status: 404 });

/**
 * The enterprise directories whose people come in without IAM users. The directory says who somebody is and in which groups; the connection says
 * which roles these may have; the role's trust policy has the last word, as for AWS Directory Service: it must let `ds.amazonaws.com` assume it.
 * @see https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ms_ad_manage_roles.html
 */
export class Directories {
  readonly #parts: DirectoriesParts;

  constructor(parts: DirectoriesParts) {
    this.#parts = parts;
  }

  /**
   * Connects a directory, after its service account has been seen to get in.
   * @throws ServiceError  400  contradictory settings, an account that is not here, a directory that does not let the service account in
   * @throws ServiceError  409  there is one of that name
   */
  async create(settings: DirectorySettings): Promise<Directory> {
    const { installation } = this.#parts;
    const wrong = contradictionIn(settings);
    if (wrong !== undefined) throw unfit(wrong);
    if ((await installation.store.get(accounts, [settings.accountId]))?.status !== 'ACTIVE')
      throw unfit(`There is no account ${settings.accountId}.`);
    const directoryId = `d-${hexadecimal(10, installation.random)}`;
    const place = passwordPlace({ accountId: settings.accountId, directoryId });
    const directory: Directory = {
      ...withDefaults(settings),
      directoryId,
      sealedBindPassword: installation.secrets.seal(settings.bindPassword, place),
      createdAt: installation.clock.now(),
    };
    await this.#probe(directory);
    try {
      await installation.store.write((writer) => writer.insert(directories, directory));
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      throw new ServiceError('ConflictException', `There is a directory ${directory.name} already.`, { status: 409 });
    }
    return directory;
  }

  list(): Promise<Directory[]> {
    return this.#parts.installation.store.list(directories, { prefix: [] });
  }

  /** @throws ServiceError  404 */
  async named(name: string): Promise<Directory> {
    const directory = await this.#parts.installation.store.find(directories, 'name', [name]);
    if (!directory) throw noSuchDirectory(name.slice(0, 63));
    return directory;
  }

  /** Its people are out at once. @throws ServiceError  404 */
  async remove(name: string): Promise<void> {
    const { directoryId } = await this.named(name);
    await this.#parts.installation.store.write(async (writer) => {
      await writer.delete(directories, [directoryId]);
      const open = await writer.list(directorySignIns, { index: 'directory', prefix: [directoryId] });
      for (const { signInId } of open) await writer.delete(directorySignIns, [signInId]);
    });
  }

  /** What the connection makes of somebody, without a password: for the operator. Undefined when there is nobody, or several. */
  async look(name: string, login: string): Promise<DirectoryPerson | undefined> {
    const directory = await this.named(name);
    return this.#told(() => this.#bound(directory, (connection) => findPerson(connection, directory, login, this.#now())));
  }

  /**
   * Proves who somebody is by the directory's password.
   * @param source  who is counted for guesses: `sourceOf(request.remoteAddress)`
   * @throws ServiceError  403  in one sentence for everything that a stranger should not be told
   * @throws ServiceError  404, 429, 503  no such directory; too many tries; it does not answer
   */
  async signIn(name: string, login: string, password: string, source: string): Promise<SignedInPerson> {
    const signedIn = await this.prove(name, login, password, source);
    if (signedIn.person.roles.length === 0)
      throw refused('You are signed in, but your directory gives you no role here. Ask your administrator.');
    return signedIn;
  }

  /** The same of somebody who need have no role by the connection: IAM Identity Center assigns its own. @throws ServiceError  as signIn */
  async prove(name: string, login: string, password: string, source: string): Promise<SignedInPerson> {
    const directory = await this.named(name);
    await this.#countTry(directory, login, source);
    if (!isLogin(login) || password === '' || password.length > MAX_PASSWORD || password.includes('\0')) throw refused(WRONG);
    return { directory, person: await this.#reached(directory, () => this.#prove(directory, login, password)) };
  }

  /**
   * Somebody who came in before, as the directory tells now; undefined when they are gone, or may be here no longer.
   * @throws DirectoryUnreachable  it does not answer
   */
  async still(directory: Directory, entryId: string): Promise<DirectoryPerson | undefined> {
    try {
      const person = await this.#bound(directory, (connection) => findEntry(connection, directory, entryId, this.#now()));
      return person && STAYS.has(person.standing) ? person : undefined;
    } catch (error) {
      if (!(error instanceof UnfitEntry)) throw error;
      this.#parts.logError(error, `directory ${directory.name}`);
      return undefined;
    }
  }

  /**
   * Takes up a role for somebody who has proved who he is.
   * @throws ServiceError  403  the person may not have that role, or the role does not let the directory in
   */
  async begin({ directory, person }: SignedInPerson, roleArn: string, { renewable }: { renewable: boolean }): Promise<OpenSignIn> {
    const { installation } = this.#parts;
    const now = this.#now();
    const signInId = Buffer.from(installation.random.bytes(16)).toString('base64url');
    const renewal = renewable ? newSecret(installation) : undefined;
    const expiresAt = now + SIGN_IN_LIFE;
    const taken = await this.#takeUp(directory, person, roleArn, signInId, expiresAt);
    const row: DirectorySignIn = {
      signInId,
      directoryId: directory.directoryId,
      entryId: person.entryId,
      login: person.name,
      roleArn,
      ...(renewal === undefined ? {} : { renewalHash: hashOf(renewal) }),
      createdAt: now,
      checkedAt: now,
      expiresAt,
    };
    await installation.store.write(async (writer) => {
      await writer.insert(directorySignIns, row);
      await sweep(writer, now);
    });
    return { ...taken, signInId, expiresAt, ...(renewal === undefined ? {} : { renewal }) };
  }

  /**
   * New credentials for somebody who is signed in, after the directory was asked again. The secret is used up; the answer holds the next.
   * @throws ServiceError  403  it is none, was used, or the sign-in has ended
   */
  async renew(renewal: string): Promise<OpenSignIn> {
    const { store } = this.#parts.installation;
    const now = this.#now();
    const signIn = renewal.length === 43 ? await store.find(directorySignIns, 'renewal', [hashOf(renewal)]) : undefined;
    const directory = signIn && (await store.get(directories, [signIn.directoryId]));
    if (!signIn || !directory || now >= signIn.expiresAt) throw refused('Your sign-in has ended. Sign in again.');
    const person = await this.#reached(directory, () => this.#stillHere(directory, signIn));
    if (!person) throw await this.#ended(signIn);
    const taken = await this.#takeUp(directory, person, signIn.roleArn, signIn.signInId, signIn.expiresAt);
    const next = newSecret(this.#parts.installation);
    const isFirst = await store.write(async (writer) => {
      const current = await writer.get(directorySignIns, [signIn.signInId]);
      if (current?.renewalHash !== signIn.renewalHash) return false;
      await writer.update(directorySignIns, { ...signIn, renewalHash: hashOf(next), checkedAt: now });
      return true;
    });
    if (!isFirst) throw refused('Your sign-in has ended. Sign in again.');
    return { ...taken, signInId: signIn.signInId, expiresAt: signIn.expiresAt, renewal: next };
  }

  /** Signs somebody out: the credentials end with it. */
  async end(renewal: string): Promise<void> {
    await this.#parts.installation.store.write(async (writer) => {
      const signIn = await writer.find(directorySignIns, 'renewal', [hashOf(renewal)]);
      if (signIn) await writer.delete(directorySignIns, [signIn.signInId]);
    });
  }

  /**
   * Asks the directories again about everybody whose time has come, and ends the sign-ins of those who are gone, disabled, expired, locked by an
   * administrator, or no longer have the role; and those whose twelve hours are over. A directory that stays silent for three intervals loses its people too.
   */
  async recheck(): Promise<void> {
    const { store } = this.#parts.installation;
    const now = this.#now();
    const [next] = await store.list(directorySignIns, { index: 'expiry', prefix: [], limit: 1 });
    if (next && next.expiresAt <= now) await store.write((writer) => sweep(writer, now));
    for (const directory of await this.list()) {
      const oldest = await store.list(directorySignIns, { index: 'directory', prefix: [directory.directoryId], limit: ROUND });
      const due = oldest.filter(({ checkedAt }) => now >= checkedAt + directory.recheckInterval * 1000);
      if (due.length > 0) await this.#recheckOf(directory, due, now);
    }
  }

  async #recheckOf(directory: Directory, due: readonly DirectorySignIn[], now: number): Promise<void> {
    try {
      await this.#bound(directory, async (connection) => {
        for (const signIn of due) {
          const person = await this.#entryOf(connection, directory, signIn);
          if (person) await this.#confirm(signIn, now);
          else await this.#drop(signIn);
        }
      });
    } catch (error) {
      this.#parts.logError(error, `directory ${directory.name}`);
      for (const signIn of due) if (now >= signIn.checkedAt + SILENCE * directory.recheckInterval * 1000) await this.#drop(signIn);
    }
  }

  async #confirm({ signInId }: DirectorySignIn, now: number): Promise<void> {
    await this.#parts.installation.store.write(async (writer) => {
      const current = await writer.get(directorySignIns, [signInId]);
      if (current && current.checkedAt < now) await writer.update(directorySignIns, { ...current, checkedAt: now });
    });
  }

  #drop({ signInId }: DirectorySignIn): Promise<boolean> {
    return this.#parts.installation.store.write((writer) => writer.delete(directorySignIns, [signInId]));
  }

  async #ended(signIn: DirectorySignIn): Promise<ServiceError> {
    await this.#drop(signIn);
    return refused('Your directory no longer lets you have this role.');
  }

  #stillHere(directory: Directory, signIn: DirectorySignIn): Promise<DirectoryPerson | undefined> {
    return this.#bound(directory, (connection) => this.#entryOf(connection, directory, signIn));
  }

  /** Who it is, if that is still somebody who may have the role. */
  async #entryOf(connection: LdapConnection, directory: Directory, signIn: DirectorySignIn): Promise<DirectoryPerson | undefined> {
    try {
      const person = await findEntry(connection, directory, signIn.entryId, this.#now());
      return person && STAYS.has(person.standing) && person.roles.includes(signIn.roleArn) ? person : undefined;
    } catch (error) {
      if (!(error instanceof UnfitEntry)) throw error;
      this.#parts.logError(error, `directory ${directory.name}`);
      return undefined;
    }
  }

  /** @throws ServiceError  403 */
  async #prove(directory: Directory, login: string, password: string): Promise<DirectoryPerson> {
    const person = await this.#bound(directory, (connection) => findPerson(connection, directory, login, this.#now()));
    // Nobody: a bind all the same, so that it takes as long (threat C03).
    const dn = person?.dn ?? `cn=${hexadecimal(16, this.#parts.installation.random)},${directory.userBase}`;
    const connection = await LdapConnection.open(directory);
    try {
      const answer = await connection.bind(dn, password);
      // Active Directory refuses the bind of such a one, Samba lets it in.
      const mustChange = answer.yes ? person?.standing === 'must-change' : person !== undefined && MUST_CHANGE.test(answer.said);
      if (mustChange) throw refused('Your password has expired. Change it in your directory, then sign in here again.');
      if (!answer.yes || person?.standing !== 'active') throw refused(WRONG);
      return person;
    } finally {
      await connection.close();
    }
  }

  /** @throws ServiceError  403 */
  async #takeUp(directory: Directory, person: DirectoryPerson, roleArn: string, signInId: string, endsAt: number) {
    const { installation, call } = this.#parts;
    if (!person.roles.includes(roleArn)) throw refused('Your directory does not give you this role.');
    const [, accountId = ''] = /^arn:aws:iam::(\d{12}):role\//.exec(roleArn) ?? [];
    const sourceArn = `arn:aws:ds:${REGION}:${directory.accountId}:directory/${directory.directoryId}`;
    const caller = serviceCaller(SERVICE, { sourceArn, sourceAccount: directory.accountId });
    const input = {
      RoleArn: roleArn,
      RoleSessionName: person.name,
      DurationSeconds: directory.sessionDuration,
      ...this.#tagsOf(directory, person),
    };
    const { Credentials: issued } = (await call(caller, 'sts', 'AssumeRole', input).catch((error: unknown) => {
      throw this.#refusedRole(error, directory, roleArn);
    })) as { Credentials: { AccessKeyId: string; SessionToken: string } };
    const session = installation.sessionTokens.openSessionToken(issued.SessionToken, issued.AccessKeyId);
    if (!session) throw new Error('STS gave out a session that does not open');
    const credentials = renewedSession(session, { signInId, expiresAt: Math.min(session.expiresAt, endsAt) }, installation);
    return { credentials, accountId, arn: stsArn(accountId, `assumed-role/${session.principal.name}/${person.name}`) };
  }

  #tagsOf({ sessionTags, sourceIdentity }: Directory, { attributes }: DirectoryPerson): { Tags?: object[]; SourceIdentity?: string } {
    const tags = sessionTags.flatMap(({ attribute, key }) => {
      const value = attributes.get(attribute.toLowerCase());
      return value === undefined ? [] : [{ Key: key, Value: value }];
    });
    const identity = sourceIdentity === undefined ? undefined : attributes.get(sourceIdentity.toLowerCase());
    return { ...(tags.length === 0 ? {} : { Tags: tags }), ...(identity === undefined ? {} : { SourceIdentity: identity }) };
  }

  /** What somebody is told when STS refuses: the reason goes to the operator. */
  #refusedRole(error: unknown, directory: Directory, roleArn: string): unknown {
    if (!(error instanceof ServiceError)) return error;
    this.#parts.logError(error, `directory ${directory.name}, role ${roleArn}`);
    return error.code === 'AccessDenied'
      ? refused(`The role ${roleArn} does not let this directory in. Its trust policy must allow sts:AssumeRole to ds.amazonaws.com.`)
      : refused(`Your directory entry cannot be signed in with: ${error.message}`);
  }

  async #countTry({ directoryId }: Directory, login: string, source: string): Promise<void> {
    const now = this.#now();
    const counted = [
      { subject: `sign-in:${directoryId}:${foldCase(login.slice(0, MAX_LOGIN))}`, limit: LOGIN_TRIES },
      { subject: `sign-in-source:${source}`, limit: SOURCE_TRIES },
    ];
    const until = await this.#parts.installation.store.write((writer) => countAttempts(writer, counted, now));
    if (until === undefined) return;
    const seconds = Math.ceil((until - now) / 1000);
    throw new ServiceError('ThrottlingException', `Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
      status: 429,
      fields: { retryAfterSeconds: seconds },
    });
  }

  /** Lets the service account in before anything depends on it. @throws ServiceError  400 */
  async #probe(directory: Directory): Promise<void> {
    const base = await this.#told(() =>
      this.#bound(directory, (connection) =>
        connection.search(directory.userBase, '(objectClass=*)', ['1.1'], { limit: 1, scope: 'base' }),
      ),
    );
    if (base?.length !== 1) throw unfit(`The service account cannot see ${directory.userBase}.`);
  }

  /** For the operator, who is told what is wrong with the directory. @throws ServiceError  400 */
  async #told<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof UnfitEntry) throw unfit(`The entry cannot be signed in: ${error.message}.`);
      if (!(error instanceof DirectoryUnreachable)) throw error;
      const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
      throw unfit(`The directory did not let Sagegate in: ${error.message}${cause}.`);
    }
  }

  /** For whoever signs in, who is not. @throws ServiceError  403, 503 */
  async #reached<Result>(directory: Directory, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      this.#parts.logError(error, `directory ${directory.name}`);
      if (error instanceof UnfitEntry) throw refused('Your directory entry cannot be signed in with. Ask your administrator.');
      if (!(error instanceof DirectoryUnreachable)) throw error;
      throw new ServiceError('ServiceUnavailableException', 'Your directory does not answer. Try again later.', { status: 503 });
    }
  }

  /** Works on a connection of the service account's. @throws DirectoryUnreachable */
  async #bound<Result>(directory: Directory, work: (connection: LdapConnection) => Promise<Result>): Promise<Result> {
    const password = this.#parts.installation.secrets.open(directory.sealedBindPassword, passwordPlace(directory));
    if (password === undefined) throw new DirectoryUnreachable('the password of its service account is sealed under another master key');
    const connection = await LdapConnection.open(directory);
    try {
      const answer = await connection.bind(directory.bindDn, password);
      if (!answer.yes) throw new DirectoryUnreachable('the directory does not know the service account, or not by this password');
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  #now(): number {
    return this.#parts.installation.clock.now();
  }
}

const MAX_LOGIN = 256;
const MAX_PASSWORD = 256;
const isLogin = (login: string): boolean => login.length > 0 && login.length <= MAX_LOGIN && !/\p{Cc}/u.test(login);

/** 400 */
const unfit = (sentence: string): ServiceError => new ServiceError('ValidationException', sentence, { status: 400 });

const newSecret = ({ random }: Installation): string => Buffer.from(random.bytes(32)).toString('base64url');

async function sweep(writer: Writer, now: number): Promise<void> {
  for (const signIn of await writer.list(directorySignIns, { index: 'expiry', prefix: [], limit: SWEPT })) {
    if (signIn.expiresAt > now) return;
    await writer.delete(directorySignIns, [signIn.signInId]);
  }
}
