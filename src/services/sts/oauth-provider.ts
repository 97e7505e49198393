import type { Assertion } from '../../authentication/assertion.ts';
import { type JsonRecord, readJsonObject } from '../../authentication/strict-json.ts';
import { type Outbound, OutboundError } from '../../core/outbound.ts';
import { ServiceError } from '../../core/service-error.ts';

/** An OAuth 2.0 provider whose access tokens mean nothing to anybody but itself: it has to be asked. */
interface OAuthProvider {
  /** What is asked, in order; the answers are laid over each other. */
  readonly questions: readonly ((token: string) => string)[];
  /** Condition key → what the answers call it. */
  readonly keys: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly audience: string;
}

/**
 * Login with Amazon and Facebook, as `ProviderId` names them.
 * @see https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html
 * @see https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging
 */
const PROVIDERS: Readonly<Record<string, OAuthProvider>> = Object.assign(Object.create(null), {
  'www.amazon.com': {
    questions: [(token) => `https://api.amazon.com/auth/o2/tokeninfo?access_token=${token}`],
    keys: { app_id: 'aud', user_id: 'user_id' },
    subject: 'user_id',
    audience: 'aud',
  },
  'graph.facebook.com': {
    questions: [
      (token) => `https://graph.facebook.com/app?fields=id&access_token=${token}`,
      (token) => `https://graph.facebook.com/me?fields=id&access_token=${token}`,
    ],
    keys: { app_id: 'id 0', id: 'id' },
    subject: 'id',
    audience: 'id 0',
  },
} satisfies Record<string, OAuthProvider>);

const LONGEST_ANSWER = 16_384;

/**
 * What an access token proves, by its provider's answer.
 * @throws InvalidIdentityToken   400  no such provider
 * @throws IDPCommunicationError  400  it cannot be reached
 * @throws IDPRejectedClaim       403  it does not know the token
 * Sentences are (unverified).
 */
export async function verifyAccessToken(providerId: string, token: string, outbound: Outbound): Promise<Assertion> {
  const provider = PROVIDERS[providerId];
  if (!provider)
    throw new ServiceError(
      'InvalidIdentityTokenException',
      'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.',
    );
  const facts: Record<string, string> = Object.create(null);
  for (const [index, question] of provider.questions.entries()) {
    const answer = await ask(outbound, question(encodeURIComponent(token)));
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value !== 'string') continue;
      facts[name] = value;
      facts[`${name} ${index}`] = value;
    }
  }
  const subject = facts[provider.subject];
  const audience = facts[provider.audience];
  if (subject === undefined || audience === undefined) throw rejected();
  const context: Record<string, string> = {};
  for (const [key, name] of Object.entries(provider.keys)) context[`${providerId}:${key}`] = facts[name] ?? '';
  // Of these, `id` is what sessions keep.
  const id = context[`${providerId}:id`];
  const sessionContext: Record<string, string> = id === undefined ? {} : { [`${providerId}:id`]: id };
  return { provider: providerId, subject, audience, context, sessionContext, tags: [], transitiveTagKeys: [] };
}

async function ask(outbound: Outbound, url: string): Promise<JsonRecord> {
  try {
    const { status, body } = await outbound.get(url, { maxBytes: LONGEST_ANSWER });
    const answer = status === 200 ? readJsonObject(Buffer.from(body).toString('utf8')) : undefined;
    if (!answer) throw rejected();
    return answer;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new ServiceError('IDPCommunicationErrorException', 'The identity provider could not be reached. Try again.');
  }
}

const rejected = (): ServiceError => new ServiceError('IDPRejectedClaimException', 'The identity provider does not accept the token.');
