import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { AwsClient } from '../aws/client.ts';
import type { Principal } from '../iam/principal.ts';
import type { Role, User } from '../iam/types.ts';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction } from '../parts/loaded.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { readSubject } from '../simulator/documents.ts';
import { explainCell } from '../simulator/explain-cell.ts';
import { arnOfAll } from './catalogue.ts';

interface Able {
  readonly principal: Principal;
  readonly arn: string;
  readonly answer: 'allowed' | 'limited' | 'implicitDeny' | 'explicitDeny';
}

const ANSWERS = {
  allowed: ['success', 'Can'],
  limited: ['info', 'Not so: on other resources, under conditions, or a boundary limits it'],
  implicitDeny: ['stopped', 'Cannot'],
  explicitDeny: ['error', 'Cannot: denied explicitly'],
} as const;

/** Questions that are asked at once. */
const AT_ONCE = 6;

/** Asks the engine about one user or role; where nothing allows it there, whether a statement of theirs allows it anywhere. @throws AwsFailure */
async function ask(aws: AwsClient, principal: Principal, arn: string, action: string, resource: string): Promise<Able> {
  const input = { PolicySourceArn: arn, ActionNames: [action], ResourceArns: [resource] };
  const [result] = await aws.iamList<{ EvalDecision: 'allowed' | 'implicitDeny' | 'explicitDeny' }>(
    'SimulatePrincipalPolicy',
    'EvaluationResults',
    input,
  );
  const answer = result?.EvalDecision ?? 'implicitDeny';
  if (answer !== 'implicitDeny') return { principal, arn, answer };
  const subject = await readSubject(aws, principal);
  const { layers } = explainCell(subject, principal, { action, resource, context: [] });
  const grants = layers
    .filter(({ kind }) => kind === 'identity')
    .flatMap(({ policies }) => policies.flatMap(({ statements }) => statements))
    .some(({ effect, failed }) => effect === 'Allow' && !failed.includes('action'));
  return { principal, arn, answer: grants ? 'limited' : answer };
}

/** Who of the account's users and roles may do something, by the engine that decides calls. @param templates  of the ARNs of what it is done to */
export function WhoCan({ action, templates }: { action: string; templates: readonly string[] }) {
  const { aws, session } = useSignedIn();
  const [template] = templates;
  const [resource, setResource] = useState(template === undefined ? '*' : arnOfAll(template, session.account.id, aws.region));
  const [progress, setProgress] = useState(0);
  const [answer, setAnswer] = useState<{ resource: string; able: readonly Able[] } | undefined>();
  const look = useAction(async () => {
    setAnswer(undefined);
    setProgress(0);
    const [users, roles] = await Promise.all([aws.iamList<User>('ListUsers', 'Users'), aws.iamList<Role>('ListRoles', 'Roles')]);
    const all = [
      ...users.map(({ UserName, Arn }) => ({ principal: { kind: 'User' as const, name: UserName }, arn: Arn })),
      ...roles.map(({ RoleName, Arn }) => ({ principal: { kind: 'Role' as const, name: RoleName }, arn: Arn })),
    ];
    const able: Able[] = [];
    let answered = 0;
    const left = all.entries();
    const work = async () => {
      for (const [i, { principal, arn }] of left) {
        able[i] = await ask(aws, principal, arn, action, resource);
        setProgress(Math.round((100 * ++answered) / all.length));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const order = Object.keys(ANSWERS);
    setAnswer({ resource, able: able.toSorted((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer)) });
  });
  const count = answer?.able.filter((each) => each.answer === 'allowed').length;
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header
            variant="h2"
            description="Asks about every user and role of the account, with the policies of the organization. The root user is limited by those alone."
          >
            Who in this account can do this?
          </Header>
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (resource.trim() !== '' && !look.isRunning) void look.run();
          }}
        >
          <SpaceBetween size="m">
            <FormField label="On which resource" description="A whole ARN; as it is filled in, everything of its kind.">
              <Input
                value={resource}
                onChange={({ detail }) => setResource(detail.value)}
                spellcheck={false}
                disabled={template === undefined}
              />
            </FormField>
            <Button variant="primary" loading={look.isRunning} disabled={resource.trim() === ''}>
              Look
            </Button>
            {look.isRunning && <ProgressBar value={progress} label="Asking about each user and role" />}
            <FailureAlert failure={look.failure} />
          </SpaceBetween>
        </form>
      </Container>
      {answer && (
        <ResourceTable
          title={`${count} of ${answer.able.length} can`}
          noun={['user or role', 'users and roles']}
          loaded={{ value: answer.able, isLoading: false, reload: () => void look.run() }}
          idOf={({ arn }) => arn}
          columns={[
            {
              id: 'name',
              header: 'Name',
              text: ({ principal }) => principal.name,
              cell: ({ principal: { kind, name } }) => <Link href={pageAt('iam', kind === 'User' ? 'users' : 'roles', name)}>{name}</Link>,
            },
            { id: 'kind', header: 'Kind', text: ({ principal }) => principal.kind, cell: ({ principal }) => principal.kind },
            {
              id: 'answer',
              header: 'Answer',
              text: (each) => ANSWERS[each.answer][1],
              cell: (each) => <StatusIndicator type={ANSWERS[each.answer][0]}>{ANSWERS[each.answer][1]}</StatusIndicator>,
            },
            {
              id: 'why',
              header: 'Why',
              cell: ({ arn }) => (
                <Link
                  href={`${pageAt('simulator')}?${new URLSearchParams({ principal: arn, action, resource: answer.resource })}`}
                  ariaLabel={`Simulate ${arn}`}
                >
                  Simulate
                </Link>
              ),
            },
          ]}
        />
      )}
    </SpaceBetween>
  );
}
