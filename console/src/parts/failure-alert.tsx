import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useEffect, useRef } from 'react';
import type { AwsFailure } from '../aws/failure.ts';
import { WhyDenied } from './why-denied.tsx';

/** How a call failed, in AWS's words; a denial leads to its reasons. What a button did is told far from it at times: it is scrolled to. */
export function FailureAlert({ failure, again }: { failure: AwsFailure | undefined; again?: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (failure && !again) place.current?.scrollIntoView({ block: 'nearest' });
  }, [failure, again]);
  if (!failure) return null;
  return (
    <div ref={place} className="shown" role="alert">
      <Alert
        type="error"
        header={failure.isDenial ? 'You are not allowed to do this' : failure.code}
        {...(again && { action: <Button onClick={again}>Try again</Button> })}
      >
        <Box variant="p" color="inherit">
          {failure.sentence}
        </Box>
        <WhyDenied failure={failure} />
        {failure.requestId !== undefined && (
          <Box variant="small" color="inherit" display="block">
            Request {failure.requestId}
          </Box>
        )}
      </Alert>
    </div>
  );
}
