import { ServiceCatalog } from '@aws-sdk/client-service-catalog';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect } from 'vitest';
import { ServiceError } from '../../../src/core/service-error.ts';
import {
  type Credentials,
  clientConfig,
  policy,
  startTestServer,
  type TestAccount,
  type TestServer,
  type TestServerOptions,
} from '../../harness.ts';

export interface CatalogStage {
  server: TestServer;
  account: TestAccount;
  /** As an administrator of the account. */
  admin: ServiceCatalog;
  adminArn: string;
  /** A user with just these statements. */
  user(...statements: object[]): Promise<{ catalog: ServiceCatalog; arn: string; name: string; credentials: Credentials }>;
  as(credentials: Credentials, region?: string): ServiceCatalog;
  portfolio(DisplayName: string, more?: object): Promise<string>;
  /** A product with one version. */
  product(Name: string, more?: object): Promise<{ productId: string; artifactId: string; viewId: string }>;
  /** A portfolio with a product in it, which these principals may launch. */
  offer(name: string, ...principals: string[]): Promise<{ portfolioId: string; productId: string; artifactId: string; viewId: string }>;
  /** A session of a new role that trusts the account and has these statements. */
  session(name: string, statements: readonly object[], sessionName?: string): Promise<{ credentials: Credentials; roleArn: string }>;
  elapse(seconds: number): void;
}

export const allow = (actions: string | string[], resources: string | string[] = '*', condition?: object) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition && { Condition: condition }),
});
export const deny = (actions: string | string[], resources: string | string[] = '*') => ({ ...allow(actions, resources), Effect: 'Deny' });

/** What every version names: where its template is. */
export const template = { LoadTemplateFromURL: 'https://s3.amazonaws.com/bucket/template.json' };

let count = 0;
export const token = (): string => `token-${++count}`;

export function catalogStage(options: TestServerOptions = {}): CatalogStage {
  const s = {} as CatalogStage;
  beforeAll(async () => {
    const server = await startTestServer(options);
    const account = await server.account();
    const as = (credentials: Credentials, region = 'us-east-1') =>
      new ServiceCatalog({ ...clientConfig(server, credentials, region), systemClockOffset: server.clock.now() - Date.now() });
    const user: CatalogStage['user'] = async (...statements) => {
      const name = `person-${++count}`;
      const credentials = await account.user(name, statements.length > 0 ? { inline: { granted: policy(...statements) } } : {});
      return {
        credentials,
        name,
        arn: `arn:aws:iam::${account.id}:user/${name}`,
        // Signs by the server's clock, wherever that has been moved since.
        get catalog() {
          return as(credentials);
        },
      };
    };
    const administrator = await user(allow('*'));
    Object.assign(s, { server, account, as, user, adminArn: administrator.arn } satisfies Partial<CatalogStage>);
    Object.defineProperty(s, 'admin', { get: () => administrator.catalog });
    s.elapse = (seconds) => server.clock.advance(seconds * 1000);
    s.portfolio = async (DisplayName, more = {}) => {
      const made = await s.admin.createPortfolio({ DisplayName, ProviderName: 'IT', IdempotencyToken: token(), ...more });
      return made.PortfolioDetail?.Id ?? '';
    };
    s.product = async (Name, more = {}) => {
      const made = await s.admin.createProduct({
        Name,
        Owner: 'IT',
        ProductType: 'CLOUD_FORMATION_TEMPLATE',
        ProvisioningArtifactParameters: { Name: 'v1', Info: template, Type: 'CLOUD_FORMATION_TEMPLATE' },
        IdempotencyToken: token(),
        ...more,
      });
      return {
        productId: made.ProductViewDetail?.ProductViewSummary?.ProductId ?? '',
        viewId: made.ProductViewDetail?.ProductViewSummary?.Id ?? '',
        artifactId: made.ProvisioningArtifactDetail?.Id ?? '',
      };
    };
    s.offer = async (name, ...principals) => {
      const portfolioId = await s.portfolio(name);
      const made = await s.product(name);
      await s.admin.associateProductWithPortfolio({ PortfolioId: portfolioId, ProductId: made.productId });
      for (const PrincipalARN of principals)
        await s.admin.associatePrincipalWithPortfolio({ PortfolioId: portfolioId, PrincipalARN, PrincipalType: 'IAM' });
      return { portfolioId, ...made };
    };
    s.session = async (name, statements, RoleSessionName = 'session') => {
      const trusts = policy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account.id}:root` }, Action: 'sts:AssumeRole' });
      const roleArn = `arn:aws:iam::${account.id}:role/${name}`;
      const known = await account.asRoot('iam', 'GetRole', { RoleName: name }).catch((error: unknown) => {
        if (!(error instanceof ServiceError && error.code === 'NoSuchEntityException')) throw error;
      });
      if (!known) {
        await account.asRoot('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trusts) });
        await account.asRoot('iam', 'PutRolePolicy', {
          RoleName: name,
          PolicyName: 'granted',
          PolicyDocument: JSON.stringify(policy(...statements)),
        });
      }
      const sts = new STS({
        ...clientConfig(server, administrator.credentials),
        systemClockOffset: server.clock.now() - Date.now(),
      });
      const { Credentials: given } = await sts.assumeRole({ RoleArn: roleArn, RoleSessionName });
      return {
        roleArn,
        credentials: {
          accessKeyId: given?.AccessKeyId ?? '',
          secretAccessKey: given?.SecretAccessKey ?? '',
          sessionToken: given?.SessionToken ?? '',
        },
      };
    };
  });
  afterAll(async () => {
    await s.server.close();
    expect(s.server.errors).toEqual([]);
  });
  return s;
}

/** The code that a call is refused with; undefined when it goes through. */
export const refused = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: { name: string }) => error.name,
  );
