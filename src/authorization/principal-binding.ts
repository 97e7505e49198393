import { iamArn, parseArn } from '../core/arn.ts';
import { foldCase } from '../core/name.ts';
import { ServiceError } from '../core/service-error.ts';
import { type PrincipalEntry, parsePolicy } from '../policy/index.ts';
import type { Reader } from '../store/store.ts';
import { roles, users } from '../store/tables/iam.ts';

/*
 * Policies that name principals are stored with users and roles named by unique id instead of ARN, so that whoever later gets the name of a
 * deleted user or role inherits nothing (threat E14). Reading turns ids back into ARNs while their owner exists. Only the texts of principals
 * change; white space, order and the forms of lists stay as submitted. Conditions (`aws:PrincipalArn`) are never touched.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */

/**
 * The text to store for a document that has passed validation.
 * @throws MalformedPolicyDocumentException  400  `Invalid principal in policy: "AWS":"…"`: a principal that does not exist or cannot be one
 */
export function bindPrincipals(document: string, reader: Reader): Promise<string> {
  return rewritePrincipals(document, async (entry) => {
    switch (entry.type) {
      case 'AWS':
        return bindAwsPrincipal(entry.text, reader);
      case 'Service':
        if (!isServiceName(entry.text)) throw invalidPrincipal('SERVICE', entry.text);
        return entry.text;
      case 'Federated':
        if (!isFederatedName(entry.text)) throw malformed('Federated principals must be valid domain names or SAML metadata ARNs');
        return entry.text;
      case 'CanonicalUser':
        // S3's own kind of principal; nothing here has such users.
        throw invalidPrincipal('CanonicalUser', entry.text);
    }
  });
}

/**
 * The text to store for a document that comes from elsewhere: users and roles that are here are bound, all other principals stay as they are
 * written. Refuses none: of what an account trusts, not everything need be in this installation.
 */
export function bindKnownPrincipals(document: string, reader: Reader): Promise<string> {
  return rewritePrincipals(document, async ({ type, text }) => {
    const arn = type === 'AWS' ? parseArn(text) : undefined;
    if (arn?.partition !== 'aws' || arn.service !== 'iam' || arn.region !== '' || !ACCOUNT_ID.test(arn.account)) return text;
    return (await uniqueIdOf(text, arn.account, arn.resource, reader)) ?? text;
  });
}

/** The text to show for a stored document: an id becomes the ARN its owner has now, and stays an id when the owner is gone. */
export function showPrincipals(stored: string, reader: Reader): Promise<string> {
  return rewritePrincipals(stored, async (entry) => {
    if (entry.type !== 'AWS' || !UNIQUE_ID.test(entry.text)) return entry.text;
    return (await arnOfUniqueId(entry.text, reader)) ?? entry.text;
  });
}

const UNIQUE_ID = /^(AIDA|AROA)[A-Z2-7]{17}$/;
const ACCOUNT_ID = /^[0-9]{12}$/;

/** Names as IAM makes them; wildcards are none of these characters. */
const SESSION = /^(assumed-role\/[\w+=,.@-]{1,64}\/[\w+=,.@-]{2,64}|federated-user\/[\w+=,.@-]{2,32})$/;

/** `sagemaker.amazonaws.com`, with region or in China as well. Which services there are is not known here: that the name exists is (unverified). */
const isServiceName = (text: string): boolean => text.length <= 128 && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(text);

/** A web identity provider's domain, or the ARN of a provider in IAM. Bound by name: whoever makes the provider anew revives the trust, as on AWS. */
function isFederatedName(text: string): boolean {
  const arn = parseArn(text);
  if (!arn) return text.length <= 255 && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text);
  const provider = /^(saml-provider\/[\w._-]{1,128}|oidc-provider\/[^*?\s]{1,255})$/.test(arn.resource);
  return arn.partition === 'aws' && arn.service === 'iam' && arn.region === '' && ACCOUNT_ID.test(arn.account) && provider;
}

async function bindAwsPrincipal(text: string, reader: Reader): Promise<string> {
  if (text === '*') return text;
  // Accounts need not live in this installation: trust in one that does not harms nobody, and templates name their vendors' accounts.
  if (ACCOUNT_ID.test(text)) return text;
  if (UNIQUE_ID.test(text)) {
    if ((await arnOfUniqueId(text, reader)) === undefined) throw invalidPrincipal('AWS', text);
    return text;
  }
  const arn = parseArn(text);
  if (arn?.partition !== 'aws' || arn.region !== '' || !ACCOUNT_ID.test(arn.account)) throw invalidPrincipal('AWS', text);
  if (arn.service === 'iam' && arn.resource === 'root') return text;
  if (arn.service === 'sts' && SESSION.test(arn.resource)) return text;
  const id = arn.service === 'iam' ? await uniqueIdOf(text, arn.account, arn.resource, reader) : undefined;
  if (id === undefined) throw invalidPrincipal('AWS', text);
  return id;
}

/** The id of the user or role whose ARN is exactly this: case and path count here, though names are unique regardless of them. */
async function uniqueIdOf(text: string, account: string, resource: string, reader: Reader): Promise<string | undefined> {
  const name = foldCase(resource.slice(resource.lastIndexOf('/') + 1));
  if (resource.startsWith('user/')) {
    const user = await reader.get(users, [account, name]);
    return user && iamArn(account, `user${user.path}${user.userName}`) === text ? user.userId : undefined;
  }
  if (resource.startsWith('role/')) {
    const role = await reader.get(roles, [account, name]);
    return role && iamArn(account, `role${role.path}${role.roleName}`) === text ? role.roleId : undefined;
  }
  return undefined;
}

async function arnOfUniqueId(id: string, reader: Reader): Promise<string | undefined> {
  if (id.startsWith('AIDA')) {
    const user = await reader.find(users, 'id', [id]);
    return user && iamArn(user.accountId, `user${user.path}${user.userName}`);
  }
  const role = await reader.find(roles, 'id', [id]);
  return role && iamArn(role.accountId, `role${role.path}${role.roleName}`);
}

/** Puts other texts in the place of a document's principals. One look-up for each text, however often it stands there. */
async function rewritePrincipals(document: string, rewrite: (entry: PrincipalEntry) => Promise<string>): Promise<string> {
  const known = new Map<string, string>();
  let result = '';
  let copied = 0;
  for (const statement of parsePolicy(document).statements) {
    for (const entry of [statement.principal, statement.notPrincipal].flatMap((element) => element?.entries ?? [])) {
      const name = `${entry.type} ${entry.text}`;
      const replacement = known.get(name) ?? (await rewrite(entry));
      known.set(name, replacement);
      if (replacement === entry.text) continue;
      result += document.slice(copied, entry.at) + JSON.stringify(replacement);
      copied = endOfString(document, entry.at);
    }
  }
  return result + document.slice(copied);
}

/** One past the closing quote of the string that begins at `start`. The document has been read, so the quote is there. */
function endOfString(document: string, start: number): number {
  let at = start + 1;
  while (document[at] !== '"') at += document[at] === '\\' ? 2 : 1;
  return at + 1;
}

const malformed = (message: string): ServiceError => new ServiceError('MalformedPolicyDocumentException', message);

const invalidPrincipal = (type: string, value: string): ServiceError => malformed(`Invalid principal in policy: "${type}":"${value}"`);
