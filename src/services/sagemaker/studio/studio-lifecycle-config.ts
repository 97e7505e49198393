import type { CreateStudioLifecycleConfigRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { create, withoutTags } from '../create.ts';
import { alreadyExists, resourceInUse, resourceNotFound } from '../errors.ts';
import { type Family, liveIn } from '../family.ts';

type Input = Valid<CreateStudioLifecycleConfigRequest>;
export type StudioLifecycleConfigSettings = Omit<Input, 'Tags'>;

/** Families whose settings can name a lifecycle configuration. */
const USERS = ['domain', 'user-profile', 'space', 'app'];

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateStudioLifecycleConfig.html */
export const studioLifecycleConfig: Family<{ readonly StudioLifecycleConfigName: string }, StudioLifecycleConfigSettings> = {
  type: 'studio-lifecycle-config',
  noun: 'StudioLifecycleConfig',
  path: (input) => input.StudioLifecycleConfigName,
  arnPath: '${StudioLifecycleConfigName}',
  names: 'as typed',
  missing: ({ name }) => resourceNotFound(`StudioLifecycleConfig [${name}] does not exist.`),
  taken: ({ name }) => alreadyExists('StudioLifecycleConfig', name),
  describe: ({ settings }) => settings,
  list: {
    operation: 'ListStudioLifecycleConfigs',
    result: 'StudioLifecycleConfigs',
    sort: 'CreationTime',
    order: 'Descending',
    passes: ({ settings }, { AppTypeEquals }) => AppTypeEquals === undefined || settings.StudioLifecycleConfigAppType === AppTypeEquals,
  },
  deletion: {
    refuse: async ({ arn }, _, scope) => {
      for (const type of USERS) {
        for await (const resource of liveIn(scope, 'name', [scope.account, scope.region, type])) {
          // An ARN in the settings stands there as a JSON text of its own.
          if (!JSON.stringify(resource.settings).includes(JSON.stringify(arn))) continue;
          // (unverified) sentence
          throw resourceInUse(`Unable to delete StudioLifecycleConfig [${arn}] because it is associated with [${resource.arn}].`);
        }
      }
    },
  },
};

export const createStudioLifecycleConfig = create<Input, StudioLifecycleConfigSettings>(studioLifecycleConfig, {
  name: (input) => input.StudioLifecycleConfigName,
  draft: (input) => ({ settings: withoutTags(input) }),
});
