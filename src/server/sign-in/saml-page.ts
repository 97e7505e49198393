import { hash } from 'node:crypto';
import { spend } from '../../authentication/spent-token.ts';
import type { Installation } from '../../authorization/installation.ts';
import { parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import { samlProviderArn } from '../../services/iam/saml-provider.ts';
import { claimedProviders, parseSamlProviderArn, type RolePair, rolesOf, type VerifiedSaml, verifySaml } from '../../services/sts/saml.ts';
import { roles, samlProviders } from '../../store/tables/iam.ts';
import type { Pipeline } from '../pipeline.ts';
import { consoleDestination } from './console-destination.ts';
import type { ConsoleSessions } from './console-session.ts';
import { RoleChoices } from './role-choices.ts';
import { browserFacts, enterByRole } from './role-entry.ts';
import { type PageAnswer, type PageCall, refuse, type SignInPage } from './sign-in-page.ts';

export interface SamlPagesParts {
  readonly installation: Installation;
  readonly sessions: ConsoleSessions;
  /** Calls STS in process, as the browser's own call. */
  readonly callForBrowser: Pipeline['callForBrowser'];
}

/** Bytes of a form: an assertion of a hundred thousand characters, every one of them percent-encoded, and what stands around it. */
const MAX_FORM_BYTES = 320 * 1024;
/** Of the form in which a role was chosen: the assertion sealed, and as base64. */
const MAX_CHOICE_BYTES = 640 * 1024;
const LONGEST_ASSERTION = 100_000;
/** Providers that one response may name: each costs a verification. */
const MOST_PROVIDERS = 50;

/**
 * Where identity providers send people whom they have authenticated: at the paths of AWS's own sign-in, and under its host names where these lead here.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-saml.html
 */
export function samlPages(parts: SamlPagesParts): readonly SignInPage[] {
  const signIn = { method: 'POST' as const, operation: 'ConsoleLogin', fromElsewhere: true, maxBytes: MAX_FORM_BYTES };
  return [
    { ...signIn, path: '/saml', handle: (call) => arrive(call, parts) },
    { ...signIn, path: '/saml/acs/*', handle: (call) => arrive(call, parts) },
    { method: 'POST', path: '/saml/role', operation: 'ConsoleLogin', maxBytes: MAX_CHOICE_BYTES, handle: (call) => choose(call, parts) },
  ];
}

/** What proves somebody, until they have chosen a role. The assertion is verified again then. */
interface Proof {
  readonly samlResponse: string;
  readonly pairs: readonly RolePair[];
  /** That the identity provider wants the session to last. */
  readonly seconds: number;
  readonly destination: string;
}

const choicesOf = (installation: Installation) => new RoleChoices<Proof>({ installation, door: 'saml', action: '/saml/role' });

async function arrive(call: PageCall, parts: SamlPagesParts): Promise<PageAnswer> {
  const { installation } = parts;
  const now = installation.clock.now();
  const samlResponse = call.form.get('SAMLResponse') ?? '';
  if (samlResponse === '' || samlResponse.length > LONGEST_ASSERTION)
    throw refuse(400, 'ValidationException', 'Your request did not include a SAML response. Start at your identity provider.');
  const { offered, assertion } = await verify(samlResponse, call, parts);
  // Over all nodes, and whichever role is chosen (threat X10).
  const use = `saml-sign-in:${hash('sha256', JSON.stringify([assertion.issuer, assertion.id]), 'base64url')}`;
  // As long as anybody would take it: its end lies at most five minutes after it was issued, by a clock that may be five minutes ahead.
  if (!(await spend(installation.store, use, now + 600_000, now)))
    throw refuse(403, 'AccessDeniedException', 'This sign-in has been used before. Start again at your identity provider.');
  const destination = consoleDestination(call.form.get('RelayState'), call.origin);
  const [only, ...others] = offered;
  const seconds = wantedSeconds(assertion.attributes);
  if (only && others.length === 0) return enter(call, { samlResponse, pair: only, seconds, destination }, parts);
  const roleArns = offered.map(({ roleArn }) => roleArn);
  return { response: await choicesOf(installation).offer(roleArns, { samlResponse, pairs: offered, seconds, destination }) };
}

interface Arrived {
  readonly assertion: VerifiedSaml['assertion'];
  readonly offered: readonly RolePair[];
}

/** The roles that are offered by providers which have signed for them. @throws ServiceError  none has */
async function verify(samlResponse: string, { part, origin }: PageCall, { installation }: SamlPagesParts): Promise<Arrived> {
  const now = installation.clock.now();
  const named = part === '' ? undefined : await installation.store.find(samlProviders, 'uuid', [part]);
  if (part !== '' && !named) throw refuse(400, 'ValidationException', "Specified provider doesn't exist.");
  const claimed = named ? [samlProviderArn(named)] : claimedProviders(samlResponse);
  if (claimed.length === 0)
    throw refuse(
      400,
      'ValidationException',
      'The response names no role and provider. Encrypted ones are sent to the address that names the provider.',
    );
  if (claimed.length > MOST_PROVIDERS)
    throw refuse(400, 'ValidationException', `The response names more than ${MOST_PROVIDERS} providers.`);
  let assertion: VerifiedSaml['assertion'] | undefined;
  let problem: unknown;
  const offered: RolePair[] = [];
  for (const providerArn of claimed) {
    const provider = parseSamlProviderArn(providerArn);
    if (!provider) continue;
    try {
      const verified = await verifySaml(samlResponse, provider, { installation, now });
      refuseElsewhere(verified, origin, named?.uuid);
      assertion = verified.assertion;
      offered.push(
        ...rolesOf(verified.assertion.attributes).filter(
          (pair) => pair.providerArn === providerArn && pair.roleArn.startsWith(`arn:aws:iam::${provider.account}:role/`),
        ),
      );
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      problem ??= error;
    }
  }
  if (!assertion || offered.length === 0)
    throw problem ?? refuse(400, 'ValidationException', "SAML Assertion doesn't contain a Role and Metadata in the attributes");
  return { assertion, offered };
}

const AWS_ADDRESS = /^https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com$/;

/**
 * That the response was made for this endpoint: its recipient, and its destination where it names one, are this address, and it says for whom it is.
 * @throws ServiceError  400
 */
function refuseElsewhere({ assertion, destination }: VerifiedSaml, origin: string, providerId: string | undefined): void {
  const isHere = (address: string): boolean => {
    const [, place = '', , id] = /^(https?:\/\/[^/]+)\/saml(\/acs\/([\w-]+))?$/.exec(address) ?? [];
    return (place === origin || AWS_ADDRESS.test(place)) && (id === undefined || id === providerId);
  };
  if (!isHere(assertion.confirmation?.recipient ?? '') || (destination !== undefined && !isHere(destination)))
    throw refuse(400, 'ValidationException', `The response was made for another address than ${origin}/saml.`);
  if (assertion.audiences.length === 0) throw refuse(400, 'ValidationException', 'Response does not contain the required audience.');
}

async function choose(call: PageCall, parts: SamlPagesParts): Promise<PageAnswer> {
  const { proof, roleArn } = await choicesOf(parts.installation).take(call.form);
  const pair = proof.pairs.find((each) => each.roleArn === roleArn);
  if (!pair) throw new Error('a role was offered without its provider');
  return enter(call, { ...proof, pair }, parts);
}

interface Entry extends Omit<Proof, 'pairs'> {
  readonly pair: RolePair;
}

async function enter(call: PageCall, entry: Entry, parts: SamlPagesParts): Promise<PageAnswer> {
  const { roleArn: RoleArn, providerArn: PrincipalArn } = entry.pair;
  const DurationSeconds = Math.max(SHORTEST, Math.min(entry.seconds, await longest(RoleArn, parts.installation)));
  const input = { RoleArn, PrincipalArn, SAMLAssertion: entry.samlResponse, DurationSeconds };
  const { destination } = entry;
  const from = browserFacts(call, call.request.headers.referer);
  return enterByRole(call, { operation: 'AssumeRoleWithSAML', input, method: 'saml', destination }, from, parts);
}

/** Seconds. */
const SHORTEST = 900;
const USUAL = 3600;

/** What the assertion says, or an hour. Whether it may say so is for STS to judge. */
const wantedSeconds = (attributes: VerifiedSaml['assertion']['attributes']): number =>
  Number(attributes.get('https://aws.amazon.com/SAML/Attributes/SessionDuration')?.[0]) || USUAL;

/** As long as the role allows; an hour where there is none, which STS then says in its own way. */
async function longest(roleArn: string, { store }: Installation): Promise<number> {
  const { account = '', resource = '' } = parseArn(roleArn) ?? {};
  const role = await store.get(roles, [account, foldCase(resource.slice(resource.lastIndexOf('/') + 1))]);
  return role?.maxSessionDuration ?? USUAL;
}
