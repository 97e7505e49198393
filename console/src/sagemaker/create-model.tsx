import { useDraft } from '../parts/draft.ts';
import { ChoiceField, NO_OR_YES, type Pair, PairsField, pairsOf, recordOf, TextField, textOf } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { type Network, NetworkFields, NO_NETWORK, vpcConfigOf } from './network-fields.tsx';
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
      </Part>
      <Part title="Environment variables" description="Whoever may describe the model reads them: no secrets.">
        <PairsField noun="variable" value={draft.environment} set={set('environment')} max={100} />
      </Part>
      <Part title="Network">
        <NetworkFields value={draft.network} set={set('network')} subnets="several" />
        <ChoiceField
          label="Network isolation"
          description="Whether the container is cut off from every network."
          value={draft.isolation}
          set={set('isolation')}
          choices={NO_OR_YES}
        />
      </Part>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
