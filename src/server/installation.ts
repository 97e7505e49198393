import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AccountEvents } from '../audit/account-events.ts';
import { type AuditSink, toAll } from '../audit/event.ts';
import { Authenticator } from '../authentication/authenticate.ts';
import type { KeyRing } from '../authentication/master-key.ts';
import { type PasswordCost, Passwords } from '../authentication/password.ts';
import { SamlProviders } from '../authentication/saml/saml-providers.ts';
import { SecretBox } from '../authentication/secret-box.ts';
import { SessionTokens } from '../authentication/session-token.ts';
import { IssuerKeys } from '../authentication/web-identity/issuer-keys.ts';
import { ApplicablePolicies } from '../authorization/applicable-policies.ts';
import { Authorizer, type DecisionObserver } from '../authorization/authorize.ts';
import { DecisionLog } from '../authorization/decision-log.ts';
import type { Installation } from '../authorization/installation.ts';
import { LastUsed } from '../authorization/last-used.ts';
import { createRoleAccess } from '../authorization/role-access.ts';
import { createRowsFromData } from '../authorization/rows-from-data.ts';
import { createTrustCheck } from '../authorization/trust.ts';
import type { Clock } from '../core/clock.ts';
import { type Random, uuid } from '../core/id.ts';
import { type MailChannel, noMail } from '../core/mail.ts';
import { nothingOutbound, nothingPosted, type Outbound, type OutboundPosts } from '../core/outbound.ts';
import { DEFAULT_REGIONS } from '../core/region.ts';
import { loadModelIndex, loadServiceModel } from '../model/load-model.ts';
import { openManagedPolicies } from '../model/managed-policies.ts';
import { openServiceAuthorization } from '../model/service-authorization.ts';
import type { ServiceModel } from '../model/service-model.ts';
import { createPolicyCompiler } from '../policy/index.ts';
import { createRouter, type ModelSource } from '../protocol/index.ts';
import { accountOperations } from '../services/account/operations.ts';
import { cloudtrailOperations } from '../services/cloudtrail/operations.ts';
import { ec2Operations } from '../services/ec2/operations.ts';
import { iamOperations } from '../services/iam/operations.ts';
import { identitystoreOperations } from '../services/identitystore/operations.ts';
import { organizationsOperations } from '../services/organizations/operations.ts';
import { sagemakerOperations } from '../services/sagemaker/operations.ts';
import { sagemakerA2iRuntimeOperations } from '../services/sagemaker-a2i-runtime/operations.ts';
import { sagemakerRuntimeOperations } from '../services/sagemaker-runtime/operations.ts';
import { servicecatalogOperations } from '../services/servicecatalog/operations.ts';
import { ssoOperations } from '../services/sso/operations.ts';
import { ssoAdminOperations } from '../services/sso-admin/operations.ts';
import { ssoOidcOperations } from '../services/sso-oidc/operations.ts';
import { stsOperations } from '../services/sts/operations.ts';
import { Propagation } from '../store/propagation.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { settings as settingsTable } from '../store/tables/account.ts';
import { allTables, documentMigrations, tablesOfAuthorization } from '../store/tables/index.ts';
import { Pipeline, type PipelineParts } from './pipeline.ts';

/** The tables of all services: who may call what. */
export const tables = {
  iam: iamOperations,
  sts: stsOperations,
  organizations: organizationsOperations,
  account: accountOperations,
  cloudtrail: cloudtrailOperations,
  ec2: ec2Operations,
  sagemaker: sagemakerOperations,
  'sagemaker-runtime': sagemakerRuntimeOperations,
  'sagemaker-a2i-runtime': sagemakerA2iRuntimeOperations,
  servicecatalog: servicecatalogOperations,
  identitystore: identitystoreOperations,
  'sso-admin': ssoAdminOperations,
  sso: ssoOperations,
  'sso-oidc': ssoOidcOperations,
};

export interface InstallationSettings {
  /** Directory of the database; it exists, and only its owner may enter it. */
  readonly directory: string;
  /** The data dies with the process, so nothing waits for the disk. */
  readonly ephemeral: boolean;
  /** The package's generated data: `packageData()`. */
  readonly packageData: string;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly random: Random;
  /** See Installation.pace. */
  readonly pace: number;
  readonly audit: AuditSink;
  readonly logError: (error: unknown, requestId?: string) => void;
  /** Milliseconds until authorization sees what IAM was told; 0 when absent. */
  readonly iamPropagation?: number | undefined;
  /** Other quotas than AWS's standard ones, by name. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Tests make cheap hashes. */
  readonly passwordCost?: PasswordCost;
  readonly signatureHints?: boolean;
  /** The way out, to identity providers; nobody is called when absent. */
  readonly outbound?: Outbound & OutboundPosts;
  /** The way to the containers of models; nobody is called when absent. */
  readonly containers?: OutboundPosts;
  /** The way to people's mailboxes; there is none when absent. */
  readonly mail?: MailChannel;
  /** See PipelineParts.refuseForeign. */
  readonly refuseForeign?: PipelineParts['refuseForeign'];
  /** See PipelineParts.checkOutput. */
  readonly checkOutput?: PipelineParts['checkOutput'];
  /** Hears of every decision: the tour prints why. */
  readonly observe?: DecisionObserver | undefined;
}

export interface OpenInstallation {
  readonly installation: Installation;
  readonly models: ModelSource;
  readonly pipeline: Pipeline;
  readonly lastUsed: LastUsed;
  readonly decisions: DecisionLog;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  /** Lets authorization see at once what it would see later under `iamPropagation`. */
  propagate(): void;
  close(): Promise<void>;
}

/** Opens the store and puts everything together. The only place that knows all the parts. */
export async function openInstallation(settings: InstallationSettings): Promise<OpenInstallation> {
  const { keys, clock, random, packageData, outbound = nothingOutbound, containers = nothingPosted, mail = noMail } = settings;
  const database = new SqliteStore({
    path: join(settings.directory, 'sagegate.db'),
    durability: settings.ephemeral ? 'off' : 'full',
    tables: allTables,
    migrations: documentMigrations,
  });
  const propagation = settings.iamPropagation
    ? new Propagation(database, tablesOfAuthorization, settings.iamPropagation, clock)
    : undefined;
  const store = propagation?.store ?? database;
  const authorizationView = propagation?.delayed ?? database;
  const secrets = new SecretBox(keys, random);
  const sessionTokens = new SessionTokens(keys, random, await installationId(store, random));
  const awsManagedPolicies = openManagedPolicies(join(packageData, 'managed-policies'));
  const serviceAuthorizations = openServiceAuthorization(join(packageData, 'service-authorization'));
  const policies = new ApplicablePolicies(authorizationView, createPolicyCompiler(), awsManagedPolicies);
  const authorizer = new Authorizer(policies, settings.observe);
  const models = openModels(join(packageData, 'models'));
  const installation: Installation = {
    store,
    authorizationView,
    clock,
    random,
    keys,
    secrets,
    sessionTokens,
    passwords: new Passwords({ random, ...(settings.passwordCost ? { cost: settings.passwordCost } : {}) }),
    awsManagedPolicies,
    serviceAuthorizations,
    guardrails: policies.guardrails,
    accountEvents: new AccountEvents(),
    serviceMayAssume: createTrustCheck(authorizer, authorizationView),
    roleAccess: createRoleAccess(authorizer),
    model: models.load,
    regions: DEFAULT_REGIONS,
    federation: { outbound, issuerKeys: new IssuerKeys(outbound, clock), samlProviders: new SamlProviders(store, secrets), failLate },
    containers,
    mail,
    background: (work) => void work().catch((error: unknown) => settings.logError(error)),
    quota: (_account, name, standard) => settings.quotas?.[name] ?? standard,
    pace: settings.pace,
  };
  const lastUsed = new LastUsed(store, (error) => settings.logError(error));
  const decisions = new DecisionLog(random);
  const authenticator = new Authenticator({
    store: authorizationView,
    secrets,
    sessionTokens,
    clock,
    signatureHints: settings.signatureHints ?? false,
  });
  const pipeline = new Pipeline({
    router: createRouter(models),
    authenticator,
    authorizer,
    installation,
    tables,
    rowFromData: createRowsFromData(serviceAuthorizations),
    lastUsed,
    decisions,
    audit: toAll(installation.accountEvents, settings.audit),
    ...(propagation && { settle: () => propagation.settle() }),
    requestId: () => randomUUID(),
    logError: (error, requestId) => settings.logError(error, requestId),
    checkOutput: settings.checkOutput,
    refuseForeign: settings.refuseForeign,
  });
  return {
    installation,
    models,
    pipeline,
    lastUsed,
    decisions,
    authenticator,
    authorizer,
    propagate: () => propagation?.settle(Number.POSITIVE_INFINITY),
    close: async () => {
      await lastUsed.written();
      await store.close();
    },
  };
}

async function failLate<Result>(milliseconds: number, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  try {
    return await work();
  } catch (error) {
    await setTimeout(Math.max(0, milliseconds - (performance.now() - began)));
    throw error;
  }
}

/** Names this installation's data: a session token of another one does not open here, even under the same master key. */
async function installationId(store: Store, random: Random): Promise<string> {
  const known = await store.get(settingsTable, ['installation-id']);
  if (known) return known.value;
  const value = uuid(random);
  await store.write((writer) => writer.insert(settingsTable, { name: 'installation-id', value }));
  return value;
}

/** Models by service, each read when it is first asked for. */
function openModels(directory: string): ModelSource {
  const models = new Map<string, ServiceModel>();
  return {
    index: loadModelIndex(directory),
    load(service) {
      let model = models.get(service);
      if (!model) {
        model = loadServiceModel(directory, service);
        models.set(service, model);
      }
      return model;
    },
  };
}
