import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { CreateInlinePolicy } from '../iam/create-inline-policy.tsx';
import type { Principal } from '../iam/principal.ts';
import { useNotices } from '../notices.tsx';
import { useSignedIn } from '../signed-in.tsx';

export interface AllowingStatementProps {
  readonly statement: string;
  /** `a policy of the caller` */
  readonly where: string;
  readonly action: string;
  readonly resource: string;
  /** Whose policies lack it; absent where it belongs into a policy of another kind. */
  readonly caller?: string | undefined;
}

/** The least that would allow a denied request: to be copied, or to be given to whoever was denied. */
export function AllowingStatement({ statement, where, action, resource, caller }: AllowingStatementProps) {
  const { session } = useSignedIn();
  const { say } = useNotices();
  const [isAdding, setAdding] = useState(false);
  const holder = caller === undefined ? undefined : holderOf(caller, session.account.id);
  // Of a list, all is meant; anything else that a caller wrote with a wildcard is wider than it looks.
  const isWide = resource !== '*' && /[*?]/.test(resource);
  const document = `{
  "Version": "2012-10-17",
  "Statement": [
    ${statement.replaceAll('\n', '\n    ')}
  ]
}`;
  return (
    <Container header={<Header variant="h2">What would allow this</Header>}>
      <SpaceBetween size="s">
        <p>This statement, in {where}. Other kinds of policy may then still refuse.</p>
        <pre className="document">{statement}</pre>
        {isWide && (
          <Alert type="warning">
            The call was about no single resource: with its wildcard this statement allows {action} on everything that fits.
          </Alert>
        )}
        <SpaceBetween direction="horizontal" size="xs">
          <CopyToClipboard
            textToCopy={statement}
            copyButtonText="Copy the statement"
            copySuccessText="Copied"
            copyErrorText="Could not be copied"
          />
          {holder && <Button onClick={() => setAdding(true)}>Give it to {holder.name}</Button>}
        </SpaceBetween>
      </SpaceBetween>
      {holder && isAdding && (
        <CreateInlinePolicy
          of={holder}
          name={`Allow${action.slice(action.indexOf(':') + 1)}`}
          document={document}
          close={() => setAdding(false)}
          created={() => say(`${holder.name} has the statement: it holds from the next request on.`)}
        />
      )}
    </Container>
  );
}

/** The user or role of the account whose policies decide for a caller; undefined for others, such as root and federated users. */
function holderOf(caller: string, account: string): Principal | undefined {
  const [, user] = new RegExp(`^arn:aws:iam::${account}:user/(?:.*/)?([^/]+)$`).exec(caller) ?? [];
  if (user !== undefined) return { kind: 'User', name: user };
  const [, role] = new RegExp(`^arn:aws:sts::${account}:assumed-role/([^/]+)/`).exec(caller) ?? [];
  return role === undefined ? undefined : { kind: 'Role', name: role };
}
