/** The default path of every entity. */
export const ROOT_PATH = '/';

/**
 * Whether an entity's path begins with what a listing's `PathPrefix` says. A plain prefix of text: `/a` finds `/abc/` as well. Case-sensitive.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
 */
export const hasPathPrefix = (path: string, prefix: string | undefined): boolean => prefix === undefined || path.startsWith(prefix);
