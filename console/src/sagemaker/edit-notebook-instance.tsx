import type { DescribeNotebookInstanceOutput } from '@aws-sdk/client-sagemaker';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import { changedFrom, useDraft } from '../parts/draft.ts';
import { NumberField, numberOf, SuggestField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { instanceChoices, NOTEBOOK_INSTANCES } from './instance-types.ts';
import { LifecycleField, MetadataVersionField, RootAccessField } from './notebook-fields.tsx';
import { RoleField } from './role-field.tsx';
import type { Wire } from './wire.ts';

type Described = Wire<DescribeNotebookInstanceOutput>;

/** Changes a stopped notebook instance. */
export default function EditNotebookInstance({ name }: { name: string }) {
  const { aws } = useSignedIn();
  const instance = useLoaded(
    useCallback(() => aws.json<Described>('sagemaker', 'DescribeNotebookInstance', { NotebookInstanceName: name }), [aws, name]),
  );
  return <WhenLoaded loaded={instance}>{(now) => <Edit name={name} now={now} />}</WhenLoaded>;
}

function Edit({ name, now }: { name: string; now: Described }) {
  const before = {
    type: now.InstanceType ?? '',
    role: now.RoleArn ?? '',
    volume: String(now.VolumeSizeInGB ?? 5),
    rootAccess: now.RootAccess ?? 'Enabled',
    metadata: now.InstanceMetadataServiceConfiguration?.MinimumInstanceMetadataServiceVersion ?? '1',
    lifecycle: now.NotebookInstanceLifecycleConfigName ?? '',
  };
  const [draft, set] = useDraft(before);
  // Only what was changed is sent: of what is not, no policy is asked.
  const changed = changedFrom(before, draft);
  const volume = changed('volume');
  const lifecycle = changed('lifecycle');
  const metadata = changed('metadata');
  const input = {
    NotebookInstanceName: name,
    InstanceType: changed('type'),
    RoleArn: changed('role'),
    VolumeSizeInGB: volume === undefined ? undefined : numberOf(volume),
    RootAccess: changed('rootAccess'),
    InstanceMetadataServiceConfiguration: metadata && { MinimumInstanceMetadataServiceVersion: metadata },
    ...(lifecycle === '' ? { DisassociateLifecycleConfig: true } : { LifecycleConfigName: lifecycle }),
  };
  const page = pageAt('sagemaker', 'notebook-instances', name);
  return (
    <CreationForm
      title={`Edit ${name}`}
      description="It must be stopped, and stays so."
      verb="Save"
      back={page}
      operation="UpdateNotebookInstance"
      input={input}
      isReady={draft.type !== '' && draft.role !== ''}
      said={`Notebook instance ${name} is being updated.`}
      next={() => page}
    >
      <Container>
        <SpaceBetween size="m">
          <SuggestField label="Instance type" value={draft.type} set={set('type')} choices={instanceChoices(NOTEBOOK_INSTANCES)} />
          <RoleField label="Execution role" value={draft.role} set={set('role')} />
          <NumberField label="Volume (GB)" description="It can grow, not shrink." value={draft.volume} set={set('volume')} />
          <RootAccessField value={draft.rootAccess} set={(value) => set('rootAccess')(value as typeof draft.rootAccess)} />
          <MetadataVersionField value={draft.metadata} set={set('metadata')} />
          <LifecycleField value={draft.lifecycle} set={set('lifecycle')} />
        </SpaceBetween>
      </Container>
    </CreationForm>
  );
}
