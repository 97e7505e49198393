import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { type Tag, TagTable } from '../parts/tag-table.tsx';
import { useSignedIn } from '../signed-in.tsx';

/** The tags of a SageMaker resource. */
export function Tags({ arn }: { arn: string }) {
  const { aws } = useSignedIn();
  const tags = useLoaded(useCallback(() => aws.jsonList<Tag>('sagemaker', 'ListTags', 'Tags', { ResourceArn: arn }), [aws, arn]));
  return (
    <TagTable
      tags={tags}
      add={(tag) => aws.json('sagemaker', 'AddTags', { ResourceArn: arn, Tags: [tag] })}
      remove={(key) => aws.json('sagemaker', 'DeleteTags', { ResourceArn: arn, TagKeys: [key] })}
    />
  );
}
