import type { ContextValue } from '../../../src/authorization/operation.ts';
import { conditionKeysOf } from '../../../src/services/sagemaker/condition-keys.ts';

/** A condition key, and what a policy sees there; no values where the key is absent. */
export interface ConditionValues {
  readonly key: string;
  readonly values: readonly string[];
}

/** What condition keys read of something that is stored, as its description tells it. */
export interface Held {
  readonly resource?: { readonly type: 'model-package'; readonly settings: object };
  /** @param parent  the domain's id */
  readonly space?: { readonly parent: string; readonly settings: object };
}

const textsOf = (value: ContextValue): readonly string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

/**
 * The condition keys of a call, read from its input by the server's own tables: what is shown is what policies see.
 * @param operation  `CreateModel`
 * @param place      where the call is sent
 * @param held       what a call about something that is there reads of it
 */
export function conditionValues(
  operation: string,
  input: object,
  place: { account: string; region: string },
  held: Held = {},
): readonly ConditionValues[] {
  const found: ConditionValues[] = [];
  for (const { keys, values } of conditionKeysOf(operation)) {
    // Of the scope a key reads the place alone, of the target what is stored of it.
    const read: Readonly<Record<string, ContextValue>> = values(input, { stored: held } as never, place as never);
    for (const key of new Set([...keys.filter((name) => !name.includes('${')), ...Object.keys(read)]))
      found.push({ key: key.replace(/^aws:requesttag\//, 'aws:RequestTag/'), values: textsOf(read[key]) });
  }
  return found;
}
