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
      {!isRoot && <MfaDevices userName={who} who={who} />}
      <p>
        {isRoot ? 'Authenticator apps and passkeys of the root user' : 'Passkeys'} are enabled on a page of their own, as AWS has no
        operation for it: <a href="/console/mfa">second factors</a>.
      </p>
      <AccessKeys userName={isRoot ? undefined : who} who={who} />
    </SpaceBetween>
  );
}
