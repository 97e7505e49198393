import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Textarea from '@cloudscape-design/components/textarea';
import { useCallback, useState } from 'react';
import type { Explanation } from '../../../src/policy/index.ts';
import { withoutEncoded } from '../aws/failure.ts';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { Decoded, type DecodedMessage, encodedIn } from './decoded.tsx';
import { Explained } from './explained.tsx';

/** As the server tells it. */
interface DenialAnswer {
  readonly decisionId: string;
  readonly time: string;
  readonly operation: string;
  readonly message: string;
  readonly sentence: string;
  /** Absent where the denial was of no policy's making. */
  readonly explanation?: Pick<Explanation, 'request' | 'decision' | 'layers' | 'missingKeys'>;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly withheld?: string;
}

const DECISION_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Asks which denial is to be explained: by its decision's id, or by the encoded message that it carried. */
export function DenialForm() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const [text, setText] = useState('');
  const [decoded, setDecoded] = useState<DecodedMessage | undefined>();
  const explain = useAction(async () => {
    setDecoded(undefined);
    const encoded = encodedIn(text);
    if (encoded === undefined) return go(pageAt('denials', DECISION_ID.exec(text)?.[0] ?? text.trim()));
    const input = { EncodedMessage: encoded };
    const { DecodedMessage: json } = await aws.query<{ DecodedMessage: string }>('sts', 'DecodeAuthorizationMessage', input);
    setDecoded(JSON.parse(json) as DecodedMessage);
  });
  return (
    <SpaceBetween size="l">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') void explain.run();
        }}
      >
        <Container
          header={
            <Header
              variant="h1"
              description="Every denial names its decision: the header x-sagegate-decision-id, which the AWS CLI shows with --debug. Denials of EC2 carry their reasons in an encoded message."
            >
              Why was I denied?
            </Header>
          }
        >
          <SpaceBetween size="m">
            <FormField
              label="Decision id or encoded message"
              description="The whole error will do. A decision is kept for a while, until the server is started anew; a message holds all that it says."
            >
              <Textarea value={text} rows={3} onChange={({ detail }) => setText(detail.value)} spellcheck={false} autoFocus />
            </FormField>
            <Button variant="primary" disabled={text.trim() === ''} loading={explain.isRunning}>
              Explain
            </Button>
          </SpaceBetween>
        </Container>
      </form>
      <FailureAlert failure={explain.failure} />
      {decoded && <Decoded message={decoded} />}
    </SpaceBetween>
  );
}

/** One denial, with every reason that whoever looks may see. */
export default function Denial({ id }: { id: string }) {
  const { aws } = useSignedIn();
  const denial = useLoaded(useCallback(() => aws.decision<DenialAnswer>(id), [aws, id]));
  const { value } = denial;
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Why was I denied?</Header>
      {denial.failure?.status === 404 ? <Unseen /> : <FailureAlert failure={denial.failure} again={denial.reload} />}
      {value === undefined && denial.isLoading && <Spinner size="large" />}
      {value && (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">What happened</Header>}>
            <SpaceBetween size="m">
              <Alert type="error">{withoutEncoded(value.message)}</Alert>
              <p>{plain(value.sentence)}</p>
              <KeyValuePairs
                columns={3}
                minColumnWidth={180}
                items={[
                  { label: 'Who', value: value.explanation?.request.caller ?? '–' },
                  { label: 'Action', value: value.explanation?.request.action ?? value.operation },
                  { label: 'Resource', value: value.explanation?.request.resource ?? '–' },
                  { label: 'When', value: <Moment iso={value.time} /> },
                  { label: 'Operation', value: value.operation },
                ]}
              />
              {value.withheld !== undefined && <Alert type="info">{value.withheld}</Alert>}
            </SpaceBetween>
          </Container>
          {value.explanation && <Explained explanation={value.explanation} />}
          {value.context && <Context context={value.context} />}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

/** Where there is no such decision, or it is not for whoever looks: which of the two is not told. */
function Unseen() {
  return (
    <Container>
      <SpaceBetween size="s">
        <p>
          There is no such decision, or it is not yours to see: reasons are shown to whoever may call sts:DecodeAuthorizationMessage in the
          account, for a while and until the server is started anew.
        </p>
        <p>If you were denied something, hand this page's address to an administrator, who sees here what would allow it.</p>
        <SpaceBetween direction="horizontal" size="xs">
          <CopyToClipboard
            textToCopy={location.href}
            copyButtonText="Copy the address"
            copySuccessText="Copied"
            copyErrorText="Could not be copied"
          />
          <Button href={pageAt('denials')}>Ask about another</Button>
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}

function Context({ context }: { context: NonNullable<DenialAnswer['context']> }) {
  return (
    <Container header={<Header variant="h2">What the request had</Header>}>
      <KeyValuePairs
        columns={2}
        minColumnWidth={240}
        items={Object.entries(context).map(([label, value]) => ({ label, value: typeof value === 'string' ? value : value.join(', ') }))}
      />
    </Container>
  );
}

/** A sentence without the marks that it has for terminals. */
const plain = (sentence: string): string =>
  sentence
    .replaceAll('`', '')
    .replace(/^./, (first) => first.toUpperCase())
    .replace(/\.?$/, '.');
