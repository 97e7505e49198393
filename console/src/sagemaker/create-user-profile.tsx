import { useCallback } from 'react';
import { useDraft } from '../parts/draft.ts';
import { type Pair, pairsOf, TextField, textOf } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { RoleField } from './role-field.tsx';
import { type Domain, domainAt } from './studio.ts';

/** Lets somebody into a domain. */
export default function CreateUserProfile({ domainId }: { domainId: string }) {
  const { aws } = useSignedIn();
  const domain = useLoaded(useCallback(() => aws.json<Domain>('sagemaker', 'DescribeDomain', { DomainId: domainId }), [aws, domainId]));
  const [draft, set] = useDraft({ name: '', role: '', person: '', tags: [] as readonly Pair[] });
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
      said={`User profile ${draft.name} is being created.`}
      next={() => domainAt(domainId, 'user-profiles', draft.name)}
    >
      <Part title="Who">
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
      </Part>
      <TagsPart
        description="With the tag studiouserid = an IAM user's name, policies can let everybody open their own profile alone."
        value={draft.tags}
        set={set('tags')}
      />
    </CreationForm>
  );
}
