import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { type Pair, PairsField, pairsOf, TextField } from '../parts/fields.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { NameField } from './name-field.tsx';

/** Creates an endpoint of a configuration. */
export default function CreateEndpoint() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [draft, set] = useDraft({ name: '', config: '', tags: [] as readonly Pair[] });
  const input = { EndpointName: draft.name, EndpointConfigName: draft.config, Tags: pairsOf(draft.tags) };
  return (
    <CreationForm
      title="Create endpoint"
      back={pageAt('sagemaker', 'endpoints')}
      operation="CreateEndpoint"
      input={input}
      isReady={draft.name !== '' && draft.config !== ''}
      work={async () => {
        await aws.json('sagemaker', 'CreateEndpoint', input);
        say(`Endpoint ${draft.name} is being created.`);
        go(pageAt('sagemaker', 'endpoints', draft.name));
      }}
    >
      <Container header={<Header variant="h2">The endpoint</Header>}>
        <SpaceBetween size="m">
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
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Tags</Header>}>
        <PairsField noun="tag" value={draft.tags} set={set('tags')} />
      </Container>
    </CreationForm>
  );
}
