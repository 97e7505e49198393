import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNotices } from '../notices.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction } from '../parts/loaded.ts';
import PolicyEditor from '../parts/policy-editor.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { BLANK_POLICY } from './blank-policy.ts';
import { Granted } from './granted.tsx';
import type { Policy } from './types.ts';

/** Creates a managed policy of this account. */
export default function CreatePolicy() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [text, setText] = useState('');
  const [isValid, setValid] = useState(false);
  const create = useAction(async () => {
    const input = { PolicyName: name, PolicyDocument: text, Description: description === '' ? undefined : description };
    const created = await aws.iam<{ Policy: Policy }>('CreatePolicy', input);
    say(`Policy ${name} was created. Attach it to a user, group or role for it to allow anything.`);
    go(pageAt('iam', 'policies', created.Policy.Arn));
  });
  return (
    <Form
      header={
        <Header variant="h1" description="What it allows is allowed to whomever it is attached to, until it is detached.">
          Create policy
        </Header>
      }
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={() => go(pageAt('iam', 'policies'))}>
            Cancel
          </Button>
          <Button variant="primary" disabled={name === '' || !isValid} loading={create.isRunning} onClick={() => create.run()}>
            Create policy
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <FailureAlert failure={create.failure} />
        <Container header={<Header variant="h2">Name</Header>}>
          <SpaceBetween size="m">
            <FormField label="Policy name" description="Letters, digits and + = , . @ _ -, 128 at most.">
              <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} autoFocus />
            </FormField>
            <FormField label="Description" description="Cannot be changed later.">
              <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
            </FormField>
          </SpaceBetween>
        </Container>
        <Container header={<Header variant="h2">What it allows</Header>}>
          <PolicyEditor
            label="Policy document"
            kind="managed"
            initial={BLANK_POLICY}
            onChange={(next, problem) => {
              setText(next);
              setValid(problem === undefined);
            }}
          />
        </Container>
        {isValid && <Granted text={text} />}
      </SpaceBetween>
    </Form>
  );
}
