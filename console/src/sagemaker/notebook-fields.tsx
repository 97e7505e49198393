import { ChoiceField, type Field } from '../parts/fields.tsx';
import { NameField } from './name-field.tsx';

type NotebookField = Pick<Field<string>, 'value' | 'set'>;

export const RootAccessField = (field: NotebookField) => (
  <ChoiceField
    label="Root access"
    description="Whether people on it are root there. Lifecycle configurations are, always."
    choices={[{ value: 'Enabled' }, { value: 'Disabled' }]}
    {...field}
  />
);

export const MetadataVersionField = (field: NotebookField) => (
  <ChoiceField
    label="Least version of instance metadata (IMDS)"
    description="Version 2 is harder to be tricked out of credentials."
    choices={[
      { value: '2', label: 'Version 2' },
      { value: '1', label: 'Version 1' },
    ]}
    {...field}
  />
);

/** Chooses a lifecycle configuration by name. */
export const LifecycleField = (field: NotebookField) => (
  <NameField
    section="notebook-lifecycle-configs"
    none="None"
    label="Lifecycle configuration"
    description="Scripts that run as root when it is created and when it starts."
    {...field}
  />
);
