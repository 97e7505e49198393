import type { CreateWorkforceRequest, UpdateWorkforceRequest } from '@aws-sdk/client-sagemaker';
import type { Handler } from '../../../authorization/operation.ts';
import { lowerAlphanumeric } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing } from '../create.ts';
import { describeResource, projected } from '../describe.ts';
import { conflict, invalid, resourceInUse } from '../errors.ts';
import { type Family, liveIn, nameOf, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Found } from '../resources.ts';

type Input = Valid<CreateWorkforceRequest>;
type Identity = { readonly WorkforceName: string };
type Oidc = Omit<NonNullable<Input['OidcConfig']>, 'ClientSecret'>;
/** The secret of an identity provider is not kept: nobody signs in through it here, and no answer shows it. */
export type WorkforceSettings = Omit<Input, 'Tags' | 'OidcConfig'> & { readonly OidcConfig?: Oidc; readonly SubDomain: string };

/** Work teams of a region, each of which is of its one work force. */
const teamsIn = ({ account, region, ...where }: Where) => liveIn({ ...where }, 'name', [account, region, 'workteam']);

/** The people that label and review, of whom a region has one. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateWorkforce.html */
export const workforce = familyOf<Identity, WorkforceSettings>({
  type: 'workforce',
  noun: 'Workforce',
  names: 'unique regardless of case',
  status: 'Status',
  untagged: true,
  missing: ({ name }) => invalid(`No workforce found with name ${name}.`),
  taken: ({ arn }) => onlyOne(arn.split(':')[4] ?? ''),
  describe: ({ settings, createdAt, changedAt }) => ({
    ...settings,
    CreateDate: new Date(createdAt),
    LastUpdatedDate: new Date(changedAt),
  }),
  list: { operation: 'ListWorkforces', result: 'Workforces', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: async ({ arn }, _, scope) => {
      for await (const team of teamsIn(scope)) {
        // (unverified) sentence
        throw resourceInUse(`Workforce ${arn} has work teams, and cannot be deleted: ${team.arn}.`);
      }
    },
    course: [{ status: 'Deleting', seconds: 10 }, { status: GONE }],
  },
});

const onlyOne = (account: string) =>
  invalid(
    `Cannot create more than one workforce for account ${account}. If you are trying to update existing workforce, please use UpdateWorkforce API`,
  );

/** The work force of a region. */
export async function workforceOf({ account, region, ...where }: Where): Promise<SageMakerResource<WorkforceSettings> | undefined> {
  for await (const one of liveIn(where, 'name', [account, region, 'workforce'])) return one as SageMakerResource<WorkforceSettings>;
  return undefined;
}

const withoutSecret = (config: Input['OidcConfig']): Oidc | undefined => {
  if (config === undefined) return undefined;
  const { ClientSecret: _, ...rest } = config;
  return rest;
};

/**
 * Creates the work force of a region. User pools and identity providers are taken as named.
 * @throws ValidationException  there is one; not exactly one of Cognito and OIDC
 */
export const createWorkforce = create<Input, WorkforceSettings>(workforce, {
  name: (input) => input.WorkforceName,
  draft: async ({ Tags: _tags, OidcConfig, ...input }, call) => {
    if (await workforceOf(call)) throw onlyOne(call.account);
    // (unverified) sentence
    if ((input.CognitoConfig === undefined) === (OidcConfig === undefined))
      throw invalid('Exactly one of CognitoConfig and OidcConfig must be specified.');
    const oidc = withoutSecret(OidcConfig);
    return {
      settings: {
        ...input,
        ...(oidc && { OidcConfig: oidc }),
        SubDomain: `${lowerAlphanumeric(10, call.installation.random)}.labeling.${call.region}.sagemaker.aws`,
      },
      course: [{ status: 'Initializing', seconds: 10 }, { status: 'Active' }],
    };
  },
});

/** A family whose answers hold a description whole: `{"Workforce": {…}}`. */
export const describeWithin =
  <Identity extends object, Settings extends object>(family: Family<Identity, Settings>): Handler<Identity, Found> =>
  async (input, context) => {
    const resource = context.target.stored?.resource as SageMakerResource<Settings> | undefined;
    if (!resource) throw family.missing(nameOf(family, input, context), 'describe');
    const described = describeResource(family, resource, context.now);
    return projected(context.installation, `Describe${family.noun}`, { [family.noun]: described });
  };

/** What an update answers: the whole of what there is then. */
export const described =
  <Identity extends object, Settings extends object, Input extends Identity>(
    family: Family<Identity, Settings>,
    work: (resource: SageMakerResource<Settings>, input: Input, call: Writing) => SageMakerResource<Settings>,
  ): Handler<Input, Found> =>
  async (input, context) => {
    const update = change<Identity, Settings, Input>(family, work, {
      answer: (resource) => ({ [family.noun]: describeResource(family, resource, context.now) }),
    });
    return projected(context.installation, `Update${family.noun}`, await update(input, context));
  };

/**
 * Changes who may sign in to a work force, and from where.
 * @throws ConflictException    (unverified sentence) it is being changed already
 * @throws ValidationException  (unverified sentence) OIDC for a work force of Cognito
 */
export const updateWorkforce = described<Identity, WorkforceSettings, Valid<UpdateWorkforceRequest>>(
  workforce,
  (resource, { WorkforceName: _name, OidcConfig, ...changes }, call) => {
    const status = phaseAt(resource, call.now)?.status;
    if (status !== 'Active' && status !== 'Failed')
      throw conflict(`Workforce ${resource.arn} is in status ${status} and cannot be updated.`);
    if (OidcConfig && resource.settings.CognitoConfig) throw invalid('OidcConfig cannot be specified for a workforce of Amazon Cognito.');
    const oidc = withoutSecret(OidcConfig);
    return onCourse(resource, [{ status: 'Updating', seconds: 10 }, { status: 'Active' }], call, {
      ...changes,
      ...(oidc && { OidcConfig: oidc }),
    });
  },
);
