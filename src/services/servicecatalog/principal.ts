import type {
  AssociatePrincipalWithPortfolioInput,
  DisassociatePrincipalFromPortfolioInput,
  ListPrincipalsForPortfolioInput,
  ListPrincipalsForPortfolioOutput,
} from '@aws-sdk/client-service-catalog';
import type { Caller } from '../../authentication/caller.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { iamArn, parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import type { Valid } from '../../model/valid.ts';
import { globOfText, matchesGlob } from '../../policy/match/glob.ts';
import { groups, memberships, roles, users } from '../../store/tables/iam.ts';
import { catalogEntries } from '../../store/tables/service-catalog.ts';
import { all, type Entry, entryOf, find, remove, requireRoom, type Where } from './entry.ts';
import { invalid, notFound } from './errors.ts';
import { pageOf } from './page.ts';
import { portfolioAtHand } from './portfolio.ts';

const QUOTA = { name: 'Users, groups, and roles per portfolio', standard: 100 };

/** `arn:aws:iam:::role/Data*`: of no account, with wildcards after the kind. */
const PATTERN = /^arn:aws:iam:::(user|group|role)\/[\w+=,.@\-/*?]{1,512}$/;

/** The unique id of the user, group or role with exactly this ARN, in the account. */
async function uniqueIdOf(arn: string, { account, reader }: Where): Promise<string | undefined> {
  const { service, resource = '', account: owner } = parseArn(arn) ?? {};
  if (service !== 'iam' || owner !== account) return undefined;
  const key = [account, foldCase(resource.slice(resource.lastIndexOf('/') + 1))];
  if (resource.startsWith('user/')) {
    const user = await reader.get(users, key);
    return user && iamArn(account, `user${user.path}${user.userName}`) === arn ? user.userId : undefined;
  }
  if (resource.startsWith('role/')) {
    const role = await reader.get(roles, key);
    return role && iamArn(account, `role${role.path}${role.roleName}`) === arn ? role.roleId : undefined;
  }
  const group = resource.startsWith('group/') ? await reader.get(groups, key) : undefined;
  return group && iamArn(account, `group${group.path}${group.groupName}`) === arn ? group.groupId : undefined;
}

/** Whom a caller is to principals: their ids and ARNs. A session is its role; a user is also the groups that it is in. */
async function standingOf({ principal }: Caller, { account, reader }: Where): Promise<{ ids: Set<string>; arns: string[] }> {
  const id = principal.roleId ?? principal.uniqueId;
  const ids = new Set([id]);
  const arns = [principal.principalArn ?? principal.arn];
  if (principal.kind !== 'user') return { ids, arns };
  for (const { groupId } of await reader.list(memberships, { index: 'user', prefix: [id] })) {
    const group = await reader.find(groups, 'id', [groupId]);
    if (!group) continue;
    ids.add(groupId);
    arns.push(iamArn(account, `group${group.path}${group.groupName}`));
  }
  return { ids, arns };
}

/**
 * Portfolios of which the caller is a principal. One that was named by its ARN is bound to its unique id: whoever gets the name later is
 * another.
 */
export async function portfoliosOf(scope: Scope): Promise<Entry<'portfolio'>[]> {
  const { ids, arns } = await standingOf(scope.caller, scope);
  const names = arns.map(withoutAccount);
  const found = new Map<string, Entry<'portfolio'> | undefined>();
  for (const { parent, settings } of await all('principal', scope)) {
    const { uniqueId, principalType, arn } = settings;
    const isMeant =
      principalType === 'IAM' ? uniqueId !== undefined && ids.has(uniqueId) : names.some((name) => matchesGlob(globOfText(arn), name));
    if (isMeant && !found.has(parent)) found.set(parent, await portfolioAtHand(parent, scope));
  }
  return [...found.values()].filter((portfolio) => portfolio !== undefined);
}

const withoutAccount = (arn: string): string => arn.replace(/^(arn:aws:iam::)[0-9]{12}:/, '$1:');

const idOf = (portfolioId: string, type: string, arn: string): string => `${portfolioId}/${type}/${arn}`;

/**
 * Lets a user, a group or a role launch the products of a portfolio.
 * @throws InvalidParametersException  nobody has this ARN; or, where it is a pattern, it is none
 * @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AssociatePrincipalWithPortfolio.html
 */
export async function associatePrincipal(input: Valid<AssociatePrincipalWithPortfolioInput>, context: OperationContext): Promise<object> {
  const { PortfolioId, PrincipalARN: arn, PrincipalType: type } = input;
  const principalType = type as 'IAM' | 'IAM_PATTERN';
  await context.installation.store.write(async (writer) => {
    const call = { ...context, reader: writer };
    if (!(await portfolioAtHand(PortfolioId, call))) throw notFound('Portfolio', PortfolioId);
    const uniqueId = principalType === 'IAM' ? await uniqueIdOf(arn, call) : undefined;
    if (principalType === 'IAM' ? uniqueId === undefined : !PATTERN.test(arn)) throw invalid(`Invalid principal ARN: ${arn}.`);
    const id = idOf(PortfolioId, principalType, arn);
    const settings = { arn, principalType, ...(uniqueId !== undefined && { uniqueId }) };
    const former = await find('principal', id, call);
    // Named again after it was made anew: it is this one that is meant.
    if (former) return writer.update(catalogEntries, { ...former, settings });
    await requireRoom('principal', QUOTA, call, PortfolioId);
    await writer.insert(catalogEntries, entryOf(context, { type: 'principal', id, name: arn, parent: PortfolioId, settings }));
  });
  return {};
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DisassociatePrincipalFromPortfolio.html */
export async function disassociatePrincipal(
  { PortfolioId, PrincipalARN, PrincipalType = 'IAM' }: Valid<DisassociatePrincipalFromPortfolioInput>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const found = await find('principal', idOf(PortfolioId, PrincipalType, PrincipalARN), { ...context, reader: writer });
    if (!found) throw notFound('Principal', PrincipalARN);
    await remove(writer, found);
  });
  return {};
}

/** @see https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ListPrincipalsForPortfolio.html */
export async function listPrincipals(
  input: Valid<ListPrincipalsForPortfolioInput>,
  context: OperationContext,
): Promise<ListPrincipalsForPortfolioOutput> {
  if (!(await portfolioAtHand(input.PortfolioId, context))) throw notFound('Portfolio', input.PortfolioId);
  const principals = await all('principal', context, { parent: input.PortfolioId });
  const { page, next } = pageOf(principals, 'ListPrincipalsForPortfolio', input, context);
  return { Principals: page.map(({ settings }) => ({ PrincipalARN: settings.arn, PrincipalType: settings.principalType })), ...next };
}
