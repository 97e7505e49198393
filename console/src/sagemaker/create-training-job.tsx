import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, NumberField, numberOf, type Pair, PairsField, pairsOf, SuggestField, TextField, textOf } from '../parts/fields.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { instanceChoices, TRAINING_INSTANCES } from './instance-types.ts';
import { type Network, NetworkFields, NO_NETWORK, vpcConfigOf } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';

/** Starts a training job. */
export default function CreateTrainingJob() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
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
  const parameters = pairsOf(draft.parameters);
  const input = {
    TrainingJobName: draft.name,
    RoleArn: draft.role,
    AlgorithmSpecification: { TrainingImage: draft.image, TrainingInputMode: 'File' },
    HyperParameters: parameters && Object.fromEntries(parameters.map(({ Key, Value }) => [Key, Value])),
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
      work={async () => {
        await aws.json('sagemaker', 'CreateTrainingJob', input);
        say(`Training job ${draft.name} is being started.`);
        go(pageAt('sagemaker', 'training-jobs', draft.name));
      }}
    >
      <Container header={<Header variant="h2">The job</Header>}>
        <SpaceBetween size="m">
          <TextField
            label="Training job name"
            description="Letters, digits and hyphens, 63 at most; never used before in this region."
            value={draft.name}
            set={set('name')}
            isFirst
          />
          <RoleField label="Execution role" value={draft.role} set={set('role')} />
          <TextField
            label="Training image"
            description="Where the container is registered."
            placeholder="123456789012.dkr.ecr.us-east-1.amazonaws.com/image:tag"
            value={draft.image}
            set={set('image')}
          />
          <NumberField label="Longest run (s)" description="What runs longer is stopped." value={draft.seconds} set={set('seconds')} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Data</Header>}>
        <SpaceBetween size="m">
          <TextField
            label="Input"
            description="May be left empty."
            placeholder="s3://bucket/prefix"
            value={draft.input}
            set={set('input')}
          />
          <TextField label="Output" placeholder="s3://bucket/prefix" value={draft.output} set={set('output')} />
          <TextField
            label="Output key"
            description="KMS key of what is written, by ARN or id; left empty, a key of AWS."
            value={draft.outputKey}
            set={set('outputKey')}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Instances</Header>}>
        <SpaceBetween size="m">
          <SuggestField label="Instance type" value={draft.type} set={set('type')} choices={instanceChoices(TRAINING_INSTANCES)} />
          <NumberField label="Instances" value={draft.count} set={set('count')} />
          <NumberField label="Volume (GB)" value={draft.volume} set={set('volume')} />
          <TextField
            label="Volume key"
            description="KMS key of the volumes; left empty, a key of AWS."
            value={draft.volumeKey}
            set={set('volumeKey')}
          />
        </SpaceBetween>
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
          <ChoiceField
            label="Encrypt traffic between containers"
            value={draft.encryption}
            set={set('encryption')}
            choices={[{ value: 'No' }, { value: 'Yes' }]}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Hyperparameters</Header>}>
        <PairsField noun="hyperparameter" value={draft.parameters} set={set('parameters')} max={100} />
      </Container>
      <Container header={<Header variant="h2">Tags</Header>}>
        <PairsField noun="tag" value={draft.tags} set={set('tags')} />
      </Container>
    </CreationForm>
  );
}
