import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Role } from './types.ts';

export interface EditRoleProps {
  readonly role: Role;
  readonly close: () => void;
  readonly changed: () => void;
}

const HOUR = 3600;

/** Changes what a role says of itself, and how long sessions of it last at most. */
export function EditRole({ role, close, changed }: EditRoleProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const { RoleName } = role;
  const [description, setDescription] = useState(role.Description ?? '');
  const [hours, setHours] = useState(String(Number(role.MaxSessionDuration ?? HOUR) / HOUR));
  return (
    <Dialog
      title={`Edit ${RoleName}`}
      verb="Save"
      close={close}
      isReady={Number(hours) > 0}
      work={async () => {
        await aws.iam('UpdateRole', { RoleName, Description: description, MaxSessionDuration: Math.round(Number(hours) * HOUR) });
        say(`Role ${RoleName} was saved.`);
        changed();
      }}
    >
      <FormField label="Description">
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
      <FormField label="Longest session (h)" description="From 1 to 12 hours. Whoever takes the role on may ask for less.">
        <Input value={hours} inputMode="decimal" onChange={({ detail }) => setHours(detail.value.trim())} autoComplete={false} />
      </FormField>
    </Dialog>
  );
}
