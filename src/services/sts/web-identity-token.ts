import type { GetWebIdentityTokenRequest, GetWebIdentityTokenResponse } from '@aws-sdk/client-sts';
import { issuerUrl } from '../../authentication/web-identity-issuer.ts';
import { signWebIdentityToken } from '../../authentication/web-identity-key.ts';
import type { ConditionKeys, DependentActions, OperationContext } from '../../authorization/operation.ts';
import { isoSeconds } from '../../core/clock.ts';
import { uuid } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import { iamSettings } from '../../store/tables/iam.ts';
import { requestTags, type SessionTagInput } from './condition-keys.ts';
import { sessionTags } from './session.ts';

interface TokenInput extends SessionTagInput {
  readonly Audience: readonly string[];
  readonly SigningAlgorithm: string;
  readonly DurationSeconds?: number | undefined;
}

const DEFAULT_DURATION = 300;
/** Bytes of the claims as JSON. */
const LONGEST_PAYLOAD = 14_984;

export const identityTokenKeys: ConditionKeys<TokenInput> = {
  keys: ['sts:IdentityTokenAudience', 'sts:SigningAlgorithm', 'sts:DurationSeconds'],
  values: (input) => ({
    'sts:IdentityTokenAudience': input.Audience,
    'sts:SigningAlgorithm': input.SigningAlgorithm,
    'sts:DurationSeconds': String(input.DurationSeconds ?? DEFAULT_DURATION),
  }),
};

/** Tags for the token need an action of their own. */
export const tagIdentityToken: DependentActions<TokenInput> = {
  actions: ['sts:TagGetWebIdentityToken'],
  needed: (input, target, scope) =>
    (input.Tags?.length ?? 0) > 0
      ? [{ action: 'sts:TagGetWebIdentityToken', target, context: requestTags.values(input, target, scope) }]
      : [],
};

const asObject = (tags: readonly Tag[]): Record<string, string> => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
const unlessEmpty = <Value extends object>(name: string, value: Value): Record<string, Value> =>
  Object.keys(value).length > 0 ? { [name]: value } : {};

/**
 * A signed token that tells services elsewhere who the caller is. They find the keys at the issuer (server/issuer-documents.ts).
 * @throws ValidationError                          400  no such signing algorithm
 * @throws InvalidParameterValue                    400  tags
 * @throws JWTPayloadSizeExceeded                   400
 * @throws OutboundWebIdentityFederationDisabled    403  IAM's EnableOutboundWebIdentityFederation has not been called
 * @throws SessionDurationEscalation                403  longer than the session that asks
 * Sentences are (unverified).
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export async function getWebIdentityToken(
  input: Valid<GetWebIdentityTokenRequest>,
  context: OperationContext,
): Promise<GetWebIdentityTokenResponse> {
  const { caller, account, region, now, installation, reader, target } = context;
  const { Audience, SigningAlgorithm: algorithm, DurationSeconds = DEFAULT_DURATION } = input;
  // Which principals may ask is written; root is not among them.
  if (caller.principal.kind === 'root')
    throw new ServiceError(
      'AccessDenied',
      `User: ${caller.principal.arn} is not authorized to perform: sts:GetWebIdentityToken on resource: ${target.arn}`,
    );
  if (algorithm !== 'RS256' && algorithm !== 'ES384')
    throw new ServiceError('ValidationError', 'The signing algorithm must be RS256 or ES384.');
  const { tags } = sessionTags({ Tags: input.Tags }, undefined);
  const federation = (await reader.get(iamSettings, [account]))?.outboundFederation;
  if (!federation?.enabled)
    throw new ServiceError(
      'OutboundWebIdentityFederationDisabledException',
      'Outbound web identity federation is not enabled for this account.',
    );
  const { session } = caller;
  if (session && now + DurationSeconds * 1000 > session.expiresAt)
    throw new ServiceError(
      'SessionDurationEscalationException',
      'The requested token duration exceeds the remaining duration of the session.',
    );
  const subject = caller.principal.principalArn ?? caller.principal.arn;
  const place = (await installation.guardrails.of(account)).organization;
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    iss: issuerUrl(federation.issuerId),
    sub: subject,
    aud: Audience.length === 1 ? Audience[0] : Audience,
    iat: issuedAt,
    exp: issuedAt + DurationSeconds,
    jti: uuid(installation.random),
    'https://sts.amazonaws.com/': {
      aws_account: account,
      source_region: region,
      principal_id: subject,
      ...(place && { org_id: place.id, ou_path: [place.path] }),
      ...unlessEmpty('principal_tags', asObject(caller.tags)),
      ...unlessEmpty('request_tags', asObject(tags)),
      ...(session && { original_session_exp: isoSeconds(session.expiresAt) }),
      ...(session?.sourceIdentity !== undefined && { source_identity: session.sourceIdentity }),
      ...(session?.federatedProvider !== undefined && { federated_provider: session.federatedProvider }),
    },
  };
  if (Buffer.byteLength(JSON.stringify(claims), 'utf8') > LONGEST_PAYLOAD)
    throw new ServiceError('JWTPayloadSizeExceededException', `The token payload exceeds the maximum of ${LONGEST_PAYLOAD} bytes.`);
  return {
    WebIdentityToken: await signWebIdentityToken(installation, account, algorithm, claims, now),
    Expiration: new Date((issuedAt + DurationSeconds) * 1000),
  };
}
