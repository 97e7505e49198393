import { useCallback } from 'react';
import { changedFrom, sentOf, useDraft } from '../parts/draft.ts';
import { ChoiceField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm, Part } from './creation-form.tsx';
import { NetworkAccessField } from './network-access-field.tsx';
import { SecurityGroupsField, SubnetsField } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';
import { type Domain, domainAt } from './studio.ts';

/** Changes a domain's settings. */
export default function EditDomain({ id }: { id: string }) {
  const { aws } = useSignedIn();
  const domain = useLoaded(useCallback(() => aws.json<Domain>('sagemaker', 'DescribeDomain', { DomainId: id }), [aws, id]));
  return <WhenLoaded loaded={domain}>{(now) => <Edit id={id} now={now} />}</WhenLoaded>;
}

function Edit({ id, now }: { id: string; now: Domain }) {
  const { DefaultUserSettings: users, DefaultSpaceSettings: spaces, VpcId: vpc = '' } = now;
  const before = {
    role: users?.ExecutionRole ?? '',
    groups: users?.SecurityGroups ?? [],
    spaceRole: spaces?.ExecutionRole ?? '',
    spaceGroups: spaces?.SecurityGroups ?? [],
    subnets: now.SubnetIds ?? [],
    access: String(now.AppNetworkAccessType ?? 'PublicInternetOnly'),
    sourceIdentity: String(now.DomainSettings?.ExecutionRoleIdentityConfig ?? 'DISABLED'),
    tags: String(now.TagPropagation ?? 'DISABLED'),
  };
  const [draft, set] = useDraft(before);
  const changed = changedFrom(before, draft);
  const input = sentOf({
    DefaultUserSettings: sentOf({ ExecutionRole: changed('role'), SecurityGroups: changed('groups') }),
    DefaultSpaceSettings: sentOf({ ExecutionRole: changed('spaceRole'), SecurityGroups: changed('spaceGroups') }),
    SubnetIds: changed('subnets'),
    AppNetworkAccessType: changed('access'),
    DomainSettingsForUpdate: sentOf({ ExecutionRoleIdentityConfig: changed('sourceIdentity') }),
    TagPropagation: changed('tags'),
  });
  const page = domainAt(id);
  return (
    <CreationForm
      title={`Edit ${now.DomainName ?? id}`}
      description="Only what you change is sent. Apps take it when they are started again."
      verb="Save"
      back={page}
      operation="UpdateDomain"
      input={{ DomainId: id, ...input }}
      isReady={input !== undefined && draft.role !== '' && draft.subnets.length > 0}
      said={`Domain ${now.DomainName ?? id} is being updated.`}
      next={() => page}
    >
      <Part title="Roles">
        <RoleField
          label="Default execution role"
          description="Of users whose profile names no other."
          value={draft.role}
          set={set('role')}
        />
        <RoleField
          label="Execution role of shared spaces"
          description="What everybody works with in a shared space."
          value={draft.spaceRole}
          set={set('spaceRole')}
        />
        <ChoiceField
          label="Source identity of sessions"
          description="With the user profile's name, CloudTrail and policies (sts:SourceIdentity) tell who worked with a role that several share. The role's trust policy must allow sts:SetSourceIdentity."
          value={draft.sourceIdentity}
          set={set('sourceIdentity')}
          choices={[
            { value: 'DISABLED', label: 'None' },
            { value: 'USER_PROFILE_NAME', label: 'The name of the user profile' },
          ]}
        />
      </Part>
      <Part title="Network" description={`Of ${vpc}, which stays.`}>
        <SubnetsField vpc={vpc} value={draft.subnets} set={set('subnets')} />
        <NetworkAccessField value={draft.access} set={set('access')} />
        <SecurityGroupsField label="Security groups of users" vpc={vpc} value={draft.groups} set={set('groups')} />
        <SecurityGroupsField label="Security groups of shared spaces" vpc={vpc} value={draft.spaceGroups} set={set('spaceGroups')} />
      </Part>
      <Part title="Tags">
        <ChoiceField
          label="Tags of the domain and of profiles"
          value={draft.tags}
          set={set('tags')}
          choices={[
            { value: 'DISABLED', label: 'Stay where they are' },
            { value: 'ENABLED', label: 'Go on to what is created in it', description: 'Spaces and apps, from then on.' },
          ]}
        />
      </Part>
    </CreationForm>
  );
}
