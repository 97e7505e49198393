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
      tabs={(described, again) => {
        const { OnCreate, OnStart } = described as Wire<DescribeNotebookInstanceLifecycleConfigOutput>;
        const kept = { OnCreate: OnCreate?.[0]?.Content ?? '', OnStart: OnStart?.[0]?.Content ?? '' };
        // Begun anew only when other scripts are kept, not when the same ones are loaded again.
        const key = `${kept.OnCreate} ${kept.OnStart}`;
        return [{ id: 'scripts', label: 'Scripts', content: <EditScripts key={key} name={name} kept={kept} again={again} /> }];
      }}
    />
  );
}

interface EditScriptsProps {
  readonly name: string;
  /** As they are kept: Base64. */
  readonly kept: Scripts;
  readonly again: () => void;
}

function EditScripts({ name, kept, again }: EditScriptsProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const { OnCreate: onCreate, OnStart: onStart } = kept;
  const initial = useMemo<Scripts>(() => ({ OnCreate: decodeScript(onCreate), OnStart: decodeScript(onStart) }), [onCreate, onStart]);
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
