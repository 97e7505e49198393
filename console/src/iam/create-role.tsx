import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useCallback, useState } from 'react';
import { listOf } from '../aws/query-answer.ts';
import { useNotices } from '../notices.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { SuggestField } from '../parts/fields.tsx';
import { FormPage } from '../parts/form-page.tsx';
import { useAction, useLoaded } from '../parts/loaded.ts';
import PolicyEditor from '../parts/policy-editor.tsx';
import { useSteps } from '../parts/steps.ts';
import { unlisted } from '../parts/unlisted.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { PolicyChoice } from './policy-choice.tsx';
import { providerName } from './provider-name.ts';
import { type Trusted, trustPolicy } from './trust-policy.ts';

/** The services that take roles on here. */
const SERVICES = ['sagemaker.amazonaws.com', 'ec2.amazonaws.com', 'lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'];

/** Creates a role: whom it trusts, then what it may do. */
export default function CreateRole() {
  const { aws, session } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const [trusted, setTrusted] = useState<Trusted>({ by: 'service', service: 'sagemaker.amazonaws.com' });
  const [document, setDocument] = useState('');
  const [isValid, setValid] = useState(false);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [policies, setPolicies] = useState<readonly string[]>([]);
  const steps = useSteps();
  const create = useAction(async () => {
    const step = steps.begin();
    const input = { RoleName: name, AssumeRolePolicyDocument: document, Description: description === '' ? undefined : description };
    await step('role', () => aws.iam('CreateRole', input));
    for (const PolicyArn of policies) await step(PolicyArn, () => aws.iam('AttachRolePolicy', { RoleName: name, PolicyArn }));
    say(`Role ${name} was created.`);
    go(pageAt('iam', 'roles', name));
  });
  const made = trustPolicy(trusted);
  return (
    <FormPage title="Create role" back={pageAt('iam', 'roles')} isReady={name !== '' && made !== undefined && isValid} action={create}>
      <FailureAlert failure={create.failure} />
      {create.failure && steps.isStarted && (
        <Box>The role is there; what was refused is not. Change what you chose and go on, or leave it: {name} is among the roles.</Box>
      )}
      <Container header={<Header variant="h2">Whom it trusts</Header>}>
        <SpaceBetween size="m">
          <Tiles
            ariaLabel="Whom it trusts"
            value={trusted.by}
            onChange={({ detail }) => setTrusted(blankOf(detail.value as Trusted['by'], session.account.id))}
            items={[
              { value: 'service', label: 'A service of AWS', description: 'SageMaker works with it: notebooks, jobs, endpoints.' },
              { value: 'account', label: 'An account', description: 'Users and roles of this or another account.' },
              { value: 'saml', label: 'A SAML provider', description: 'People whom an identity provider signs in.' },
              { value: 'oidc', label: 'An OpenID Connect provider', description: 'Programs and people with a token.' },
            ]}
          />
          <TrustedFields trusted={trusted} setTrusted={setTrusted} />
        </SpaceBetween>
      </Container>
      {made !== undefined && (
        <Container
          header={
            <Header variant="h2" description="Made of the above; change it as you need.">
              Trust policy
            </Header>
          }
        >
          <PolicyEditor
            label="Trust policy"
            kind="trust"
            initial={made}
            onChange={(next, problem) => {
              setDocument(next);
              setValid(problem === undefined);
            }}
          />
        </Container>
      )}
      <Container header={<Header variant="h2">What it may do</Header>}>
        <PolicyChoice chosen={policies} choose={setPolicies} />
      </Container>
      <Container header={<Header variant="h2">Name</Header>}>
        <SpaceBetween size="m">
          <FormField label="Role name" description="Letters, digits and + = , . @ _ -, 64 at most.">
            <Input
              value={name}
              disabled={steps.isStarted}
              onChange={({ detail }) => setName(detail.value)}
              spellcheck={false}
              autoComplete={false}
            />
          </FormField>
          <FormField label="Description">
            <Input value={description} disabled={steps.isStarted} onChange={({ detail }) => setDescription(detail.value)} />
          </FormField>
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}

function blankOf(by: Trusted['by'], account: string): Trusted {
  if (by === 'service') return { by, service: 'sagemaker.amazonaws.com' };
  if (by === 'account') return { by, account, externalId: '', withMfa: false };
  return by === 'saml' ? { by, provider: '' } : { by, provider: '', audience: '', subject: '' };
}

interface TrustedFieldsProps<T extends Trusted = Trusted> {
  readonly trusted: T;
  readonly setTrusted: (next: Trusted) => void;
}

function TrustedFields({ trusted, setTrusted }: TrustedFieldsProps) {
  switch (trusted.by) {
    case 'service':
      return (
        <FormField label="Service">
          <Select
            options={SERVICES.map((value) => ({ value }))}
            selectedOption={{ value: trusted.service }}
            onChange={({ detail }) => setTrusted({ ...trusted, service: detail.selectedOption.value ?? '' })}
          />
        </FormField>
      );
    case 'account':
      return (
        <SpaceBetween size="m">
          <FormField label="Account ID" description="Twelve digits. Its administrators then decide who of it may take the role on.">
            <Input
              value={trusted.account}
              inputMode="numeric"
              onChange={({ detail }) => setTrusted({ ...trusted, account: detail.value.trim() })}
            />
          </FormField>
          <FormField
            label="External ID"
            description="For an account of somebody else who does work for several: only calls with it are let in."
          >
            <Input value={trusted.externalId} onChange={({ detail }) => setTrusted({ ...trusted, externalId: detail.value })} />
          </FormField>
          <Checkbox checked={trusted.withMfa} onChange={({ detail }) => setTrusted({ ...trusted, withMfa: detail.checked })}>
            Only with a second factor (MFA)
          </Checkbox>
        </SpaceBetween>
      );
    case 'saml':
      return (
        <ProviderField
          operation="ListSAMLProviders"
          member="SAMLProviderList"
          value={trusted.provider}
          onChange={(provider) => setTrusted({ ...trusted, provider })}
        />
      );
    case 'oidc':
      return (
        <SpaceBetween size="m">
          <ProviderField
            operation="ListOpenIDConnectProviders"
            member="OpenIDConnectProviderList"
            value={trusted.provider}
            onChange={(provider) => setTrusted({ ...trusted, provider })}
          />
          <AudienceField provider={trusted.provider} value={trusted.audience} set={(audience) => setTrusted({ ...trusted, audience })} />
          <FormField
            label="Subject"
            description="Only tokens of this subject; without one, of everybody whom the provider gives tokens to."
          >
            <Input value={trusted.subject} onChange={({ detail }) => setTrusted({ ...trusted, subject: detail.value })} />
          </FormField>
        </SpaceBetween>
      );
  }
}

interface AudienceFieldProps {
  readonly provider: string;
  readonly value: string;
  readonly set: (audience: string) => void;
}

/** One of the provider's audiences, or any other. */
function AudienceField({ provider, value, set }: AudienceFieldProps) {
  const { aws } = useSignedIn();
  const audiences = useLoaded(
    useCallback(async (): Promise<readonly string[]> => {
      if (provider === '') return [];
      const found = await aws.iam<{ ClientIDList: readonly string[] | '' }>('GetOpenIDConnectProvider', {
        OpenIDConnectProviderArn: provider,
      });
      return listOf(found.ClientIDList);
    }, [aws, provider]),
  );
  return (
    <SuggestField
      label="Audience"
      description="The client id that tokens must be made for."
      choices={(audiences.value ?? []).map((each) => ({ value: each }))}
      isLoading={audiences.isLoading}
      value={value}
      set={set}
    />
  );
}

interface ProviderFieldProps {
  readonly operation: string;
  readonly member: string;
  readonly value: string;
  readonly onChange: (arn: string) => void;
}

function ProviderField({ operation, member, value, onChange }: ProviderFieldProps) {
  const { aws } = useSignedIn();
  const providers = useLoaded(useCallback(() => aws.iamList<{ Arn: string }>(operation, member), [aws, operation, member]));
  return (
    <FormField
      label="Identity provider"
      {...unlisted(providers.failure)}
      {...(providers.value?.length === 0 && {
        constraintText: (
          <>
            There is none of this kind yet. <Link href={pageAt('iam', 'create-provider')}>Add one</Link> first.
          </>
        ),
      })}
    >
      <Select
        options={(providers.value ?? []).map(({ Arn }) => ({ value: Arn, label: providerName(Arn) }))}
        selectedOption={value === '' ? null : { value, label: providerName(value) }}
        statusType={providers.isLoading ? 'loading' : 'finished'}
        loadingText="Loading identity providers"
        placeholder="Choose an identity provider"
        empty="There is no such identity provider in this account"
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}
