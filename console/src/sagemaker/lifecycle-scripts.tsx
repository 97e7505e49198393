import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import ScriptEditor from '../parts/script-editor.tsx';
import { encodeScript } from './script.ts';

/** When a lifecycle configuration's scripts run. */
const MOMENTS = [
  ['OnCreate', 'When it is created', 'Once, before the first start.'],
  ['OnStart', 'When it starts', 'Each time, also the first.'],
] as const;
export type Scripts = Readonly<Record<(typeof MOMENTS)[number][0], string>>;

/** Characters that a script may have, as Base64. */
const LONGEST = 16_384;

/** Scripts as the calls take them; an empty one is left out. */
export const hooksOf = (scripts: Scripts) =>
  Object.fromEntries(
    MOMENTS.map(([moment]) => [moment, scripts[moment] === '' ? undefined : [{ Content: encodeScript(scripts[moment]) }]]),
  );

export const isTooLong = (script: string): boolean => encodeScript(script).length > LONGEST;

export interface ScriptFieldsProps {
  /** What is begun with. */
  readonly initial: Scripts;
  readonly set: (moment: keyof Scripts, script: string) => void;
  readonly scripts: Scripts;
}

/** The two scripts, to be written. */
export function ScriptFields({ initial, scripts, set }: ScriptFieldsProps) {
  return (
    <SpaceBetween size="m">
      {MOMENTS.map(([moment, label, description]) => (
        <FormField
          key={moment}
          label={label}
          description={description}
          {...(isTooLong(scripts[moment]) && { errorText: `A script has at most ${LONGEST} characters once it is encoded.` })}
        >
          <ScriptEditor label={label} initial={initial[moment]} onChange={(script) => set(moment, script)} />
        </FormField>
      ))}
      <Box color="text-body-secondary">
        They run as root: whoever may change a configuration can make every instance that uses it do so, at its next start. Write no secrets
        into them; whoever may describe them reads them.
      </Box>
    </SpaceBetween>
  );
}
