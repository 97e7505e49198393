import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback } from 'react';
import type { AwsClient } from '../aws/client.ts';
import { useLoaded } from '../parts/loaded.ts';
import { WhyDenied } from '../parts/why-denied.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { families } from './families.ts';
import { type Section, sections } from './sections.ts';

/** Entries counted at most: one page of a list. */
const MANY = 100;

/** How many there are of a kind, as the service tells: `3`, `100+`. */
async function countOf(aws: AwsClient, section: Section): Promise<string> {
  const [operation, member] = section === 'domains' ? (['ListDomains', 'Domains'] as const) : families[section].list;
  const answer = await aws.json<Record<string, unknown>>('sagemaker', operation, { MaxResults: MANY });
  const { length } = answer[member] as readonly unknown[];
  return answer.NextToken === undefined ? String(length) : `${length}+`;
}

/** Where SageMaker's pages begin. */
export default function Overview() {
  const { aws } = useSignedIn();
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={`What there is in ${aws.region}.`}>
        SageMaker
      </Header>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button href={pageAt('sagemaker', 'create-notebook-instance')}>Create notebook instance</Button>
                <Button variant="primary" href={pageAt('sagemaker', 'create-domain')}>
                  Set up domain
                </Button>
              </SpaceBetween>
            }
          >
            Begin
          </Header>
        }
      >
        <Box>
          In a domain several people work in Studio, each with a profile of their own. A notebook instance is one machine with Jupyter on
          it. Both work with an execution role: what it may do is what their code may do.
        </Box>
      </Container>
      <Container header={<Header variant="h2">What there is</Header>}>
        <ColumnLayout columns={4} variant="text-grid" minColumnWidth={160}>
          {sections.map(([title, section]) => (
            <Count key={section} title={title} section={section} />
          ))}
        </ColumnLayout>
      </Container>
    </SpaceBetween>
  );
}

function Count({ title, section }: { title: string; section: Section }) {
  const { aws } = useSignedIn();
  const { value, failure } = useLoaded(useCallback(() => countOf(aws, section), [aws, section]));
  return (
    <div>
      <Box variant="awsui-key-label">{title}</Box>
      {value !== undefined && (
        <Link variant="awsui-value-large" href={pageAt('sagemaker', section)} ariaLabel={`${title}: ${value}`}>
          {value}
        </Link>
      )}
      {value === undefined && !failure && <StatusIndicator type="loading">Counting</StatusIndicator>}
      {failure && (
        <Box color="text-body-secondary">
          {failure.isDenial ? 'You are not allowed to see them.' : failure.sentence} <WhyDenied failure={failure} />
        </Box>
      )}
    </div>
  );
}
