import type { Reader, Writer } from '../../store/store.ts';
import { type ActionUse, actionUses } from '../../store/tables/iam.ts';

/** What is followed of uses: 400 days. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html#service-last-accessed-reporting-period */
const FOLLOWED = 400 * 24 * 3600 * 1000;

export const isFollowed = ({ lastUsedAt }: ActionUse, now: number): boolean => lastUsedAt >= now - FOLLOWED;

/** What a user or role called within the time that is followed: a row for each operation. */
export async function usesOf(reader: Reader, entityId: string, now: number): Promise<ActionUse[]> {
  return (await reader.list(actionUses, { prefix: [entityId] })).filter((use) => isFollowed(use, now));
}

/** To be called when a user or role is deleted. */
export async function forgetUses(writer: Writer, entityId: string): Promise<void> {
  for (const { service, operation } of await writer.list(actionUses, { prefix: [entityId] }))
    await writer.delete(actionUses, [entityId, service, operation]);
}
