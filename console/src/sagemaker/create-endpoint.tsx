import { useDraft } from '../parts/draft.ts';
import { type Pair, pairsOf, TextField } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { NameField } from './name-field.tsx';

/** Creates an endpoint of a configuration. */
export default function CreateEndpoint() {
  const [draft, set] = useDraft({ name: '', config: '', tags: [] as readonly Pair[] });
  const input = { EndpointName: draft.name, EndpointConfigName: draft.config, Tags: pairsOf(draft.tags) };
  return (
    <CreationForm
      title="Create endpoint"
      back={pageAt('sagemaker', 'endpoints')}
      operation="CreateEndpoint"
      input={input}
      isReady={draft.name !== '' && draft.config !== ''}
      said={`Endpoint ${draft.name} is being created.`}
      next={() => pageAt('sagemaker', 'endpoints', draft.name)}
    >
      <Part title="The endpoint">
        <TextField
          label="Endpoint name"
          description="Letters, digits and hyphens, 63 at most."
          value={draft.name}
          set={set('name')}
          isFirst
        />
        <NameField
          section="endpoint-configs"
          label="Configuration"
          description="It is asked for as well: whoever creates an endpoint needs sagemaker:CreateEndpoint on both."
          value={draft.config}
          set={set('config')}
        />
      </Part>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
