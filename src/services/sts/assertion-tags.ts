import { isRecord, isTextList, type JsonRecord } from '../../authentication/strict-json.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import { sessionTags } from './session.ts';

/** Session tags and source identity as an identity provider gives them: within the same limits as those that a call gives. */
export interface AssertedSession {
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

/** (unverified) wordings */
const invalid = (message: string): ServiceError => new ServiceError('InvalidIdentityTokenException', message);

const MOST_TAGS = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const SOURCE_IDENTITY = /^(?!aws:)[\w+=,.@-]{2,64}$/i;

/**
 * @throws InvalidIdentityToken   400  too many tags, or texts that no tag and no source identity can have
 * @throws InvalidParameterValue  400  tags that differ by case alone, reserved ones, transitive keys without a tag
 */
export function checkAssertedSession({ tags, transitiveTagKeys, sourceIdentity }: AssertedSession): AssertedSession {
  if (tags.length > MOST_TAGS || transitiveTagKeys.length > MOST_TAGS)
    throw invalid(`The identity provider gives more than ${MOST_TAGS} session tags.`);
  for (const { Key, Value } of tags) {
    const fits = Key.length >= 1 && Key.length <= 128 && Value.length <= 256 && TAG_TEXT.test(Key) && TAG_TEXT.test(Value);
    if (!fits) throw invalid('A session tag that the identity provider gives is not valid.');
  }
  if (sourceIdentity !== undefined && !SOURCE_IDENTITY.test(sourceIdentity))
    throw invalid('The source identity that the identity provider gives is not valid.');
  return { ...sessionTags({ Tags: tags, TransitiveTagKeys: transitiveTagKeys }, undefined), sourceIdentity };
}

const TAGS = 'https://aws.amazon.com/tags';
const PRINCIPAL_TAGS = `${TAGS}/principal_tags/`;

/**
 * Those of a web identity token, in the nested form (`https://aws.amazon.com/tags`: an object) or the flat one (a claim for each tag).
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 * @throws InvalidIdentityToken, InvalidParameterValue  400
 */
export function sessionOfClaims(claims: JsonRecord): AssertedSession {
  const tags: Tag[] = [];
  const transitiveTagKeys: string[] = [];
  const nested = claims[TAGS];
  if (nested !== undefined) {
    if (!isRecord(nested)) throw invalid(`The claim ${TAGS} is not valid.`);
    const { principal_tags: principalTags = {}, transitive_tag_keys: transitive = [] } = nested;
    if (!isRecord(principalTags) || !isTextList(transitive)) throw invalid(`The claim ${TAGS} is not valid.`);
    for (const [Key, value] of Object.entries(principalTags)) tags.push({ Key, Value: oneText(value) });
    transitiveTagKeys.push(...transitive);
  }
  for (const [name, value] of Object.entries(claims))
    if (name.startsWith(PRINCIPAL_TAGS)) tags.push({ Key: name.slice(PRINCIPAL_TAGS.length), Value: oneText(value) });
  const flat = claims[`${TAGS}/transitive_tag_keys`];
  if (flat !== undefined) transitiveTagKeys.push(...(isTextList(flat) ? flat : [oneText(flat)]));
  const identity = claims['https://aws.amazon.com/source_identity'];
  return checkAssertedSession({ tags, transitiveTagKeys, sourceIdentity: identity === undefined ? undefined : oneText(identity) });
}

function oneText(value: unknown): string {
  const [first, ...others] = Array.isArray(value) ? value : [value];
  if (typeof first !== 'string' || others.length > 0) throw invalid('A session tag that the identity provider gives is not valid.');
  return first;
}
