import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { DeleteDialog, Dialog } from '../parts/dialog.tsx';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, SuggestField, TextField, textOf } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useRefresh } from '../parts/refresh.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { momentColumn, statusColumn } from './columns.tsx';
import { APP_INSTANCES, instanceChoices } from './instance-types.ts';
import { Presigned } from './presigned.tsx';
import { isUnderWay } from './status.tsx';
import { type AppEntry, type AppOwner, appsOf, ownerAt, ownerOf } from './studio.ts';

export interface AppsProps {
  readonly domainId: string;
  /** Whose; all of the domain when absent. */
  readonly owner?: AppOwner;
  /** As whom an app in a space is opened. */
  readonly openAs?: string | undefined;
}

const nameOf = ({ AppType: type, AppName: name }: AppEntry): string => `${type} ${name}`;
const keyOf = (app: AppEntry): string => `${app.UserProfileName ?? app.SpaceName}/${app.AppType}/${app.AppName}`;

const appAt = (app: AppEntry): string => `${ownerAt(ownerOf(app))}/apps/${app.AppType}/${encodeURIComponent(app.AppName ?? '')}`;

/** What runs for people: of a whole domain, of a profile, or in a space. */
export function Apps({ domainId, owner, openAs }: AppsProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<{ what: 'create' } | { what: 'delete' | 'open'; app: AppEntry } | undefined>();
  const [profile, space] = [owner?.UserProfileName, owner?.SpaceName];
  const apps = useLoaded(
    useCallback(
      () => appsOf(aws, { DomainId: domainId, UserProfileName: profile, SpaceName: space } as AppOwner),
      [aws, domainId, profile, space],
    ),
  );
  useRefresh(apps, apps.value?.some(({ Status: status }) => isUnderWay(status)) ?? false);
  const close = () => {
    setOpen(undefined);
    apps.reload();
  };
  const visitor = (app: AppEntry) => app.UserProfileName ?? openAs;
  return (
    <>
      <ResourceTable
        title="Apps"
        noun={['app', 'apps']}
        loaded={apps}
        idOf={keyOf}
        narrow={{ label: 'Status', by: (app) => app.Status ?? '' }}
        columns={[
          { id: 'app', header: 'App', text: nameOf, cell: (app) => <Link href={appAt(app)}>{nameOf(app)}</Link> },
          ...(owner
            ? []
            : [
                {
                  id: 'owner',
                  header: 'Of',
                  text: (app: AppEntry) => app.UserProfileName ?? app.SpaceName ?? '',
                  cell: (app: AppEntry) => (
                    <Link href={ownerAt(ownerOf(app))}>
                      {app.UserProfileName === undefined ? `space ${app.SpaceName}` : app.UserProfileName}
                    </Link>
                  ),
                },
              ]),
          statusColumn(({ Status: status }: AppEntry) => status),
          {
            id: 'instance',
            header: 'Instance type',
            text: (app) => app.ResourceSpec?.InstanceType ?? '',
            cell: (app) => app.ResourceSpec?.InstanceType ?? '–',
          },
          momentColumn('Created', ({ CreationTime: at }: AppEntry) => at),
          {
            id: 'actions',
            header: 'Actions',
            cell: (app) => (
              <SpaceBetween direction="horizontal" size="xs">
                {app.Status === 'InService' && visitor(app) !== undefined && (
                  <Button variant="inline-link" ariaLabel={`Open ${nameOf(app)}`} onClick={() => setOpen({ what: 'open', app })}>
                    Open
                  </Button>
                )}
                {(app.Status === 'InService' || app.Status === 'Failed') && (
                  <Button variant="inline-link" ariaLabel={`Delete ${nameOf(app)}`} onClick={() => setOpen({ what: 'delete', app })}>
                    Delete
                  </Button>
                )}
              </SpaceBetween>
            ),
          },
        ]}
        whenEmpty={owner ? 'Nothing runs here yet.' : 'Apps are created in a user profile or a space.'}
        actions={() => owner && <Button onClick={() => setOpen({ what: 'create' })}>Create app</Button>}
      />
      {open?.what === 'create' && owner && <CreateDialog owner={owner} close={close} />}
      {open?.what === 'open' && (
        <Presigned
          what={nameOf(open.app)}
          operation="CreatePresignedDomainUrl"
          input={{
            DomainId: domainId,
            UserProfileName: visitor(open.app),
            SpaceName: open.app.SpaceName,
            LandingUri: `app:${open.app.AppType}:`,
          }}
          close={close}
        />
      )}
      {open?.what === 'delete' && (
        <DeleteDialog
          noun="app"
          name={open.app.AppName ?? ''}
          close={close}
          work={async () => {
            const { UserProfileName, SpaceName, AppType, AppName } = open.app;
            await aws.json('sagemaker', 'DeleteApp', { DomainId: domainId, UserProfileName, SpaceName, AppType, AppName });
            say(`App ${nameOf(open.app)} is being deleted.`);
          }}
        >
          What runs in it is lost; files in the home directory stay. It stays listed as Deleted for a day.
        </DeleteDialog>
      )}
    </>
  );
}

/** Kinds of apps of a profile, and in a space; those of which there is one are called `default`. */
const OF_PROFILE = ['JupyterServer', 'KernelGateway', 'Canvas', 'TensorBoard', 'RStudioServerPro'];
const IN_SPACE = ['JupyterLab', 'CodeEditor', 'JupyterServer', 'KernelGateway'];
const NAMED: ReadonlySet<string> = new Set(['KernelGateway', 'TensorBoard']);
/** Kinds that run on an instance of SageMaker's own, not on one that somebody chooses. */
const ON_SYSTEM: ReadonlySet<string> = new Set(['JupyterServer', 'RStudioServerPro', 'Canvas']);

function CreateDialog({ owner, close }: { owner: AppOwner; close: () => void }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const kinds = owner.SpaceName === undefined ? OF_PROFILE : IN_SPACE;
  const [draft, set] = useDraft({ type: kinds[0] ?? '', name: 'default', instance: 'ml.t3.medium', lifecycle: '' });
  const isOnSystem = ON_SYSTEM.has(draft.type);
  const spec = { InstanceType: isOnSystem ? 'system' : draft.instance, LifecycleConfigArn: textOf(draft.lifecycle) };
  return (
    <Dialog
      title="Create an app"
      verb="Create app"
      close={close}
      isReady={draft.name !== '' && spec.InstanceType !== ''}
      work={async () => {
        await aws.json('sagemaker', 'CreateApp', { ...owner, AppType: draft.type, AppName: draft.name, ResourceSpec: spec });
        say(`App ${draft.type} ${draft.name} is being created.`);
      }}
    >
      <ChoiceField
        label="Kind"
        value={draft.type}
        set={(type) => {
          set('type')(type);
          set('name')('default');
        }}
        choices={kinds.map((value) => ({ value }))}
      />
      {NAMED.has(draft.type) && <TextField label="App name" value={draft.name} set={set('name')} />}
      {!isOnSystem && (
        <SuggestField label="Instance type" value={draft.instance} set={set('instance')} choices={instanceChoices(APP_INSTANCES)} />
      )}
      <TextField
        label="Lifecycle configuration"
        description="ARN of a script that runs when it starts; may be left empty."
        value={draft.lifecycle}
        set={set('lifecycle')}
      />
    </Dialog>
  );
}
