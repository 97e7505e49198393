import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Copyable } from '../parts/detail-page.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { ChoiceField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';

/** Whether people of an OpenID Connect provider sign in to the console, as the server tells it: never the secret. */
interface Setting {
  readonly enabled: boolean;
  readonly clientId?: string;
  readonly hasClientSecret: boolean;
  readonly startPath: string;
  readonly callbackPath: string;
}

export interface ConsoleSignInProps {
  readonly arn: string;
  /** The provider's audiences. */
  readonly clients: readonly string[];
}

/** The setting of an OpenID Connect provider that AWS does not have: its people sign in here, in a browser. */
export function ConsoleSignIn({ arn, clients }: ConsoleSignInProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<'change' | 'off' | undefined>();
  const setting = useLoaded(useCallback(() => aws.local<Setting>('oidc-sign-in/show', { provider: arn }), [aws, arn]));
  const { value } = setting;
  const close = () => setOpen(undefined);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="People of this provider sign in to the console in a browser. They take on the roles that trust it, as programs do with its tokens."
          actions={
            value && (
              <SpaceBetween direction="horizontal" size="xs">
                {value.enabled && <Button onClick={() => setOpen('off')}>Turn off</Button>}
                <Button disabled={clients.length === 0} onClick={() => setOpen('change')}>
                  {value.enabled ? 'Change sign-in' : 'Turn on'}
                </Button>
              </SpaceBetween>
            )
          }
        >
          Console sign-in
        </Header>
      }
    >
      <FailureAlert failure={setting.failure} again={setting.reload} />
      {value === undefined && setting.isLoading && <Spinner />}
      {value && (
        <KeyValuePairs
          columns={2}
          minColumnWidth={200}
          items={[
            {
              label: 'State',
              value: value.enabled ? <StatusIndicator>On</StatusIndicator> : <StatusIndicator type="stopped">Off</StatusIndicator>,
            },
            ...(value.enabled
              ? [
                  { label: 'Client ID', value: <code>{value.clientId}</code> },
                  { label: 'Client secret', value: value.hasClientSecret ? 'Set; it is not shown' : 'None: a public client' },
                  { label: 'Link for people to sign in by', value: <Copyable text={location.origin + value.startPath} /> },
                ]
              : []),
            {
              label: 'Redirect URI, to be registered at the provider',
              value: <Copyable text={location.origin + value.callbackPath} />,
            },
          ]}
        />
      )}
      {value && open === 'change' && (
        <ChangeSignIn
          arn={arn}
          clients={clients}
          setting={value}
          close={close}
          done={() => {
            say('People of this provider can sign in to the console.');
            setting.reload();
          }}
        />
      )}
      {open === 'off' && (
        <Dialog
          title="Turn console sign-in off?"
          verb="Turn off"
          close={close}
          work={async () => {
            await aws.local('oidc-sign-in', { provider: arn, enabled: false });
            say('Console sign-in was turned off.');
            setting.reload();
          }}
        >
          Its link stops working, and the client secret is forgotten. Whoever is signed in stays so.
        </Dialog>
      )}
    </Container>
  );
}

interface ChangeSignInProps extends ConsoleSignInProps {
  readonly setting: Setting;
  readonly close: () => void;
  readonly done: () => void;
}

function ChangeSignIn({ arn, clients, setting, close, done }: ChangeSignInProps) {
  const { aws } = useSignedIn();
  const [clientId, setClientId] = useState(setting.clientId ?? clients[0] ?? '');
  const isKept = setting.hasClientSecret && clientId === setting.clientId;
  const [choice, setChoice] = useState<'keep' | 'none' | 'new'>(setting.hasClientSecret ? 'keep' : 'none');
  const [secret, setSecret] = useState('');
  // What was kept for one client is nothing for another.
  const kind = choice === 'keep' && !isKept ? 'none' : choice;
  return (
    <Dialog
      title={setting.enabled ? 'Change console sign-in' : 'Turn console sign-in on'}
      verb={setting.enabled ? 'Save changes' : 'Turn on'}
      close={close}
      isReady={clientId !== '' && (kind !== 'new' || secret !== '')}
      work={async () => {
        const clientSecret = kind === 'keep' ? undefined : kind === 'none' ? '' : secret;
        await aws.local('oidc-sign-in', { provider: arn, enabled: true, clientId, clientSecret });
        done();
      }}
    >
      <ChoiceField
        label="Client ID"
        description="As which of its clients this console is registered at the provider."
        choices={clients.map((value) => ({ value }))}
        value={clientId}
        set={setClientId}
      />
      <FormField label="Client secret" description="Some providers give web applications one. PKCE is used in any case.">
        <RadioGroup
          value={kind}
          onChange={({ detail }) => setChoice(detail.value as typeof choice)}
          items={[
            ...(isKept ? [{ value: 'keep', label: 'Keep the one that is set' }] : []),
            { value: 'none', label: 'None: a public client' },
            { value: 'new', label: 'Set a secret' },
          ]}
        />
      </FormField>
      {kind === 'new' && (
        <FormField label="New client secret" description="Kept encrypted, and never shown again.">
          <Input type="password" value={secret} onChange={({ detail }) => setSecret(detail.value)} autoComplete="off" spellcheck={false} />
        </FormField>
      )}
    </Dialog>
  );
}
