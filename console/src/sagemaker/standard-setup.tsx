import { lastOf } from '../aws/arn.ts';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, type Pair, pairsOf, TextField, textOf } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { NetworkAccessField } from './network-access-field.tsx';
import { type Network, NetworkFields, NO_NETWORK } from './network-fields.tsx';
import { RoleField } from './role-field.tsx';
import { domainAt } from './studio.ts';

/** A domain as somebody says. */
export function StandardSetup() {
  const [draft, set] = useDraft({
    name: '',
    authMode: 'IAM',
    role: '',
    spaceRole: '',
    network: NO_NETWORK as Network,
    access: 'PublicInternetOnly',
    key: '',
    tags: [] as readonly Pair[],
  });
  const input = {
    DomainName: draft.name,
    AuthMode: draft.authMode,
    DefaultUserSettings: {
      ExecutionRole: textOf(draft.role),
      SecurityGroups: draft.network.groups.length === 0 ? undefined : draft.network.groups,
    },
    DefaultSpaceSettings: textOf(draft.spaceRole || draft.role) && {
      ExecutionRole: textOf(draft.spaceRole || draft.role),
      SecurityGroups: draft.network.groups.length === 0 ? undefined : draft.network.groups,
    },
    VpcId: draft.network.vpc,
    SubnetIds: draft.network.subnets,
    AppNetworkAccessType: draft.access,
    KmsKeyId: textOf(draft.key),
    Tags: pairsOf(draft.tags),
  };
  return (
    <CreationForm
      title="Standard set-up"
      verb="Create domain"
      back={pageAt('sagemaker', 'domains')}
      operation="CreateDomain"
      input={input}
      isReady={draft.name !== '' && draft.role !== '' && draft.network.subnets.length > 0}
      said={`Domain ${draft.name} is being created.`}
      next={({ DomainArn }) => domainAt(lastOf(String(DomainArn)))}
    >
      <Part title="Who comes in, and how">
        <TextField
          label="Domain name"
          description="Letters, digits and hyphens, 63 at most."
          value={draft.name}
          set={set('name')}
          isFirst
        />
        <ChoiceField
          label="Sign-in"
          value={draft.authMode}
          set={set('authMode')}
          choices={[
            { value: 'IAM', label: 'IAM', description: 'By links that whoever may call CreatePresignedDomainUrl makes.' },
            { value: 'SSO', label: 'IAM Identity Center', description: 'By its portal; it must be enabled in this region.' },
          ]}
        />
        <RoleField
          label="Default execution role"
          description="Of users whose profile names no other."
          value={draft.role}
          set={set('role')}
        />
        <TextField
          label="Execution role of shared spaces"
          description="Left empty, the same."
          value={draft.spaceRole}
          set={set('spaceRole')}
          placeholder="arn:aws:iam::…:role/…"
        />
      </Part>
      <Part title="Network and storage">
        <NetworkFields value={draft.network} set={set('network')} isNeeded subnets="several" />
        <NetworkAccessField value={draft.access} set={set('access')} />
        <TextField
          label="Encryption key"
          description="KMS key of the file system, by ARN or id; left empty, a key of AWS."
          value={draft.key}
          set={set('key')}
        />
      </Part>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
