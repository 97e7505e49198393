import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { lastOf } from '../aws/arn.ts';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { unlisted } from '../parts/unlisted.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { naming, type Principal } from './principal.ts';
import type { Policy } from './types.ts';

export interface BoundaryProps {
  readonly of: Principal & { readonly kind: 'User' | 'Role' };
  readonly arn: string | undefined;
  readonly changed: () => void;
}

/** The policy beyond which nothing is allowed to somebody, and how to set another. */
export function Boundary({ of, arn, changed }: BoundaryProps) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<'set' | 'remove' | undefined>();
  const close = () => setOpen(undefined);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {arn === undefined ? 'None' : <Link href={pageAt('iam', 'policies', arn)}>{lastOf(arn)}</Link>}
      <Button
        variant="inline-link"
        ariaLabel={arn === undefined ? 'Set a permissions boundary' : 'Change the permissions boundary'}
        onClick={() => setOpen('set')}
      >
        {arn === undefined ? 'Set' : 'Change'}
      </Button>
      {arn !== undefined && (
        <Button variant="inline-link" ariaLabel="Remove the permissions boundary" onClick={() => setOpen('remove')}>
          Remove
        </Button>
      )}
      {open === 'set' && <SetDialog of={of} close={close} changed={changed} />}
      {open === 'remove' && (
        <Dialog
          title={`Remove the permissions boundary of ${of.name}?`}
          verb="Remove"
          close={close}
          work={async () => {
            await aws.iam(`Delete${of.kind}PermissionsBoundary`, naming(of));
            say(`${of.name} has no permissions boundary any more.`);
            changed();
          }}
        >
          Whatever its policies allow is then allowed, with no bound.
        </Dialog>
      )}
    </SpaceBetween>
  );
}

function SetDialog({ of, close, changed }: Pick<BoundaryProps, 'of' | 'changed'> & { close: () => void }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [chosen, choose] = useState('');
  const policies = useLoaded(useCallback(() => aws.iamList<Policy>('ListPolicies', 'Policies', { MaxItems: 1000 }), [aws]));
  const optionOf = ({ Arn, PolicyName }: Policy) => ({ value: Arn, label: PolicyName });
  const [own, managed] = [true, false].map((isOwn) =>
    (policies.value ?? []).filter(({ Arn }) => isOwn !== Arn.includes(':iam::aws:')).map(optionOf),
  );
  return (
    <Dialog
      title={`Permissions boundary of ${of.name}`}
      verb="Set"
      close={close}
      isReady={chosen !== ''}
      work={async () => {
        await aws.iam(`Put${of.kind}PermissionsBoundary`, { ...naming(of), PermissionsBoundary: chosen });
        say(`The permissions boundary of ${of.name} was set.`);
        changed();
      }}
    >
      <FormField
        label="Policy"
        description="It allows nothing by itself: what it does not allow as well is denied, whatever their policies say."
        {...unlisted(policies.failure)}
      >
        <Select
          options={[
            { label: 'Of this account', options: own ?? [] },
            { label: 'Of AWS', options: managed ?? [] },
          ]}
          selectedOption={chosen === '' ? null : { value: chosen, label: lastOf(chosen) }}
          onChange={({ detail }) => choose(detail.selectedOption.value ?? '')}
          filteringType="auto"
          filteringAriaLabel="Find policies"
          filteringPlaceholder="Find policies"
          statusType={policies.isLoading ? 'loading' : 'finished'}
          loadingText="Loading policies"
          placeholder="Choose a policy"
          virtualScroll
          expandToViewport
        />
      </FormField>
    </Dialog>
  );
}
