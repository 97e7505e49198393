import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback, useState } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { useRefresh } from '../parts/refresh.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { statusColumn } from './columns.tsx';
import { CreateSpaceDialog } from './create-space.tsx';
import { isUnderWay } from './status.tsx';
import { domainAt, type SpaceEntry, spacesOf } from './studio.ts';

export interface SpacesProps {
  readonly domainId: string;
  /** The user profile whose they are; all of the domain when absent. */
  readonly owner?: string;
  /** Whether one can be created now. */
  readonly isReady: boolean;
}

const ownerOf = ({ OwnershipSettingsSummary: of }: SpaceEntry): string | undefined => of?.OwnerUserProfileName;

const OWNER: Column<SpaceEntry> = {
  id: 'owner',
  header: 'Owner',
  text: (space) => ownerOf(space) ?? '',
  cell: (space) => ownerOf(space) ?? '–',
};

/** The spaces of a domain, or of one user profile. */
export function Spaces({ domainId, owner, isReady }: SpacesProps) {
  const { aws } = useSignedIn();
  const [isCreating, setCreating] = useState(false);
  const spaces = useLoaded(
    useCallback(async () => {
      const all = await spacesOf(aws, domainId);
      return owner === undefined ? all : all.filter((space) => ownerOf(space) === owner);
    }, [aws, domainId, owner]),
  );
  useRefresh(spaces, spaces.value?.some(({ Status: status }) => isUnderWay(status)) ?? false);
  return (
    <>
      <ResourceTable
        title="Spaces"
        noun={['space', 'spaces']}
        description={
          owner === undefined
            ? 'Where JupyterLab and Code Editor run: private to one profile, or shared.'
            : 'Those that belong to this profile.'
        }
        loaded={spaces}
        idOf={(space) => space.SpaceName ?? ''}
        columns={[
          {
            id: 'name',
            header: 'Name',
            text: (space) => space.SpaceName ?? '',
            cell: (space) => <Link href={domainAt(domainId, 'spaces', space.SpaceName ?? '')}>{space.SpaceName}</Link>,
          },
          statusColumn(({ Status: status }: SpaceEntry) => status),
          {
            id: 'sharing',
            header: 'Sharing',
            text: (space) => space.SpaceSharingSettingsSummary?.SharingType ?? '',
            cell: (space) => space.SpaceSharingSettingsSummary?.SharingType ?? 'Shared',
          },
          ...(owner === undefined ? [OWNER] : []),
          {
            id: 'kind',
            header: 'For',
            text: (space) => space.SpaceSettingsSummary?.AppType ?? '',
            cell: (space) => space.SpaceSettingsSummary?.AppType ?? '–',
          },
        ]}
        whenEmpty="JupyterLab and Code Editor run in a space: create one."
        actions={() => (
          <Button disabled={!isReady} onClick={() => setCreating(true)}>
            Create space
          </Button>
        )}
      />
      {isCreating && (
        <CreateSpaceDialog
          domainId={domainId}
          owner={owner}
          close={() => {
            setCreating(false);
            spaces.reload();
          }}
        />
      )}
    </>
  );
}
