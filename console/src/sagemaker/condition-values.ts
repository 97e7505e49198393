import type { ContextValue } from '../../../src/authorization/operation.ts';
import { conditionKeysOf } from '../../../src/services/sagemaker/condition-keys.ts';
import { partsOf } from '../../../src/services/sagemaker/parts.ts';

/** A condition key, and what a policy sees there; no values where the key is absent. */
export interface ConditionValues {
  readonly key: string;
  readonly values: readonly string[];
  /** Whether policies never see these values together: the call is decided on once for each of its parts, as if it had been all. */
  readonly isPartByPart: boolean;
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
  const parts = partsOf(operation)?.(input) ?? [input];
  for (const { keys, values } of conditionKeysOf(operation)) {
    // Of the scope a key reads the place alone, of the target what is stored of it.
    const readOf = (part: object): Readonly<Record<string, ContextValue>> => values(part, { stored: held } as never, place as never);
    const read = readOf(input);
    const readOfParts = parts.length > 1 ? parts.map(readOf) : [];
    for (const key of new Set([...keys.filter((name) => !name.includes('${')), ...Object.keys(read)])) {
      const all = textsOf(read[key]);
      found.push({
        key: key.replace(/^aws:requesttag\//, 'aws:RequestTag/'),
        values: all,
        isPartByPart: readOfParts.some((part) => textsOf(part[key]).length < all.length),
      });
    }
  }
  return found;
}
