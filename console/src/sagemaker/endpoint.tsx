import Button from '@cloudscape-design/components/button';
import { pageAt } from '../router.tsx';
import { textAt } from './described.tsx';
import ResourcePage from './resource-page.tsx';

/** One endpoint. */
export default function Endpoint({ name }: { name: string }) {
  return (
    <ResourcePage
      section="endpoints"
      name={name}
      actions={(described) => {
        const isReady = textAt(described, 'EndpointStatus') === 'InService';
        return (
          <Button disabled={!isReady} {...(isReady && { href: pageAt('sagemaker', 'endpoints', name, 'update') })}>
            Update
          </Button>
        );
      }}
    />
  );
}
