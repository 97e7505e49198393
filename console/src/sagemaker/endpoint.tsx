import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { textAt } from './described.tsx';
import { NameField } from './name-field.tsx';
import ResourcePage from './resource-page.tsx';

/** One endpoint. */
export default function Endpoint({ name }: { name: string }) {
  return (
    <ResourcePage
      section="endpoints"
      name={name}
      actions={(described, again) => (
        <Update
          name={name}
          isReady={textAt(described, 'EndpointStatus') === 'InService'}
          now={textAt(described, 'EndpointConfigName')}
          again={again}
        />
      )}
    />
  );
}

interface UpdateProps {
  readonly name: string;
  /** The configuration that it has. */
  readonly now: string;
  readonly isReady: boolean;
  readonly again: () => void;
}

/** Gives it another configuration. */
function Update({ name, now, isReady, again }: UpdateProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [isOpen, setOpen] = useState(false);
  const [config, setConfig] = useState('');
  return (
    <>
      <Button disabled={!isReady} onClick={() => setOpen(true)}>
        Update
      </Button>
      {isOpen && (
        <Dialog
          title={`Update endpoint ${name}`}
          verb="Update"
          close={() => setOpen(false)}
          isReady={config !== ''}
          work={async () => {
            await aws.json('sagemaker', 'UpdateEndpoint', { EndpointName: name, EndpointConfigName: config });
            say(`Endpoint ${name} is being updated.`);
            again();
          }}
        >
          <p>It goes on serving {now} until the other one is in service.</p>
          <NameField section="endpoint-configs" label="Configuration" value={config} set={setConfig} />
        </Dialog>
      )}
    </>
  );
}
