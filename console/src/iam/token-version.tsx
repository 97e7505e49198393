import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { useNotices } from '../notices.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';

/** Where session tokens of the global endpoint of STS are good. */
export function TokenVersion() {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [chosen, choose] = useState<string | undefined>();
  const summary = useLoaded(
    useCallback(
      async () =>
        (await aws.iam<{ SummaryMap: Readonly<Record<string, string>> }>('GetAccountSummary')).SummaryMap.GlobalEndpointTokenVersion,
      [aws],
    ),
  );
  const current = `v${summary.value ?? '1'}Token`;
  const save = useAction(async () => {
    await aws.iam('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: chosen });
    say('The setting was saved.');
    summary.reload();
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Session tokens of regional endpoints are good everywhere."
          actions={
            <Button disabled={chosen === undefined || chosen === current} loading={save.isRunning} onClick={() => save.run()}>
              Save the setting
            </Button>
          }
        >
          Session tokens of the global endpoint of STS
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FailureAlert failure={summary.failure ?? save.failure} />
        <RadioGroup
          ariaLabel="Session tokens of the global endpoint of STS"
          value={chosen ?? current}
          onChange={({ detail }) => choose(detail.value)}
          items={[
            { value: 'v1Token', label: 'Good in regions that are on by default' },
            { value: 'v2Token', label: 'Good in all regions', description: 'The tokens are longer.' },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}
