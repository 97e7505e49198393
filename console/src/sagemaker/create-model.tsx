import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, type Pair, PairsField, pairsOf, TextField, textOf } from '../parts/fields.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { type Network, NetworkFields, NO_NETWORK, vpcConfigOf } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';

/** Creates a model of one container. */
export default function CreateModel() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [draft, set] = useDraft({
    name: '',
    role: '',
    image: '',
    data: '',
    environment: [] as readonly Pair[],
    network: NO_NETWORK as Network,
    isolation: 'No',
    tags: [] as readonly Pair[],
  });
  const environment = pairsOf(draft.environment);
  const input = {
    ModelName: draft.name,
    ExecutionRoleArn: draft.role,
    PrimaryContainer: {
      Image: draft.image,
      ModelDataUrl: textOf(draft.data),
      Environment: environment && Object.fromEntries(environment.map(({ Key, Value }) => [Key, Value])),
    },
    VpcConfig: vpcConfigOf(draft.network),
    EnableNetworkIsolation: draft.isolation === 'Yes',
    Tags: pairsOf(draft.tags),
  };
  return (
    <CreationForm
      title="Create model"
      back={pageAt('sagemaker', 'models')}
      operation="CreateModel"
      input={input}
      isReady={[draft.name, draft.role, draft.image].every((each) => each !== '')}
      work={async () => {
        await aws.json('sagemaker', 'CreateModel', input);
        say(`Model ${draft.name} was created.`);
        go(pageAt('sagemaker', 'models', draft.name));
      }}
    >
      <Container header={<Header variant="h2">The model</Header>}>
        <SpaceBetween size="m">
          <TextField
            label="Model name"
            description="Letters, digits and hyphens, 63 at most."
            value={draft.name}
            set={set('name')}
            isFirst
          />
          <RoleField label="Execution role" value={draft.role} set={set('role')} />
          <TextField
            label="Image"
            description="Where the container is registered."
            placeholder="123456789012.dkr.ecr.us-east-1.amazonaws.com/image:tag"
            value={draft.image}
            set={set('image')}
          />
          <TextField
            label="Model data"
            description="What training made; may be left empty."
            placeholder="s3://bucket/model.tar.gz"
            value={draft.data}
            set={set('data')}
          />
        </SpaceBetween>
      </Container>
      <Container
        header={
          <Header variant="h2" description="Whoever may describe the model reads them: no secrets.">
            Environment variables
          </Header>
        }
      >
        <PairsField noun="variable" value={draft.environment} set={set('environment')} max={100} />
      </Container>
      <Container header={<Header variant="h2">Network</Header>}>
        <SpaceBetween size="m">
          <NetworkFields value={draft.network} set={set('network')} subnets="several" />
          <ChoiceField
            label="Network isolation"
            description="Whether the container is cut off from every network."
            value={draft.isolation}
            set={set('isolation')}
            choices={[{ value: 'No' }, { value: 'Yes' }]}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Tags</Header>}>
        <PairsField noun="tag" value={draft.tags} set={set('tags')} />
      </Container>
    </CreationForm>
  );
}
