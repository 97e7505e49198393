import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import type { AwsFailure } from '../aws/failure.ts';
import { pageAt } from '../router.tsx';

/** How services say that somebody may not: SageMaker and its like do so with status 400. */
const DENIED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** How a call failed, in AWS's words; a denial leads to its reasons. */
export function FailureAlert({ failure, again }: { failure: AwsFailure | undefined; again?: () => void }) {
  if (!failure) return null;
  const isDenial = DENIED.has(failure.code);
  return (
    <Alert
      type="error"
      header={isDenial ? 'You are not allowed to do this' : failure.code}
      {...(again && { action: <Button onClick={again}>Try again</Button> })}
    >
      <Box variant="p" color="inherit">
        {failure.message}
      </Box>
      {isDenial && failure.decisionId !== undefined && <Link href={pageAt('denials', failure.decisionId)}>Why was I denied?</Link>}
      {failure.requestId !== undefined && (
        <Box variant="small" color="inherit" display="block">
          Request {failure.requestId}
        </Box>
      )}
    </Alert>
  );
}
