import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { lazy, Suspense, useState } from 'react';
import { AwsFailure } from '../aws/failure.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { BLANK_POLICY } from './blank-policy.ts';
import { inlinePolicies, type Principal, putInline } from './principal.ts';

const PolicyEditor = lazy(() => import('../parts/policy-editor.tsx'));

export interface CreateInlinePolicyProps {
  readonly of: Principal;
  /** What is filled in. */
  readonly name?: string;
  readonly document?: string;
  readonly close: () => void;
  readonly created: () => void;
}

/** Writes a policy that is a part of one user, group or role. */
export function CreateInlinePolicy({ of, name: proposed = '', document = BLANK_POLICY, close, created }: CreateInlinePolicyProps) {
  const { aws } = useSignedIn();
  const [name, setName] = useState(proposed);
  const [text, setText] = useState('');
  const [isValid, setValid] = useState(false);
  return (
    <Dialog
      title={`Create inline policy of ${of.name}`}
      verb="Create policy"
      size="large"
      close={close}
      isReady={name !== '' && isValid}
      work={async () => {
        // To put is to replace as well: what is there of that name is not lost by a slip.
        if ((await inlinePolicies(aws, of)).includes(name))
          throw new AwsFailure(409, 'The name is taken', `There is an inline policy ${name} already: edit it on its own page.`, {});
        await putInline(aws, of, name, text);
        created();
      }}
    >
      <FormField label="Policy name" description="Letters, digits and + = , . @ _ -, 128 at most.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} autoFocus />
      </FormField>
      <Suspense fallback="Loading the editor">
        <PolicyEditor
          label="Policy document"
          kind="identity"
          initial={document}
          onChange={(next, problem) => {
            setText(next);
            setValid(problem === undefined);
          }}
        />
      </Suspense>
    </Dialog>
  );
}
