import { secretPlace } from '../authentication/authenticate.ts';
import type { Installation } from '../authorization/installation.ts';
import { bindKnownPrincipals } from '../authorization/principal-binding.ts';
import { iamArn, parseArn } from '../core/arn.ts';
import { accessKeyId, secretAccessKey } from '../core/id.ts';
import { foldCase } from '../core/name.ts';
import { ServiceError } from '../core/service-error.ts';
import { PolicyError, parsePolicy } from '../policy/index.ts';
import { createAccount } from '../store/new-account.ts';
import { DuplicateKeyError, type Writer } from '../store/store.ts';
import { accounts } from '../store/tables/account.ts';
import {
  accessKeys,
  attachments,
  type EntityType,
  groups,
  inlinePolicies,
  instanceProfiles,
  managedPolicies,
  memberships,
  type Role,
  roles,
  rolesLastUsed,
  users,
} from '../store/tables/iam.ts';
import type { AccountDetails, AttachedPolicy, DetailedRole, InlinePolicyDetail, TagDetail } from './import-aws-shape.ts';

/** Asked beside the account itself. */
export interface ImportOptions {
  /** Address of the root user, where the account has to be made. */
  readonly email?: string | undefined;
  /** A user of the import that is to have an access key: nobody else can sign anything. */
  readonly accessKeyFor?: string | undefined;
}

export interface Imported {
  readonly accountId: string;
  readonly created: boolean;
  readonly users: number;
  readonly groups: number;
  readonly roles: number;
  readonly policies: number;
  readonly instanceProfiles: number;
  /** AWS's policies in use that this version does not know: they grant nothing here. */
  readonly unknownAwsPolicies: readonly string[];
  readonly accessKey?: { readonly userName: string; readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** 400 */
const unfit = (sentence: string): ServiceError => new ServiceError('ValidationException', sentence, { status: 400 });
/** 409 */
const inTheWay = (sentence: string): ServiceError => new ServiceError('ConflictException', sentence, { status: 409 });

const DEFAULT_SESSION_DURATION = 3600;

/**
 * Loads what `aws iam get-account-authorization-details` prints into the account of the same id, which is made if it is not there: users, groups,
 * roles, policies with their versions, boundaries, trust, tags, instance profiles, with their ids and dates. All of it or nothing.
 *
 * What that print does not hold is not here either: secrets, keys, passwords and MFA devices, descriptions, longest sessions (an hour), tags of
 * policies and instance profiles, empty instance profiles. AWS's own policies are this version's.
 * @throws ServiceError  400  the document is of several accounts or none, not whole, or holds a policy that does not parse; there is no such user
 * @throws ServiceError  409  the account has users, groups, roles or policies already, or a unique id of it is taken
 */
export async function importAccount(details: AccountDetails, installation: Installation, options: ImportOptions): Promise<Imported> {
  const accountId = accountOf(details);
  refuseParts(details);
  const keyOwner = details.UserDetailList.find((user) => user.UserName === options.accessKeyFor);
  if (options.accessKeyFor !== undefined && !keyOwner) throw unfit(`The account has no user ${options.accessKeyFor}.`);
  try {
    return await installation.store.write(async (writer) => {
      const created = await ensureAccount(writer, accountId, installation, options);
      await refuseTaken(writer, accountId);
      const counts = await new Import(writer, accountId).run(details);
      const accessKey = keyOwner && (await giveKey(writer, accountId, keyOwner, installation));
      return {
        accountId,
        created,
        ...counts,
        unknownAwsPolicies: unknownPolicies(details, installation),
        ...(accessKey && { accessKey }),
      };
    });
  } catch (error) {
    if (error instanceof DuplicateKeyError)
      throw inTheWay('A name or unique id stands twice in the document, or an account of this server has it already.');
    throw error;
  }
}

/** The one account that all ARNs are of. */
function accountOf(details: AccountDetails): string {
  const arns = [...details.UserDetailList, ...details.GroupDetailList, ...details.RoleDetailList, ...details.Policies].map(
    ({ Arn }) => Arn,
  );
  const found = new Set(arns.map((arn) => parseArn(arn)?.account ?? '').filter((account) => account !== 'aws'));
  const [accountId, ...others] = found;
  if (accountId === undefined || others.length > 0 || !/^[0-9]{12}$/.test(accountId))
    throw unfit('The document must hold users, groups, roles or policies of one account.');
  return accountId;
}

/** A print of which something was left out: a policy that denies something could be among it. */
function refuseParts({ UserDetailList, GroupDetailList, RoleDetailList, Policies, IsTruncated, NextToken }: AccountDetails): void {
  if (IsTruncated === true || NextToken !== undefined)
    throw unfit('The document is only a page of the account. Let the AWS CLI print all of them.');
  const there = new Set(Policies.map(({ Arn }) => Arn));
  for (const entity of [...UserDetailList, ...GroupDetailList, ...RoleDetailList])
    for (const arn of policiesOf(entity))
      if (parseArn(arn)?.account !== 'aws' && !there.has(arn)) throw unfit(`${entity.Arn}: the document has no policy ${arn}.`);
}

/** ARNs of the managed policies that an entity refers to, its boundary among them. */
const policiesOf = (entity: {
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string };
}): readonly string[] => [
  ...(entity.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => PolicyArn),
  ...(entity.PermissionsBoundary ? [entity.PermissionsBoundary.PermissionsBoundaryArn] : []),
];

/** Whether the account had to be made. */
async function ensureAccount(writer: Writer, accountId: string, installation: Installation, options: ImportOptions): Promise<boolean> {
  if (await writer.get(accounts, [accountId])) return false;
  const account = {
    accountId,
    name: `imported ${accountId}`,
    email: options.email ?? `root@${accountId}.invalid`,
    createdAt: installation.clock.now(),
  };
  await createAccount(writer, account, installation);
  return true;
}

async function refuseTaken(writer: Writer, accountId: string): Promise<void> {
  const inAccount = { prefix: [accountId], limit: 1 };
  const held = [
    await writer.list(users, inAccount),
    await writer.list(groups, inAccount),
    await writer.list(roles, inAccount),
    await writer.list(managedPolicies, inAccount),
    await writer.list(instanceProfiles, inAccount),
  ];
  if (held.some((rows) => rows.length > 0)) throw inTheWay(`Account ${accountId} has users, groups, roles or policies already.`);
}

function unknownPolicies(
  { UserDetailList, GroupDetailList, RoleDetailList }: AccountDetails,
  { awsManagedPolicies }: Installation,
): string[] {
  const used = [...UserDetailList, ...GroupDetailList, ...RoleDetailList].flatMap((entity) => policiesOf(entity));
  return [...new Set(used)].filter((arn) => parseArn(arn)?.account === 'aws' && !awsManagedPolicies.get(arn)).sort();
}

async function giveKey(
  writer: Writer,
  accountId: string,
  owner: { readonly UserName: string; readonly UserId: string },
  { random, secrets, clock }: Installation,
): Promise<NonNullable<Imported['accessKey']>> {
  const key = { accessKeyId: accessKeyId('AKIA', accountId, random), secretAccessKey: secretAccessKey(random) };
  await writer.insert(accessKeys, {
    accountId,
    accessKeyId: key.accessKeyId,
    ownerId: owner.UserId,
    status: 'Active',
    sealedSecret: secrets.seal(key.secretAccessKey, secretPlace(accountId, key.accessKeyId)),
    createdAt: clock.now(),
  });
  return { userName: owner.UserName, ...key };
}

const timeOf = (text: string): number => Date.parse(text);

/** Tags, and the boundary's ARN, in our form. */
const tagsAndBoundary = (entity: {
  readonly Tags?: readonly TagDetail[];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string };
}) => ({
  tags: (entity.Tags ?? []).map(({ Key, Value }) => ({ Key, Value })),
  ...(entity.PermissionsBoundary && { permissionsBoundary: entity.PermissionsBoundary.PermissionsBoundaryArn }),
});

/** A document as text: the CLI prints an object, other clients the text itself, perhaps percent-encoded. @throws ServiceError  400 */
function documentText(document: object | string, where: string): string {
  const text = typeof document === 'string' ? decode(document) : JSON.stringify(document);
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw unfit(`${where}: ${error.message}`);
    throw error;
  }
  return text;
}

function decode(text: string): string {
  if (!text.startsWith('%7B') && !text.startsWith('%7b')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Then it is judged as it stands.
    return text;
  }
}

class Import {
  readonly #writer: Writer;
  readonly #accountId: string;

  constructor(writer: Writer, accountId: string) {
    this.#writer = writer;
    this.#accountId = accountId;
  }

  /** Users and roles before trust policies, which name them. */
  async run(details: AccountDetails): Promise<Pick<Imported, 'users' | 'groups' | 'roles' | 'policies' | 'instanceProfiles'>> {
    const policies = await this.#policies(details);
    const groupIds = await this.#groups(details);
    await this.#users(details, groupIds);
    await this.#roles(details.RoleDetailList);
    return {
      users: details.UserDetailList.length,
      groups: details.GroupDetailList.length,
      roles: details.RoleDetailList.length,
      policies,
      instanceProfiles: await this.#instanceProfiles(details.RoleDetailList),
    };
  }

  /** Customer managed policies. AWS's stay this installation's. */
  async #policies({ Policies }: AccountDetails): Promise<number> {
    const own = Policies.filter(({ Arn }) => parseArn(Arn)?.account === this.#accountId);
    for (const policy of own) {
      if (policy.Arn !== iamArn(this.#accountId, `policy${policy.Path}${policy.PolicyName}`))
        throw unfit(`${policy.Arn}: is not the ARN of policy ${policy.PolicyName} on path ${policy.Path}.`);
      const versions = policy.PolicyVersionList.map((version) => ({
        versionId: version.VersionId,
        document: documentText(version.Document, `${policy.Arn} ${version.VersionId}`),
        createdAt: timeOf(version.CreateDate),
      })).sort((a, b) => Number(a.versionId.slice(1)) - Number(b.versionId.slice(1)));
      if (!versions.some(({ versionId }) => versionId === policy.DefaultVersionId))
        throw unfit(`${policy.Arn}: its default version ${policy.DefaultVersionId} is not among its versions.`);
      await this.#writer.insert(managedPolicies, {
        accountId: this.#accountId,
        policyName: policy.PolicyName,
        policyId: policy.PolicyId,
        arn: policy.Arn,
        path: policy.Path,
        createdAt: timeOf(policy.CreateDate),
        updatedAt: timeOf(policy.UpdateDate),
        tags: [],
        versions,
        defaultVersionId: policy.DefaultVersionId,
        nextVersion: Number(versions.at(-1)?.versionId.slice(1)) + 1,
      });
    }
    return own.length;
  }

  /** Unique ids by folded name. */
  async #groups({ GroupDetailList }: AccountDetails): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
    for (const group of GroupDetailList) {
      const { GroupId: groupId, GroupName: groupName, Path: path } = group;
      await this.#writer.insert(groups, { accountId: this.#accountId, groupName, groupId, path, createdAt: timeOf(group.CreateDate) });
      await this.#held('group', groupId, group.Arn, group.GroupPolicyList, group.AttachedManagedPolicies);
      ids.set(foldCase(groupName), groupId);
    }
    return ids;
  }

  async #users({ UserDetailList }: AccountDetails, groupIds: ReadonlyMap<string, string>): Promise<void> {
    for (const user of UserDetailList) {
      const { UserId: userId, UserName: userName, Path: path } = user;
      await this.#writer.insert(users, {
        accountId: this.#accountId,
        userName,
        userId,
        path,
        createdAt: timeOf(user.CreateDate),
        ...tagsAndBoundary(user),
      });
      await this.#held('user', userId, user.Arn, user.UserPolicyList, user.AttachedManagedPolicies);
      for (const groupName of user.GroupList ?? []) {
        const groupId = groupIds.get(foldCase(groupName));
        if (groupId === undefined) throw unfit(`${user.Arn}: the document has no group ${groupName}.`);
        await this.#writer.insert(memberships, { accountId: this.#accountId, groupId, userId });
      }
    }
  }

  async #roles(details: readonly DetailedRole[]): Promise<void> {
    const rows: Role[] = [];
    for (const role of details) {
      const service = /^\/aws-service-role\/([^/]+)\/$/.exec(role.Path)?.[1];
      const row: Role = {
        accountId: this.#accountId,
        roleName: role.RoleName,
        roleId: role.RoleId,
        path: role.Path,
        createdAt: timeOf(role.CreateDate),
        trustPolicy: documentText(role.AssumeRolePolicyDocument, role.Arn),
        maxSessionDuration: DEFAULT_SESSION_DURATION,
        ...tagsAndBoundary(role),
        ...(service === undefined ? {} : { serviceLinkedFor: service }),
      };
      rows.push(row);
      await this.#writer.insert(roles, row);
      await this.#held('role', role.RoleId, role.Arn, role.RolePolicyList, role.AttachedManagedPolicies);
      const { LastUsedDate, Region } = role.RoleLastUsed ?? {};
      if (LastUsedDate !== undefined)
        await this.#writer.insert(rolesLastUsed, { roleId: role.RoleId, lastUsedAt: timeOf(LastUsedDate), region: Region ?? 'us-east-1' });
    }
    for (const row of rows)
      await this.#writer.update(roles, { ...row, trustPolicy: await bindKnownPrincipals(row.trustPolicy, this.#writer) });
  }

  async #instanceProfiles(details: readonly DetailedRole[]): Promise<number> {
    let count = 0;
    for (const { RoleId: roleId, InstanceProfileList } of details) {
      for (const profile of InstanceProfileList ?? []) {
        await this.#writer.insert(instanceProfiles, {
          accountId: this.#accountId,
          instanceProfileName: profile.InstanceProfileName,
          instanceProfileId: profile.InstanceProfileId,
          path: profile.Path,
          createdAt: timeOf(profile.CreateDate),
          tags: [],
          roleId,
        });
        count++;
      }
    }
    return count;
  }

  /** What hangs on an entity. */
  async #held(
    entityType: EntityType,
    entityId: string,
    arn: string,
    inline: readonly InlinePolicyDetail[] | undefined,
    attached: readonly AttachedPolicy[] | undefined,
  ): Promise<void> {
    const held = { accountId: this.#accountId, entityType, entityId };
    for (const { PolicyName: policyName, PolicyDocument } of inline ?? [])
      await this.#writer.insert(inlinePolicies, { ...held, policyName, document: documentText(PolicyDocument, `${arn} ${policyName}`) });
    for (const { PolicyArn: policyArn } of attached ?? []) await this.#writer.insert(attachments, { ...held, policyArn });
  }
}
