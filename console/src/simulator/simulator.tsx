import Alert from '@cloudscape-design/components/alert';
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import { useCallback, useState } from 'react';
import type { Outcome } from '../../../src/policy/index.ts';
import { lastOf } from '../aws/arn.ts';
import type { AwsClient } from '../aws/client.ts';
import { listOf } from '../aws/query-answer.ts';
import { laidOut } from '../iam/blank-policy.ts';
import { type Principal, unlessAbsent } from '../iam/principal.ts';
import type { Role, User } from '../iam/types.ts';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { unlisted } from '../parts/unlisted.tsx';
import { readActions } from '../reference/catalogue.ts';
import { unknownActions } from '../reference/policy-summary.ts';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { readSubject, textKey } from './documents.ts';
import { explainCell } from './explain-cell.ts';
import { Explained } from './explained.tsx';
import { readGuardrails } from './organization.ts';

interface Question {
  readonly arn: string;
  readonly principal: Principal;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly { readonly key: string; readonly value: string }[];
  /** JSON; empty for none. */
  readonly resourcePolicy: string;
  /** Account of resources whose ARN names none; empty for the principal's. */
  readonly owner: string;
}

/** What IAM answered: action → resource → outcome. */
interface Answer {
  readonly question: Question;
  readonly outcomes: ReadonlyMap<string, ReadonlyMap<string, Outcome>>;
  /** Actions that a service control policy does not let through. */
  readonly deniedByOrganization: ReadonlySet<string>;
}

interface Result {
  readonly EvalActionName: string;
  readonly EvalDecision: Outcome;
  readonly OrganizationsDecisionDetail?: { readonly AllowedByOrganizations: string };
  readonly ResourceSpecificResults?: readonly { readonly EvalResourceName: string; readonly EvalResourceDecision: Outcome }[] | '';
}

async function simulate(aws: AwsClient, question: Question): Promise<Answer> {
  const results = await aws.iamList<Result>('SimulatePrincipalPolicy', 'EvaluationResults', {
    PolicySourceArn: question.arn,
    ActionNames: question.actions,
    ResourceArns: question.resources,
    ContextEntries: question.context.map(({ key, value }) => ({
      ContextKeyName: key,
      ContextKeyType: 'stringList',
      ContextKeyValues: value.split(',').map((each) => each.trim()),
    })),
    ...(question.resourcePolicy !== '' && { ResourcePolicy: question.resourcePolicy, CallerArn: question.arn }),
    ...(question.owner !== '' && { ResourceOwner: `arn:aws:iam::${question.owner}:root` }),
  });
  const outcomes = new Map(
    results.map((result) => {
      const specific = listOf(result.ResourceSpecificResults);
      const row = specific.map((each) => [each.EvalResourceName, each.EvalResourceDecision] as const);
      return [
        result.EvalActionName,
        new Map(row.length > 0 ? row : question.resources.map((each) => [each, result.EvalDecision] as const)),
      ];
    }),
  );
  return {
    question,
    outcomes,
    deniedByOrganization: new Set(
      results
        .filter((each) => each.OrganizationsDecisionDetail?.AllowedByOrganizations === 'false')
        .map(({ EvalActionName }) => EvalActionName),
    ),
  };
}

const OUTCOMES = {
  allowed: ['success', 'Allowed'],
  implicitDeny: ['stopped', 'Denied: nothing allows it'],
  explicitDeny: ['error', 'Denied explicitly'],
} as const;

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,]/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

/** Asks what a user or role could do, without doing it. */
export default function Simulator() {
  const { aws } = useSignedIn();
  const { query } = useRouter();
  const [arn, setArn] = useState(query.get('principal') ?? '');
  const [actions, setActions] = useState(
    query.get('action') ?? 'sagemaker:CreateNotebookInstance\nsagemaker:DeleteEndpoint\niam:CreateUser',
  );
  const [resources, setResources] = useState(query.get('resource') ?? '*');
  const [resourcePolicy, setResourcePolicy] = useState('');
  const [owner, setOwner] = useState('');
  const [context, setContext] = useState<readonly { key: string; value: string }[]>([]);
  const [answer, setAnswer] = useState<Answer | undefined>();
  const [cell, setCell] = useState<{ action: string; resource: string } | undefined>();
  const principals = useLoaded(
    useCallback(async () => {
      const [users, roles] = await Promise.all([aws.iamList<User>('ListUsers', 'Users'), aws.iamList<Role>('ListRoles', 'Roles')]);
      return { users, roles };
    }, [aws]),
  );
  const run = useAction(async () => {
    const name = lastOf(arn);
    const principal: Principal = { kind: arn.includes(':user/') ? 'User' : 'Role', name };
    setCell(undefined);
    setAnswer(
      await simulate(aws, {
        arn,
        principal,
        actions: linesOf(actions),
        resources: linesOf(resources),
        context: context.filter(({ key }) => key !== ''),
        resourcePolicy: resourcePolicy.trim(),
        owner: owner.trim(),
      }),
    );
  });
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="What a user or role could do, decided by the engine that guards real calls. Nothing is done.">
        Policy simulator
      </Header>
      <Container header={<Header variant="h2">The question</Header>}>
        <SpaceBetween size="m">
          <FormField label="Whose policies" {...unlisted(principals.failure)}>
            <Select
              filteringType="auto"
              filteringAriaLabel="Find users and roles"
              placeholder="Choose a user or role"
              statusType={principals.isLoading ? 'loading' : 'finished'}
              loadingText="Loading users and roles"
              empty="There are neither users nor roles"
              selectedOption={arn === '' ? null : { value: arn, label: lastOf(arn) }}
              onChange={({ detail }) => setArn(detail.selectedOption.value ?? '')}
              options={[
                { label: 'Users', options: (principals.value?.users ?? []).map(({ UserName, Arn }) => ({ value: Arn, label: UserName })) },
                { label: 'Roles', options: (principals.value?.roles ?? []).map(({ RoleName, Arn }) => ({ value: Arn, label: RoleName })) },
              ]}
            />
          </FormField>
          <FormField label="Actions" description="One a line.">
            <Textarea value={actions} rows={4} spellcheck={false} onChange={({ detail }) => setActions(detail.value)} />
          </FormField>
          <FormField label="Resources" description="ARNs, one a line; * for any.">
            <Textarea value={resources} rows={2} spellcheck={false} onChange={({ detail }) => setResources(detail.value)} />
          </FormField>
          <FormField
            label="Request context"
            description="Condition keys and what the request has of them; several values with commas between."
          >
            <AttributeEditor
              items={context}
              addButtonText="Add condition key"
              removeButtonText="Remove"
              removeButtonAriaLabel={({ key }) => `Remove ${key}`}
              empty="Nothing is given: conditions that ask for something do not hold."
              onAddButtonClick={() => setContext([...context, { key: '', value: '' }])}
              onRemoveButtonClick={({ detail }) => setContext(context.filter((_, i) => i !== detail.itemIndex))}
              definition={[
                {
                  label: 'Condition key',
                  control: ({ key }, i) => (
                    <Input
                      value={key}
                      placeholder="aws:SourceIp"
                      onChange={({ detail }) => setContext(context.map((each, at) => (at === i ? { ...each, key: detail.value } : each)))}
                    />
                  ),
                },
                {
                  label: 'Value',
                  control: ({ value }, i) => (
                    <Input
                      value={value}
                      placeholder="203.0.113.7"
                      onChange={({ detail }) => setContext(context.map((each, at) => (at === i ? { ...each, value: detail.value } : each)))}
                    />
                  ),
                },
              ]}
            />
          </FormField>
          <ExpandableSection headerText="Policy of the resource">
            <SpaceBetween size="m">
              <FormField
                label="Resource policy"
                description="Of a bucket, a key, a queue: such as the resources above carry. Nothing is looked up: paste it."
              >
                <Textarea value={resourcePolicy} rows={6} spellcheck={false} onChange={({ detail }) => setResourcePolicy(detail.value)} />
              </FormField>
              <FormField
                label="Account that owns the resource"
                description="Where the ARN names none, as a bucket's; empty for the account that asks."
              >
                <Input value={owner} inputMode="numeric" onChange={({ detail }) => setOwner(detail.value)} />
              </FormField>
            </SpaceBetween>
          </ExpandableSection>
          <Button
            variant="primary"
            loading={run.isRunning}
            disabled={arn === '' || linesOf(actions).length === 0 || linesOf(resources).length === 0}
            onClick={() => run.run()}
          >
            Simulate
          </Button>
        </SpaceBetween>
      </Container>
      <FailureAlert failure={run.failure} />
      {answer && <Matrix answer={answer} cell={cell} choose={setCell} />}
      {answer && cell && <Cell key={`${cell.action} ${cell.resource}`} answer={answer} {...cell} />}
    </SpaceBetween>
  );
}

interface MatrixProps {
  readonly answer: Answer;
  readonly cell: { readonly action: string; readonly resource: string } | undefined;
  readonly choose: (cell: { action: string; resource: string }) => void;
}

function Matrix({ answer, cell, choose }: MatrixProps) {
  const { question, outcomes } = answer;
  const unknown = useLoaded(
    useCallback(async () => {
      const known = await readActions();
      return question.actions.filter((action) => unknownActions([action], known).length > 0);
    }, [question]),
  );
  return (
    <Container
      header={
        <Header variant="h2" description="Choose a result to see why.">
          The answer
        </Header>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keyboard */}
      <section className="matrix" aria-label="Results" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Action</th>
              {question.resources.map((resource) => (
                <th scope="col" key={resource}>
                  <code>{resource}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...outcomes].map(([action, row]) => (
              <tr key={action}>
                <th scope="row">
                  <code>{action}</code>
                  {unknown.value?.includes(action) && <Box color="text-status-warning">AWS has no such action</Box>}
                </th>
                {question.resources.map((resource) => {
                  const [type, text] = OUTCOMES[row.get(resource) ?? 'implicitDeny'];
                  return (
                    <td key={resource}>
                      <button
                        type="button"
                        aria-pressed={cell?.action === action && cell.resource === resource}
                        onClick={() => choose({ action, resource })}
                      >
                        <StatusIndicator type={type}>{text}</StatusIndicator>
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Container>
  );
}

/** The reasons stand below the table, which may be long. */
const scrollTo = (place: HTMLElement | null): void => place?.scrollIntoView({ block: 'nearest' });

function Cell({ answer, action, resource }: { answer: Answer; action: string; resource: string }) {
  const { aws, session } = useSignedIn();
  const { account } = session;
  const { principal, context, resourcePolicy, owner } = answer.question;
  const loaded = useLoaded(
    useCallback(async () => {
      const [subject, guardrails, trust] = await Promise.all([
        readSubject(aws, principal),
        readGuardrails(aws, account.id),
        resourcePolicy === '' ? readTrust(aws, account.id, action, resource) : undefined,
      ]);
      return { subject, guardrails, trust };
    }, [aws, account.id, principal, action, resource, resourcePolicy]),
  );
  if (!loaded.value) {
    return loaded.failure ? (
      <FailureAlert failure={loaded.failure} again={loaded.reload} />
    ) : (
      <StatusIndicator type="loading">Reading the policies</StatusIndicator>
    );
  }
  const { subject, guardrails, trust } = loaded.value;
  const trusted = trust === undefined ? undefined : ({ kind: 'trust', text: trust } as const);
  const ofResource = resourcePolicy === '' ? trusted : ({ kind: 'resource', text: resourcePolicy } as const);
  const explanation = explainCell(
    subject,
    principal,
    { action, resource, context, resourcePolicy: ofResource, owner: owner === '' ? undefined : owner },
    { ...guardrails, deniesByOrganization: answer.deniedByOrganization.has(action) },
  );
  const told = answer.outcomes.get(action)?.get(resource);
  return (
    <div className="shown" ref={scrollTo}>
      <SpaceBetween size="m">
        <Box variant="h2">
          Why: {action} on {resource}
        </Box>
        {guardrails.isWithheld && (
          <Alert type="info">
            The account is in an organization whose policies you may not read: of its service control policies only what they come to is
            shown, of its resource control policies nothing.
          </Alert>
        )}
        {told !== undefined && told !== explanation.decision.outcome && (
          <Alert type="warning" header="A call would be decided otherwise">
            IAM's simulator looks neither at resource control policies nor at trust policies. With them:{' '}
            {OUTCOMES[explanation.decision.outcome][1]}.
          </Alert>
        )}
        <Explained
          explanation={explanation}
          textOf={(kind, { source }) => {
            if (kind === 'resource' || kind === 'trust') return ofResource?.text;
            return (kind === 'scp' || kind === 'rcp' ? guardrails : subject).texts.get(textKey(source.name, source.via));
          }}
        />
      </SpaceBetween>
    </div>
  );
}

/** The trust policy of the role that an action would take on; undefined where it is about something else, or is not to be seen. */
async function readTrust(aws: AwsClient, account: string, action: string, resource: string): Promise<string | undefined> {
  const [, name] = new RegExp(`^arn:aws:iam::${account}:role/(?:[^*?]*/)?([^/*?]+)$`).exec(resource) ?? [];
  if (name === undefined || !/^sts:(AssumeRole|TagSession|SetSourceIdentity)/i.test(action)) return undefined;
  const found = await unlessAbsent(aws.iam<{ Role: Role }>('GetRole', { RoleName: name }));
  return found && laidOut(decodeURIComponent(found.Role.AssumeRolePolicyDocument));
}
