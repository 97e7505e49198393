import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Copyable } from '../parts/detail-page.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';

/** By which name the account's users sign in, instead of its number. */
export function AccountAlias() {
  const { aws, session } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<'set' | 'remove' | undefined>();
  const [name, setName] = useState('');
  const aliases = useLoaded(useCallback(() => aws.iamList<string>('ListAccountAliases', 'AccountAliases'), [aws]));
  const [alias] = aliases.value ?? [];
  const close = () => setOpen(undefined);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A name that users sign in with instead of the account's number; no other account has the same."
          actions={
            aliases.value && (
              <SpaceBetween direction="horizontal" size="xs">
                {alias !== undefined && <Button onClick={() => setOpen('remove')}>Remove the alias</Button>}
                <Button onClick={() => setOpen('set')}>{alias === undefined ? 'Set an alias' : 'Change the alias'}</Button>
              </SpaceBetween>
            )
          }
        >
          Account alias
        </Header>
      }
    >
      <FailureAlert failure={aliases.failure} again={aliases.reload} />
      <KeyValuePairs
        columns={2}
        minColumnWidth={200}
        items={[
          { label: 'Account', value: <Copyable text={session.account.id} /> },
          { label: 'Alias', value: alias ?? 'None' },
          {
            label: 'Where its users sign in',
            value: <Copyable text={`${location.origin}/signin?account=${alias ?? session.account.id}`} />,
          },
        ]}
      />
      {open === 'set' && (
        <Dialog
          title={alias === undefined ? 'Set an alias' : 'Change the alias'}
          verb="Save"
          close={close}
          isReady={name !== ''}
          work={async () => {
            // There is one at most: a new one takes its place.
            await aws.iam('CreateAccountAlias', { AccountAlias: name });
            say(`The account's alias is ${name}.`);
            aliases.reload();
          }}
        >
          <FormField label="Alias" description="Small letters, digits and hyphens, from 3 to 63.">
            <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} autoFocus />
          </FormField>
        </Dialog>
      )}
      {open === 'remove' && alias !== undefined && (
        <Dialog
          title={`Remove the alias ${alias}?`}
          verb="Remove"
          close={close}
          work={async () => {
            await aws.iam('DeleteAccountAlias', { AccountAlias: alias });
            say('The alias was removed.');
            aliases.reload();
          }}
        >
          Links with it lead nowhere from then on, and another account may take it.
        </Dialog>
      )}
    </Container>
  );
}
