import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, NumberField, numberOf, PairsField, pairsOf, SuggestField, TextField, textOf } from '../parts/fields.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { instanceChoices, NOTEBOOK_INSTANCES } from './instance-types.ts';
import { NameField } from './name-field.tsx';
import { type Network, NetworkFields, NO_NETWORK } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';

/** Creates a notebook instance, which starts. */
export default function CreateNotebookInstance() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
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
    tags: [] as readonly { Key: string; Value: string }[],
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
      work={async () => {
        await aws.json('sagemaker', 'CreateNotebookInstance', input);
        say(`Notebook instance ${draft.name} is being created.`);
        go(pageAt('sagemaker', 'notebook-instances', draft.name));
      }}
    >
      <Container header={<Header variant="h2">The instance</Header>}>
        <SpaceBetween size="m">
          <TextField
            label="Notebook instance name"
            description="Letters, digits and hyphens, 63 at most. Case makes no difference in its ARN."
            value={draft.name}
            set={set('name')}
            isFirst
          />
          <SuggestField label="Instance type" value={draft.type} set={set('type')} choices={instanceChoices(NOTEBOOK_INSTANCES)} />
          <RoleField label="Execution role" value={draft.role} set={set('role')} />
          <ChoiceField
            label="Root access"
            description="Whether people on it are root there. Lifecycle configurations are, always."
            value={draft.rootAccess}
            set={set('rootAccess')}
            choices={[{ value: 'Enabled' }, { value: 'Disabled' }]}
          />
          <ChoiceField
            label="Least version of instance metadata (IMDS)"
            description="Version 2 is harder to be tricked out of credentials."
            value={draft.metadata}
            set={set('metadata')}
            choices={[
              { value: '2', label: 'Version 2' },
              { value: '1', label: 'Version 1' },
            ]}
          />
          <LifecycleField value={draft.lifecycle} set={set('lifecycle')} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Network</Header>}>
        <SpaceBetween size="m">
          <NetworkFields value={draft.network} set={set('network')} subnets="one" />
          <ChoiceField
            label="Direct internet access"
            description="Without it the instance reaches only what its subnet reaches, and must have one."
            value={draft.internet}
            set={set('internet')}
            choices={[{ value: 'Enabled' }, { value: 'Disabled' }]}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Storage</Header>}>
        <SpaceBetween size="m">
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
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Tags</Header>}>
        <PairsField noun="tag" value={draft.tags} set={set('tags')} />
      </Container>
    </CreationForm>
  );
}

/** Chooses a lifecycle configuration by name. */
export function LifecycleField({ value, set }: { value: string; set: (name: string) => void }) {
  return (
    <NameField
      section="notebook-lifecycle-configs"
      none="None"
      label="Lifecycle configuration"
      description="Scripts that run as root when it is created and when it starts."
      value={value}
      set={set}
    />
  );
}
