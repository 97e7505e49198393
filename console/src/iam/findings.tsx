import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { Unlisted } from '../parts/unlisted.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { credentialFindings } from './credential-findings.ts';
import { makeReport } from './report.ts';

/** Findings that are shown; the report has them all. */
const MOST = 10;

/** What the credential report tells of users' credentials. */
export default function Findings() {
  const { aws } = useSignedIn();
  const report = useLoaded(
    useCallback(async () => {
      const { lines, madeAt } = await makeReport(aws);
      return { found: credentialFindings(lines, aws.now()), madeAt };
    }, [aws]),
  );
  const { value, failure } = report;
  const found = value?.found ?? [];
  return (
    <Container
      header={
        <Header
          variant="h2"
          {...(value && { counter: found.length === 0 ? '(all well)' : `(${found.length} to see to)` })}
          description="Passwords, keys and second factors of users."
        >
          Credentials
        </Header>
      }
    >
      <SpaceBetween size="s">
        {failure && (
          <Box color="text-body-secondary">
            <Unlisted failure={failure} />
          </Box>
        )}
        {!value && !failure && <StatusIndicator type="loading">Looking</StatusIndicator>}
        {found.length > 0 && (
          <ul className="checklist">
            {found.slice(0, MOST).map(({ user, text }) => (
              <li key={`${user} ${text}`}>
                <Link href={pageAt('iam', 'users', user)}>{user}</Link>
                <span>{text}</span>
              </li>
            ))}
          </ul>
        )}
        {value && (
          <Box color="text-body-secondary">
            {found.length > MOST && `And ${found.length - MOST} more. `}
            As the <Link href={pageAt('iam', 'credential-report')}>credential report</Link> of <Moment iso={value.madeAt} /> has them.
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}
