import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { DeleteDialog, Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { type Column, ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreateInlinePolicy } from './create-inline-policy.tsx';
import { PolicyChoice } from './policy-choice.tsx';
import { attachedPolicies, attachPolicy, deleteInline, detachPolicy, inlinePolicies, type Principal, principalAt } from './principal.ts';
import type { Group } from './types.ts';

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

type Open = { readonly what: 'attach' } | { readonly what: 'remove'; readonly held: Held } | { readonly what: 'create' };

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
      cell: (held) => (
        <Link
          href={
            held.arn !== undefined
              ? pageAt('iam', 'policies', held.arn)
              : principalAt(held.group === undefined ? of : { kind: 'Group', name: held.group }, 'policies', held.name)
          }
        >
          {held.name}
        </Link>
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
      id: 'actions',
      header: 'Actions',
      // What comes from a group is the group's to change.
      cell: (held) =>
        held.group === undefined && (
          <Button
            variant="inline-link"
            ariaLabel={`${held.arn === undefined ? 'Delete' : 'Detach'} ${held.name}`}
            onClick={() => setOpen({ what: 'remove', held })}
          >
            {held.arn === undefined ? 'Delete' : 'Detach'}
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
            <Button onClick={() => setOpen({ what: 'create' })}>Create inline policy</Button>
            <Button variant="primary" onClick={() => setOpen({ what: 'attach' })}>
              Attach policies
            </Button>
          </SpaceBetween>
        )}
      />
      {open?.what === 'attach' && <AttachDialog to={of} close={done} />}
      {open?.what === 'remove' && <RemoveDialog held={open.held} of={of} close={() => setOpen(undefined)} removed={loaded.reload} />}
      {open?.what === 'create' && <CreateInlinePolicy of={of} close={() => setOpen(undefined)} created={loaded.reload} />}
    </>
  );
}

interface RemoveDialogProps {
  readonly held: Held;
  readonly of: Principal;
  readonly close: () => void;
  readonly removed: () => void;
}

/** Detaches a managed policy, which stays; an inline policy is gone for good, and so asks for its name. */
function RemoveDialog({ held: { name, arn }, of, close, removed }: RemoveDialogProps) {
  const { aws } = useSignedIn();
  const hint = `What it allows to ${of.name} is no longer allowed from the next request on, unless another policy allows it too. What it denies is no longer denied.`;
  if (arn !== undefined)
    return (
      <Dialog
        title={`Detach ${name}?`}
        verb="Detach"
        close={close}
        work={async () => {
          await detachPolicy(aws, of, arn);
          removed();
        }}
      >
        {hint}
      </Dialog>
    );
  return (
    <DeleteDialog
      noun="policy"
      name={name}
      close={close}
      work={async () => {
        await deleteInline(aws, of, name);
        removed();
      }}
    >
      {hint}
    </DeleteDialog>
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
