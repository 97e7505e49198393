import type { CreateNotebookInstanceLifecycleConfigInput, UpdateNotebookInstanceLifecycleConfigInput } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { change } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import type { Family } from '../family.ts';

type Input = Valid<CreateNotebookInstanceLifecycleConfigInput>;
type Identity = { readonly NotebookInstanceLifecycleConfigName: string };
export type NotebookInstanceLifecycleConfigSettings = Omit<Input, 'Tags'>;

/** Scripts that run on notebook instances as root. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstanceLifecycleConfig.html */
export const notebookInstanceLifecycleConfig: Family<Identity, NotebookInstanceLifecycleConfigSettings> = {
  type: 'notebook-instance-lifecycle-config',
  noun: 'NotebookInstanceLifecycleConfig',
  path: (input) => input.NotebookInstanceLifecycleConfigName,
  arnPath: '${NotebookInstanceLifecycleConfigName}',
  names: 'lower-cased',
  missing: ({ arn }, attempt) =>
    invalid(
      `Unable to ${attempt} Notebook Instance Lifecycle Config '${arn}'. (Details: Notebook Instance Lifecycle Config does not exist.)`,
    ),
  taken: ({ arn }) =>
    // (unverified) sentence
    invalid(`Unable to create Notebook Instance Lifecycle Config ${arn}. (Details: Notebook Instance Lifecycle Config already exists.)`),
  describe: ({ settings }) => settings,
  list: {
    operation: 'ListNotebookInstanceLifecycleConfigs',
    result: 'NotebookInstanceLifecycleConfigs',
    sort: 'CreationTime',
    order: 'Descending',
  },
};

export const createNotebookInstanceLifecycleConfig = create<Input, NotebookInstanceLifecycleConfigSettings>(
  notebookInstanceLifecycleConfig,
  {
    name: (input) => input.NotebookInstanceLifecycleConfigName,
    draft: (input) => ({ settings: withoutTags(input) }),
  },
);

/** Replaces the scripts; instances that use them run the new ones from their next start on, with no further permission asked (threat M04). */
export const updateNotebookInstanceLifecycleConfig = change<
  Identity,
  NotebookInstanceLifecycleConfigSettings,
  Valid<UpdateNotebookInstanceLifecycleConfigInput>
>(notebookInstanceLifecycleConfig, (resource, input, { now }) => ({
  ...resource,
  changedAt: now,
  settings: { ...resource.settings, ...input, NotebookInstanceLifecycleConfigName: resource.name },
}));
