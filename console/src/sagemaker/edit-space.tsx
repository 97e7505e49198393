import { useCallback } from 'react';
import { changedFrom, sentOf, useDraft } from '../parts/draft.ts';
import { ChoiceField, NumberField, numberOf, SuggestField, TextField } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { CreationForm, Part } from './creation-form.tsx';
import { APP_INSTANCES, instanceChoices } from './instance-types.ts';
import { domainAt, type Space } from './studio.ts';

export interface EditSpaceProps {
  readonly domainId: string;
  readonly name: string;
}

/** Changes a space in which no app runs. */
export default function EditSpace({ domainId, name }: EditSpaceProps) {
  const { aws } = useSignedIn();
  const space = useLoaded(
    useCallback(() => aws.json<Space>('sagemaker', 'DescribeSpace', { DomainId: domainId, SpaceName: name }), [aws, domainId, name]),
  );
  return <WhenLoaded loaded={space}>{(now) => <Edit domainId={domainId} name={name} now={now} />}</WhenLoaded>;
}

/** Where the settings of a space's app stand, by its kind; others are left to the CLI. */
const SETTINGS = { JupyterLab: 'JupyterLabAppSettings', CodeEditor: 'CodeEditorAppSettings' } as const;

function Edit({ domainId, name, now }: EditSpaceProps & { readonly now: Space }) {
  const { SpaceSettings: settings } = now;
  const kind = settings?.AppType === 'JupyterLab' || settings?.AppType === 'CodeEditor' ? SETTINGS[settings.AppType] : undefined;
  const app = kind && settings?.[kind];
  const before = {
    shownAs: now.SpaceDisplayName ?? '',
    instance: String(app?.DefaultResourceSpec?.InstanceType ?? ''),
    volume: String(settings?.SpaceStorageSettings?.EbsStorageSettings?.EbsVolumeSizeInGb ?? ''),
    remote: String(settings?.RemoteAccess ?? 'DISABLED'),
  };
  const [draft, set] = useDraft(before);
  const changed = changedFrom(before, draft);
  const instance = changed('instance');
  const volume = changed('volume');
  const input = sentOf({
    SpaceDisplayName: changed('shownAs'),
    SpaceSettings: sentOf({
      // What is sent replaces the settings of that kind of app: those that stay go with it.
      ...(kind !== undefined &&
        instance !== undefined && {
          [kind]: { ...app, DefaultResourceSpec: { ...app?.DefaultResourceSpec, InstanceType: instance } },
        }),
      SpaceStorageSettings: volume === undefined ? undefined : { EbsStorageSettings: { EbsVolumeSizeInGb: numberOf(volume) } },
      RemoteAccess: changed('remote'),
    }),
  });
  const page = domainAt(domainId, 'spaces', name);
  return (
    <CreationForm
      title={`Edit ${name}`}
      description="Only what you change is sent. No app may run in the space meanwhile."
      verb="Save"
      back={page}
      operation="UpdateSpace"
      input={{ DomainId: domainId, SpaceName: name, ...input }}
      held={{ space: { parent: domainId, settings: now } }}
      isReady={input !== undefined && instance !== '' && volume !== ''}
      said={`Space ${name} is being updated.`}
      next={() => page}
    >
      <Part title="The space">
        <TextField label="Shown as" description="64 characters at most." value={draft.shownAs} set={set('shownAs')} isFirst />
        {kind !== undefined && (
          <SuggestField
            label="Instance type"
            description="On which its app starts, unless it is asked for another."
            value={draft.instance}
            set={set('instance')}
            choices={instanceChoices(APP_INSTANCES)}
          />
        )}
        <NumberField
          label="Volume (GB)"
          description="5 to 16384; left as it is, what the domain says."
          value={draft.volume}
          set={set('volume')}
        />
        <ChoiceField
          label="Remote access"
          description="From an editor on one's own machine; policies allow or deny it by sagemaker:RemoteAccess."
          value={draft.remote}
          set={set('remote')}
          choices={[
            { value: 'DISABLED', label: 'No' },
            { value: 'ENABLED', label: 'Yes' },
          ]}
        />
      </Part>
    </CreationForm>
  );
}
