import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { ReactNode } from 'react';
import type { AwsFailure } from '../aws/failure.ts';
import { unlisted } from './unlisted.tsx';

/** What every field of a form has. */
export interface Field<T> {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: T;
  readonly set: (value: T) => void;
  /** Why there is nothing to choose from. */
  readonly failure?: AwsFailure | undefined;
}

/** What stands around a field, as a FormField is given it. */
export const framed = ({ label, description, failure }: Pick<Field<unknown>, 'label' | 'description' | 'failure'>) => ({
  label,
  ...(description !== undefined && { description }),
  ...unlisted(failure),
});

export interface TextFieldProps extends Field<string> {
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  readonly isFirst?: boolean;
}

/** A text on one line: a name, an address, an ARN. */
export function TextField({ placeholder, isDisabled = false, isFirst = false, value, set, ...frame }: TextFieldProps) {
  return (
    <FormField {...framed(frame)}>
      <Input
        value={value}
        onChange={({ detail }) => set(detail.value)}
        disabled={isDisabled}
        autoFocus={isFirst}
        autoComplete={false}
        spellcheck={false}
        {...(placeholder !== undefined && { placeholder })}
      />
    </FormField>
  );
}

export interface NumberFieldProps extends Field<string> {
  readonly mode?: InputProps['inputMode'];
}

/** A number, kept as the text that it is until it is sent. */
export function NumberField({ value, set, mode = 'numeric', ...frame }: NumberFieldProps) {
  return (
    <FormField {...framed(frame)}>
      <Input value={value} inputMode={mode} onChange={({ detail }) => set(detail.value.trim())} autoComplete={false} />
    </FormField>
  );
}

/** A number that was typed; left out when nothing was. What is no number goes as it is, for the service to refuse. */
export const numberOf = (text: string): number | string | undefined =>
  text === '' ? undefined : Number.isFinite(Number(text)) ? Number(text) : text;

/** A text that was typed; left out when nothing was. */
export const textOf = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

export interface Choice {
  readonly value: string;
  readonly label?: string;
  readonly description?: string;
}

export const NO_OR_YES: readonly Choice[] = [{ value: 'No' }, { value: 'Yes' }];

export interface ChoiceFieldProps extends Field<string> {
  readonly choices: readonly Choice[];
  readonly isLoading?: boolean;
  readonly placeholder?: string;
  readonly empty?: string;
}

/** One of a few. */
export function ChoiceField({ choices, value, set, isLoading = false, placeholder, empty, ...frame }: ChoiceFieldProps) {
  return (
    <FormField {...framed(frame)}>
      <Select
        options={choices}
        selectedOption={choices.find((each) => each.value === value) ?? (value === '' ? null : { value })}
        onChange={({ detail }) => set(detail.selectedOption.value ?? '')}
        statusType={isLoading ? 'loading' : 'finished'}
        loadingText="Loading"
        {...(placeholder !== undefined && { placeholder })}
        {...(empty !== undefined && { empty })}
        {...(choices.length > 12 && { filteringType: 'auto' as const, filteringAriaLabel: `Find ${frame.label}` })}
      />
    </FormField>
  );
}

/** A text with what it commonly is; any other can be typed. */
export function SuggestField({ choices, value, set, isLoading = false, placeholder, empty, ...frame }: ChoiceFieldProps) {
  return (
    <FormField {...framed(frame)}>
      <Autosuggest
        options={choices}
        value={value}
        onChange={({ detail }) => set(detail.value)}
        clearAriaLabel={`Clear ${frame.label}`}
        enteredTextLabel={(text) => `Use "${text}"`}
        statusType={isLoading ? 'loading' : 'finished'}
        loadingText="Loading"
        {...(placeholder !== undefined && { placeholder })}
        {...(empty !== undefined && { empty })}
      />
    </FormField>
  );
}

/** A name and what it stands for: a tag, a variable. */
export interface Pair {
  readonly Key: string;
  readonly Value: string;
}

export interface PairsFieldProps {
  /** `tag` */
  readonly noun: string;
  readonly value: readonly Pair[];
  readonly set: (pairs: readonly Pair[]) => void;
  readonly max?: number;
}

/** Pairs of names and values, as many as wanted. */
export function PairsField({ noun, value, set, max = 50 }: PairsFieldProps) {
  const change = (at: number, part: Partial<Pair>) => set(value.map((pair, i) => (i === at ? { ...pair, ...part } : pair)));
  return (
    <AttributeEditor
      items={value}
      addButtonText={`Add ${noun}`}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ Key }) => `Remove ${noun} ${Key}`}
      disableAddButton={value.length >= max}
      empty={`No ${noun}s yet`}
      onAddButtonClick={() => set([...value, { Key: '', Value: '' }])}
      onRemoveButtonClick={({ detail }) => set(value.filter((_, i) => i !== detail.itemIndex))}
      definition={[
        {
          label: 'Key',
          control: ({ Key }, i) => (
            <Input value={Key} ariaLabel={`Key of ${noun} ${i + 1}`} onChange={({ detail }) => change(i, { Key: detail.value })} />
          ),
        },
        {
          label: 'Value',
          control: ({ Value }, i) => (
            <Input value={Value} ariaLabel={`Value of ${noun} ${i + 1}`} onChange={({ detail }) => change(i, { Value: detail.value })} />
          ),
        },
      ]}
    />
  );
}

/** The pairs that were filled in, or nothing. */
export function pairsOf(pairs: readonly Pair[]): readonly Pair[] | undefined {
  const given = pairs.filter(({ Key }) => Key !== '');
  return given.length === 0 ? undefined : given;
}

/** The same as an object: variables, hyperparameters. */
export function recordOf(pairs: readonly Pair[]): Readonly<Record<string, string>> | undefined {
  const given = pairsOf(pairs);
  return given && Object.fromEntries(given.map(({ Key, Value }) => [Key, Value]));
}
