import { useDraft } from '../parts/draft.ts';
import {
  ChoiceField,
  NO_OR_YES,
  NumberField,
  numberOf,
  type Pair,
  PairsField,
  pairsOf,
  recordOf,
  SuggestField,
  TextField,
  textOf,
} from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { ContainerNetwork, ImageField } from './container-fields.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { instanceChoices, TRAINING_INSTANCES } from './instance-types.ts';
import { type Network, NO_NETWORK, vpcConfigOf } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';

/** Starts a training job. */
export default function CreateTrainingJob() {
  const [draft, set] = useDraft({
    name: '',
    role: '',
    image: '',
    input: '',
    output: '',
    outputKey: '',
    type: 'ml.m5.large',
    count: '1',
    volume: '10',
    volumeKey: '',
    seconds: '3600',
    network: NO_NETWORK as Network,
    isolation: 'No',
    encryption: 'No',
    parameters: [] as readonly Pair[],
    tags: [] as readonly Pair[],
  });
  const input = {
    TrainingJobName: draft.name,
    RoleArn: draft.role,
    AlgorithmSpecification: { TrainingImage: draft.image, TrainingInputMode: 'File' },
    HyperParameters: recordOf(draft.parameters),
    InputDataConfig: textOf(draft.input) && [
      { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: textOf(draft.input) } } },
    ],
    OutputDataConfig: { S3OutputPath: draft.output, KmsKeyId: textOf(draft.outputKey) },
    ResourceConfig: {
      InstanceType: draft.type,
      InstanceCount: numberOf(draft.count),
      VolumeSizeInGB: numberOf(draft.volume),
      VolumeKmsKeyId: textOf(draft.volumeKey),
    },
    StoppingCondition: { MaxRuntimeInSeconds: numberOf(draft.seconds) },
    VpcConfig: vpcConfigOf(draft.network),
    EnableNetworkIsolation: draft.isolation === 'Yes',
    EnableInterContainerTrafficEncryption: draft.encryption === 'Yes',
    Tags: pairsOf(draft.tags),
  };
  const isReady = [draft.name, draft.role, draft.image, draft.output, draft.type].every((each) => each !== '');
  return (
    <CreationForm
      title="Create training job"
      back={pageAt('sagemaker', 'training-jobs')}
      operation="CreateTrainingJob"
      input={input}
      isReady={isReady}
      said={`Training job ${draft.name} is being started.`}
      next={() => pageAt('sagemaker', 'training-jobs', draft.name)}
    >
      <Part title="The job">
        <TextField
          label="Training job name"
          description="Letters, digits and hyphens, 63 at most; never used before in this region."
          value={draft.name}
          set={set('name')}
          isFirst
        />
        <RoleField label="Execution role" value={draft.role} set={set('role')} />
        <ImageField label="Training image" value={draft.image} set={set('image')} />
        <NumberField label="Longest run (s)" description="What runs longer is stopped." value={draft.seconds} set={set('seconds')} />
      </Part>
      <Part title="Data">
        <TextField label="Input" description="May be left empty." placeholder="s3://bucket/prefix" value={draft.input} set={set('input')} />
        <TextField label="Output" placeholder="s3://bucket/prefix" value={draft.output} set={set('output')} />
        <TextField
          label="Output key"
          description="KMS key of what is written, by ARN or id; left empty, a key of AWS."
          value={draft.outputKey}
          set={set('outputKey')}
        />
      </Part>
      <Part title="Instances">
        <SuggestField label="Instance type" value={draft.type} set={set('type')} choices={instanceChoices(TRAINING_INSTANCES)} />
        <NumberField label="Instances" value={draft.count} set={set('count')} />
        <NumberField label="Volume (GB)" value={draft.volume} set={set('volume')} />
        <TextField
          label="Volume key"
          description="KMS key of the volumes; left empty, a key of AWS."
          value={draft.volumeKey}
          set={set('volumeKey')}
        />
      </Part>
      <ContainerNetwork
        network={{ value: draft.network, set: set('network') }}
        isolation={{ value: draft.isolation, set: set('isolation') }}
      >
        <ChoiceField label="Encrypt traffic between containers" value={draft.encryption} set={set('encryption')} choices={NO_OR_YES} />
      </ContainerNetwork>
      <Part title="Hyperparameters">
        <PairsField noun="hyperparameter" value={draft.parameters} set={set('parameters')} max={100} />
      </Part>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
