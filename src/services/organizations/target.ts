import type { Tag } from '../../core/tag.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { type Organization, organizationalUnits, organizationMemberships, organizations } from '../../store/tables/organization.ts';
import { type TargetKind, targetKindOf } from './arn.ts';
import { findMember, findUnit } from './standing.ts';

/** A root, OU or account, as policies and tags see one. */
export interface OrganizationTarget {
  readonly kind: TargetKind;
  readonly id: string;
  readonly name: string;
  readonly tags: readonly Tag[];
  readonly saveTags: (writer: Writer, tags: readonly Tag[]) => Promise<void>;
}

/** An organization has one root, and this is what it is called. */
export const ROOT_NAME = 'Root';

/** Undefined when the organization has no such target. */
export async function findTarget(
  reader: Reader,
  organization: Organization,
  id: string,
  now: number,
): Promise<OrganizationTarget | undefined> {
  const kind = targetKindOf(id);
  switch (kind) {
    case 'ROOT': {
      if (id !== organization.rootId) return undefined;
      const saveTags = (writer: Writer, rootTags: readonly Tag[]) => writer.update(organizations, { ...organization, rootTags });
      return { kind, id, name: ROOT_NAME, tags: organization.rootTags, saveTags };
    }
    case 'ORGANIZATIONAL_UNIT': {
      const unit = await findUnit(reader, organization, id);
      if (!unit) return undefined;
      const saveTags = (writer: Writer, tags: readonly Tag[]) => writer.update(organizationalUnits, { ...unit, tags });
      return { kind, id, name: unit.name, tags: unit.tags, saveTags };
    }
    case 'ACCOUNT': {
      const member = await findMember(reader, organization, id, now);
      if (!member) return undefined;
      const saveTags = (writer: Writer, tags: readonly Tag[]) => writer.update(organizationMemberships, { ...member, tags });
      return { kind, id, name: (await reader.get(accounts, [id]))?.name ?? id, tags: member.tags, saveTags };
    }
  }
}
