import { useCallback } from 'react';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm, Part } from './creation-form.tsx';
import { textAt } from './described.tsx';
import type { Described } from './family.ts';
import { NameField } from './name-field.tsx';

/** Gives an endpoint another configuration. */
export default function UpdateEndpoint({ name }: { name: string }) {
  const { aws } = useSignedIn();
  const endpoint = useLoaded(useCallback(() => aws.json<Described>('sagemaker', 'DescribeEndpoint', { EndpointName: name }), [aws, name]));
  return <WhenLoaded loaded={endpoint}>{(now) => <Update name={name} now={textAt(now, 'EndpointConfigName')} />}</WhenLoaded>;
}

function Update({ name, now }: { name: string; now: string }) {
  const [draft, set] = useDraft({ config: '', variants: 'new' });
  const page = pageAt('sagemaker', 'endpoints', name);
  return (
    <CreationForm
      title={`Update ${name}`}
      description={`It goes on serving ${now} until the other configuration is in service.`}
      verb="Update"
      back={page}
      operation="UpdateEndpoint"
      input={{
        EndpointName: name,
        EndpointConfigName: draft.config,
        ...(draft.variants === 'kept' && { RetainAllVariantProperties: true }),
      }}
      isReady={draft.config !== ''}
      said={`Endpoint ${name} is being updated.`}
      next={() => page}
    >
      <Part title="What it is to serve">
        <NameField
          section="endpoint-configs"
          label="Configuration"
          description="It is asked for as well: whoever updates an endpoint needs sagemaker:UpdateEndpoint on both."
          value={draft.config}
          set={set('config')}
        />
        <ChoiceField
          label="Instances and weights of variants"
          value={draft.variants}
          set={set('variants')}
          choices={[
            { value: 'new', label: 'As the configuration says' },
            { value: 'kept', label: 'As they are now', description: 'Of variants that the new configuration has as well.' },
          ]}
        />
      </Part>
    </CreationForm>
  );
}
