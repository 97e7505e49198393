import Link from '@cloudscape-design/components/link';
import type { AwsFailure } from '../aws/failure.ts';
import { pageAt } from '../router.tsx';

/** From a denial to its reasons. */
export function WhyDenied({ failure: { isDenial, decisionId } }: { failure: AwsFailure }) {
  if (!isDenial || decisionId === undefined) return null;
  return <Link href={pageAt('denials', decisionId)}>Why was I denied?</Link>;
}
