import type { DescribeNotebookInstanceLifecycleConfigOutput } from '@aws-sdk/client-sagemaker';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { hooksOf, isTooLong, ScriptFields, type Scripts } from './lifecycle-scripts.tsx';
import ResourcePage from './resource-page.tsx';
import { decodeScript } from './script.ts';
import type { Wire } from './wire.ts';

/** One lifecycle configuration of notebook instances. */
export default function LifecycleConfig({ name }: { name: string }) {
  return (
    <ResourcePage
      section="notebook-lifecycle-configs"
      name={name}
      tabs={(described, again) => [
        { id: 'scripts', label: 'Scripts', content: <EditScripts name={name} of={described as never} again={again} /> },
      ]}
    />
  );
}

interface EditScriptsProps {
  readonly name: string;
  readonly of: Wire<DescribeNotebookInstanceLifecycleConfigOutput>;
  readonly again: () => void;
}

function EditScripts({ name, of, again }: EditScriptsProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const initial = useMemo<Scripts>(
    () => ({ OnCreate: decodeScript(of.OnCreate?.[0]?.Content ?? ''), OnStart: decodeScript(of.OnStart?.[0]?.Content ?? '') }),
    [of],
  );
  const [scripts, setScripts] = useState(initial);
  const save = useAction(async () => {
    // An empty list takes a script away; a member that is left out would let it stay.
    const { OnCreate = [], OnStart = [] } = hooksOf(scripts);
    await aws.json('sagemaker', 'UpdateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: name, OnCreate, OnStart });
    say(`The scripts of ${name} were saved.`);
    again();
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button variant="primary" disabled={Object.values(scripts).some(isTooLong)} loading={save.isRunning} onClick={() => save.run()}>
              Save
            </Button>
          }
        >
          Scripts
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FailureAlert failure={save.failure} />
        <ScriptFields initial={initial} scripts={scripts} set={(moment, script) => setScripts({ ...scripts, [moment]: script })} />
      </SpaceBetween>
    </Container>
  );
}
