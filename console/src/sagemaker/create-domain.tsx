import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import { QuickSetup } from './quick-setup.tsx';
import { StandardSetup } from './standard-setup.tsx';

/** Sets up a domain: all by itself, or as one says. */
export default function CreateDomain() {
  const [way, setWay] = useState<'quick' | 'standard'>('quick');
  return (
    <SpaceBetween size="l">
      <Tiles
        ariaLabel="How to set it up"
        value={way}
        onChange={({ detail }) => setWay(detail.value as 'quick' | 'standard')}
        items={[
          { value: 'quick', label: 'Quick set-up', description: 'For one person to begin: role, network and profile are made or found.' },
          {
            value: 'standard',
            label: 'Standard set-up',
            description: 'For an organization: sign-in, network, encryption and tags as you say.',
          },
        ]}
      />
      {way === 'quick' ? <QuickSetup /> : <StandardSetup />}
    </SpaceBetween>
  );
}
