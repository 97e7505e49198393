import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import type { Role } from '../iam/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { type Field, SuggestField, TextField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { createExecutionRole } from './create-execution-role.ts';
import { newRoleName } from './execution-role.ts';

/** Chooses a role that SageMaker can take up, by ARN, or makes one. Whoever may not list roles types the ARN. */
export function RoleField({ label, description, value, set }: Field<string>) {
  const { aws } = useSignedIn();
  const [isCreating, setCreating] = useState(false);
  const roles = useLoaded(useCallback(() => aws.iamList<Role>('ListRoles', 'Roles', { MaxItems: 1000 }), [aws]));
  const trusting = (roles.value ?? []).filter(
    ({ Path, AssumeRolePolicyDocument }) =>
      !Path.startsWith('/aws-service-role/') && decodeURIComponent(AssumeRolePolicyDocument).includes('sagemaker.amazonaws.com'),
  );
  return (
    <SpaceBetween size="xs">
      <SuggestField
        label={label}
        description={`${description ?? 'What SageMaker works with: it may do what this role may.'}${roles.failure ? ' Type its ARN.' : ''}`}
        value={value}
        set={set}
        choices={trusting.map(({ Arn, RoleName, Description }) => ({ value: Arn, label: RoleName, description: Description ?? Arn }))}
        isLoading={roles.isLoading}
        placeholder="arn:aws:iam::…:role/…"
        empty="No role of this account trusts SageMaker"
        failure={roles.failure}
      />
      <Button iconName="add-plus" formAction="none" onClick={() => setCreating(true)}>
        Create a role
      </Button>
      {isCreating && (
        <CreateDialog
          close={() => setCreating(false)}
          created={(arn) => {
            set(arn);
            roles.reload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function CreateDialog({ created, close }: { created: (arn: string) => void; close: () => void }) {
  const { aws, session } = useSignedIn();
  const [name, setName] = useState(() => newRoleName(aws.now()));
  const work = async () => created(await createExecutionRole(aws, { name, account: session.account.id }));
  return (
    <Dialog title="Create an execution role" verb="Create role" work={work} close={close} isReady={name !== ''}>
      <p>
        SageMaker may take it up on behalf of this account, and nobody else. It gets AWS's policy AmazonSageMakerFullAccess; write one of
        your own when you know what it needs.
      </p>
      <TextField label="Role name" value={name} set={setName} isFirst />
    </Dialog>
  );
}
