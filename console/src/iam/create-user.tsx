import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useEffect, useState } from 'react';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { FormPage } from '../parts/form-page.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { useSteps } from '../parts/steps.ts';
import { unlisted } from '../parts/unlisted.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { type NewSecret, NewSecrets } from './new-secret.tsx';
import { newPasswordChoice, PasswordFields } from './password.tsx';
import { PolicyChoice } from './policy-choice.tsx';
import type { Group, NewAccessKey } from './types.ts';

/** Creates a user with what it needs to come in: a password, an access key, groups and policies. */
export default function CreateUser() {
  const { aws, session } = useSignedIn();
  const { go, query } = useRouter();
  // What a link asks for is filled in; whoever follows it still says so.
  const [name, setName] = useState(query.get('name') ?? '');
  const [withPassword, setWithPassword] = useState(true);
  const [withKey, setWithKey] = useState(false);
  const [password, setPassword] = useState(newPasswordChoice);
  const [groups, setGroups] = useState<readonly string[]>([]);
  const [policies, setPolicies] = useState<readonly string[]>(query.getAll('policy'));
  const [secret, setSecret] = useState<NewSecret | undefined>();
  const allGroups = useLoaded(useCallback(() => aws.iamList<Group>('ListGroups', 'Groups'), [aws]));
  const steps = useSteps();
  const create = useAction(async () => {
    const step = steps.begin();
    const UserName = name;
    await step('user', () => aws.iam('CreateUser', { UserName }));
    for (const GroupName of groups) await step(`group ${GroupName}`, () => aws.iam('AddUserToGroup', { UserName, GroupName }));
    for (const PolicyArn of policies) await step(`policy ${PolicyArn}`, () => aws.iam('AttachUserPolicy', { UserName, PolicyArn }));
    if (withPassword) {
      const { password: Password, mustChange } = password;
      await step('password', () => aws.iam('CreateLoginProfile', { UserName, Password, PasswordResetRequired: mustChange }));
    }
    let key: NewAccessKey | undefined;
    if (withKey) {
      await step('key', async () => {
        key = (await aws.iam<{ AccessKey: NewAccessKey }>('CreateAccessKey', { UserName })).AccessKey;
      });
    }
    const signInUrl = `${location.origin}/signin?account=${session.account.alias ?? session.account.id}`;
    setSecret({
      file: `${name}_credentials.csv`,
      values: {
        'User name': name,
        ...(withPassword && { 'Console sign-in URL': signInUrl, ...(password.isGenerated && { Password: password.password }) }),
        ...(key && { 'Access key ID': key.AccessKeyId, 'Secret access key': key.SecretAccessKey }),
      },
    });
  });
  useEffect(() => {
    // The button that had the focus is gone, and what there is to read begins at the top.
    if (!secret) return;
    document.getElementById('page')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [secret]);
  if (secret) {
    return (
      <Container header={<Header variant="h1">{`User ${name} was created`}</Header>}>
        <SpaceBetween size="m">
          <NewSecrets secret={secret} />
          <Button variant="primary" onClick={() => go(pageAt('iam', 'users', name))}>
            To the user
          </Button>
        </SpaceBetween>
      </Container>
    );
  }
  return (
    <FormPage title="Create user" back={pageAt('iam', 'users')} isReady={name !== ''} action={create}>
      <FailureAlert failure={create.failure} />
      {create.failure && steps.isStarted && (
        <Box>The user is there; what was refused is not. Change what you chose and go on, or leave it: {name} is among the users.</Box>
      )}
      <Container header={<Header variant="h2">Who</Header>}>
        <FormField
          label="User name"
          description="Letters, digits and + = , . @ _ -, 64 at most. No two users have the same name, whatever the case."
        >
          <Input
            value={name}
            disabled={steps.isStarted}
            onChange={({ detail }) => setName(detail.value)}
            spellcheck={false}
            autoComplete={false}
            autoFocus
          />
        </FormField>
      </Container>
      <Container header={<Header variant="h2">How they come in</Header>}>
        <SpaceBetween size="m">
          <Checkbox
            checked={withPassword}
            description="For people: a password to sign in here."
            onChange={({ detail }) => setWithPassword(detail.checked)}
          >
            Console access
          </Checkbox>
          {withPassword && <PasswordFields value={password} onChange={setPassword} />}
          <Checkbox
            checked={withKey}
            description="For programs: the AWS CLI and SDKs. Temporary credentials of a role are better where they will do."
            onChange={({ detail }) => setWithKey(detail.checked)}
          >
            Access key
          </Checkbox>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">What they may do</Header>}>
        <SpaceBetween size="m">
          <FormField label="Groups" description="Whoever is in a group may do what its policies allow." {...unlisted(allGroups.failure)}>
            <Multiselect
              options={(allGroups.value ?? []).map(({ GroupName }) => ({ value: GroupName, label: GroupName }))}
              selectedOptions={groups.map((each) => ({ value: each, label: each }))}
              onChange={({ detail }) => setGroups(detail.selectedOptions.map(({ value = '' }) => value))}
              statusType={allGroups.isLoading ? 'loading' : 'finished'}
              loadingText="Loading groups"
              placeholder="Choose groups"
              empty="There are no groups yet"
              deselectAriaLabel={(each) => `Remove ${each.label}`}
            />
          </FormField>
          <PolicyChoice chosen={policies} choose={setPolicies} />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}
