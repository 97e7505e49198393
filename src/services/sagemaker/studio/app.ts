import type { CreateAppRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext, ResourceType, Scope, Target } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { remove } from '../change.ts';
import { conditionKeysOf, kmsKeyArn } from '../condition-keys.ts';
import { create, type Draft, type Writing, withoutTags } from '../create.ts';
import { alreadyExists, invalid, missingMember, resourceNotFound } from '../errors.ts';
import { requireAssumable } from '../execution-role.ts';
import { type Family, find, NEVER_MODIFIED, need } from '../family.ts';
import { requireQuota } from '../quota.ts';
import { created, type Found, named } from '../resources.ts';
import { type RoleUse, refusedUse } from '../role-use.ts';
import { requireAppReferences } from './app-references.ts';
import { domain } from './domain.ts';
import { type SpaceSettings, space } from './space.ts';
import { ownerOf, requireDomainInService, type UserProfileSettings, userProfile } from './user-profile.ts';

type Input = Valid<CreateAppRequest>;
export type AppIdentity = Pick<Input, 'DomainId' | 'UserProfileName' | 'SpaceName' | 'AppType' | 'AppName'>;
export type AppSettings = Omit<Input, 'Tags'>;

const DAY = 86_400;

/** Apps of which a profile or space has one, named so. */
const ONLY_DEFAULT: readonly string[] = ['JupyterServer', 'Canvas', 'RStudioServerPro', 'JupyterLab', 'CodeEditor'];

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateApp.html */
export const app: Family<AppIdentity, AppSettings> = {
  type: 'app',
  noun: 'App',
  // In a space, the space's name stands where a profile's would. The type is lower-cased, the names are not.
  path: ({ DomainId, UserProfileName, SpaceName, AppType, AppName }) =>
    `${DomainId}/${UserProfileName ?? SpaceName ?? ''}/${AppType.toLowerCase()}/${AppName}`,
  arnPath: '${DomainId}/${UserProfileName}/${AppType}/${AppName}',
  names: 'as typed',
  status: 'Status',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`App [${name}] does not exist.`),
  taken: ({ name }) => alreadyExists('App', name),
  describe: ({ settings, phases, createdAt }, now) => ({
    ...settings,
    ...NEVER_MODIFIED,
    ...(phaseAt({ phases }, now)?.status === 'InService' && {
      LastHealthCheckTimestamp: new Date(now),
      LastUserActivityTimestamp: new Date(createdAt),
    }),
  }),
  list: {
    operation: 'ListApps',
    result: 'Apps',
    sort: 'CreationTime',
    order: 'Ascending',
    parent: 'DomainIdEquals',
    passes: ({ settings }, { UserProfileNameEquals, SpaceNameEquals }) =>
      (UserProfileNameEquals === undefined || settings.UserProfileName === UserProfileNameEquals) &&
      (SpaceNameEquals === undefined || settings.SpaceName === SpaceNameEquals),
  },
  deletion: {
    refuse: ({ name }, status) => {
      if (status === 'Deleted') throw app.missing({ arn: '', name }, 'delete');
    },
    course: [{ status: 'Deleting', seconds: 10 }, { status: 'Deleted', seconds: DAY, fixed: true }, { status: GONE }],
  },
};

type Host = Pick<AppIdentity, 'DomainId' | 'UserProfileName' | 'SpaceName'>;

/** An app with the space it runs in, whose owner and way of sharing policies ask for. */
const inSpace = async (
  { arn, account, tags, stored }: Target<Found>,
  { DomainId, SpaceName, UserProfileName }: Host,
  scope: Scope,
): Promise<Target<Found>> => {
  const held = SpaceName === undefined || UserProfileName !== undefined ? undefined : await find(space, { DomainId, SpaceName }, scope);
  return { arn, account, tags, stored: { resource: stored?.resource, space: held } };
};

/** Whether an app is in what a call names. */
const isIn = ({ settings }: SageMakerResource<AppSettings>, { UserProfileName, SpaceName }: Host): boolean =>
  settings.UserProfileName === UserProfileName && settings.SpaceName === SpaceName;

/**
 * Apps of a profile and of a space of one name have the same ARNs. So what is there, and not what the call says, tells which policies ask about;
 * by the other's name nothing is found.
 */
export const namedApp: ResourceType<AppIdentity, Found> = {
  ...named(app),
  locate: async (input, scope) => {
    const target = await named(app).locate(input, scope);
    // Only rows of this family are found.
    const found = target.stored?.resource as SageMakerResource<AppSettings> | undefined;
    if (!found || isIn(found, input)) return inSpace(target, input, scope);
    const { stored } = await inSpace(target, found.settings, scope);
    return { ...target, stored: { ...stored, resource: undefined } };
  },
};

export const createdApp: ResourceType<AppIdentity, Found> = {
  ...created(app),
  locate: async (input, scope) => inSpace(await created(app).locate(input, scope), input, scope),
};

/** @throws ResourceNotFound  no such app in what is named */
export const deleteApp = remove(app, (resource, input) => {
  if (isIn(resource, input)) return resource;
  throw app.missing({ arn: resource.arn, name: resource.name }, 'delete');
});

/** @throws ValidationException  (unverified sentence) neither, or both */
export function requireOneOwner({ UserProfileName, SpaceName }: Pick<AppIdentity, 'UserProfileName' | 'SpaceName'>): void {
  if ((UserProfileName === undefined) === (SpaceName === undefined))
    throw invalid('Exactly one of UserProfileName and SpaceName must be specified.');
}

/** The profile or space that an app is to run in, and the role it will run with. */
async function hostOf(input: Input, scope: OperationContext<Found> | Writing) {
  const { DomainId, UserProfileName, SpaceName } = input;
  const of = await need(domain, { DomainId }, scope);
  const ofUsers = of.settings.DefaultUserSettings.ExecutionRole;
  if (UserProfileName !== undefined) {
    const host = await need(userProfile, { DomainId, UserProfileName }, scope);
    return { host: host as SageMakerResource, role: host.settings.UserSettings?.ExecutionRole ?? ofUsers, domain: of, profile: host };
  }
  const host = await need(space, { DomainId, SpaceName: SpaceName ?? '' }, scope);
  const profile = await ownerOfSpace(host, scope);
  // A private space runs as its owner does, a shared one as the domain says for spaces.
  const role =
    host.settings.SpaceSharingSettings?.SharingType === 'Private'
      ? (profile?.settings.UserSettings?.ExecutionRole ?? ofUsers)
      : of.settings.DefaultSpaceSettings?.ExecutionRole;
  return { host: host as SageMakerResource, role, domain: of, profile };
}

async function ownerOfSpace(
  { settings }: SageMakerResource<SpaceSettings>,
  scope: OperationContext<Found> | Writing,
): Promise<SageMakerResource<UserProfileSettings> | undefined> {
  const UserProfileName = settings.OwnershipSettings?.OwnerUserProfileName;
  return UserProfileName === undefined ? undefined : find(userProfile, { DomainId: settings.DomainId, UserProfileName }, scope);
}

/**
 * Makes sure that the role an app runs with may itself create the app, and use the domain's key: Studio starts apps in its name. Its policies
 * see what they would see of a call out of Studio.
 * @throws ValidationException  it may not
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
async function requireAppRights(
  role: string,
  input: Input,
  { domain: of, profile }: Pick<Awaited<ReturnType<typeof hostOf>>, 'domain' | 'profile'>,
  context: OperationContext<Found>,
): Promise<void> {
  const keys = conditionKeysOf('CreateApp').map(({ values }) => values(input, context.target, context));
  const creating: RoleUse = {
    action: 'sagemaker:CreateApp',
    arns: [context.target.arn],
    purpose: 'Failed to create the app',
    context: Object.assign({ 'sagemaker:DomainId': of.name, 'sagemaker:UserProfileName': profile?.name }, ...keys),
  };
  if (await refusedUse(role, [creating], context)) {
    throw invalid(
      `SageMaker is unable to use your associated ExecutionRole [${role}] to create app. Verify that your associated ExecutionRole has permission for 'sagemaker:CreateApp'.`,
    );
  }
  const key = of.settings.KmsKeyId ?? of.settings.HomeEfsFileSystemKmsKeyId;
  if (key === undefined) return;
  const onKey = (['kms:CreateGrant', 'kms:DescribeKey'] as const).map((action) => ({
    action,
    arns: [kmsKeyArn(key, context)],
    purpose: `Failed to use key ${key}`,
  }));
  const refused = await refusedUse(role, onKey, context);
  // (unverified) sentence
  if (refused) {
    throw invalid(
      `SageMaker is unable to use your associated ExecutionRole [${role}] to create app. Verify that your associated ExecutionRole has permission for '${refused.action}'.`,
    );
  }
}

const instanceOf = (settings: Pick<AppSettings, 'AppType' | 'ResourceSpec'>): string | undefined => {
  const type = settings.ResourceSpec?.InstanceType;
  return type === 'system' ? undefined : type;
};

/**
 * Starts an app in a profile or a space, with that one's role. Tags of domain and profile go over to it.
 * @throws ResourceInUse          there is such an app, and it is not Deleted or Failed
 * @throws ResourceNotFound       no such domain, profile or space
 * @throws ValidationException    not exactly one of profile and space; one that is not in service; a role that cannot be taken up or may not create apps
 * @throws ResourceLimitExceeded  more instances than the account may have
 */
export const createApp = create<Input, AppSettings>(app, {
  name: (input) => input.AppName,
  replaces: ['Deleted', 'Failed'],
  before: async (input, context) => {
    requireOneOwner(input);
    // (unverified) both sentences
    if (ONLY_DEFAULT.includes(input.AppType) && input.AppName !== 'default')
      throw invalid(`AppName must be default for AppType ${input.AppType}.`);
    const host = await hostOf(input, context);
    if (host.role === undefined) throw missingMember('executionRole');
    await requireAssumable(host.role, context);
    await requireAppRights(host.role, input, host, context);
  },
  draft: async (input, call): Promise<Draft<AppSettings>> => {
    await requireDomainInService(input.DomainId, call);
    const { host, domain: of, profile } = await hostOf(input, call);
    const status = phaseAt(host, call.now)?.status;
    // (unverified) both sentences
    if (status !== 'InService') throw invalid(`[${host.arn}] is in status ${status}, not InService.`);
    const isServer = input.AppType === 'JupyterServer' || input.AppType === 'RStudioServerPro';
    if (input.ResourceSpec?.InstanceType === 'system' && !isServer)
      throw invalid(`InstanceType system cannot be used with AppType ${input.AppType}.`);
    await requireAppReferences([[input.AppType, { DefaultResourceSpec: input.ResourceSpec }]], call);
    const instanceType = instanceOf(input);
    if (instanceType !== undefined) await requireAppInstance(input.AppType, instanceType, call);
    return {
      settings: {
        ...withoutTags(input),
        ResourceSpec: { ...((isServer || input.AppType === 'Canvas') && { InstanceType: 'system' as const }), ...input.ResourceSpec },
      },
      course: [{ status: 'Pending', seconds: 60 }, { status: 'InService' }],
      parent: input.DomainId,
      owner: ownerOf(host),
      inheritedTags: [...(profile?.tags ?? []), ...of.tags],
    };
  },
});

/** @throws ResourceLimitExceeded */
const requireAppInstance = (appType: string, instanceType: string, call: Writing): Promise<void> =>
  requireQuota(
    {
      name: `${appType} Apps running on ${instanceType} instance`,
      unit: 'Instances',
      standard: Infinity,
      types: ['app'],
      takes: (resource, status) => {
        // Only rows of this family are asked.
        const settings = resource.settings as AppSettings;
        return settings.AppType === appType && instanceOf(settings) === instanceType && (status === 'Pending' || status === 'InService')
          ? 1
          : 0;
      },
    },
    1,
    call,
  );
