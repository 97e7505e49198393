import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { TagTable } from '../parts/tag-table.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Tag } from './types.ts';

/** What is tagged, in the way in which IAM names its operations: `TagUser` with `UserName`. */
export interface Tagged {
  readonly kind: 'User' | 'Role' | 'Policy';
  /** A user's or role's name, a policy's ARN. */
  readonly id: string;
}

/** The tags of a user, a role or a policy. */
export function Tags({ of: { kind, id } }: { of: Tagged }) {
  const { aws } = useSignedIn();
  const tags = useLoaded(useCallback(() => aws.iamList<Tag>(`List${kind}Tags`, 'Tags', naming({ kind, id })), [aws, kind, id]));
  return (
    <TagTable
      tags={tags}
      add={(tag) => aws.iam(`Tag${kind}`, { ...naming({ kind, id }), Tags: [{ Key: tag.Key, Value: tag.Value }] })}
      remove={(key) => aws.iam(`Untag${kind}`, { ...naming({ kind, id }), TagKeys: [key] })}
    />
  );
}

const naming = ({ kind, id }: Tagged): Readonly<Record<string, string>> =>
  kind === 'Policy' ? { PolicyArn: id } : { [`${kind}Name`]: id };
