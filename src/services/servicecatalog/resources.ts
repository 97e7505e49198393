import type { ResourceType, Scope, Target } from '../../authorization/operation.ts';
import { PARTITION } from '../../core/arn.ts';
import { all, type Entry, find } from './entry.ts';
import { pathsOf } from './launch-path.ts';
import { portfolioAtHand } from './portfolio.ts';
import { productAtHand } from './product-at-hand.ts';

const arnOf = ({ account, region }: Scope, resource: string): string => `arn:${PARTITION}:catalog:${region}:${account}:${resource}`;

const PORTFOLIO = { name: 'Portfolio', arn: 'arn:${Partition}:catalog:${Region}:${Account}:portfolio/${PortfolioId}' } as const;
const PRODUCT = { name: 'Product', arn: 'arn:${Partition}:catalog:${Region}:${Account}:product/${ProductId}' } as const;

/** Under the caller's account, also where it is another's and shared: whether it is, a denial does not tell (unverified). */
const portfolioTarget = async (id: string, scope: Scope): Promise<Target> => ({
  arn: arnOf(scope, `portfolio/${id}`),
  account: scope.account,
  tags: (await portfolioAtHand(id, scope))?.tags,
});

/** A portfolio that is named `Id`. */
export const portfolio: ResourceType<{ readonly Id: string }> = { ...PORTFOLIO, locate: ({ Id }, scope) => portfolioTarget(Id, scope) };

/** One that is named `PortfolioId`. */
export const portfolioOfCall: ResourceType<{ readonly PortfolioId: string }> = {
  ...PORTFOLIO,
  locate: ({ PortfolioId }, scope) => portfolioTarget(PortfolioId, scope),
};

/** What is to be made has no id yet: granted on all, or not (unverified). */
export const newPortfolio: ResourceType<object> = {
  ...PORTFOLIO,
  locate: (_, scope) => ({ arn: arnOf(scope, 'portfolio/*'), account: scope.account }),
};
export const newProduct: ResourceType<object> = {
  ...PRODUCT,
  locate: (_, scope) => ({ arn: arnOf(scope, 'product/*'), account: scope.account }),
};

/**
 * A product by its id; by its name, the one that the call will be about, so that no policy about a product is got around by naming it otherwise.
 * Of a name that none or several have, nothing comes of the call.
 */
async function productTarget(id: string | undefined, namesakes: () => Promise<Entry<'product'>[]>, scope: Scope): Promise<Target> {
  const named = id === undefined ? new Map((await namesakes()).map((product) => [product.id, product])) : undefined;
  const product = id !== undefined ? await productAtHand(id, scope) : named?.size === 1 ? [...named.values()][0] : undefined;
  return { arn: arnOf(scope, `product/${id ?? product?.id ?? '*'}`), account: scope.account, tags: product?.tags };
}

/** As its users name it: of what they see. */
const userTarget = (id: string | undefined, name: string | undefined, scope: Scope): Promise<Target> =>
  productTarget(
    id,
    async () => (await pathsOf(scope)).map(({ product }) => product).filter((product) => name !== undefined && product.name === name),
    scope,
  );

type IdOrName = { readonly Id?: string | undefined; readonly Name?: string | undefined };

export const product: ResourceType<IdOrName> = { ...PRODUCT, locate: ({ Id, Name }, scope) => userTarget(Id, Name, scope) };

/** As its administrators name it: of the account's own. */
export const administeredProduct: ResourceType<IdOrName> = {
  ...PRODUCT,
  locate: ({ Id, Name }, scope) =>
    productTarget(Id, () => (Name === undefined ? Promise.resolve([]) : all('product', scope, { name: Name })), scope),
};

export const productOfCall: ResourceType<{ readonly ProductId?: string | undefined; readonly ProductName?: string | undefined }> = {
  ...PRODUCT,
  locate: ({ ProductId, ProductName }, scope) => userTarget(ProductId, ProductName, scope),
};

/** Of no type that policies could name: looked up all the same, as conditions ask whose it is. */
const ANYTHING = { name: '*', arn: '*' } as const;
const anything = <Stored>({ account }: Scope, stored: Stored): Target<Stored> => ({ arn: '*', account, stored });

type Provisioned = Entry<'provisioned-product'> | undefined;

/** By its id, its name, or an ARN that ends in the id. */
async function findProvisioned(id: string | undefined, name: string | undefined, scope: Scope): Promise<Provisioned> {
  const known = id ?? (name?.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : undefined);
  if (known !== undefined) return find('provisioned-product', known, scope);
  return name === undefined ? undefined : (await all('provisioned-product', scope, { name }))[0];
}

export const provisioned: ResourceType<{ readonly Id?: string | undefined; readonly Name?: string | undefined }, Provisioned> = {
  ...ANYTHING,
  locate: async ({ Id, Name }, scope) => anything(scope, await findProvisioned(Id, Name, scope)),
};

export const provisionedOfCall: ResourceType<
  { readonly ProvisionedProductId?: string | undefined; readonly ProvisionedProductName?: string | undefined },
  Provisioned
> = {
  ...ANYTHING,
  locate: async ({ ProvisionedProductId, ProvisionedProductName }, scope) =>
    anything(scope, await findProvisioned(ProvisionedProductId, ProvisionedProductName, scope)),
};

export const record: ResourceType<{ readonly Id: string }, Entry<'record'> | undefined> = {
  ...ANYTHING,
  locate: async ({ Id }, scope) => anything(scope, await find('record', Id, scope)),
};
