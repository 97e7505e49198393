import { useCallback } from 'react';
import { changedFrom, sentOf, useDraft } from '../parts/draft.ts';
import { useLoaded } from '../parts/loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm, Part } from './creation-form.tsx';
import { SecurityGroupsField } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';
import { type Domain, domainAt, type UserProfile } from './studio.ts';

export interface EditUserProfileProps {
  readonly domainId: string;
  readonly name: string;
}

/** Changes what somebody works with. */
export default function EditUserProfile({ domainId, name }: EditUserProfileProps) {
  const { aws } = useSignedIn();
  const loaded = useLoaded(
    useCallback(async () => {
      const [profile, domain] = await Promise.all([
        aws.json<UserProfile>('sagemaker', 'DescribeUserProfile', { DomainId: domainId, UserProfileName: name }),
        aws.json<Domain>('sagemaker', 'DescribeDomain', { DomainId: domainId }),
      ]);
      return { profile, domain };
    }, [aws, domainId, name]),
  );
  return <WhenLoaded loaded={loaded}>{(now) => <Edit domainId={domainId} name={name} {...now} />}</WhenLoaded>;
}

interface EditProps extends EditUserProfileProps {
  readonly profile: UserProfile;
  readonly domain: Domain;
}

function Edit({ domainId, name, profile, domain }: EditProps) {
  const { UserSettings: settings } = profile;
  const before = { role: settings?.ExecutionRole ?? '', groups: settings?.SecurityGroups ?? [] };
  const [draft, set] = useDraft(before);
  const changed = changedFrom(before, draft);
  const input = sentOf({ UserSettings: sentOf({ ExecutionRole: changed('role'), SecurityGroups: changed('groups') }) });
  const page = domainAt(domainId, 'user-profiles', name);
  return (
    <CreationForm
      title={`Edit ${name}`}
      description="Only what you change is sent. Apps take it when they are started again."
      verb="Save"
      back={page}
      operation="UpdateUserProfile"
      input={{ DomainId: domainId, UserProfileName: name, ...input }}
      isReady={input !== undefined && !(before.role !== '' && draft.role === '')}
      said={`User profile ${name} is being updated.`}
      next={() => page}
    >
      <Part title="What they work with">
        <RoleField
          label="Execution role"
          description={
            before.role === ''
              ? 'Left empty, the default of the domain.'
              : 'SageMaker takes no role away: to work with the default of the domain again, choose that one.'
          }
          value={draft.role}
          set={set('role')}
        />
        <SecurityGroupsField
          label="Security groups"
          description="Besides those of the domain. They cannot change while an app of this profile runs."
          vpc={domain.VpcId ?? ''}
          value={draft.groups}
          set={set('groups')}
        />
      </Part>
    </CreationForm>
  );
}
