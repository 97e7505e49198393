import { createHash } from 'node:crypto';
import { secretPlace } from '../authentication/authenticate.ts';
import type { Caller } from '../authentication/caller.ts';
import { seedPlace } from '../authentication/mfa.ts';
import { checkPassword } from '../authentication/password-policy.ts';
import { rootCaller } from '../authentication/principals.ts';
import { NEW_TOTP_STATE } from '../authentication/totp.ts';
import type { Installation } from '../authorization/installation.ts';
import { iamArn } from '../core/arn.ts';
import { ServiceError } from '../core/service-error.ts';
import { createAccount } from '../store/new-account.ts';
import { accounts, settings } from '../store/tables/account.ts';
import { accessKeys, users, virtualMfaDevices } from '../store/tables/iam.ts';
import { allTables } from '../store/tables/index.ts';
import type { CallOperation } from './first-key.ts';
import { Baseline } from './reset.ts';
import { seedIdentityCenter, seedOrganization } from './seed-identity-center.ts';
import type { Seed, SeedAccessKey, SeedAccount, SeedRole, SeedUser } from './seed-schema.ts';

/** How far an installation has got with its seed. */
interface SeedState {
  readonly hash: string;
  readonly state: 'applying' | 'applied';
}

const SETTING = 'seed';

/**
 * Puts a seed's accounts into the store, once. What IAM has operations for is done by calling them as the account's root user, so that a seed
 * is validated like any request (threat V05); rows are written only for what nobody may choose over the wire: account ids, key ids, secrets.
 *
 * A seed that was applied is not applied again. Another one than was applied is refused: what has been changed since is not a seed's to undo.
 * When anything fails, nothing of it stays; when the process dies meanwhile, the next start goes on with the same seed.
 * @throws Error  with a sentence for the operator that says where in the seed
 */
export async function applySeed(seed: Seed, installation: Installation, call: CallOperation): Promise<'applied' | 'as before'> {
  const { store } = installation;
  const hash = createHash('sha256').update(JSON.stringify(seed)).digest('base64url');
  const known = await store.get(settings, [SETTING]);
  const before = known && (JSON.parse(known.value) as SeedState);
  if (before && before.hash !== hash) {
    throw new Error('This data was made from another seed. Use another data directory, or --ephemeral, or start without --seed.');
  }
  if (before?.state === 'applied') return 'as before';
  const baseline = await Baseline.take(store, allTables);
  try {
    await setState(installation, { hash, state: 'applying' });
    await new SeedApplication(installation, call, before !== undefined).apply(seed);
    await setState(installation, { hash, state: 'applied' });
    return 'applied';
  } catch (error) {
    await baseline.restore();
    throw error;
  } finally {
    baseline.close();
  }
}

async function setState({ store }: Installation, state: SeedState): Promise<void> {
  const row = { name: SETTING, value: JSON.stringify(state) };
  await store.write(async (writer) =>
    (await writer.get(settings, [SETTING])) ? writer.update(settings, row) : writer.insert(settings, row),
  );
}

const AWS_POLICY = /^arn:/;

class SeedApplication {
  readonly #installation: Installation;
  readonly #call: CallOperation;
  /** Whether an earlier start began with this seed: then what is there already is its own. */
  readonly #resumes: boolean;
  /** How an account's root user finds the ARN of a policy by name. */
  readonly #arnOf = new Map<Caller, (policy: string) => string>();

  constructor(installation: Installation, call: CallOperation, resumes: boolean) {
    this.#installation = installation;
    this.#call = call;
    this.#resumes = resumes;
  }

  /** Accounts first, then what policies are attached to, then roles: a trust policy may name any user or role of the file. */
  async apply(seed: Seed): Promise<void> {
    const roots = new Map<SeedAccount, { root: Caller; at: string }>();
    for (const [i, account] of seed.accounts.entries()) {
      const at = `accounts[${i}]`;
      await this.#at(at, () => this.#createAccount(account));
      const root = await rootCaller(this.#installation.store, account.id);
      if (!root) throw new Error(`${at}: account ${account.id} is closed`);
      roots.set(account, { root, at });
    }
    for (const [account, { root, at }] of roots) await this.#createIdentities(account, root, at);
    await this.#createRoles(
      [...roots].flatMap(([account, { root, at }]) => (account.roles ?? []).map((role, i) => ({ role, root, at: `${at}.roles[${i}]` }))),
    );
    for (const [account, { root, at }] of roots) {
      for (const [i, { name, path, role }] of (account.instanceProfiles ?? []).entries()) {
        await this.#at(`${at}.instanceProfiles[${i}]`, async () => {
          await this.#create(root, 'CreateInstanceProfile', { InstanceProfileName: name, ...given('Path', path) });
          if (role !== undefined)
            await this.#create(root, 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: role }, 'LimitExceeded');
        });
      }
    }
    const parts = { installation: this.#installation, call: this.#call, at: this.#at.bind(this) };
    if (seed.organization) await seedOrganization(seed.organization, parts);
    if (seed.identityCenter) await seedIdentityCenter(seed.identityCenter, parts);
  }

  async #createAccount({ id, name, root }: SeedAccount): Promise<void> {
    const { store, passwords, clock } = this.#installation;
    const known = await store.get(accounts, [id]);
    if (known && !(this.#resumes && known.email === root.email)) {
      throw new Error(`account ${id} is there already, and not by this seed. Use another data directory.`);
    }
    if (!known && (await store.find(accounts, 'email', [accounts.columns.email({ email: root.email } as never)]))) {
      throw new Error(`${root.email} has an account already.`);
    }
    if (root.password !== undefined) checkPassword(root.password, undefined, { name, email: root.email });
    const passwordHash = root.password === undefined ? undefined : await passwords.hash(root.password);
    await store.write(async (writer) => {
      if (!known)
        await createAccount(writer, { accountId: id, name, email: root.email, passwordHash, createdAt: clock.now() }, this.#installation);
    });
    for (const key of root.accessKeys ?? []) await this.#insertKey(id, id, key);
  }

  async #createIdentities(account: SeedAccount, root: Caller, at: string): Promise<void> {
    if (account.alias !== undefined)
      await this.#at(`${at}.alias`, () => this.#create(root, 'CreateAccountAlias', { AccountAlias: account.alias }));
    for (const [i, { name, document, path, description, tags }] of (account.policies ?? []).entries()) {
      await this.#at(`${at}.policies[${i}]`, () =>
        this.#create(root, 'CreatePolicy', {
          PolicyName: name,
          PolicyDocument: JSON.stringify(document),
          ...given('Path', path),
          ...given('Description', description),
          ...givenTags(tags),
        }),
      );
    }
    const paths = new Map((account.policies ?? []).map(({ name, path = '/' }) => [name, path]));
    const arnOf = (policy: string): string =>
      AWS_POLICY.test(policy) ? policy : `arn:aws:iam::${account.id}:policy${paths.get(policy) ?? '/'}${policy}`;
    this.#arnOf.set(root, arnOf);
    for (const [i, group] of (account.groups ?? []).entries()) {
      await this.#at(`${at}.groups[${i}]`, async () => {
        await this.#create(root, 'CreateGroup', { GroupName: group.name, ...given('Path', group.path) });
        await this.#attach(root, 'Group', group);
      });
    }
    for (const [i, user] of (account.users ?? []).entries())
      await this.#at(`${at}.users[${i}]`, () => this.#createUser(account.id, root, user));
    // Last: it asks more of passwords than the default does, and passwords of the seed are what they are.
    if (account.passwordPolicy) await this.#at(`${at}.passwordPolicy`, () => this.#setPasswordPolicy(root, account.passwordPolicy ?? {}));
  }

  async #setPasswordPolicy(root: Caller, policy: NonNullable<SeedAccount['passwordPolicy']>): Promise<void> {
    await this.#call(root, 'iam', 'UpdateAccountPasswordPolicy', {
      ...given('MinimumPasswordLength', policy.minimumLength),
      ...given('RequireSymbols', policy.requireSymbols),
      ...given('RequireNumbers', policy.requireNumbers),
      ...given('RequireUppercaseCharacters', policy.requireUppercase),
      ...given('RequireLowercaseCharacters', policy.requireLowercase),
      ...given('AllowUsersToChangePassword', policy.allowUsersToChange),
      ...given('MaxPasswordAge', policy.maxAgeDays),
      ...given('PasswordReusePrevention', policy.reusePrevention),
      ...given('HardExpiry', policy.hardExpiry),
    });
  }

  async #createUser(accountId: string, root: Caller, user: SeedUser): Promise<void> {
    const { store } = this.#installation;
    await this.#create(root, 'CreateUser', {
      UserName: user.name,
      ...given('Path', user.path),
      ...given('PermissionsBoundary', user.permissionsBoundary && this.#arn(root, user.permissionsBoundary)),
      ...givenTags(user.tags),
    });
    await this.#attach(root, 'User', user);
    for (const group of user.groups ?? []) await this.#call(root, 'iam', 'AddUserToGroup', { GroupName: group, UserName: user.name });
    if (user.password !== undefined) {
      const PasswordResetRequired = user.passwordResetRequired ?? false;
      await this.#create(root, 'CreateLoginProfile', { UserName: user.name, Password: user.password, PasswordResetRequired });
    }
    const row = await store.get(users, [accountId, users.columns.name({ userName: user.name } as never)]);
    if (!row) throw new Error('the user is not there after it was created');
    for (const key of user.accessKeys ?? []) await this.#insertKey(accountId, row.userId, key);
    if (user.mfa) await this.#insertMfaDevice(accountId, row.userId, user.mfa);
  }

  /** As often as it helps: a role whose trust policy names a later one waits for it. */
  async #createRoles(roles: readonly { role: SeedRole; root: Caller; at: string }[]): Promise<void> {
    let waiting = roles;
    while (waiting.length > 0) {
      const refused: { role: SeedRole; root: Caller; at: string; error: unknown }[] = [];
      for (const each of waiting) {
        try {
          await this.#at(each.at, () => this.#createRole(each.root, each.role));
        } catch (error) {
          if (!(error instanceof SeedError && error.message.includes('Invalid principal'))) throw error;
          refused.push({ ...each, error });
        }
      }
      if (refused.length === waiting.length) throw refused[0]?.error;
      waiting = refused;
    }
  }

  async #createRole(root: Caller, role: SeedRole): Promise<void> {
    await this.#create(root, 'CreateRole', {
      RoleName: role.name,
      AssumeRolePolicyDocument: JSON.stringify(role.trustPolicy),
      ...given('Path', role.path),
      ...given('Description', role.description),
      ...given('MaxSessionDuration', role.maxSessionDuration),
      ...given('PermissionsBoundary', role.permissionsBoundary && this.#arn(root, role.permissionsBoundary)),
      ...givenTags(role.tags),
    });
    await this.#attach(root, 'Role', role);
  }

  async #attach(
    root: Caller,
    kind: 'User' | 'Group' | 'Role',
    entity: Pick<SeedUser, 'name' | 'managedPolicies' | 'inlinePolicies'>,
  ): Promise<void> {
    const named = { [`${kind}Name`]: entity.name };
    for (const policy of entity.managedPolicies ?? []) {
      await this.#call(root, 'iam', `Attach${kind}Policy`, { ...named, PolicyArn: this.#arn(root, policy) });
    }
    for (const { name, document } of entity.inlinePolicies ?? []) {
      await this.#call(root, 'iam', `Put${kind}Policy`, { ...named, PolicyName: name, PolicyDocument: JSON.stringify(document) });
    }
  }

  #arn(root: Caller, policy: string): string {
    return this.#arnOf.get(root)?.(policy) ?? policy;
  }

  async #insertKey(accountId: string, ownerId: string, { id, secret, status = 'Active' }: SeedAccessKey): Promise<void> {
    const { store, secrets, clock } = this.#installation;
    const sealedSecret = secrets.seal(secret, secretPlace(accountId, id));
    await store.write(async (writer) => {
      const known = await writer.get(accessKeys, [id]);
      if (known && !(this.#resumes && known.ownerId === ownerId)) throw new Error(`the access key ${id} is there already`);
      if (!known) await writer.insert(accessKeys, { accountId, accessKeyId: id, ownerId, status, sealedSecret, createdAt: clock.now() });
    });
  }

  /** Enabled as it stands: the seed of a device made over the wire is the server's choice, so there is no operation for this. */
  async #insertMfaDevice(accountId: string, userId: string, { name, seed }: NonNullable<SeedUser['mfa']>): Promise<void> {
    const { store, secrets, clock } = this.#installation;
    const serialNumber = iamArn(accountId, `mfa/${name}`);
    const now = clock.now();
    await store.write(async (writer) => {
      if (await writer.get(virtualMfaDevices, [accountId, serialNumber])) {
        if (this.#resumes) return;
        throw new Error(`the MFA device ${name} is there already`);
      }
      await writer.insert(virtualMfaDevices, {
        accountId,
        serialNumber,
        path: '/',
        deviceName: name,
        sealedSeed: secrets.seal(seed, seedPlace(accountId, serialNumber)),
        tags: [],
        createdAt: now,
        enabledAt: now,
        userId,
        totpState: NEW_TOTP_STATE,
      });
    });
  }

  async #create(root: Caller, operation: string, input: object, alreadyThere = 'EntityAlreadyExists'): Promise<void> {
    try {
      await this.#call(root, 'iam', operation, input);
    } catch (error) {
      if (!(this.#resumes && error instanceof ServiceError && error.code.startsWith(alreadyThere))) throw error;
    }
  }

  async #at(where: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ServiceError)
        throw new SeedError(`${where}: ${error.code.replace(/Exception$/, '')}: ${error.message}`, { cause: error });
      if (error instanceof Error && !(error instanceof SeedError)) throw new SeedError(`${where}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}

/** What is wrong with a seed, and where. */
class SeedError extends Error {}

const given = <Name extends string>(name: Name, value: unknown): object => (value === undefined ? {} : { [name]: value });

const givenTags = (tags: Readonly<Record<string, string>> | undefined): object =>
  given('Tags', tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
