import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction } from '../parts/loaded.ts';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { textAt } from './described.tsx';
import { Presigned } from './presigned.tsx';
import ResourcePage from './resource-page.tsx';

/** One notebook instance. */
export default function NotebookInstance({ name }: { name: string }) {
  return (
    <ResourcePage
      section="notebook-instances"
      name={name}
      actions={(described, again) => <Actions name={name} status={textAt(described, 'NotebookInstanceStatus')} again={again} />}
    />
  );
}

/** What can be done in which state. */
function Actions({ name, status, again }: { name: string; status: string; again: () => void }) {
  const { aws } = useSignedIn();
  const [open, setOpen] = useState<'jupyter' | 'stop' | undefined>();
  const close = () => setOpen(undefined);
  const identity = { NotebookInstanceName: name };
  const isDown = status === 'Stopped' || status === 'Failed';
  const start = useAction(async () => {
    await aws.json('sagemaker', 'StartNotebookInstance', identity);
    again();
  });
  return (
    <>
      {start.failure && (
        <div className="whole">
          <FailureAlert failure={start.failure} />
        </div>
      )}
      <Button disabled={status !== 'InService'} onClick={() => setOpen('jupyter')}>
        Open Jupyter
      </Button>
      <Button disabled={!isDown} loading={start.isRunning} onClick={() => start.run()}>
        Start
      </Button>
      <Button disabled={status !== 'InService'} onClick={() => setOpen('stop')}>
        Stop
      </Button>
      <Button disabled={!isDown} {...(isDown && { href: pageAt('sagemaker', 'notebook-instances', name, 'edit') })}>
        Edit
      </Button>
      {open === 'jupyter' && <Presigned what={name} operation="CreatePresignedNotebookInstanceUrl" input={identity} close={close} />}
      {open === 'stop' && (
        <Dialog
          title={`Stop notebook instance ${name}?`}
          verb="Stop"
          close={close}
          work={async () => {
            await aws.json('sagemaker', 'StopNotebookInstance', identity);
            again();
          }}
        >
          What runs on it is lost; what is on its volume stays.
        </Dialog>
      )}
    </>
  );
}
