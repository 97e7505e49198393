import type { PolicyDocument, PrincipalEntry } from './document.ts';
import { accountOfRoot, isAccountId, isUniqueId } from './match/principal.ts';

/** Every principal a document names, in Principal and NotPrincipal: whether users and roles exist is for the caller to find out. */
export function listPrincipals(document: PolicyDocument): readonly PrincipalEntry[] {
  return document.statements.flatMap(({ principal, notPrincipal }) => (principal ?? notPrincipal)?.entries ?? []);
}

/**
 * AWS's sentence about a principal that cannot be one by its spelling alone; undefined when it may be. Wildcards inside a value, groups,
 * instance profiles and session ARNs with a path cannot.
 */
export function principalProblem({ type, text }: PrincipalEntry, partition: string): string | undefined {
  switch (type) {
    case 'AWS':
      return isAwsPrincipal(text, partition) ? undefined : invalidPrincipal('AWS', text);
    case 'Service':
      return isServiceName(text) ? undefined : invalidPrincipal('SERVICE', text);
    case 'Federated':
      return isFederatedProvider(text, partition) ? undefined : 'Federated principals must be valid domain names or SAML metadata ARNs';
    case 'CanonicalUser':
      return text.length === 64 && consistsOf(text, HEXADECIMAL) ? undefined : invalidPrincipal('CanonicalUser', text);
  }
}

export const invalidPrincipal = (type: string, value: string): string => `Invalid principal in policy: "${type}":"${value}"`;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEXADECIMAL: ReadonlySet<string> = new Set(`${DIGITS}abcdef`);
/** The characters of user, role and session names. */
const NAME: ReadonlySet<string> = new Set(`${LETTERS}${DIGITS}_+=,.@-`);
/** Paths may hold any character from `!` to DEL; those that would act as wildcards in a pattern cannot stand in a principal. */
const isPathCharacter = (character: string): boolean => character >= '!' && character <= '\u007f' && character !== '*' && character !== '?';
const HOST: ReadonlySet<string> = new Set(`${LETTERS}${DIGITS}.-`);

const consistsOf = (text: string, characters: ReadonlySet<string>): boolean => {
  for (const character of text) if (!characters.has(character)) return false;
  return true;
};

const isName = (text: string | undefined, most: number): boolean =>
  text !== undefined && text.length >= 1 && text.length <= most && consistsOf(text, NAME);

function isAwsPrincipal(text: string, partition: string): boolean {
  if (text === '*' || isAccountId(text) || isUniqueId(text)) return true;
  const root = accountOfRoot(text);
  if (root) return root.partition === partition;
  const arn = splitArn(text);
  if (!arn || arn.partition !== partition || arn.region !== '' || !isAccountId(arn.account)) return false;
  const parts = arn.resource.split('/');
  const name = parts.at(-1);
  if (arn.service === 'iam') {
    if (parts[0] !== 'user' && parts[0] !== 'role') return false;
    return parts.length >= 2 && isName(name, 64) && [...arn.resource].every(isPathCharacter);
  }
  if (arn.service !== 'sts') return false;
  if (parts[0] === 'assumed-role') return parts.length === 3 && isName(parts[1], 64) && isName(name, 64);
  return parts[0] === 'federated-user' && parts.length === 2 && isName(name, 32);
}

/** `sagemaker.amazonaws.com`, also with a region or in China. Which services exist is not known here. */
function isServiceName(text: string): boolean {
  const bare = text.endsWith('.amazonaws.com.cn') ? text.slice(0, -'.cn'.length) : text;
  return bare.length <= 128 && bare.endsWith('.amazonaws.com') && isHostName(bare) && bare === bare.toLowerCase();
}

/** A built-in provider's domain name, or the ARN of a SAML or OIDC provider. */
function isFederatedProvider(text: string, partition: string): boolean {
  const arn = splitArn(text);
  if (!arn) return text.length <= 255 && text.includes('.') && isHostName(text);
  if (arn.partition !== partition || arn.service !== 'iam' || arn.region !== '' || !isAccountId(arn.account)) return false;
  const slash = arn.resource.indexOf('/');
  const name = arn.resource.slice(slash + 1);
  if (arn.resource.startsWith('saml-provider/')) return isName(name, 128);
  return arn.resource.startsWith('oidc-provider/') && name.length >= 1 && name.length <= 255 && [...name].every(isPathCharacter);
}

const isHostName = (text: string): boolean => consistsOf(text, HOST) && text.split('.').every((label) => label !== '');

interface Arn {
  readonly partition: string | undefined;
  readonly service: string | undefined;
  readonly region: string | undefined;
  readonly account: string;
  /** Empty where the ARN ends early. */
  readonly resource: string;
}

function splitArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const [, partition, service, region, account = '', ...rest] = text.split(':');
  return { partition, service, region, account, resource: rest.join(':') };
}
