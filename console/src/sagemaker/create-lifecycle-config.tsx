import { useDraft } from '../parts/draft.ts';
import { type Pair, pairsOf, TextField } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { hooksOf, isTooLong, ScriptFields, type Scripts } from './lifecycle-scripts.tsx';

const BEGINNING: Scripts = { OnCreate: '', OnStart: '#!/bin/bash\n\nset -e\n' };

/** Creates a lifecycle configuration of notebook instances. */
export default function CreateLifecycleConfig() {
  const [draft, set] = useDraft({ name: '', scripts: BEGINNING, tags: [] as readonly Pair[] });
  const input = { NotebookInstanceLifecycleConfigName: draft.name, ...hooksOf(draft.scripts), Tags: pairsOf(draft.tags) };
  return (
    <CreationForm
      title="Create lifecycle configuration"
      back={pageAt('sagemaker', 'notebook-lifecycle-configs')}
      operation="CreateNotebookInstanceLifecycleConfig"
      input={input}
      isReady={draft.name !== '' && !Object.values(draft.scripts).some(isTooLong)}
      said={`Lifecycle configuration ${draft.name} was created.`}
      next={() => pageAt('sagemaker', 'notebook-lifecycle-configs', draft.name)}
    >
      <Part title="Name">
        <TextField
          label="Configuration name"
          description="Letters, digits and hyphens, 63 at most."
          value={draft.name}
          set={set('name')}
          isFirst
        />
      </Part>
      <Part title="Scripts">
        <ScriptFields
          initial={BEGINNING}
          scripts={draft.scripts}
          set={(moment, script) => set('scripts')({ ...draft.scripts, [moment]: script })}
        />
      </Part>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
