import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useCallback, useState } from 'react';
import { lastOf } from '../aws/arn.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { unlisted } from '../parts/unlisted.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { attachPolicy, type Principal } from './principal.ts';
import type { Group, Role, User } from './types.ts';

export interface AttachToProps {
  readonly arn: string;
  /** Who has it already. */
  readonly holders: readonly Principal[];
  readonly close: () => void;
  readonly attached: () => void;
}

/** AWS's own: nobody else attaches anything to them. */
const SERVICE_LINKED = '/aws-service-role/';

const keyOf = ({ kind, name }: Principal): string => `${kind}/${name}`;

/** Attaches a managed policy to users, groups and roles. */
export function AttachTo({ arn, holders, close, attached }: AttachToProps) {
  const { aws } = useSignedIn();
  const [chosen, choose] = useState<readonly Principal[]>([]);
  const all = useLoaded(
    useCallback(async () => {
      const [users, groups, roles] = await Promise.all([
        aws.iamList<User>('ListUsers', 'Users'),
        aws.iamList<Group>('ListGroups', 'Groups'),
        aws.iamList<Role>('ListRoles', 'Roles'),
      ]);
      return [
        ...groups.map(({ GroupName }): Principal => ({ kind: 'Group', name: GroupName })),
        ...users.map(({ UserName }): Principal => ({ kind: 'User', name: UserName })),
        ...roles
          .filter(({ Path }) => !Path.startsWith(SERVICE_LINKED))
          .map(({ RoleName }): Principal => ({ kind: 'Role', name: RoleName })),
      ];
    }, [aws]),
  );
  const held = new Set(holders.map(keyOf));
  const others = (all.value ?? []).filter((each) => !held.has(keyOf(each)));
  const optionOf = (each: Principal) => ({ value: keyOf(each), label: each.name });
  return (
    <Dialog
      title={`Attach ${lastOf(arn)}`}
      verb="Attach"
      close={close}
      isReady={chosen.length > 0}
      work={async () => {
        for (const each of chosen) await attachPolicy(aws, each, arn);
        attached();
      }}
    >
      <FormField label="To whom" description="What it allows is allowed from the next request on." {...unlisted(all.failure)}>
        <Multiselect
          options={(['Group', 'User', 'Role'] as const).map((kind) => ({
            label: `${kind}s`,
            options: others.filter((each) => each.kind === kind).map(optionOf),
          }))}
          selectedOptions={chosen.map(optionOf)}
          onChange={({ detail }) => choose(others.filter((each) => detail.selectedOptions.some(({ value }) => value === keyOf(each))))}
          filteringType="auto"
          filteringAriaLabel="Find users, groups and roles"
          filteringPlaceholder="Find users, groups and roles"
          statusType={all.isLoading ? 'loading' : 'finished'}
          loadingText="Loading users, groups and roles"
          placeholder="Choose users, groups and roles"
          empty="There is nobody else"
          deselectAriaLabel={(each) => `Remove ${each.label}`}
          virtualScroll
          expandToViewport
        />
      </FormField>
    </Dialog>
  );
}
