import type { Credentials } from '@aws-sdk/client-sts';
import type { Session } from '../../authentication/session-token.ts';
import type { Scope } from '../../authorization/operation.ts';
import { accessKeyId, secretAccessKey } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import { validatePolicy } from '../../policy/index.ts';
import { managedPolicies } from '../../store/tables/iam.ts';

type NewSession = Omit<Session, 'accessKeyId' | 'secretAccessKey' | 'issuedAt' | 'expiresAt'>;

/** Makes a session's credentials. Nothing is written anywhere: the token is the session. */
export function issueCredentials(
  session: NewSession,
  durationSeconds: number,
  { installation, now, account, caller }: Pick<Scope, 'installation' | 'now' | 'account'> & { readonly caller?: Scope['caller'] },
): Credentials {
  // Whole seconds, so that what the client is told is what the token says.
  const issuedAt = now - (now % 1000);
  const complete: Session = {
    ...session,
    // What is made with a session ends with the sign-in that the session hangs on.
    ...(caller?.session?.signInId === undefined ? {} : { signInId: caller.session.signInId }),
    accessKeyId: accessKeyId('ASIA', session.principal.account || account, installation.random),
    secretAccessKey: secretAccessKey(installation.random),
    issuedAt,
    expiresAt: issuedAt + durationSeconds * 1000,
  };
  return {
    AccessKeyId: complete.accessKeyId,
    SecretAccessKey: complete.secretAccessKey,
    SessionToken: installation.sessionTokens.issueSessionToken(complete),
    Expiration: new Date(complete.expiresAt),
  };
}

/** Characters of the inline policy, white space included, and the ARNs of managed ones together. */
const PLAINTEXT_LIMIT = 2048;
const MANAGED_LIMIT = 10;

/**
 * The session policies of a call, checked.
 * @throws MalformedPolicyDocumentException  400  the inline policy does not parse
 * @throws ValidationError                   400  too large together, or a managed policy that does not exist
 */
export async function sessionPolicies(
  input: { readonly Policy?: string | undefined; readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined },
  account: string,
  { reader, installation }: Scope,
): Promise<Session['policies']> {
  const { Policy: inline } = input;
  const managedArns = (input.PolicyArns ?? []).map(({ arn }) => arn ?? '');
  // (unverified) wording of both.
  if (managedArns.length > MANAGED_LIMIT)
    throw new ServiceError('ValidationError', `The number of session policy ARNs must be less than or equal to ${MANAGED_LIMIT}`);
  if (managedArns.reduce((sum, arn) => sum + arn.length, inline?.length ?? 0) > PLAINTEXT_LIMIT)
    throw new ServiceError('ValidationError', `The session policies must have length less than or equal to ${PLAINTEXT_LIMIT}`);
  if (inline !== undefined) {
    const error = validatePolicy(inline, 'session');
    if (error) throw new ServiceError('MalformedPolicyDocumentException', error.message);
  }
  for (const arn of managedArns) {
    const exists = installation.awsManagedPolicies.get(arn) ?? (await reader.find(managedPolicies, 'arn', [arn]));
    const ofThisAccount = arn.startsWith('arn:aws:iam::aws:policy/') || arn.startsWith(`arn:aws:iam::${account}:policy/`);
    if (!exists || !ofThisAccount) throw new ServiceError('ValidationError', `Policy ${arn} does not exist or is not attachable.`);
  }
  return { ...(inline === undefined ? {} : { inline }), managedArns };
}

/**
 * The session tags of a call and the tags that travel on with the caller's session, together.
 * @throws InvalidParameterValue  400  duplicate keys, reserved keys, transitive keys that are not given or that conflict with the caller's
 */
export function sessionTags(
  input: {
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
    readonly TransitiveTagKeys?: readonly string[] | undefined;
  },
  caller: Session | undefined,
): { tags: readonly Tag[]; transitiveTagKeys: readonly string[] } {
  const tags = input.Tags ?? [];
  const keys = new Set<string>();
  for (const { Key } of tags) {
    const key = foldCase(Key);
    if (key.startsWith('aws:')) throw invalid('Tag keys beginning with aws: are reserved for system use.');
    if (keys.has(key)) throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    keys.add(key);
  }
  const transitive = input.TransitiveTagKeys ?? [];
  if (transitive.some((key) => !keys.has(foldCase(key))))
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  const inheritedKeys = new Set((caller?.transitiveTagKeys ?? []).map(foldCase));
  if (tags.some(({ Key }) => inheritedKeys.has(foldCase(Key)))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const inherited = (caller?.tags ?? []).filter(({ Key }) => inheritedKeys.has(foldCase(Key)));
  return {
    tags: [...inherited, ...tags.map(({ Key, Value }) => ({ Key, Value }))],
    transitiveTagKeys: [...(caller?.transitiveTagKeys ?? []), ...transitive],
  };
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterValue', message);
