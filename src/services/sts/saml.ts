import { hash } from 'node:crypto';
import type { AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse } from '@aws-sdk/client-sts';
import type { Assertion, SamlFacts } from '../../authentication/assertion.ts';
import { type Caller, federatedCaller } from '../../authentication/caller.ts';
import { readAssertion, type SamlAssertion } from '../../authentication/saml/saml-assertion.ts';
import type { TrustedSamlProvider } from '../../authentication/saml/saml-providers.ts';
import { readResponse, type SamlProblem, type VerifiedResponse, verifyResponse } from '../../authentication/saml/saml-response.ts';
import { spend } from '../../authentication/spent-token.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn, PARTITION, parseArn } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Tag } from '../../core/tag.ts';
import type { Valid } from '../../model/valid.ts';
import type { Role } from '../../store/tables/iam.ts';
import { checkAssertedSession } from './assertion-tags.ts';
import { parseRoleArn } from './resources.ts';
import { refuseOverlong, startRoleSession } from './role-session.ts';
import { attributeKeys } from './saml-attributes.ts';

const invalid = (message: string): ServiceError => new ServiceError('InvalidIdentityTokenException', message);
const expired = (message: string): ServiceError => new ServiceError('ExpiredTokenException', message);

/** What a response that is not believed is answered with. (unverified) `form`, `status` and `plain` */
const REFUSALS: Readonly<Record<SamlProblem, () => ServiceError>> = {
  form: () => invalid('Invalid SAMLResponse'),
  status: () => new ServiceError('IDPRejectedClaimException', 'The identity provider did not authenticate the user.'),
  plain: () => invalid('The identity provider requires encrypted assertions.'),
  signature: () => invalid('Response signature invalid'),
  issuer: () => invalid('Issuer not present in specified provider'),
};

/** Milliseconds in which an assertion must be redeemed, and that a provider's clock may be ahead (unverified). */
const REDEEMABLE = 300_000;
const SKEW = 300_000;
/** Milliseconds before which an encrypted assertion is never refused. */
const LATE = 50;

/** Whom assertions for AWS may name as their audience, if they name any. */
const AUDIENCE = /^(?:urn:amazon:webservices|https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml(?:\/acs\/[\w-]+)?)$/;

const ATTRIBUTES = 'https://aws.amazon.com/SAML/Attributes/';

interface SamlInput {
  readonly RoleArn: string;
  readonly PrincipalArn: string;
  readonly SAMLAssertion: string;
}

/**
 * The caller whom a SAML assertion proves. The signature is checked before anything in the assertion counts, with the keys in the metadata of the
 * provider that the call names.
 * @throws ValidationError       400  no role ARN, no provider ARN
 * @throws InvalidIdentityToken  400  no response, not the provider's, or not for this role
 * @throws ExpiredToken          400
 * @throws IDPRejectedClaim      403  the provider says that it authenticated nobody
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export async function identifyBySaml(input: SamlInput, scope: Scope): Promise<Caller> {
  const { account } = parseRoleArn(input.RoleArn);
  const provider = parseSamlProviderArn(input.PrincipalArn);
  if (!provider) throw new ServiceError('ValidationError', `${input.PrincipalArn} is invalid`);
  const { assertion } = await verifySaml(input.SAMLAssertion, provider, scope);
  const named = rolesOf(assertion.attributes).some((pair) => pair.roleArn === input.RoleArn && pair.providerArn === input.PrincipalArn);
  if (!named) throw invalid("SAML Assertion doesn't contain the requested Role and Metadata in the attributes");
  // (unverified) A role of another account may name the provider all it likes: what somebody else's account says of identities is not proof here.
  if (provider.account !== account) throw new ServiceError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithSAML');
  return federatedCaller(toAssertion(assertion, provider));
}

interface ProviderName {
  readonly account: string;
  readonly name: string;
}

/** The account and name of a provider; undefined when the text is the ARN of something else. */
export function parseSamlProviderArn(arn: string): ProviderName | undefined {
  const parsed = parseArn(arn);
  const [, name] = /^saml-provider\/([\w._-]{1,128})$/.exec(parsed?.resource ?? '') ?? [];
  const isProvider = parsed?.partition === PARTITION && parsed.service === 'iam' && parsed.region === '' && /^\d{12}$/.test(parsed.account);
  return isProvider && name !== undefined ? { account: parsed.account, name } : undefined;
}

/** An assertion that has been verified, and where its response says that it was sent. */
export interface VerifiedSaml {
  readonly assertion: SamlAssertion;
  readonly destination: string | undefined;
}

/**
 * The assertion in a base64 text, verified as a provider's, and still to be redeemed.
 * @throws InvalidIdentityToken, ExpiredToken, IDPRejectedClaim
 */
export async function verifySaml(
  encoded: string,
  { account, name }: ProviderName,
  { installation, now }: Pick<Scope, 'installation' | 'now'>,
): Promise<VerifiedSaml> {
  const text = decodeResponse(encoded);
  const provider = await installation.federation.samlProviders.find(account, name);
  if (!provider) throw invalid("Specified provider doesn't exist.");
  const verifiedResponse = await verified(text, provider, installation.federation.failLate);
  const { assertion } = verifiedResponse;
  refuseTimes(assertion, now);
  const forUs = assertion.audiences.every((restriction) => restriction.some((audience) => AUDIENCE.test(audience)));
  if (!forUs) throw invalid('Response does not contain the required audience.');
  return verifiedResponse;
}

/** @throws InvalidIdentityToken  400 */
export function decodeResponse(encoded: string): string {
  // Senders break lines as they like; otherwise there is one spelling.
  const bare = encoded.replace(/[\r\n\t ]/g, '');
  const bytes = Buffer.from(bare, 'base64');
  if (bare === '' || bytes.toString('base64') !== bare) throw invalid('Invalid base64 SAMLResponse');
  try {
    return utf8.decode(bytes);
  } catch {
    // One encoding, whatever a declaration says (threat X05).
    throw REFUSALS.form();
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function verified(
  text: string,
  provider: TrustedSamlProvider,
  failLate: <Result>(milliseconds: number, work: () => Promise<Result>) => Promise<Result>,
): Promise<VerifiedSaml> {
  const response = readResponse(text);
  if (!response) throw REFUSALS.form();
  const verify = async (): Promise<VerifiedSaml> => believed(verifyResponse(response, provider));
  return response.encrypted ? failLate(LATE, verify) : verify();
}

function believed(result: VerifiedResponse): VerifiedSaml {
  if ('problem' in result) throw REFUSALS[result.problem]();
  return result;
}

/**
 * The providers that a response says vouch for the roles it offers, before any of it is believed: whose keys to try. None where it is encrypted.
 * @throws InvalidIdentityToken  400  no response
 */
export function claimedProviders(encoded: string): readonly string[] {
  const response = readResponse(decodeResponse(encoded));
  if (!response) throw REFUSALS.form();
  const claimed = response.encrypted ? undefined : readAssertion(response.held);
  return claimed ? [...new Set(rolesOf(claimed.attributes).map(({ providerArn }) => providerArn))] : [];
}

/** @throws ExpiredToken, InvalidIdentityToken  400  too early or too late for an assertion */
export function refuseTimes({ confirmation, issuedAt, notOnOrAfter, sessionNotOnOrAfter }: SamlAssertion, now: number): void {
  if (!confirmation) throw invalid('Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter');
  const ends = Math.min(
    confirmation.notOnOrAfter,
    notOnOrAfter ?? Number.POSITIVE_INFINITY,
    sessionNotOnOrAfter ?? Number.POSITIVE_INFINITY,
  );
  if (now >= ends) throw expired('Response has expired');
  if (now >= issuedAt + REDEEMABLE) throw expired('Token must be redeemed within 5 minutes of issuance');
  if (issuedAt > now + SKEW || (confirmation.notBefore ?? 0) > now + SKEW) throw REFUSALS.form();
}

export interface RolePair {
  readonly roleArn: string;
  readonly providerArn: string;
}

/** The roles that an assertion offers, each with the provider that vouches: the two ARNs stand in either order. */
export function rolesOf(attributes: SamlAssertion['attributes']): readonly RolePair[] {
  return (attributes.get(`${ATTRIBUTES}Role`) ?? []).flatMap((value) => {
    const [first = '', second = '', ...others] = value.split(',').map((each) => each.trim());
    const [roleArn, providerArn] = first.includes(':saml-provider/') ? [second, first] : [first, second];
    return others.length === 0 && roleArn.includes(':role/') && providerArn.includes(':saml-provider/') ? [{ roleArn, providerArn }] : [];
  });
}

const SESSION_NAME = /^[a-zA-Z_0-9+=,.@-]{2,64}$/;
const FORMATS = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';

/** @throws InvalidIdentityToken, InvalidParameterValue  400  attributes that are AWS's own and do not fit */
function toAssertion(assertion: SamlAssertion, { account, name }: ProviderName): Assertion {
  const { attributes, issuer, nameId, nameIdFormat, confirmation, issuedAt } = assertion;
  // (unverified) wording
  if (!nameIdFormat) throw invalid('NameID format is required in AuthnResponse');
  const sessionName = oneOf(attributes, 'RoleSessionName');
  if (sessionName === undefined) throw invalid('RoleSessionName is required in AuthnResponse');
  if (!SESSION_NAME.test(sessionName)) throw invalid('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}');
  const recipient = confirmation?.recipient ?? '';
  const subjectType = nameIdFormat.startsWith(FORMATS) ? nameIdFormat.slice(FORMATS.length) : nameIdFormat;
  const nameQualifier = hash('sha1', `${issuer}${account}/${name}`, 'base64');
  const sessionContext = { 'saml:namequalifier': nameQualifier, 'saml:sub': nameId, 'saml:sub_type': subjectType };
  const saml: SamlFacts = {
    issuer,
    subjectType,
    nameQualifier,
    sessionName,
    sessionDuration: durationOf(oneOf(attributes, 'SessionDuration')),
    sessionEndsAt: assertion.sessionNotOnOrAfter,
    id: assertion.id,
    redeemableUntil: issuedAt + REDEEMABLE,
  };
  return {
    provider: iamArn(account, `saml-provider/${name}`),
    subject: nameId,
    audience: recipient,
    context: {
      ...attributeKeys(attributes),
      ...sessionContext,
      'saml:aud': recipient,
      'saml:iss': issuer,
      'saml:doc': `${account}/${name}`,
    },
    sessionContext,
    ...checkAssertedSession({
      tags: tagsOf(attributes),
      transitiveTagKeys: attributes.get(`${ATTRIBUTES}TransitiveTagKeys`) ?? [],
      sourceIdentity: oneOf(attributes, 'SourceIdentity'),
    }),
    saml,
  };
}

/** An attribute of AWS's that has one value. @throws InvalidIdentityToken  400  (unverified) it has several */
function oneOf(attributes: SamlAssertion['attributes'], name: string): string | undefined {
  const [value, ...others] = attributes.get(ATTRIBUTES + name) ?? [];
  if (others.length > 0) throw invalid(`${name} in AuthnResponse must have one value`);
  return value;
}

function tagsOf(attributes: SamlAssertion['attributes']): Tag[] {
  const prefix = `${ATTRIBUTES}PrincipalTag:`;
  const names = [...attributes.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return names.map((Key) => ({ Key, Value: oneOf(attributes, `PrincipalTag:${Key}`) ?? '' }));
}

const SHORTEST = 900;
const LONGEST = 43_200;

/** Seconds. @throws InvalidIdentityToken  400  (unverified) wording */
function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= SHORTEST && seconds <= LONGEST))
    throw invalid(`SessionDuration in AuthnResponse must be a number of seconds from ${SHORTEST} to ${LONGEST}`);
  return seconds;
}

/**
 * Temporary credentials of a role, for whoever a SAML identity provider vouches for and the role's trust policy lets in. Nobody signs the call. An
 * assertion gives each of its roles once (threat X10): AWS would take it again.
 * @throws ValidationError       400  longer than the role allows
 * @throws InvalidIdentityToken  400  used before, for this role
 * @throws MalformedPolicyDocument, PackedPolicyTooLarge  400  session policies
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export async function assumeRoleWithSaml(
  input: Valid<AssumeRoleWithSAMLRequest>,
  context: OperationContext<Role>,
): Promise<AssumeRoleWithSAMLResponse> {
  const { assertion } = context.caller;
  const role = context.target.stored;
  // Nobody gets here without a proof, and a role that does not exist trusts nobody.
  if (!assertion?.saml || !role) throw new Error('a role was assumed without a proof');
  const { saml } = assertion;
  const asked = input.DurationSeconds ?? 3600;
  refuseOverlong(asked, role);
  // The identity provider's own session may end before the shortest that a call can ask for.
  const left = saml.sessionEndsAt === undefined ? asked : Math.floor((saml.sessionEndsAt - context.now) / 1000);
  const durationSeconds = Math.max(1, Math.min(asked, saml.sessionDuration ?? asked, left));
  const started = await startRoleSession(
    role,
    {
      kind: 'AssumeRoleWithSAML',
      sessionName: saml.sessionName,
      durationSeconds,
      chained: false,
      Policy: input.Policy,
      PolicyArns: input.PolicyArns,
      tags: assertion.tags,
      transitiveTagKeys: assertion.transitiveTagKeys,
      sourceIdentity: assertion.sourceIdentity,
      context: assertion.sessionContext,
    },
    context,
  );
  const use = `saml:${hash('sha256', JSON.stringify([assertion.provider, saml.issuer, saml.id, role.roleId]), 'base64url')}`;
  if (!(await spend(context.installation.store, use, saml.redeemableUntil, context.now)))
    throw invalid('The assertion has been used for this role before.');
  return {
    ...started,
    Subject: assertion.subject,
    SubjectType: saml.subjectType,
    Issuer: saml.issuer,
    Audience: assertion.audience,
    NameQualifier: saml.nameQualifier,
  };
}
