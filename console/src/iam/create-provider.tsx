import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import { useNotices } from '../notices.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { FormPage } from '../parts/form-page.tsx';
import { useAction } from '../parts/loaded.ts';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { MetadataField } from './metadata-field.tsx';

/** Adds an identity provider: by its metadata, or by its issuer's address. */
export default function CreateProvider() {
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [kind, setKind] = useState<'saml' | 'oidc'>('saml');
  const [name, setName] = useState('');
  const [metadata, setMetadata] = useState('');
  const [url, setUrl] = useState('');
  const [clients, setClients] = useState('');
  const [thumbprint, setThumbprint] = useState('');
  const create = useAction(async () => {
    const arn =
      kind === 'saml'
        ? (await aws.iam<{ SAMLProviderArn: string }>('CreateSAMLProvider', { Name: name, SAMLMetadataDocument: metadata })).SAMLProviderArn
        : (
            await aws.iam<{ OpenIDConnectProviderArn: string }>('CreateOpenIDConnectProvider', {
              Url: url,
              ClientIDList: clients.split(/[\s,]+/).filter((each) => each !== ''),
              ThumbprintList: thumbprint === '' ? undefined : [thumbprint],
            })
          ).OpenIDConnectProviderArn;
    say('The identity provider was added. Create a role that trusts it for its people to come in.');
    go(pageAt('iam', 'providers', arn));
  });
  const isReady = kind === 'saml' ? name !== '' && metadata !== '' : url !== '' && clients.trim() !== '';
  return (
    <FormPage title="Add identity provider" verb="Add provider" back={pageAt('iam', 'providers')} isReady={isReady} action={create}>
      <FailureAlert failure={create.failure} />
      <Container header={<Header variant="h2">Kind</Header>}>
        <Tiles
          ariaLabel="Kind"
          value={kind}
          onChange={({ detail }) => setKind(detail.value as 'saml' | 'oidc')}
          items={[
            { value: 'saml', label: 'SAML', description: 'People of an organization: Entra ID, Okta, Shibboleth, AD FS.' },
            { value: 'oidc', label: 'OpenID Connect', description: 'Programs and people with tokens: CI systems, clusters, Keycloak.' },
          ]}
        />
      </Container>
      <Container header={<Header variant="h2">Provider</Header>}>
        {kind === 'saml' ? (
          <SpaceBetween size="m">
            <FormField label="Provider name" description="Letters, digits, and . _ -, 128 at most.">
              <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} autoComplete={false} />
            </FormField>
            <MetadataField value={metadata} onChange={setMetadata} />
          </SpaceBetween>
        ) : (
          <SpaceBetween size="m">
            <FormField label="Issuer" description="As it stands in the tokens (iss): an address that begins with https://.">
              <Input
                value={url}
                onChange={({ detail }) => setUrl(detail.value)}
                spellcheck={false}
                placeholder="https://issuer.example.com"
              />
            </FormField>
            <FormField label="Audiences" description="The client ids that tokens may be made for (aud), with blanks between.">
              <Input
                value={clients}
                onChange={({ detail }) => setClients(detail.value)}
                spellcheck={false}
                placeholder="sts.amazonaws.com"
              />
            </FormField>
            <FormField
              label="Thumbprint"
              description="Of the certificate of the authority that vouches for the issuer's address; left empty, the issuer is asked."
            >
              <Input value={thumbprint} onChange={({ detail }) => setThumbprint(detail.value.trim())} spellcheck={false} />
            </FormField>
          </SpaceBetween>
        )}
      </Container>
    </FormPage>
  );
}
