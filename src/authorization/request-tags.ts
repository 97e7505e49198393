import type { ContextValue } from './operation.ts';

/**
 * The context keys of tags that a call gives: `aws:RequestTag/{key}` for each and `aws:TagKeys` for all. Where a key comes twice, the last one
 * counts; whether such a call is valid at all is the handler's business.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag
 */
export function requestTagValues(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, ContextValue> {
  if (!tags || tags.length === 0) return {};
  const values: Record<string, ContextValue> = { 'aws:TagKeys': [...new Set(tags.map((tag) => tag.Key ?? ''))] };
  for (const { Key = '', Value = '' } of tags) values[`aws:RequestTag/${Key}`] = Value;
  return values;
}

/** The context key of an untagging call. */
export const tagKeysValue = (keys: readonly string[] | undefined): Record<string, ContextValue> =>
  keys && keys.length > 0 ? { 'aws:TagKeys': [...new Set(keys)] } : {};
