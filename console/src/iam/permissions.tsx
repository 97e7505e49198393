import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useCallback, useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { BLANK_POLICY, laidOut } from './blank-policy.ts';
import { PolicyChoice } from './policy-choice.tsx';
import {
  attachedPolicies,
  attachPolicy,
  deleteInline,
  detachPolicy,
  inlineDocument,
  inlinePolicies,
  type Principal,
  putInline,
} from './principal.ts';
import type { Group } from './types.ts';

const PolicyEditor = lazy(() => import('../parts/policy-editor.tsx'));

/** A policy that somebody holds. */
interface Held {
  readonly name: string;
  /** Absent for an inline policy. */
  readonly arn?: string;
  readonly kind: 'AWS managed' | 'Customer managed' | 'Inline';
  /** The group that it comes from; absent when it is the principal's own. */
  readonly group?: string;
}

const keyOf = ({ name, arn, group }: Held): string => `${arn ?? name}${group === undefined ? '' : ` of ${group}`}`;

type Open =
  | { readonly what: 'attach' }
  | { readonly what: 'remove'; readonly held: Held }
  | { readonly what: 'edit'; readonly name?: string };

/** The policies that a user, group or role holds, and what can be done with them. */
export function Permissions({ of }: { of: Principal }) {
  const { aws } = useSignedIn();
  const { kind, name } = of;
  const [open, setOpen] = useState<Open | undefined>();
  const loaded = useLoaded(
    useCallback(async (): Promise<readonly Held[]> => {
      const principal = { kind, name };
      const groups = kind === 'User' ? await aws.iamList<Group>('ListGroupsForUser', 'Groups', { UserName: name }) : [];
      const lists = [principal, ...groups.map(({ GroupName }) => ({ kind: 'Group' as const, name: GroupName }))].map(async (each) => {
        const from = each === principal ? {} : { group: each.name };
        const [attached, inline] = await Promise.all([attachedPolicies(aws, each), inlinePolicies(aws, each)]);
        return [
          ...attached.map(({ PolicyName, PolicyArn }): Held => {
            const isAws = PolicyArn.includes(':iam::aws:');
            return { name: PolicyName, arn: PolicyArn, kind: isAws ? 'AWS managed' : 'Customer managed', ...from };
          }),
          ...inline.map((policy): Held => ({ name: policy, kind: 'Inline', ...from })),
        ];
      });
      return (await Promise.all(lists)).flat();
    }, [aws, kind, name]),
  );
  const done = () => {
    setOpen(undefined);
    loaded.reload();
  };
  const columns: readonly Column<Held>[] = [
    {
      id: 'name',
      header: 'Policy',
      text: (held) => held.name,
      cell: (held) =>
        held.arn !== undefined ? (
          <Link href={pageAt('iam', 'policies', held.arn)}>{held.name}</Link>
        ) : held.group === undefined ? (
          <Button variant="inline-link" onClick={() => setOpen({ what: 'edit', name: held.name })}>
            {held.name}
          </Button>
        ) : (
          held.name
        ),
    },
    { id: 'kind', header: 'Kind', text: (held) => held.kind, cell: (held) => held.kind },
    ...(kind === 'User'
      ? [
          {
            id: 'from',
            header: 'Comes from',
            text: (held: Held) => held.group ?? '',
            cell: (held: Held) =>
              held.group === undefined ? (
                'The user itself'
              ) : (
                <Link href={pageAt('iam', 'groups', held.group)}>{`Group ${held.group}`}</Link>
              ),
          },
        ]
      : []),
    {
      id: 'remove',
      header: 'Actions',
      cell: (held) =>
        held.group === undefined && (
          <Button variant="inline-link" ariaLabel={`Remove ${held.name}`} onClick={() => setOpen({ what: 'remove', held })}>
            Remove
          </Button>
        ),
    },
  ];
  return (
    <>
      <ResourceTable
        title="Permissions policies"
        noun={['policy', 'policies']}
        loaded={loaded}
        idOf={keyOf}
        columns={columns}
        whenEmpty="Without a policy nothing is allowed."
        actions={() => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setOpen({ what: 'edit' })}>Create inline policy</Button>
            <Button variant="primary" onClick={() => setOpen({ what: 'attach' })}>
              Attach policies
            </Button>
          </SpaceBetween>
        )}
      />
      {open?.what === 'attach' && <AttachDialog to={of} close={done} />}
      {open?.what === 'remove' && (
        <Dialog
          title={open.held.arn === undefined ? `Delete inline policy ${open.held.name}?` : `Detach ${open.held.name}?`}
          verb={open.held.arn === undefined ? 'Delete' : 'Detach'}
          close={done}
          work={() => (open.held.arn === undefined ? deleteInline(aws, of, open.held.name) : detachPolicy(aws, of, open.held.arn))}
        >
          What it allows to {name} is no longer allowed from the next request on, unless another policy allows it too.
        </Dialog>
      )}
      {open?.what === 'edit' && <InlineDialog of={of} name={open.name} close={done} />}
    </>
  );
}

function AttachDialog({ to, close }: { to: Principal; close: () => void }) {
  const { aws } = useSignedIn();
  const [chosen, choose] = useState<readonly string[]>([]);
  const work = async () => {
    for (const arn of chosen) await attachPolicy(aws, to, arn);
  };
  return (
    <Dialog title={`Attach policies to ${to.name}`} verb="Attach" work={work} close={close} isReady={chosen.length > 0}>
      <PolicyChoice chosen={chosen} choose={choose} />
    </Dialog>
  );
}

function InlineDialog({ of, name, close }: { of: Principal; name: string | undefined; close: () => void }) {
  const { aws } = useSignedIn();
  const [policyName, setName] = useState(name ?? '');
  const [text, setText] = useState<string | undefined>();
  const [isValid, setValid] = useState(false);
  const { kind, name: principal } = of;
  const before = useLoaded(
    useCallback(
      () => (name === undefined ? Promise.resolve(BLANK_POLICY) : inlineDocument(aws, { kind, name: principal }, name).then(laidOut)),
      [aws, kind, principal, name],
    ),
  );
  return (
    <Dialog
      title={name === undefined ? `Create inline policy of ${principal}` : `Inline policy ${name}`}
      verb="Save"
      size="large"
      close={close}
      isReady={policyName !== '' && isValid && text !== undefined}
      work={() => putInline(aws, of, policyName, text ?? '')}
    >
      {name === undefined && (
        <FormField label="Policy name">
          <Input value={policyName} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} />
        </FormField>
      )}
      <FailureAlert failure={before.failure} again={before.reload} />
      {before.value !== undefined && (
        <Suspense fallback="Loading the editor">
          <PolicyEditor
            label="Policy document"
            kind="identity"
            initial={before.value}
            onChange={(next, problem) => {
              setText(next);
              setValid(problem === undefined);
            }}
          />
        </Suspense>
      )}
    </Dialog>
  );
}
