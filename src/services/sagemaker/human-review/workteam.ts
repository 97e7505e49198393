import type {
  CreateWorkteamRequest,
  DescribeSubscribedWorkteamRequest,
  ListSubscribedWorkteamsRequest,
  UpdateWorkteamRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext, ResourceType } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { remove } from '../change.ts';
import { create, type Writing } from '../create.ts';
import { invalid } from '../errors.ts';
import { findByArn, type Kind, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { pageOf } from '../page.ts';
import { type Found, named } from '../resources.ts';
import { described, workforce, workforceOf } from './workforce.ts';

type Input = Valid<CreateWorkteamRequest>;
type Identity = { readonly WorkteamName: string };
type Member = Input['MemberDefinitions'][number];
export type WorkteamSettings = Omit<Input, 'Tags' | 'WorkforceName'> & { readonly WorkforceArn?: string; readonly SubDomain?: string };

/** A team out of the region's own work force. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateWorkteam.html */
export const workteam = familyOf<Identity, WorkteamSettings>({
  type: 'workteam',
  noun: 'Workteam',
  path: ({ WorkteamName }) => `private-crowd/${WorkteamName}`,
  arnPath: 'private-crowd/${WorkteamName}',
  // (unverified) how both sentences go on
  missing: ({ name }) => invalid(`The work team ${name} does not exist.`),
  taken: ({ name }) => invalid(`The work team ${name} already exists.`),
  describe: ({ settings, createdAt, changedAt }) => ({
    ...settings,
    CreateDate: new Date(createdAt),
    LastUpdatedDate: new Date(changedAt),
  }),
  list: { operation: 'ListWorkteams', result: 'Workteams', sort: 'CreationTime', order: 'Ascending' },
});

/** A team that is named by its ARN, whoever's it is. */
export const workteamByArn: Kind<{ readonly WorkteamArn: string }> = { ...workteam, path: (input) => input.WorkteamArn };

/** A vendor's team, of another account, that the caller's account has subscribed to: its own policies decide who may see that. */
export const subscribedWorkteam: ResourceType<{ readonly WorkteamArn: string }, Found> = {
  ...named(workteamByArn),
  locate: async (input, scope) => {
    const target = await named(workteamByArn).locate(input, scope);
    return { ...target, account: scope.account, owner: target.account };
  },
};

/** @throws ValidationException  (unverified sentence) members of Cognito and of OIDC in one team, or a member that is neither */
function requireOneKind(members: readonly Member[]): void {
  const kinds = new Set(members.map((member) => (member.CognitoMemberDefinition ? 'Cognito' : member.OidcMemberDefinition ? 'OIDC' : '')));
  if (kinds.size !== 1 || kinds.has('')) throw invalid('The members of a work team must all be of Amazon Cognito, or all be of OIDC.');
}

/**
 * Creates a team. User pools and groups are taken as named.
 * @throws ValidationException  the name is taken; members of both kinds; no such work force
 */
export const createWorkteam = create<Input, WorkteamSettings>(workteam, {
  name: (input) => input.WorkteamName,
  draft: async ({ Tags: _tags, WorkforceName, ...input }, call) => {
    requireOneKind(input.MemberDefinitions);
    const of = WorkforceName === undefined ? await workforceOf(call) : await need(workforce, { WorkforceName }, call);
    return { settings: { ...input, ...(of && { WorkforceArn: of.arn, SubDomain: of.settings.SubDomain }) } };
  },
});

/** @throws ValidationException  there is no such team; members of both kinds */
export const updateWorkteam = described<Identity, WorkteamSettings, Valid<UpdateWorkteamRequest>>(
  workteam,
  (resource, { WorkteamName: _name, ...changes }, { now }) => {
    if (changes.MemberDefinitions) requireOneKind(changes.MemberDefinitions);
    return { ...resource, changedAt: now, settings: { ...resource.settings, ...changes } as WorkteamSettings };
  },
);

const removeTeam = remove(workteam);

/** @throws ValidationException  there is no such team */
export const deleteWorkteam: Handler<Identity, Found> = async (input, context) => {
  await removeTeam(input, context);
  return { Success: true };
};

/**
 * Makes sure of a team that work is to be given to. The public one and vendors' are taken as named; a private one must be this account's.
 * @throws ValidationException
 */
export async function requireWorkteam(arn: string, call: Writing): Promise<void> {
  if (!arn.includes(':workteam/private-crowd/') || (await findByArn(workteam, arn, call))) return;
  throw invalid(`The specified Workteam '${arn}' does not exist or you do not have access to it.`);
}

/** Teams of vendors come from AWS Marketplace, of which there is none here. @throws ValidationException  always */
export async function describeSubscribedWorkteam({ WorkteamArn }: Valid<DescribeSubscribedWorkteamRequest>): Promise<never> {
  throw workteam.missing({ arn: WorkteamArn, name: WorkteamArn.slice(WorkteamArn.lastIndexOf('/') + 1) }, 'describe');
}

/** As above: none. */
export async function listSubscribedWorkteams(
  input: Valid<ListSubscribedWorkteamsRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const { page, next } = pageOf([], 'ListSubscribedWorkteams', input, context);
  return { SubscribedWorkteams: page, ...next };
}
