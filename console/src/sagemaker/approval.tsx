import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField, textOf } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { type Described, labelOf } from './family.ts';
import { PolicyView } from './policy-view.tsx';

export interface ApprovalProps {
  /** Of the version of a model. */
  readonly arn: string;
  /** `Approved`, `Rejected`, `PendingManualApproval` */
  readonly now: string;
  readonly changed: () => void;
  readonly variant?: 'normal' | 'inline-link';
}

const VERDICTS = [
  ['Approve', 'Approved', 'approved'],
  ['Reject', 'Rejected', 'rejected'],
] as const;

/** Approves or rejects a version of a model: pipelines deploy what was approved. */
export function Approval({ arn, now, changed, variant = 'normal' }: ApprovalProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<(typeof VERDICTS)[number] | undefined>();
  const [why, setWhy] = useState('');
  const label = labelOf(arn);
  const close = () => {
    setOpen(undefined);
    setWhy('');
  };
  const inputOf = (status: string) => ({ ModelPackageArn: arn, ModelApprovalStatus: status, ApprovalDescription: textOf(why) });
  return (
    <>
      {VERDICTS.map((verdict) => (
        // What is so already can still be reached by keyboard: there the focus comes back after the dialog.
        <Button
          key={verdict[0]}
          variant={variant}
          ariaLabel={`${verdict[0]} ${label}`}
          disabled={verdict[1] === now}
          disabledReason={`It is ${verdict[2]} already`}
          onClick={() => setOpen(verdict)}
        >
          {verdict[0]}
        </Button>
      ))}
      {open && (
        <Dialog
          title={`${open[0]} ${label}?`}
          verb={open[0]}
          close={close}
          work={async () => {
            await aws.json('sagemaker', 'UpdateModelPackage', inputOf(open[1]));
            say(`Model package ${label} was ${open[2]}.`);
            changed();
          }}
        >
          <p>
            {open[1] === 'Approved'
              ? 'What deploys approved versions, such as a pipeline, may take it from now on.'
              : 'What deploys approved versions does not take it. What runs already goes on.'}
          </p>
          <TextField label="Why" description="1024 characters at most; shown with the version." value={why} set={setWhy} isFirst />
          <ExpandableSection headerText="What policies see of this call">
            <Seen arn={arn} input={inputOf(open[1])} />
          </ExpandableSection>
        </Dialog>
      )}
    </>
  );
}

/** Policies see the stage that it is in as well, which lists do not tell. */
function Seen({ arn, input }: { arn: string; input: object }) {
  const { aws } = useSignedIn();
  const now = useLoaded(useCallback(() => aws.json<Described>('sagemaker', 'DescribeModelPackage', { ModelPackageName: arn }), [aws, arn]));
  return (
    <WhenLoaded loaded={now}>
      {(settings) => <PolicyView operation="UpdateModelPackage" input={input} held={{ resource: { type: 'model-package', settings } }} />}
    </WhenLoaded>
  );
}
