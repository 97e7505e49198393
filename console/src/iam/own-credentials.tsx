import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { nameOf } from '../session.ts';
import { useSignedIn } from '../signed-in.tsx';
import { AccessKeys, MfaDevices } from './credentials.tsx';

/** The credentials of whoever is signed in: the root user, or an IAM user. */
export default function OwnCredentials() {
  const { session } = useSignedIn();
  const who = nameOf(session.arn);
  const isRoot = session.arn.endsWith(':root');
  if (!/:root$|:user\//.test(session.arn)) {
    return (
      <SpaceBetween size="l">
        <Header variant="h1">Security credentials</Header>
        <p>You are {who}, with temporary credentials: there are no lasting ones of your own here.</p>
      </SpaceBetween>
    );
  }
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={`Of ${who}, who is signed in.`}>
        Security credentials
      </Header>
      {isRoot ? (
        <p>
          EnableMFADevice takes the name of an IAM user, which the root user is not: this server has no way yet to give root a second
          factor.
        </p>
      ) : (
        <MfaDevices userName={who} who={who} />
      )}
      <AccessKeys userName={isRoot ? undefined : who} who={who} />
    </SpaceBetween>
  );
}
