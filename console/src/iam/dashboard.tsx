import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { type ReactNode, useCallback } from 'react';
import type { AwsClient } from '../aws/client.ts';
import { type AwsFailure, failureOf } from '../aws/failure.ts';
import { listOf } from '../aws/query-answer.ts';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { pageAt } from '../router.tsx';
import { nameOf } from '../session.ts';
import { useSignedIn } from '../signed-in.tsx';
import { unlessAbsent } from './principal.ts';

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
  const stateOf = (isDone: boolean | undefined): Finding['state'] => (isDone === undefined ? 'unknown' : isDone ? 'done' : 'open');
  const users = <Link href={pageAt('iam', 'users')}>users</Link>;
  const own = <Link href={pageAt('iam', 'security-credentials')}>your security credentials</Link>;
  const findings: readonly Finding[] = [
    {
      text: 'The root user has a second factor',
      state: stateOf(summary && summary.AccountMFAEnabled === '1'),
      hint: (
        <>
          A stolen password of the root user opens everything. {isRoot ? <a href="/console/mfa">Enable one</a> : 'Root enables one'}: a
          passkey or an authenticator app.
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
      hint: <>Create one among the {users}, attach AdministratorAccess, and leave root alone.</>,
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
  const open = findings.filter(({ state }) => state === 'open').length;
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={`You are ${nameOf(session.arn)} in account ${session.account.alias ?? session.account.name} (${session.account.id}).`}
      >
        Dashboard
      </Header>
      {isRoot && <RootAdvice />}
      <FailureAlert failure={loaded.failure} again={loaded.reload} />
      {value && 'failure' in value.summary && <FailureAlert failure={value.summary.failure} again={loaded.reload} />}
      <Container header={<Header variant="h2">What there is</Header>}>
        <ColumnLayout columns={4} variant="text-grid" minColumnWidth={120}>
          <Count label="Users" href={pageAt('iam', 'users')} of={summary?.Users} isLoading={loaded.isLoading} />
          <Count label="Groups" href={pageAt('iam', 'groups')} of={summary?.Groups} isLoading={loaded.isLoading} />
          <Count label="Roles" href={pageAt('iam', 'roles')} of={summary?.Roles} isLoading={loaded.isLoading} />
          <Count label="Customer managed policies" href={pageAt('iam', 'policies')} of={summary?.Policies} isLoading={loaded.isLoading} />
        </ColumnLayout>
      </Container>
      <Container
        header={
          <Header variant="h2" {...(value && { counter: open === 0 ? '(all well)' : `(${open} to see to)` })}>
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
