import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { PairsField, pairsOf, TextField, textOf } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm } from './creation-form.tsx';
import { RoleField } from './role-field.tsx';
import { type Domain, domainAt } from './studio.ts';

/** Lets somebody into a domain. */
export default function CreateUserProfile({ domainId }: { domainId: string }) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const domain = useLoaded(useCallback(() => aws.json<Domain>('sagemaker', 'DescribeDomain', { DomainId: domainId }), [aws, domainId]));
  const [draft, set] = useDraft({ name: '', role: '', person: '', tags: [] as readonly { Key: string; Value: string }[] });
  const isSingleSignOn = domain.value?.AuthMode === 'SSO';
  const input = {
    DomainId: domainId,
    UserProfileName: draft.name,
    ...(isSingleSignOn && { SingleSignOnUserIdentifier: 'UserName', SingleSignOnUserValue: draft.person }),
    UserSettings: textOf(draft.role) && { ExecutionRole: textOf(draft.role) },
    Tags: pairsOf(draft.tags),
  };
  return (
    <CreationForm
      title="Add user profile"
      back={domainAt(domainId)}
      operation="CreateUserProfile"
      input={input}
      isReady={draft.name !== '' && (!isSingleSignOn || draft.person !== '')}
      work={async () => {
        await aws.json('sagemaker', 'CreateUserProfile', input);
        say(`User profile ${draft.name} is being created.`);
        go(domainAt(domainId, 'user-profiles', draft.name));
      }}
    >
      <Container header={<Header variant="h2">Who</Header>}>
        <SpaceBetween size="m">
          <TextField
            label="User profile name"
            description="Letters, digits and hyphens, 63 at most. No two of a domain have the same name, whatever the case."
            value={draft.name}
            set={set('name')}
            isFirst
          />
          {isSingleSignOn && (
            <TextField label="User of IAM Identity Center" description="By user name." value={draft.person} set={set('person')} />
          )}
          <RoleField
            label="Execution role"
            description="What they work with; left empty, the default of the domain."
            value={draft.role}
            set={set('role')}
          />
        </SpaceBetween>
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            description="With the tag studiouserid = an IAM user's name, policies can let everybody open their own profile alone."
          >
            Tags
          </Header>
        }
      >
        <PairsField noun="tag" value={draft.tags} set={set('tags')} />
      </Container>
    </CreationForm>
  );
}
