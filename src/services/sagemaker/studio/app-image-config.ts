import type { CreateAppImageConfigRequest, UpdateAppImageConfigRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { change } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { invalid, resourceInUse } from '../errors.ts';
import { familyOf } from '../family-of.ts';

type Input = Valid<CreateAppImageConfigRequest>;
type Identity = { readonly AppImageConfigName: string };
export type AppImageConfigSettings = Omit<Input, 'Tags'>;

/** The kinds of app that a configuration can be for: one of them. */
const KINDS = ['KernelGatewayImageConfig', 'JupyterLabAppImageConfig', 'CodeEditorAppImageConfig'] as const;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAppImageConfig.html */
export const appImageConfig = familyOf<Identity, AppImageConfigSettings>({
  type: 'app-image-config',
  noun: 'AppImageConfig',
  names: 'as typed',
  taken: () => resourceInUse('The ID or Name specified is already in use.'),
  list: { operation: 'ListAppImageConfigs', result: 'AppImageConfigs', sort: 'CreationTime', order: 'Descending' },
});

/** @throws ValidationException  (unverified sentence) more than one kind of app */
function kindOf(input: Partial<AppImageConfigSettings>): (typeof KINDS)[number] | undefined {
  const [kind, ...others] = KINDS.filter((each) => input[each] !== undefined);
  if (others.length > 0) throw invalid(`Only one of ${KINDS.join(', ')} may be specified.`);
  return kind;
}

/**
 * Creates a configuration by which custom images run as apps.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  more than one kind of app
 */
export const createAppImageConfig = create<Input, AppImageConfigSettings>(appImageConfig, {
  name: (input) => input.AppImageConfigName,
  draft: (input) => {
    kindOf(input);
    return { settings: withoutTags(input) };
  },
});

/**
 * Replaces the settings of an app; another kind of app takes the former's place (unverified).
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateAppImageConfig.html
 */
export const updateAppImageConfig = change<Identity, AppImageConfigSettings, Valid<UpdateAppImageConfigRequest>>(
  appImageConfig,
  (resource, input, call) => {
    const kind = kindOf(input);
    if (kind === undefined) return resource;
    const { AppImageConfigName } = resource.settings;
    return { ...resource, changedAt: call.now, settings: { AppImageConfigName, [kind]: input[kind] } };
  },
  { answer: ({ arn }) => ({ AppImageConfigArn: arn }) },
);
