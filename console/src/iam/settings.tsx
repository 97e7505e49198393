import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { AccountAlias } from './account-alias.tsx';
import { unlessAbsent } from './principal.ts';
import { TokenVersion } from './token-version.tsx';

/** As `UpdateAccountPasswordPolicy` takes it; numbers as they are typed, empty for none. */
interface PasswordPolicy {
  readonly MinimumPasswordLength: string;
  readonly RequireUppercaseCharacters: boolean;
  readonly RequireLowercaseCharacters: boolean;
  readonly RequireNumbers: boolean;
  readonly RequireSymbols: boolean;
  readonly AllowUsersToChangePassword: boolean;
  readonly HardExpiry: boolean;
  readonly MaxPasswordAge: string;
  readonly PasswordReusePrevention: string;
}

/** What AWS advises, and where an account without a policy begins. */
const ADVISED: PasswordPolicy = {
  MinimumPasswordLength: '14',
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
  RequireNumbers: true,
  RequireSymbols: true,
  AllowUsersToChangePassword: true,
  HardExpiry: false,
  MaxPasswordAge: '',
  PasswordReusePrevention: '',
};

const SWITCHES = [
  ['RequireUppercaseCharacters', 'An upper-case letter'],
  ['RequireLowercaseCharacters', 'A lower-case letter'],
  ['RequireNumbers', 'A digit'],
  ['RequireSymbols', "A symbol: ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '"],
] as const;

const read = (found: Readonly<Record<string, string>>): PasswordPolicy => ({
  MinimumPasswordLength: found.MinimumPasswordLength ?? '',
  RequireUppercaseCharacters: found.RequireUppercaseCharacters === 'true',
  RequireLowercaseCharacters: found.RequireLowercaseCharacters === 'true',
  RequireNumbers: found.RequireNumbers === 'true',
  RequireSymbols: found.RequireSymbols === 'true',
  AllowUsersToChangePassword: found.AllowUsersToChangePassword === 'true',
  HardExpiry: found.HardExpiry === 'true',
  MaxPasswordAge: found.MaxPasswordAge ?? '',
  PasswordReusePrevention: found.PasswordReusePrevention ?? '',
});

/** What holds for the whole account: its name at sign-in, its passwords, its session tokens. */
export default function Settings() {
  const { aws } = useSignedIn();
  const policy = useLoaded(
    useCallback(async () => {
      const found = await unlessAbsent(aws.iam<{ PasswordPolicy: Record<string, string> }>('GetAccountPasswordPolicy'));
      return found ? read(found.PasswordPolicy) : ('none' as const);
    }, [aws]),
  );
  const { value } = policy;
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Account settings</Header>
      <AccountAlias />
      <FailureAlert failure={policy.failure} again={policy.reload} />
      {value === undefined && policy.isLoading && <StatusIndicator type="loading">Loading the password policy</StatusIndicator>}
      {value !== undefined && (
        <PolicyForm
          key={value === 'none' ? 'none' : JSON.stringify(value)}
          before={value === 'none' ? ADVISED : value}
          isSet={value !== 'none'}
          changed={policy.reload}
        />
      )}
      <TokenVersion />
    </SpaceBetween>
  );
}

function PolicyForm({ before, isSet, changed }: { before: PasswordPolicy; isSet: boolean; changed: () => void }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [policy, setPolicy] = useState(before);
  const [isRemoving, setRemoving] = useState(false);
  const save = useAction(async () => {
    const { MaxPasswordAge, PasswordReusePrevention, ...rest } = policy;
    await aws.iam('UpdateAccountPasswordPolicy', {
      ...rest,
      MaxPasswordAge: MaxPasswordAge === '' ? undefined : MaxPasswordAge,
      PasswordReusePrevention: PasswordReusePrevention === '' ? undefined : PasswordReusePrevention,
    });
    say('The password policy was saved.');
    changed();
  });
  const number = (name: 'MinimumPasswordLength' | 'MaxPasswordAge' | 'PasswordReusePrevention', label: string, description: string) => (
    <FormField label={label} description={description}>
      <Input type="number" value={policy[name]} onChange={({ detail }) => setPolicy({ ...policy, [name]: detail.value })} />
    </FormField>
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={
            isSet
              ? 'New passwords of IAM users must fit it.'
              : 'None is set: passwords need eight characters and three kinds of them. What AWS advises is filled in.'
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {isSet && <Button onClick={() => setRemoving(true)}>Remove the policy</Button>}
              <Button variant="primary" loading={save.isRunning} onClick={() => save.run()}>
                Save
              </Button>
            </SpaceBetween>
          }
        >
          Password policy
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FailureAlert failure={save.failure} />
        {number('MinimumPasswordLength', 'Shortest password', 'Characters, from 6 to 128.')}
        <div>
          <Box variant="awsui-key-label">Each password has at least</Box>
          {SWITCHES.map(([name, label]) => (
            <Checkbox key={name} checked={policy[name]} onChange={({ detail }) => setPolicy({ ...policy, [name]: detail.checked })}>
              {label}
            </Checkbox>
          ))}
        </div>
        {number('MaxPasswordAge', 'Days until a password must be changed', 'From 1 to 1095; empty for never.')}
        {number('PasswordReusePrevention', 'Passwords that are not taken again', 'How many earlier ones, from 1 to 24; empty for none.')}
        <Checkbox
          checked={policy.AllowUsersToChangePassword}
          onChange={({ detail }) => setPolicy({ ...policy, AllowUsersToChangePassword: detail.checked })}
        >
          Users may change their own password
        </Checkbox>
        <Checkbox
          checked={policy.HardExpiry}
          description="An administrator must then set another."
          onChange={({ detail }) => setPolicy({ ...policy, HardExpiry: detail.checked })}
        >
          With an expired password nobody signs in to change it
        </Checkbox>
      </SpaceBetween>
      {isRemoving && (
        <Dialog
          title="Remove the password policy?"
          verb="Remove"
          close={() => setRemoving(false)}
          work={async () => {
            await aws.iam('DeleteAccountPasswordPolicy');
            say('The password policy was removed.');
            changed();
          }}
        >
          Passwords then need no more than AWS asks of an account without one, and never expire.
        </Dialog>
      )}
    </Container>
  );
}
