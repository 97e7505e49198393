import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { type ReactNode, Suspense, useCallback } from 'react';
import type { AwsClient } from '../aws/client.ts';
import { type AwsFailure, failureOf } from '../aws/failure.ts';
import { listOf } from '../aws/query-answer.ts';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { fetchedLater } from '../parts/fetched-later.ts';
import { useLoaded } from '../parts/loaded.ts';
import { Unlisted } from '../parts/unlisted.tsx';
import { pageAt } from '../router.tsx';
import { nameOf } from '../session.ts';
import { useSignedIn } from '../signed-in.tsx';
import { unlessAbsent } from './principal.ts';

const Findings = fetchedLater(() => import('./findings.tsx'));

type Summary = Readonly<Record<string, string>>;

/** What should be so, and whether it is; `unknown` when whoever looks may not know. */
interface Finding {
  readonly text: string;
  readonly state: 'done' | 'open' | 'unknown';
  /** Why, and what to do. */
  readonly hint: ReactNode;
}

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

async function administrators(aws: AwsClient): Promise<number> {
  const entities = await aws.iam<{ PolicyUsers: readonly unknown[] | ''; PolicyGroups: readonly { GroupName: string }[] | '' }>(
    'ListEntitiesForPolicy',
    { PolicyArn: ADMINISTRATOR },
  );
  let count = listOf(entities.PolicyUsers).length;
  for (const { GroupName } of listOf(entities.PolicyGroups)) count += (await aws.iamList('GetGroup', 'Users', { GroupName })).length;
  return count;
}

/** A question that whoever is signed in may not be allowed to ask. */
async function ask<T>(question: Promise<T>): Promise<{ answer: T } | { failure: AwsFailure }> {
  try {
    return { answer: await question };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** The first page: what there is, and what a careful owner would see to. */
export default function Dashboard() {
  const { aws, session } = useSignedIn();
  const isRoot = session.arn.endsWith(':root');
  const loaded = useLoaded(
    useCallback(async () => {
      const [summary, admins, policy] = await Promise.all([
        ask(aws.iam<{ SummaryMap: Summary }>('GetAccountSummary').then(({ SummaryMap }) => SummaryMap)),
        ask(administrators(aws)),
        ask(unlessAbsent(aws.iam('GetAccountPasswordPolicy')).then((found) => found !== undefined)),
      ]);
      return { summary, admins, policy };
    }, [aws]),
  );
  const { value } = loaded;
  const summary = value && 'answer' in value.summary ? value.summary.answer : undefined;
  const refused = value && 'failure' in value.summary ? value.summary.failure : undefined;
  const stateOf = (isDone: boolean | undefined): Finding['state'] => (isDone === undefined ? 'unknown' : isDone ? 'done' : 'open');
  const newAdministrator = `${pageAt('iam', 'create-user')}?name=Administrator&policy=${encodeURIComponent(ADMINISTRATOR)}`;
  const own = <Link href={pageAt('iam', 'security-credentials')}>your security credentials</Link>;
  const findings: readonly Finding[] = [
    {
      text: 'The root user has a second factor',
      state: stateOf(summary && summary.AccountMFAEnabled === '1'),
      hint: (
        <>
          A stolen password of the root user opens everything. {isRoot ? <Link href="/console/mfa">Enable one</Link> : 'Root enables one'}:
          a passkey or an authenticator app.
        </>
      ),
    },
    {
      text: 'The root user has no access keys',
      state: stateOf(summary && summary.AccountAccessKeysPresent === '0'),
      hint: (
        <>
          Root keys cannot be limited by any policy. {isRoot ? <>Delete them from {own}</> : 'Root can delete them'}: programs get keys or
          roles of their own.
        </>
      ),
    },
    {
      text: 'Somebody other than root is an administrator',
      state: stateOf(value && 'answer' in value.admins ? value.admins.answer > 0 : undefined),
      hint: (
        <>
          <Link href={newAdministrator}>Create a user</Link> with AdministratorAccess, and leave root alone.
        </>
      ),
    },
    {
      text: 'The account has a password policy',
      state: stateOf(value && 'answer' in value.policy ? value.policy.answer : undefined),
      hint: (
        <>
          Set one in the <Link href={pageAt('iam', 'settings')}>account settings</Link>: what AWS advises is filled in.
        </>
      ),
    },
  ];
  const [open, unknown] = (['open', 'unknown'] as const).map((wanted) => findings.filter(({ state }) => state === wanted).length);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={`You are ${isRoot ? 'the root user of' : `${nameOf(session.arn)} in`} account ${session.account.alias ?? session.account.name} (${session.account.id}).`}
      >
        Dashboard
      </Header>
      {isRoot && <RootAdvice />}
      <FailureAlert failure={loaded.failure} again={loaded.reload} />
      {refused && !refused.isDenial && <FailureAlert failure={refused} again={loaded.reload} />}
      <Container header={<Header variant="h2">What there is</Header>}>
        {refused?.isDenial ? (
          <SpaceBetween size="xs">
            <Box color="text-body-secondary">
              <Unlisted failure={refused} />
            </Box>
            <Box>
              Domains, notebooks, jobs and endpoints are among the pages of <Link href={pageAt('sagemaker')}>SageMaker</Link>; what each
              call needs is in the <Link href={pageAt('reference')}>permissions reference</Link>.
            </Box>
          </SpaceBetween>
        ) : (
          <ColumnLayout columns={4} variant="text-grid" minColumnWidth={120}>
            <Count label="Users" href={pageAt('iam', 'users')} of={summary?.Users} isLoading={loaded.isLoading} />
            <Count label="Groups" href={pageAt('iam', 'groups')} of={summary?.Groups} isLoading={loaded.isLoading} />
            <Count label="Roles" href={pageAt('iam', 'roles')} of={summary?.Roles} isLoading={loaded.isLoading} />
            <Count label="Policies" href={pageAt('iam', 'policies')} of={summary?.Policies} isLoading={loaded.isLoading} />
          </ColumnLayout>
        )}
      </Container>
      <Container
        header={
          <Header variant="h2" {...(value && { counter: open ? `(${open} to see to)` : unknown ? `(${unknown} unknown)` : '(all well)' })}>
            Security checklist
          </Header>
        }
      >
        {value === undefined ? (
          <StatusIndicator type="loading">Looking</StatusIndicator>
        ) : (
          <ul className="checklist">
            {findings.map(({ text, state, hint }) => (
              <li key={text}>
                <StatusIndicator type={STATES[state][0]}>{STATES[state][1]}</StatusIndicator>
                <span>{text}</span>
                {state === 'unknown' && <Box color="text-body-secondary">You are not allowed to look.</Box>}
                {state === 'open' && <Box color="text-body-secondary">{hint}</Box>}
              </li>
            ))}
          </ul>
        )}
      </Container>
      <Suspense>{value && !refused && <Findings />}</Suspense>
    </SpaceBetween>
  );
}

const STATES = {
  done: ['success', 'Yes'],
  open: ['warning', 'Not yet'],
  unknown: ['info', 'Unknown'],
} as const;

function RootAdvice() {
  return (
    <div role="note" className="advice">
      You are the root user, who may do everything and whom no policy limits. Do not use it for daily work: make an administrator, give root
      a second factor, and sign in as the administrator.
    </div>
  );
}

function Count({ label, href, of, isLoading }: { label: string; href: string; of: string | undefined; isLoading: boolean }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      {of === undefined ? (
        isLoading ? (
          <StatusIndicator type="loading">Counting</StatusIndicator>
        ) : (
          '–'
        )
      ) : (
        <Link variant="awsui-value-large" href={href} ariaLabel={`${label}: ${of}`}>
          {of}
        </Link>
      )}
    </div>
  );
}
