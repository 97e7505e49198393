import { useDraft } from '../parts/draft.ts';
import { ChoiceField, NumberField, numberOf, type Pair, pairsOf, SuggestField, TextField, textOf } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { instanceChoices, NOTEBOOK_INSTANCES } from './instance-types.ts';
import { type Network, NetworkFields, NO_NETWORK } from './network-fields.tsx';
import { LifecycleField, MetadataVersionField, RootAccessField } from './notebook-fields.tsx';
import { RoleField } from './role-field.tsx';

/** Creates a notebook instance, which starts. */
export default function CreateNotebookInstance() {
  const [draft, set] = useDraft({
    name: '',
    type: 'ml.t3.medium',
    role: '',
    volume: '5',
    key: '',
    network: NO_NETWORK as Network,
    internet: 'Enabled',
    rootAccess: 'Enabled',
    // AWS's own default is 1, for what cannot do better; nothing new has to begin there.
    metadata: '2',
    lifecycle: '',
    tags: [] as readonly Pair[],
  });
  const input = {
    NotebookInstanceName: draft.name,
    InstanceType: draft.type,
    RoleArn: draft.role,
    VolumeSizeInGB: numberOf(draft.volume),
    KmsKeyId: textOf(draft.key),
    SubnetId: draft.network.subnets[0],
    SecurityGroupIds: draft.network.groups.length === 0 ? undefined : draft.network.groups,
    DirectInternetAccess: draft.internet,
    RootAccess: draft.rootAccess,
    InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: draft.metadata },
    LifecycleConfigName: textOf(draft.lifecycle),
    Tags: pairsOf(draft.tags),
  };
  return (
    <CreationForm
      title="Create notebook instance"
      back={pageAt('sagemaker', 'notebook-instances')}
      operation="CreateNotebookInstance"
      input={input}
      isReady={draft.name !== '' && draft.type !== '' && draft.role !== ''}
      said={`Notebook instance ${draft.name} is being created.`}
      next={() => pageAt('sagemaker', 'notebook-instances', draft.name)}
    >
      <Part title="The instance">
        <TextField
          label="Notebook instance name"
          description="Letters, digits and hyphens, 63 at most. Case makes no difference in its ARN."
          value={draft.name}
          set={set('name')}
          isFirst
        />
        <SuggestField label="Instance type" value={draft.type} set={set('type')} choices={instanceChoices(NOTEBOOK_INSTANCES)} />
        <RoleField label="Execution role" value={draft.role} set={set('role')} />
        <RootAccessField value={draft.rootAccess} set={set('rootAccess')} />
        <MetadataVersionField value={draft.metadata} set={set('metadata')} />
        <LifecycleField value={draft.lifecycle} set={set('lifecycle')} />
      </Part>
      <Part title="Network">
        <NetworkFields value={draft.network} set={set('network')} subnets="one" />
        <ChoiceField
          label="Direct internet access"
          description="Without it the instance reaches only what its subnet reaches, and must have one."
          value={draft.internet}
          set={set('internet')}
          choices={[{ value: 'Enabled' }, { value: 'Disabled' }]}
        />
      </Part>
      <Part title="Storage">
        <NumberField
          label="Volume (GB)"
          description="5 to 16384; it can grow later, not shrink."
          value={draft.volume}
          set={set('volume')}
        />
        <TextField
          label="Encryption key"
          description="KMS key of the volume, by ARN or id; left empty, a key of AWS."
          value={draft.key}
          set={set('key')}
        />
      </Part>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
