import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { naming, type Principal, principalAt } from './principal.ts';

export interface RenameProps {
  readonly of: Principal & { readonly kind: 'User' | 'Group' };
  readonly close: () => void;
}

/** Gives a user or group another name, and so another ARN. */
export function Rename({ of, close }: RenameProps) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [name, setName] = useState(of.name);
  return (
    <Dialog
      title={`Rename ${of.name}`}
      verb="Rename"
      close={close}
      isReady={name !== '' && name !== of.name}
      work={async () => {
        await aws.iam(`Update${of.kind}`, { ...naming(of), [`New${of.kind}Name`]: name });
        say(`${of.name} is called ${name} now.`);
        go(principalAt({ kind: of.kind, name }));
      }}
    >
      <p>
        The ARN changes with the name: policies that name the old one mean nobody any more.
        {of.kind === 'User' && ' Whoever is signed in stays so; access keys and the password stay.'}
      </p>
      <FormField label="New name" description="Letters, digits and + = , . @ _ -.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} autoFocus />
      </FormField>
    </Dialog>
  );
}
