import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { lastOf } from '../aws/arn.ts';
import type { AwsClient } from '../aws/client.ts';
import { AwsFailure } from '../aws/failure.ts';
import { useNotices } from '../notices.tsx';
import { useDraft } from '../parts/draft.ts';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { TextField } from '../parts/fields.tsx';
import { useAction } from '../parts/loaded.ts';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { createExecutionRole } from './create-execution-role.ts';
import { newRoleName, stamp } from './execution-role.ts';
import { subnetsOf, vpcsOf } from './network.ts';
import { RoleField } from './role-field.tsx';
import { type Domain, domainAt } from './studio.ts';

/** What has to be done, in this order. */
const STEPS = [
  ['role', 'Execution role'],
  ['network', 'Network'],
  ['domain', 'Domain'],
  ['service', 'Domain in service'],
  ['profile', 'User profile'],
] as const;
type Step = (typeof STEPS)[number][0];

/** What each step came to; a step that failed is tried again, those before it are not. */
type Done = { readonly [S in Step]?: string };

/** Nobody sees it: the page is gone. */
const LEFT = new AwsFailure(0, 'Left', 'The page was left before the set-up was through.', {});

/** Milliseconds between two looks at a domain that is being made. */
const LOOK_EVERY = 2000;

/** Everything that one person needs to begin, by one button. */
export function QuickSetup() {
  const { aws, session } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [draft, set] = useDraft(() => {
    const now = aws.now();
    return { domain: `QuickSetupDomain-${stamp(now)}`, profile: `default-${stamp(now)}`, role: '', newRole: newRoleName(now) };
  });
  const [done, setDone] = useState<Done>({});
  // Whoever has gone to another page is not taken back, and nothing further is made.
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const [current, setCurrent] = useState<Step | undefined>();
  const setUp = useAction(async () => {
    let all: Done = done;
    const step = async (id: Step, work: () => Promise<string>): Promise<string> => {
      const before = all[id];
      if (before !== undefined) return before;
      if (!isHere.current) throw LEFT;
      setCurrent(id);
      const came = await work();
      all = { ...all, [id]: came };
      setDone(all);
      return came;
    };
    const role = await step('role', async () =>
      draft.role !== '' ? draft.role : createExecutionRole(aws, { name: draft.newRole, account: session.account.id }),
    );
    const vpc = await step('network', () => defaultNetwork(aws));
    const DomainId = await step('domain', async () => {
      const settings = { ExecutionRole: role };
      const input = {
        DomainName: draft.domain,
        AuthMode: 'IAM',
        VpcId: vpc,
        SubnetIds: (await subnetsOf(aws, vpc)).map(({ subnetId }) => subnetId),
        DefaultUserSettings: settings,
        DefaultSpaceSettings: settings,
      };
      const { DomainArn } = await aws.json<{ DomainArn: string }>('sagemaker', 'CreateDomain', input);
      return lastOf(DomainArn);
    });
    await step('service', () => whenInService(aws, DomainId, isHere));
    await step('profile', async () => {
      const input = { DomainId, UserProfileName: draft.profile, UserSettings: { ExecutionRole: role } };
      await aws.json('sagemaker', 'CreateUserProfile', input);
      return draft.profile;
    });
    if (!isHere.current) throw LEFT;
    say(`Domain ${draft.domain} is set up, with user profile ${draft.profile}.`);
    go(domainAt(DomainId));
  });
  const isStarted = current !== undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!setUp.isRunning && draft.domain !== '' && draft.profile !== '') void setUp.run();
      }}
    >
      <Form
        header={
          <Header variant="h1" description="A role for SageMaker, the network that every account has, a domain, and a profile for you.">
            Quick set-up
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={() => go(pageAt('sagemaker', 'domains'))}>
              {isStarted ? 'Leave' : 'Cancel'}
            </Button>
            {setUp.failure && isStarted && done.domain === undefined && (
              <Button
                formAction="none"
                onClick={() => {
                  // A role that was made is found again by its name.
                  setDone({});
                  setCurrent(undefined);
                  setUp.clear();
                }}
              >
                Change names or role
              </Button>
            )}
            <Button variant="primary" loading={setUp.isRunning} disabled={draft.domain === '' || draft.profile === ''}>
              {setUp.failure && isStarted ? 'Go on' : 'Set up'}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {isStarted ? (
            <Container header={<Header variant="h2">{setUp.failure ? 'It was stopped' : 'Under way'}</Header>}>
              <SpaceBetween size="m">
                <Steps
                  ariaLabel="What is being done"
                  steps={STEPS.map((step) => shown(step, done, current, setUp.failure !== undefined))}
                />
                {setUp.isRunning && <Box color="text-body-secondary">Stay on this page until the profile is there.</Box>}
              </SpaceBetween>
            </Container>
          ) : (
            <Container header={<Header variant="h2">What it is called</Header>}>
              <SpaceBetween size="m">
                <TextField
                  label="Domain name"
                  description="Letters, digits and hyphens, 63 at most."
                  value={draft.domain}
                  set={set('domain')}
                  isFirst
                />
                <TextField label="User profile name" description="Yours, to begin with." value={draft.profile} set={set('profile')} />
                <ExpandableSection headerText="Execution role: a new one">
                  <SpaceBetween size="m">
                    <Box color="text-body-secondary">
                      Left empty, {draft.newRole} is created with AWS's policy AmazonSageMakerFullAccess.
                    </Box>
                    <RoleField label="Another execution role" value={draft.role} set={set('role')} />
                  </SpaceBetween>
                </ExpandableSection>
              </SpaceBetween>
            </Container>
          )}
          <FailureAlert failure={setUp.failure} />
        </SpaceBetween>
      </Form>
    </form>
  );
}

function shown([id, header]: (typeof STEPS)[number], done: Done, current: Step | undefined, hasFailed: boolean): StepsProps.Step {
  const came = done[id];
  if (came !== undefined) return { status: 'success', statusIconAriaLabel: 'Done', header, details: <code>{came}</code> };
  if (id !== current) return { status: 'pending', statusIconAriaLabel: 'Not yet', header };
  return hasFailed
    ? { status: 'error', statusIconAriaLabel: 'Refused', header }
    : { status: 'loading', statusIconAriaLabel: 'Under way', header };
}

/** The VPC that every account begins with. @throws AwsFailure when somebody deleted it */
async function defaultNetwork(aws: AwsClient): Promise<string> {
  const standard = (await vpcsOf(aws)).find(({ isDefault }) => isDefault === 'true');
  if (!standard) throw new AwsFailure(0, 'NoDefaultVpc', 'This region has no default VPC. Use the standard set-up, and choose one.', {});
  return standard.vpcId;
}

/** Waits for a domain. @throws AwsFailure when it fails */
async function whenInService(aws: AwsClient, DomainId: string, isHere: RefObject<boolean>): Promise<string> {
  while (isHere.current) {
    const { Status: status, FailureReason: reason = '' } = await aws.json<Domain>('sagemaker', 'DescribeDomain', { DomainId });
    if (status === 'InService') return status;
    if (status !== 'Pending') throw new AwsFailure(0, `Domain ${status}`, reason, {});
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  throw LEFT;
}
