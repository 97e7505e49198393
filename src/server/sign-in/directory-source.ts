import { endPortalSession } from '../../authentication/portal-access.ts';
import type { Installation } from '../../authorization/installation.ts';
import { uuid } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import type { Writer } from '../../store/store.ts';
import { type Directory, directories as directoryTable } from '../../store/tables/directory.ts';
import { type IdentityCenterInstance, identityCenterInstances } from '../../store/tables/identity-center.ts';
import {
  externalKey,
  type IdentityGroup,
  type IdentityUser,
  identityGroups,
  identityMemberships,
  identityUsers,
} from '../../store/tables/identity-store.ts';
import { portalSessions } from '../../store/tables/portal.ts';
import type { Directories, SignedInPerson } from '../directory/directories.ts';
import type { DirectoryPerson } from '../directory/directory-entry.ts';
import { normaliseDn } from '../directory/distinguished-name.ts';
import { chooseIdentitySource } from './identity-source.ts';
import { refuse } from './sign-in-page.ts';

export interface DirectorySourceParts {
  readonly installation: Installation;
  readonly directories: Directories;
  readonly logError: (error: unknown) => void;
}

/** Groups of one person that are kept: more than anybody is assigned by. */
const MOST_GROUPS = 200;
/** Sessions looked at in one round. */
const ROUND = 500;
/** Intervals that a directory may be silent before its people are out. */
const SILENCE = 3;

/**
 * Directories as identity sources of IAM Identity Center: who signs in is a user of the identity store from then on, bound to the directory's own id
 * of the entry and not to its name, with the directory's groups. Passwords stay where they are.
 */
export class DirectorySource {
  readonly #parts: DirectorySourceParts;
  /** When the directory last said that a session may stay. */
  readonly #confirmedAt = new Map<string, number>();

  constructor(parts: DirectorySourceParts) {
    this.#parts = parts;
  }

  /**
   * Makes a directory the identity source of an instance, or the identity store itself again. Sessions of before end.
   * @param directory  its name; undefined: the identity store
   * @throws ServiceError  404  no such identity store or directory
   */
  async use(identityStoreId: string, directory: string | undefined): Promise<IdentityCenterInstance> {
    const { installation, directories } = this.#parts;
    const chosen = directory === undefined ? undefined : await directories.named(directory);
    return chooseIdentitySource(
      installation.store,
      identityStoreId,
      chosen ? { kind: 'directory', directory: chosen.name, directoryId: chosen.directoryId } : { kind: 'identity-store' },
    );
  }

  /** @throws ServiceError  403, 429, 503  as the directory's own sign-in */
  async signIn(instance: IdentityCenterInstance, login: string, password: string, source: string): Promise<IdentityUser> {
    const { identitySource } = instance;
    if (identitySource.kind !== 'directory') throw new Error('the instance has no directory');
    const signedIn = await this.#parts.directories.prove(identitySource.directory, login, password, source);
    // Another directory under the name is not the one whose people were to come in.
    if (signedIn.directory.directoryId !== identitySource.directoryId)
      throw refuse(403, 'AccessDeniedException', 'The directory has been replaced. Ask your administrator.');
    const { store } = this.#parts.installation;
    return store.write((writer) => this.#admit(writer, instance, signedIn));
  }

  /** The user of the identity store whom an entry is, as the directory tells of it now. @throws ServiceError  403  somebody else has the name */
  async #admit(writer: Writer, instance: IdentityCenterInstance, { directory, person }: SignedInPerson): Promise<IdentityUser> {
    const { random, clock } = this.#parts.installation;
    const { identityStoreId } = instance;
    const now = clock.now();
    const by = `directory/${directory.directoryId}`;
    const external = { Issuer: directory.directoryId, Id: person.entryId };
    const namesake = await writer.find(identityUsers, 'name', [foldCase(person.name), identityStoreId]);
    const known = await writer.find(identityUsers, 'external', externalKey(identityStoreId, external));
    if (namesake && namesake.userId !== known?.userId) {
      if (namesake.externalIds[0]?.Issuer !== directory.directoryId)
        throw refuse(403, 'AccessDeniedException', 'A user of another source has your name. Ask your administrator.');
      // The name has come to mean another entry: who had it is not who has it now (threat L06).
      await this.#remove(writer, namesake);
    }
    const mail = person.attributes.get('mail');
    const user: IdentityUser = {
      identityStoreId,
      userId: known?.userId ?? uuid(random),
      attributes: {
        ...known?.attributes,
        UserName: person.name,
        DisplayName: person.attributes.get('displayname') ?? person.name,
        Name: { GivenName: person.attributes.get('givenname') ?? person.name, FamilyName: person.attributes.get('sn') ?? person.name },
        ...(mail === undefined || (await this.#isTaken(writer, identityStoreId, mail, known))
          ? {}
          : { Emails: [{ Value: mail, Primary: true }] }),
      },
      externalIds: [external],
      enabled: true,
      createdAt: known?.createdAt ?? now,
      createdBy: known?.createdBy ?? by,
      updatedAt: now,
      updatedBy: by,
    };
    await (known ? writer.update(identityUsers, user) : writer.insert(identityUsers, user));
    await this.#joinGroups(writer, user, directory, person, now, by);
    return user;
  }

  async #isTaken(writer: Writer, identityStoreId: string, mail: string, known: IdentityUser | undefined): Promise<boolean> {
    const holder = await writer.find(identityUsers, 'email', [foldCase(mail), identityStoreId]);
    return holder !== undefined && holder.userId !== known?.userId;
  }

  /** Memberships become those of the directory; groups are known by their distinguished names. */
  async #joinGroups(
    writer: Writer,
    user: IdentityUser,
    directory: Directory,
    person: DirectoryPerson,
    now: number,
    by: string,
  ): Promise<void> {
    const { random } = this.#parts.installation;
    const { identityStoreId, userId } = user;
    const wanted = new Set<string>();
    const itself = normaliseDn(person.dn);
    for (const name of [...person.memberships]
      .filter((each) => each !== itself)
      .sort()
      .slice(0, MOST_GROUPS)) {
      const external = { Issuer: directory.directoryId, Id: name };
      const known = await writer.find(identityGroups, 'external', externalKey(identityStoreId, external));
      const group: IdentityGroup = known ?? {
        identityStoreId,
        groupId: uuid(random),
        displayName: name.slice(0, 1024),
        externalIds: [external],
        createdAt: now,
        createdBy: by,
        updatedAt: now,
        updatedBy: by,
      };
      if (!known) await writer.insert(identityGroups, group);
      wanted.add(group.groupId);
    }
    for (const { groupId, membershipId } of await writer.list(identityMemberships, { index: 'user', prefix: [identityStoreId, userId] }))
      if (!wanted.delete(groupId)) await writer.delete(identityMemberships, [identityStoreId, membershipId]);
    for (const groupId of wanted)
      await writer.insert(identityMemberships, {
        identityStoreId,
        membershipId: uuid(random),
        groupId,
        userId,
        createdAt: now,
        createdBy: by,
      });
  }

  async #remove(writer: Writer, { identityStoreId, userId }: IdentityUser): Promise<void> {
    for (const { membershipId } of await writer.list(identityMemberships, { index: 'user', prefix: [identityStoreId, userId] }))
      await writer.delete(identityMemberships, [identityStoreId, membershipId]);
    await writer.delete(identityUsers, [identityStoreId, userId]);
  }

  /**
   * Asks the directories again about everybody whose time has come: their groups become what they are by now, and who may be here no longer is
   * signed out everywhere. A directory that stays silent for three intervals loses its people too.
   */
  async recheck(): Promise<void> {
    const { store } = this.#parts.installation;
    const seen = new Set<string>();
    for (const instance of await store.list(identityCenterInstances, { prefix: [] })) {
      if (instance.identitySource.kind !== 'directory') continue;
      const open = await store.list(portalSessions, { index: 'user', prefix: [instance.identityStoreId], limit: ROUND });
      const byUser = Map.groupBy(open, ({ userId }) => userId);
      for (const [userId, sessions] of byUser) {
        seen.add(userId);
        await this.#recheckUser(instance, userId, Math.min(...sessions.map(({ createdAt }) => createdAt)));
      }
    }
    for (const userId of this.#confirmedAt.keys()) if (!seen.has(userId)) this.#confirmedAt.delete(userId);
  }

  async #recheckUser(instance: IdentityCenterInstance, userId: string, signedInAt: number): Promise<void> {
    const { installation, directories, logError } = this.#parts;
    const { identitySource, identityStoreId } = instance;
    if (identitySource.kind !== 'directory') return;
    const now = installation.clock.now();
    const user = await installation.store.get(identityUsers, [identityStoreId, userId]);
    const directory = await installation.store.get(directoryTable, [identitySource.directoryId]);
    const entryId = user?.externalIds[0]?.Id;
    if (!directory || entryId === undefined) return this.#end(identityStoreId, userId);
    const confirmedAt = this.#confirmedAt.get(userId) ?? signedInAt;
    const interval = directory.recheckInterval * 1000;
    if (now < confirmedAt + interval) return;
    try {
      const person = await directories.still(directory, entryId);
      if (!person) return await this.#end(identityStoreId, userId);
      await installation.store.write((writer) => this.#admit(writer, instance, { directory, person }));
      this.#confirmedAt.set(userId, now);
    } catch (error) {
      logError(error);
      if (now >= confirmedAt + SILENCE * interval) await this.#end(identityStoreId, userId);
    }
  }

  async #end(identityStoreId: string, userId: string): Promise<void> {
    await this.#parts.installation.store.write(async (writer) => {
      for (const { sessionId } of await writer.list(portalSessions, { index: 'user', prefix: [identityStoreId, userId] }))
        await endPortalSession(writer, sessionId);
    });
  }
}
