import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { EnableMfaDialog } from './enable-mfa.tsx';
import { type NewSecret, NewSecrets } from './new-secret.tsx';
import { newPasswordChoice, PasswordFields } from './password.tsx';
import { unlessAbsent } from './principal.ts';
import type { AccessKey, MfaDevice, NewAccessKey } from './types.ts';

/** By what a user comes in: password, access keys, second factors. */
export function Credentials({ userName }: { userName: string }) {
  return (
    <SpaceBetween size="l">
      <Password userName={userName} />
      <AccessKeys userName={userName} who={userName} />
      <MfaDevices userName={userName} who={userName} />
    </SpaceBetween>
  );
}

function Password({ userName }: { userName: string }) {
  const { aws, session } = useSignedIn();
  const [open, setOpen] = useState<'set' | 'remove' | undefined>();
  const profile = useLoaded(
    useCallback(async () => {
      const found = await unlessAbsent(
        aws.iam<{ LoginProfile: { CreateDate: string; PasswordResetRequired?: string } }>('GetLoginProfile', { UserName: userName }),
      );
      return found?.LoginProfile ?? 'none';
    }, [aws, userName]),
  );
  const done = () => {
    setOpen(undefined);
    profile.reload();
  };
  const { value } = profile;
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            value !== undefined && (
              <SpaceBetween direction="horizontal" size="xs">
                {value !== 'none' && <Button onClick={() => setOpen('remove')}>Remove password</Button>}
                <Button onClick={() => setOpen('set')}>{value === 'none' ? 'Give a password' : 'Set another password'}</Button>
              </SpaceBetween>
            )
          }
        >
          Console password
        </Header>
      }
    >
      <FailureAlert failure={profile.failure} again={profile.reload} />
      {value === undefined && profile.isLoading && <StatusIndicator type="loading">Loading</StatusIndicator>}
      {value === 'none' && <Box color="text-body-secondary">This user has no password, and cannot sign in to the console.</Box>}
      {value !== undefined && value !== 'none' && (
        <KeyValuePairs
          columns={3}
          minColumnWidth={200}
          items={[
            { label: 'Sign-in page', value: `${location.origin}/signin?account=${session.account.alias ?? session.account.id}` },
            { label: 'Set', value: <Moment iso={value.CreateDate} /> },
            { label: 'Must be changed', value: value.PasswordResetRequired === 'true' ? 'At the next sign-in' : 'No' },
          ]}
        />
      )}
      {open === 'set' && <PasswordDialog userName={userName} isNew={value === 'none'} close={done} />}
      {open === 'remove' && (
        <Dialog
          title={`Remove the password of ${userName}?`}
          verb="Remove"
          close={done}
          work={() => aws.iam('DeleteLoginProfile', { UserName: userName })}
        >
          {userName} can then no longer sign in to the console. Access keys go on working.
        </Dialog>
      )}
    </Container>
  );
}

function PasswordDialog({ userName, isNew, close }: { userName: string; isNew: boolean; close: () => void }) {
  const { aws } = useSignedIn();
  const [choice, setChoice] = useState(newPasswordChoice);
  const [secret, setSecret] = useState<NewSecret | undefined>();
  if (secret) {
    return (
      <Dialog title={`The password of ${userName} is set`} verb="Done" work={async () => undefined} close={close}>
        <NewSecrets secret={secret} />
      </Dialog>
    );
  }
  const work = async () => {
    const input = { UserName: userName, Password: choice.password, PasswordResetRequired: choice.mustChange };
    await aws.iam(isNew ? 'CreateLoginProfile' : 'UpdateLoginProfile', input);
    if (choice.isGenerated)
      setSecret({ file: `${userName}_credentials.csv`, values: { 'User name': userName, Password: choice.password } });
  };
  return (
    <Dialog
      title={isNew ? `Give ${userName} a password` : `Set another password for ${userName}`}
      verb="Set password"
      work={work}
      // With a password that was made there is something to show first.
      close={choice.isGenerated ? () => undefined : close}
      cancel={close}
      isReady={choice.password !== ''}
    >
      <PasswordFields value={choice} onChange={setChoice} />
    </Dialog>
  );
}

interface UsedKey extends AccessKey {
  readonly used: string | undefined;
}

/** AWS lets a user have no more. */
const MAX_KEYS = 2;

export interface OwnerProps {
  /** Absent: whoever is signed in, who may be the root user. */
  readonly userName?: string | undefined;
  /** What they are called here. */
  readonly who: string;
}

export function AccessKeys({ userName, who }: OwnerProps) {
  const { aws } = useSignedIn();
  const [open, setOpen] = useState<{ what: 'create' } | { what: 'delete'; key: AccessKey } | undefined>();
  const keys = useLoaded(
    useCallback(async (): Promise<readonly UsedKey[]> => {
      const list = await aws.iamList<AccessKey>('ListAccessKeys', 'AccessKeyMetadata', { UserName: userName });
      return Promise.all(
        list.map(async (key) => {
          const { AccessKeyLastUsed } = await aws.iam<{ AccessKeyLastUsed: { LastUsedDate?: string } }>('GetAccessKeyLastUsed', {
            AccessKeyId: key.AccessKeyId,
          });
          return { ...key, used: AccessKeyLastUsed.LastUsedDate };
        }),
      );
    }, [aws, userName]),
  );
  const turn = useAction(async (key: AccessKey) => {
    await aws.iam('UpdateAccessKey', {
      UserName: userName,
      AccessKeyId: key.AccessKeyId,
      Status: key.Status === 'Active' ? 'Inactive' : 'Active',
    });
    keys.reload();
  });
  const done = () => {
    setOpen(undefined);
    keys.reload();
  };
  const columns: readonly Column<UsedKey>[] = [
    { id: 'id', header: 'Access key ID', text: (key) => key.AccessKeyId, cell: (key) => <code>{key.AccessKeyId}</code> },
    {
      id: 'status',
      header: 'Status',
      text: (key) => key.Status,
      cell: (key) => <StatusIndicator type={key.Status === 'Active' ? 'success' : 'stopped'}>{key.Status}</StatusIndicator>,
    },
    { id: 'used', header: 'Last used', text: (key) => key.used ?? '', cell: (key) => <Moment iso={key.used} never="Never" /> },
    { id: 'created', header: 'Created', text: (key) => key.CreateDate, cell: (key) => <Moment iso={key.CreateDate} /> },
    {
      id: 'actions',
      header: 'Actions',
      cell: (key) => (
        <SpaceBetween direction="horizontal" size="s">
          <Button
            variant="inline-link"
            ariaLabel={`${key.Status === 'Active' ? 'Deactivate' : 'Activate'} ${key.AccessKeyId}`}
            disabled={turn.isRunning}
            onClick={() => turn.run(key)}
          >
            {key.Status === 'Active' ? 'Deactivate' : 'Activate'}
          </Button>
          <Button variant="inline-link" ariaLabel={`Delete ${key.AccessKeyId}`} onClick={() => setOpen({ what: 'delete', key })}>
            Delete
          </Button>
        </SpaceBetween>
      ),
    },
  ];
  return (
    <>
      <FailureAlert failure={turn.failure} />
      <ResourceTable
        title="Access keys"
        noun={['access key', 'access keys']}
        loaded={keys}
        idOf={(key) => key.AccessKeyId}
        columns={columns}
        whenEmpty={`Programs that act as ${who} need one.`}
        actions={() => (
          <Button disabled={(keys.value?.length ?? 0) >= MAX_KEYS} onClick={() => setOpen({ what: 'create' })}>
            Create access key
          </Button>
        )}
      />
      {open?.what === 'create' && <NewKeyDialog userName={userName} who={who} close={done} />}
      {open?.what === 'delete' && (
        <Dialog
          title={`Delete access key ${open.key.AccessKeyId}?`}
          verb="Delete"
          close={done}
          work={() => aws.iam('DeleteAccessKey', { UserName: userName, AccessKeyId: open.key.AccessKeyId })}
        >
          Whatever still uses it is refused from the next request on. To be on the safe side, deactivate it first: that can be undone.
        </Dialog>
      )}
    </>
  );
}

function NewKeyDialog({ userName, who, close }: OwnerProps & { close: () => void }) {
  const { aws } = useSignedIn();
  const [secret, setSecret] = useState<NewSecret | undefined>();
  if (secret) {
    return (
      <Dialog title="The access key was created" verb="Done" work={async () => undefined} close={close}>
        <NewSecrets secret={secret} />
      </Dialog>
    );
  }
  const work = async () => {
    const { AccessKey } = await aws.iam<{ AccessKey: NewAccessKey }>('CreateAccessKey', { UserName: userName });
    const values = { 'Access key ID': AccessKey.AccessKeyId, 'Secret access key': AccessKey.SecretAccessKey };
    setSecret({ file: `${who.replace(/\W/g, '-')}_accessKeys.csv`, values });
  };
  return (
    <Dialog title={`Create an access key for ${who}?`} verb="Create access key" work={work} close={() => undefined} cancel={close}>
      {who === 'root user' && 'No policy limits what is done with a key of the root user. Nothing needs one: make a user or role instead. '}
      Access keys last until somebody deletes them. Where a program runs with a role, its temporary credentials are better.
    </Dialog>
  );
}

export function MfaDevices({ userName, who }: OwnerProps & { readonly userName: string }) {
  const { aws } = useSignedIn();
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<MfaDevice | undefined>();
  const devices = useLoaded(
    useCallback(() => aws.iamList<MfaDevice>('ListMFADevices', 'MFADevices', { UserName: userName }), [aws, userName]),
  );
  const remove = async ({ SerialNumber }: MfaDevice) => {
    await aws.iam('DeactivateMFADevice', { UserName: userName, SerialNumber });
    // A passkey is gone by now.
    if (SerialNumber.includes(':mfa/')) await aws.iam('DeleteVirtualMFADevice', { SerialNumber });
  };
  return (
    <>
      <ResourceTable
        title="Second factors (MFA)"
        noun={['device', 'devices']}
        loaded={devices}
        idOf={(device) => device.SerialNumber}
        columns={[
          { id: 'serial', header: 'Device', text: (device) => device.SerialNumber, cell: (device) => <code>{device.SerialNumber}</code> },
          {
            id: 'since',
            header: 'In use since',
            text: (device) => device.EnableDate,
            cell: (device) => <Moment iso={device.EnableDate} />,
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: (device) => (
              <Button variant="inline-link" ariaLabel={`Remove ${device.SerialNumber}`} onClick={() => setRemoving(device)}>
                Remove
              </Button>
            ),
          },
        ]}
        whenEmpty={`A password alone opens the console to ${who}.`}
        actions={() => <Button onClick={() => setAdding(true)}>Add authenticator app</Button>}
      />
      {isAdding && (
        <EnableMfaDialog
          userName={userName}
          close={() => {
            setAdding(false);
            devices.reload();
          }}
        />
      )}
      {removing && (
        <Dialog
          title={`Remove ${removing.SerialNumber}?`}
          verb="Remove"
          work={() => remove(removing)}
          close={() => {
            setRemoving(undefined);
            devices.reload();
          }}
        >
          {who} then signs in by password alone, and policies that ask for a second factor refuse.
        </Dialog>
      )}
    </>
  );
}
