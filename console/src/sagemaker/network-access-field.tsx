import { ChoiceField, type Field } from '../parts/fields.tsx';

/** Chooses by which way the apps of a domain reach what is not its file system. */
export const NetworkAccessField = (field: Pick<Field<string>, 'value' | 'set'>) => (
  <ChoiceField
    label="Network access of apps"
    choices={[
      { value: 'PublicInternetOnly', label: 'Internet', description: 'What is not the file system goes over a network of SageMaker.' },
      { value: 'VpcOnly', label: 'VPC only', description: 'Everything goes through the subnets above.' },
    ]}
    {...field}
  />
);
