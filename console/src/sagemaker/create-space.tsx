import { useCallback } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, TextField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { profilesOf } from './studio.ts';

export interface CreateSpaceDialogProps {
  readonly domainId: string;
  /** Whose it will be; asked for when absent. */
  readonly owner?: string | undefined;
  readonly close: () => void;
}

/** Creates a space. */
export function CreateSpaceDialog({ domainId, owner, close }: CreateSpaceDialogProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const profiles = useLoaded(useCallback(() => profilesOf(aws, domainId), [aws, domainId]));
  const [draft, set] = useDraft({ name: '', sharing: 'Private', kind: 'JupyterLab', owner: owner ?? '' });
  return (
    <Dialog
      title="Create a space"
      verb="Create space"
      close={close}
      isReady={draft.name !== '' && draft.owner !== ''}
      work={async () => {
        await aws.json('sagemaker', 'CreateSpace', {
          DomainId: domainId,
          SpaceName: draft.name,
          OwnershipSettings: { OwnerUserProfileName: draft.owner },
          SpaceSharingSettings: { SharingType: draft.sharing },
          SpaceSettings: { AppType: draft.kind },
        });
        say(`Space ${draft.name} is being created.`);
      }}
    >
      <TextField label="Space name" description="Letters, digits and hyphens, 63 at most." value={draft.name} set={set('name')} isFirst />
      <ChoiceField
        label="Owner"
        value={draft.owner}
        set={set('owner')}
        choices={(profiles.value ?? []).map(({ UserProfileName: value = '' }) => ({ value }))}
        isLoading={profiles.isLoading}
        placeholder="Choose a user profile"
        empty="This domain has no user profile yet"
        failure={profiles.failure}
      />
      <ChoiceField
        label="Sharing"
        value={draft.sharing}
        set={set('sharing')}
        choices={[
          { value: 'Private', description: 'Only its owner works in it, with the role of the owner.' },
          { value: 'Shared', description: 'Everybody of the domain works in it, with the role of shared spaces.' },
        ]}
      />
      <ChoiceField label="For" value={draft.kind} set={set('kind')} choices={[{ value: 'JupyterLab' }, { value: 'CodeEditor' }]} />
    </Dialog>
  );
}
