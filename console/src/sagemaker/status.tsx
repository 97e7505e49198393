import Alert from '@cloudscape-design/components/alert';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { Words } from '../parts/words.tsx';

const ENDS: Readonly<Record<string, StatusIndicatorProps.Type>> = Object.assign(Object.create(null), {
  InService: 'success',
  Completed: 'success',
  Succeeded: 'success',
  Created: 'success',
  Active: 'success',
  Ready: 'success',
  Scheduled: 'success',
  Approved: 'success',
  Started: 'success',
  Failed: 'error',
  OutOfService: 'error',
  Rejected: 'error',
  Stopped: 'stopped',
  Deleted: 'stopped',
});

function typeOf(status: string): StatusIndicatorProps.Type {
  if (status in ENDS) return ENDS[status] ?? 'info';
  if (/failed$/i.test(status)) return 'error';
  if (/^pending/i.test(status)) return 'pending';
  return isUnderWay(status) ? 'in-progress' : 'info';
}

/** Whether something is between two states, and will come to the next by itself: `Pending`, `InProgress`, `Deleting`. */
export const isUnderWay = (status: string | undefined): boolean =>
  status !== undefined && /^(InProgress|RollingBack|SystemUpdating|Pending|[A-Z]\w*ing)$/.test(status);

/** A state, by its word and its sign. */
export function Status({ of }: { of: string | undefined }) {
  return of === undefined ? (
    <>–</>
  ) : (
    <StatusIndicator type={typeOf(of)}>
      <Words of={of} />
    </StatusIndicator>
  );
}

/** Why something failed; nothing where it did not. @param what  `The domain` */
export function Failed({ what, reason = '' }: { what: string; reason: string | undefined }) {
  if (reason === '') return null;
  return (
    <Alert type="error" header={`${what} failed`}>
      {reason}
    </Alert>
  );
}
