import { PARTITION } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import { policySize, validatePolicy } from '../../policy/index.ts';

/** Where a document is to stand; each place has rules of its own. */
export type DocumentKind = 'identity' | 'managed' | 'trust';

/** 400 */
export const malformedPolicyDocument = (message: string): ServiceError => new ServiceError('MalformedPolicyDocumentException', message);

/**
 * Whether a document keeps the grammar and the rules of its place. Principals are not looked up here (authorization/principal-binding.ts).
 * @throws MalformedPolicyDocument  400
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function refuseMalformedDocument(text: string, kind: DocumentKind): void {
  const error = validatePolicy(text, kind, { partition: PARTITION });
  if (error) throw malformedPolicyDocument(error.message);
}

/** Characters that count: all but white space outside of strings. */
export const documentSize = (text: string): number => policySize(text);

/** As documents stand in answers: percent-encoded by RFC 3986, in which `!'()*` are reserved as well. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
