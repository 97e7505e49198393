import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';

/** What a password is to be. */
export interface PasswordChoice {
  readonly password: string;
  readonly isGenerated: boolean;
  readonly mustChange: boolean;
}

const KINDS = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '!@#$%^*()_+-=[]{}|'];
const LENGTH = 20;

/** Evenly below `bound`, from the browser's random source. */
function below(bound: number): number {
  const limit = 256 - (256 % bound);
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < limit) return byte % bound;
  }
}

/** A password that every password policy takes which asks for kinds of characters and no more than twenty of them. */
export function generatePassword(): string {
  const all = KINDS.join('');
  for (;;) {
    const text = Array.from({ length: LENGTH }, () => all[below(all.length)]).join('');
    if (KINDS.every((kind) => [...text].some((character) => kind.includes(character)))) return text;
  }
}

export const newPasswordChoice = (): PasswordChoice => ({ password: generatePassword(), isGenerated: true, mustChange: true });

/** Asks for a password, or makes one. */
export function PasswordFields({ value, onChange }: { value: PasswordChoice; onChange: (next: PasswordChoice) => void }) {
  return (
    <SpaceBetween size="s">
      <FormField label="Password">
        <RadioGroup
          value={value.isGenerated ? 'generated' : 'own'}
          onChange={({ detail }) =>
            onChange({
              ...value,
              isGenerated: detail.value === 'generated',
              password: detail.value === 'generated' ? generatePassword() : '',
            })
          }
          items={[
            { value: 'generated', label: 'Make a password', description: 'Twenty characters, shown once when it is set.' },
            { value: 'own', label: 'Choose a password' },
          ]}
        />
      </FormField>
      {!value.isGenerated && (
        <FormField label="The password" description="It must fit the account's password policy.">
          <Input
            type="password"
            value={value.password}
            autoComplete="new-password"
            onChange={({ detail }) => onChange({ ...value, password: detail.value })}
          />
        </FormField>
      )}
      <Checkbox checked={value.mustChange} onChange={({ detail }) => onChange({ ...value, mustChange: detail.checked })}>
        Must be changed at the next sign-in
      </Checkbox>
    </SpaceBetween>
  );
}
