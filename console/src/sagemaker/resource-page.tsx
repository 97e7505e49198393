import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import type { TabsProps } from '@cloudscape-design/components/tabs';
import { type ReactNode, useCallback, useState } from 'react';
import { isoOf } from '../aws/json-call.ts';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog, Dialog } from '../parts/dialog.tsx';
import { EachOnce } from '../parts/each-once.tsx';
import { type Loaded, useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { PartsTabs } from '../parts/parts-tabs.tsx';
import { useRefresh } from '../parts/refresh.ts';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { Everything, secondsAt, textAt, textsAt } from './described.tsx';
import { families } from './families.ts';
import { type Described, type Family, labelOf } from './family.ts';
import { PolicyView } from './policy-view.tsx';
import { RoleLinks } from './role-link.tsx';
import type { DescribedSection } from './sections.ts';
import { Failed, isUnderWay, Status } from './status.tsx';
import { Tags } from './tags.tsx';

export interface ResourcePageProps {
  readonly section: DescribedSection;
  readonly name: string;
  /** What can be done with it besides stopping and deleting. */
  readonly actions?: (described: Described, again: () => void) => ReactNode;
  /** Parts before the common ones. */
  readonly tabs?: (described: Described, again: () => void) => readonly TabsProps.Tab[];
}

/** One resource of a kind, as its description tells it; refreshed while something is under way. */
export default function ResourcePage({ section, name, actions, tabs }: ResourcePageProps) {
  const { aws } = useSignedIn();
  const family: Family = families[section];
  const resource = useLoaded(
    useCallback(() => aws.json<Described>('sagemaker', family.describe, identityOf(family, name)), [aws, family, name]),
  );
  const { value, reload } = resource;
  useRefresh(resource, value !== undefined && isUnderWay(textAt(value, family.status)));
  return (
    <DetailPage
      title={labelOf(name)}
      loaded={resource}
      actions={
        value && (
          <>
            {actions?.(value, reload)}
            <CommonActions family={family} section={section} name={name} of={value} loaded={resource} />
          </>
        )
      }
      facts={(described) => factsOf(family, described)}
    >
      {(described) => (
        <>
          <Failed what="It" reason={textAt(described, 'FailureReason')} />
          <PartsTabs
            of={family.noun[0]}
            tabs={[
              ...(tabs?.(described, reload) ?? []),
              ...(family.creation ? [policiesTab(family.creation, described)] : []),
              ...(hasTags(family, described) ? [{ id: 'tags', label: 'Tags', content: <Tags arn={textAt(described, family.arn)} /> }] : []),
              { id: 'all', label: 'Everything', content: <Everything of={described} /> },
            ]}
          />
        </>
      )}
    </DetailPage>
  );
}

const hasTags = ({ isTagged }: Family, described: Described): boolean => (typeof isTagged === 'function' ? isTagged(described) : isTagged);

/** The member that names one in the calls about it. */
const identityOf = ({ name, identity }: Family, value: string) => ({ [identity ?? name]: value });

const isRole = (text: string): boolean => /^arn:aws:iam::\d{12}:role\//.test(text);

/** Roles, and what has a page of its own, lead there. */
function shownFact(texts: readonly string[], of: DescribedSection | undefined): ReactNode {
  if (texts.every(isRole)) return <RoleLinks arns={texts} />;
  if (of === undefined) return texts.join(', ');
  return <EachOnce of={texts} show={(name) => <Link href={pageAt('sagemaker', of, name)}>{labelOf(name)}</Link>} />;
}

function factsOf(family: Family, described: Described): { label: string; value: ReactNode }[] {
  const facts: { label: string; value: ReactNode }[] = [];
  if (family.status !== undefined) facts.push({ label: 'Status', value: <Status of={textAt(described, family.status)} /> });
  facts.push({ label: 'ARN', value: <Copyable text={textAt(described, family.arn)} /> });
  for (const [label, path, of] of family.facts) {
    const texts = textsAt(described, path);
    if (texts.some((text) => text !== '')) facts.push({ label, value: shownFact(texts, of) });
  }
  if (family.created !== undefined) facts.push({ label: 'Created', value: <Moment iso={isoOf(secondsAt(described, family.created))} /> });
  if (family.changed !== undefined) facts.push({ label: 'Changed', value: <Moment iso={isoOf(secondsAt(described, family.changed))} /> });
  return facts;
}

/** Its condition keys, read from what it is as if it were created so. */
export function policiesTab({ operation, renamed = {} }: NonNullable<Family['creation']>, described: object): TabsProps.Tab {
  const input = Object.fromEntries(Object.entries(described).map(([member, value]) => [renamed[member] ?? member, value]));
  return {
    id: 'policies',
    label: 'Condition keys',
    content: (
      <Container
        header={
          <Header variant="h2" description={`What a policy would see if ${operation} were called to make it as it is.`}>
            Condition keys
          </Header>
        }
      >
        <PolicyView operation={operation} input={input} />
      </Container>
    ),
  };
}

interface CommonActionsProps {
  readonly family: Family;
  readonly section: string;
  readonly name: string;
  readonly of: Described;
  readonly loaded: Loaded<unknown>;
}

/** Loads anew, stops and deletes. */
function CommonActions({ family, section, name, of, loaded }: CommonActionsProps) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [open, setOpen] = useState<'stop' | 'delete' | undefined>();
  const close = () => setOpen(undefined);
  const { stop, remove } = family;
  const [one] = family.noun;
  const status = textAt(of, family.status);
  const identity = identityOf(family, name);
  return (
    <>
      <Button iconName="refresh" ariaLabel={`Load the ${one} anew`} loading={loaded.isLoading} onClick={loaded.reload} />
      {stop && (
        <Button disabled={!stop.while.includes(status)} onClick={() => setOpen('stop')}>
          Stop
        </Button>
      )}
      {remove && (
        <Button disabled={remove.while !== undefined && !remove.while.includes(status)} onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'stop' && stop && (
        <Dialog
          title={`Stop ${one} ${labelOf(name)}?`}
          verb="Stop"
          close={close}
          work={async () => {
            await aws.json('sagemaker', stop.operation, identity);
            loaded.reload();
          }}
        >
          What it has done so far is not lost, but it does not go on from there.
        </Dialog>
      )}
      {open === 'delete' && remove && (
        <DeleteDialog
          noun={one}
          name={labelOf(name)}
          close={close}
          work={async () => {
            await aws.json('sagemaker', remove.operation, {
              ...identity,
              ...(remove.isTokened && { ClientRequestToken: crypto.randomUUID() }),
            });
            say(`${one[0]?.toUpperCase()}${one.slice(1)} ${labelOf(name)} is being deleted.`);
            go(pageAt('sagemaker', section));
          }}
        >
          {remove.hint}
        </DeleteDialog>
      )}
    </>
  );
}
