import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { listOf } from '../aws/query-answer.ts';
import { useNotices } from '../notices.tsx';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { DeleteDialog, Dialog } from '../parts/dialog.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { ConsoleSignIn } from './console-sign-in.tsx';
import { MetadataField } from './metadata-field.tsx';
import { isSaml, providerName } from './provider-name.ts';

/** One identity provider. */
export default function Provider({ arn }: { arn: string }) {
  return isSaml(arn) ? <SamlProvider arn={arn} /> : <OidcProvider arn={arn} />;
}

interface Saml {
  readonly SAMLMetadataDocument: string;
  readonly CreateDate: string;
  readonly ValidUntil?: string;
}

function SamlProvider({ arn }: { arn: string }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<'metadata' | 'delete' | undefined>();
  const [metadata, setMetadata] = useState('');
  const provider = useLoaded(useCallback(() => aws.iam<Saml>('GetSAMLProvider', { SAMLProviderArn: arn }), [aws, arn]));
  return (
    <DetailPage
      title={providerName(arn)}
      loaded={provider}
      actions={
        <>
          <Button onClick={() => setOpen('metadata')}>Replace the metadata</Button>
          <Button onClick={() => setOpen('delete')}>Delete provider</Button>
        </>
      }
      facts={(value) => [
        { label: 'ARN', value: <Copyable text={arn} /> },
        { label: 'Kind', value: 'SAML' },
        { label: 'Created', value: <Moment iso={value.CreateDate} /> },
        { label: 'Metadata valid until', value: <Moment iso={value.ValidUntil} /> },
        { label: 'Where it sends people', value: <Copyable text={`${location.origin}/saml`} /> },
        { label: 'Audience', value: <Copyable text="https://signin.aws.amazon.com/saml" /> },
      ]}
    >
      {(value) => (
        <>
          <Container header={<Header variant="h2">Metadata</Header>}>
            <pre className="document">{value.SAMLMetadataDocument.trim()}</pre>
          </Container>
          {open === 'metadata' && (
            <Dialog
              title="Replace the metadata"
              verb="Replace"
              size="large"
              close={() => setOpen(undefined)}
              isReady={metadata !== ''}
              work={async () => {
                await aws.iam('UpdateSAMLProvider', { SAMLProviderArn: arn, SAMLMetadataDocument: metadata });
                say('The metadata was replaced.');
                provider.reload();
              }}
            >
              <MetadataField value={metadata} onChange={setMetadata} />
            </Dialog>
          )}
          {open === 'delete' && (
            <DeleteProvider arn={arn} operation="DeleteSAMLProvider" input={{ SAMLProviderArn: arn }} close={() => setOpen(undefined)} />
          )}
        </>
      )}
    </DetailPage>
  );
}

interface Oidc {
  readonly Url: string;
  readonly ClientIDList: readonly string[] | '';
  readonly ThumbprintList: readonly string[] | '';
  readonly CreateDate: string;
}

function OidcProvider({ arn }: { arn: string }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<{ what: 'add' | 'delete' } | { what: 'remove'; client: string } | undefined>();
  const [client, setClient] = useState('');
  const input = { OpenIDConnectProviderArn: arn };
  const provider = useLoaded(useCallback(() => aws.iam<Oidc>('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn }), [aws, arn]));
  const close = () => setOpen(undefined);
  return (
    <DetailPage
      title={providerName(arn)}
      loaded={provider}
      actions={<Button onClick={() => setOpen({ what: 'delete' })}>Delete provider</Button>}
      facts={(value) => [
        { label: 'ARN', value: <Copyable text={arn} /> },
        { label: 'Kind', value: 'OpenID Connect' },
        { label: 'Created', value: <Moment iso={value.CreateDate} /> },
        { label: 'Issuer', value: <Copyable text={`https://${value.Url}`} /> },
        { label: 'Thumbprints', value: listOf(value.ThumbprintList).join(', ') || '–' },
      ]}
    >
      {(value) => (
        <SpaceBetween size="l">
          <ResourceTable
            title="Audiences"
            noun={['audience', 'audiences']}
            description="Only tokens that are made for one of them are taken."
            loaded={{ ...provider, value: listOf(value.ClientIDList) }}
            idOf={(each) => each}
            columns={[
              { id: 'audience', header: 'Audience', text: (each) => each, cell: (each) => <code>{each}</code> },
              {
                id: 'actions',
                header: 'Actions',
                cell: (each) => (
                  <Button variant="inline-link" ariaLabel={`Remove ${each}`} onClick={() => setOpen({ what: 'remove', client: each })}>
                    Remove
                  </Button>
                ),
              },
            ]}
            whenEmpty="Without one, no token is taken."
            actions={() => <Button onClick={() => setOpen({ what: 'add' })}>Add audience</Button>}
          />
          <ConsoleSignIn key={listOf(value.ClientIDList).join(' ')} arn={arn} clients={listOf(value.ClientIDList)} />
          {open?.what === 'add' && (
            <Dialog
              title="Add an audience"
              verb="Add"
              close={close}
              isReady={client !== ''}
              work={async () => {
                await aws.iam('AddClientIDToOpenIDConnectProvider', { ...input, ClientID: client });
                setClient('');
                provider.reload();
              }}
            >
              <FormField label="Audience" description="A client id, as it stands in the tokens (aud).">
                <Input value={client} onChange={({ detail }) => setClient(detail.value)} spellcheck={false} autoFocus />
              </FormField>
            </Dialog>
          )}
          {open?.what === 'remove' && (
            <Dialog
              title={`Remove ${open.client}?`}
              verb="Remove"
              close={close}
              work={async () => {
                await aws.iam('RemoveClientIDFromOpenIDConnectProvider', { ...input, ClientID: open.client });
                say(`${open.client} was removed.`);
                provider.reload();
              }}
            >
              Tokens that are made for it are refused from the next request on.
            </Dialog>
          )}
          {open?.what === 'delete' && <DeleteProvider arn={arn} operation="DeleteOpenIDConnectProvider" input={input} close={close} />}
        </SpaceBetween>
      )}
    </DetailPage>
  );
}

interface DeleteProviderProps {
  readonly arn: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, string>>;
  readonly close: () => void;
}

function DeleteProvider({ arn, operation, input, close }: DeleteProviderProps) {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  return (
    <DeleteDialog
      noun="provider"
      name={providerName(arn)}
      close={close}
      work={async () => {
        await aws.iam(operation, input);
        say(`The identity provider ${providerName(arn)} was deleted.`);
        go(pageAt('iam', 'providers'));
      }}
    >
      Roles that trust it stay, and let nobody of it in any more.
    </DeleteDialog>
  );
}
