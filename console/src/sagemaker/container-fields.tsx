import type { ReactNode } from 'react';
import { ChoiceField, type Field, NO_OR_YES, TextField } from '../parts/fields.tsx';
import { Part } from './creation-form.tsx';
import { type Network, NetworkFields } from './network-fields.tsx';

/** The image of a container. */
export const ImageField = (field: Pick<Field<string>, 'label' | 'value' | 'set'>) => (
  <TextField
    description="Where the container is registered."
    placeholder="123456789012.dkr.ecr.us-east-1.amazonaws.com/image:tag"
    {...field}
  />
);

export interface ContainerNetworkProps {
  readonly network: Pick<Field<Network>, 'value' | 'set'>;
  /** `Yes` or `No`. */
  readonly isolation: Pick<Field<string>, 'value' | 'set'>;
  readonly children?: ReactNode;
}

/** What networks containers reach. */
export const ContainerNetwork = ({ network, isolation, children }: ContainerNetworkProps) => (
  <Part title="Network">
    <NetworkFields {...network} subnets="several" />
    <ChoiceField
      label="Network isolation"
      description="Whether the container is cut off from every network."
      choices={NO_OR_YES}
      {...isolation}
    />
    {children}
  </Part>
);
