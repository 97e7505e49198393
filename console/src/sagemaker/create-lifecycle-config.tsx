import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { PairsField, pairsOf, TextField } from '../parts/fields.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { hooksOf, isTooLong, ScriptFields, type Scripts } from './lifecycle-scripts.tsx';

const BEGINNING: Scripts = { OnCreate: '', OnStart: '#!/bin/bash\n\nset -e\n' };

/** Creates a lifecycle configuration of notebook instances. */
export default function CreateLifecycleConfig() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [draft, set] = useDraft({ name: '', scripts: BEGINNING, tags: [] as readonly { Key: string; Value: string }[] });
  const input = { NotebookInstanceLifecycleConfigName: draft.name, ...hooksOf(draft.scripts), Tags: pairsOf(draft.tags) };
  return (
    <CreationForm
      title="Create lifecycle configuration"
      back={pageAt('sagemaker', 'notebook-lifecycle-configs')}
      operation="CreateNotebookInstanceLifecycleConfig"
      input={input}
      isReady={draft.name !== '' && !Object.values(draft.scripts).some(isTooLong)}
      work={async () => {
        await aws.json('sagemaker', 'CreateNotebookInstanceLifecycleConfig', input);
        say(`Lifecycle configuration ${draft.name} was created.`);
        go(pageAt('sagemaker', 'notebook-lifecycle-configs', draft.name));
      }}
    >
      <Container header={<Header variant="h2">Name</Header>}>
        <TextField
          label="Configuration name"
          description="Letters, digits and hyphens, 63 at most."
          value={draft.name}
          set={set('name')}
          isFirst
        />
      </Container>
      <Container header={<Header variant="h2">Scripts</Header>}>
        <ScriptFields
          initial={BEGINNING}
          scripts={draft.scripts}
          set={(moment, script) => set('scripts')({ ...draft.scripts, [moment]: script })}
        />
      </Container>
      <Container header={<Header variant="h2">Tags</Header>}>
        <PairsField noun="tag" value={draft.tags} set={set('tags')} />
      </Container>
    </CreationForm>
  );
}
