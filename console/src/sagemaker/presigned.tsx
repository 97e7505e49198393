import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useCallback } from 'react';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';

export interface PresignedProps {
  /** What is opened: `user profile alice`. */
  readonly what: string;
  readonly operation: 'CreatePresignedDomainUrl' | 'CreatePresignedNotebookInstanceUrl';
  readonly input: object;
  readonly close: () => void;
}

/**
 * The link by which something is opened, made when this is shown. It is for copying: the host is AWS's, where there is nothing of ours, and it
 * is not for AWS to learn the token in it.
 */
export function Presigned({ what, operation, input, close }: PresignedProps) {
  const { aws } = useSignedIn();
  // What it is about stays the same while the dialog is open, though the object may not.
  const text = JSON.stringify(input);
  const link = useLoaded(
    useCallback(() => aws.json<{ AuthorizedUrl: string }>('sagemaker', operation, JSON.parse(text)), [aws, operation, text]),
  );
  return (
    <Modal visible header={`Open ${what}`} onDismiss={close} closeAriaLabel="Close" size="large">
      <SpaceBetween size="m">
        <FailureAlert failure={link.failure} again={link.reload} />
        {link.isLoading && <Spinner />}
        {link.value && (
          <SpaceBetween size="s">
            <Box>Whoever has this link comes in as you allowed, for five minutes from now. Hand it to nobody else.</Box>
            <pre className="document">{link.value.AuthorizedUrl}</pre>
            <CopyToClipboard
              textToCopy={link.value.AuthorizedUrl}
              copyButtonText="Copy the link"
              copySuccessText="Copied"
              copyErrorText="Could not be copied"
            />
            <Box color="text-body-secondary">
              The address is that of AWS, and no notebook is behind it here: this server decides who may have the link, and keeps to it.
            </Box>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Modal>
  );
}
