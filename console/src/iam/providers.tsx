import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useCallback } from 'react';
import { useLoaded } from '../parts/loaded.ts';
import { Moment } from '../parts/moment.tsx';
import { ResourceTable } from '../parts/resource-table.tsx';
import { pageAt } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { providerName } from './provider-name.ts';

interface Listed {
  readonly Arn: string;
  readonly kind: 'SAML' | 'OpenID Connect';
  readonly CreateDate?: string;
  readonly ValidUntil?: string;
}

/** The identity providers whose people and programs may take roles on. */
export default function Providers() {
  const { aws } = useSignedIn();
  const providers = useLoaded(
    useCallback(async (): Promise<readonly Listed[]> => {
      const [saml, oidc] = await Promise.all([
        aws.iamList<Omit<Listed, 'kind'>>('ListSAMLProviders', 'SAMLProviderList'),
        aws.iamList<{ Arn: string }>('ListOpenIDConnectProviders', 'OpenIDConnectProviderList'),
      ]);
      return [
        ...saml.map((each): Listed => ({ ...each, kind: 'SAML' })),
        ...oidc.map(({ Arn }): Listed => ({ Arn, kind: 'OpenID Connect' })),
      ];
    }, [aws]),
  );
  return (
    <ResourceTable
      isPage
      title="Identity providers"
      noun={['identity provider', 'identity providers']}
      description="Whoever one of them vouches for may take on the roles whose trust policies name it."
      loaded={providers}
      idOf={({ Arn }) => Arn}
      columns={[
        {
          id: 'name',
          header: 'Name',
          text: ({ Arn }) => providerName(Arn),
          cell: ({ Arn }) => <Link href={pageAt('iam', 'providers', Arn)}>{providerName(Arn)}</Link>,
        },
        { id: 'kind', header: 'Kind', text: ({ kind }) => kind, cell: ({ kind }) => kind },
        {
          id: 'created',
          header: 'Created',
          text: ({ CreateDate }) => CreateDate ?? '',
          cell: ({ CreateDate }) => <Moment iso={CreateDate} />,
        },
        {
          id: 'until',
          header: 'Metadata valid until',
          text: ({ ValidUntil }) => ValidUntil ?? '',
          cell: ({ ValidUntil }) => <Moment iso={ValidUntil} />,
        },
      ]}
      whenEmpty="With one, people sign in with the accounts that they have already."
      actions={() => (
        <Button variant="primary" href={pageAt('iam', 'create-provider')}>
          Add identity provider
        </Button>
      )}
    />
  );
}
