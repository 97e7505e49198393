import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import { AwsFailure } from '../aws/failure.ts';
import { Copyable, DetailPage } from '../parts/detail-page.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { readOperations } from './catalogue.ts';
import { WhoCan } from './who-can.tsx';

/** What one operation needs, and who in the account has it. */
export default function Operation({ service, name }: { service: string; name: string }) {
  const loaded = useLoaded(
    useCallback(async () => {
      const { operations, services } = await readOperations();
      const found = operations.find((each) => each.service === service && each.name === name);
      if (!found) throw new AwsFailure(404, 'NotFound', `There is no operation ${name} of ${service} here.`, {});
      return { ...found, serviceName: services[service] ?? service };
    }, [service, name]),
  );
  return (
    <DetailPage
      title={name}
      loaded={loaded}
      facts={({ action, access, serviceName, isPerformed }) => [
        { label: 'Service', value: serviceName },
        { label: 'Action', value: action === null ? 'Needs none' : <Copyable text={action} /> },
        { label: 'Access level', value: access },
        { label: 'Standing', value: isPerformed ? 'Performed here' : 'Authorised, then answered NotImplemented' },
      ]}
    >
      {({ action, resources, conditionKeys, dependentActions }) => (
        <SpaceBetween size="l">
          <Container
            header={
              <Header variant="h2" description="What a policy's Resource may name for this action.">
                Resources
              </Header>
            }
          >
            {resources.length === 0 ? (
              <p>None: a policy allows it on * or not at all.</p>
            ) : (
              <ul>
                {resources.map((resource) => (
                  <li key={resource.name + resource.arn}>
                    {resource.name}: <code>{resource.arn}</code>
                  </li>
                ))}
              </ul>
            )}
          </Container>
          <Names
            title="Condition keys"
            description="What conditions may ask of this action, besides what every request has."
            names={conditionKeys}
            whenEmpty="None of its own."
          />
          <Names
            title="Dependent actions"
            description="What the caller may need besides, depending on what is asked for."
            names={dependentActions}
            whenEmpty="None."
          />
          {action !== null && <WhoCan action={action} templates={resources.map(({ arn }) => arn)} />}
        </SpaceBetween>
      )}
    </DetailPage>
  );
}

interface NamesProps {
  readonly title: string;
  readonly description: string;
  readonly names: readonly string[];
  readonly whenEmpty: string;
}

function Names({ title, description, names, whenEmpty }: NamesProps) {
  return (
    <Container
      header={
        <Header variant="h2" description={description}>
          {title}
        </Header>
      }
    >
      {names.length === 0 ? (
        <p>{whenEmpty}</p>
      ) : (
        <ul>
          {names.map((each) => (
            <li key={each}>
              <code>{each}</code>
            </li>
          ))}
        </ul>
      )}
    </Container>
  );
}
