import { useDraft } from '../parts/draft.ts';
import { type Pair, PairsField, pairsOf, recordOf, TextField, textOf } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { ContainerNetwork, ImageField } from './container-fields.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { type Network, NO_NETWORK, vpcConfigOf } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';

/** Creates a model of one container. */
export default function CreateModel() {
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
  const input = {
    ModelName: draft.name,
    ExecutionRoleArn: draft.role,
    PrimaryContainer: {
      Image: draft.image,
      ModelDataUrl: textOf(draft.data),
      Environment: recordOf(draft.environment),
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
      said={`Model ${draft.name} was created.`}
      next={() => pageAt('sagemaker', 'models', draft.name)}
    >
      <Part title="The model">
        <TextField label="Model name" description="Letters, digits and hyphens, 63 at most." value={draft.name} set={set('name')} isFirst />
        <RoleField label="Execution role" value={draft.role} set={set('role')} />
        <ImageField label="Image" value={draft.image} set={set('image')} />
        <TextField
          label="Model data"
          description="What training made; may be left empty."
          placeholder="s3://bucket/model.tar.gz"
          value={draft.data}
          set={set('data')}
        />
      </Part>
      <Part title="Environment variables" description="Whoever may describe the model reads them: no secrets.">
        <PairsField noun="variable" value={draft.environment} set={set('environment')} max={100} />
      </Part>
      <ContainerNetwork
        network={{ value: draft.network, set: set('network') }}
        isolation={{ value: draft.isolation, set: set('isolation') }}
      />
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
