import type {
  CreateMlflowAppRequest,
  CreatePresignedMlflowAppUrlRequest,
  UpdateMlflowAppRequest,
  UserContext,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, type Writing, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { liveIn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Found } from '../resources.ts';
import { failureByRole, writesS3 } from '../role-use.ts';
import { requireStatus } from '../status.ts';
import { tokenOf } from '../studio/presigned-url.ts';
import { userContext } from '../user-context.ts';

type Input = Valid<CreateMlflowAppRequest>;
type Identity = { readonly Arn: string };
type Settings = Omit<Input, 'Tags' | 'Name'> & {
  readonly MlflowVersion: string;
  readonly CreatedBy: UserContext;
  readonly LastModifiedBy: UserContext;
};

/** (unverified) */
const MLFLOW_VERSION = '3.0.0';
const READY: readonly string[] = ['Created', 'Updated', 'UpdateFailed'];
/** Seconds for which a deleted app is still shown (unverified). */
const SHOWN_DELETED = 86_400;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMlflowApp.html */
export const mlflowApp = familyOf<Identity, Settings>({
  type: 'mlflow-app',
  noun: 'MlflowApp',
  nameMember: 'Name',
  arnMember: 'Arn',
  path: (input) => input.Arn,
  arnPath: '${MLflowAppId}',
  names: 'as typed',
  status: 'Status',
  list: {
    operation: 'ListMlflowApps',
    result: 'Summaries',
    sort: 'CreationTime',
    order: 'Descending',
    statusEquals: 'Status',
    passes: ({ settings }, { MlflowVersion, AccountDefaultStatus, DefaultForDomainId }) =>
      (MlflowVersion === undefined || settings.MlflowVersion === MlflowVersion) &&
      (AccountDefaultStatus === undefined || settings.AccountDefaultStatus === AccountDefaultStatus) &&
      (DefaultForDomainId === undefined || (settings.DefaultDomainIdList ?? []).includes(String(DefaultForDomainId))),
  },
  deletion: {
    refuse: (resource, status, { now }) => {
      if (status === 'Deleting' || status === 'Deleted') requireStatus(resource, [], { now });
    },
    course: [{ status: 'Deleting', seconds: 60 }, { status: 'Deleted', seconds: SHOWN_DELETED, fixed: true }, { status: GONE }],
  },
});

const isLive = (resource: SageMakerResource, now: number): boolean =>
  !['Deleting', 'Deleted'].includes(phaseAt(resource, now)?.status ?? '');

/** The apps of an account are told apart by name; one of them is the account's own, and one each domain's. */
async function requireRoom(
  arn: string,
  name: string,
  wanted: Pick<Settings, 'AccountDefaultStatus' | 'DefaultDomainIdList'>,
  call: Writing,
): Promise<void> {
  for await (const other of liveIn(call, 'name', [call.account, call.region, 'mlflow-app'])) {
    if (other.arn === arn || !isLive(other, call.now)) continue;
    // (unverified) all three sentences
    if (other.name === name) throw conflict(`MlflowApp with name ${name} already exists. Choose a different name.`);
    // Only this family's rows are looked at.
    const settings = other.settings as Settings;
    if (wanted.AccountDefaultStatus === 'ENABLED' && settings.AccountDefaultStatus === 'ENABLED')
      throw conflict(`${other.arn} is the default MlflowApp of the account already.`);
    const domain = wanted.DefaultDomainIdList?.find((id) => settings.DefaultDomainIdList?.includes(id));
    if (domain !== undefined) throw conflict(`${other.arn} is the default MlflowApp of domain ${domain} already.`);
  }
}

/**
 * Creates an MLflow app; it fails when its role may not write to its artifact store.
 * @throws ConflictException    (unverified) the name is taken; there is a default already
 * @throws ValidationException  the role cannot be taken up
 */
export const createMlflowApp = create<Input, Settings>(mlflowApp, {
  name: (input) => input.Name,
  draft: async (input, call) => {
    const { Name, ...settings } = withoutTags(input);
    await requireRoom(call.target.arn, Name, settings, call);
    const failure = await failureByRole(input.RoleArn, writesS3(input.ArtifactStoreUri), call);
    const who = userContext(call);
    return {
      settings: {
        ModelRegistrationMode: 'AutoModelRegistrationDisabled',
        AccountDefaultStatus: 'DISABLED',
        ...settings,
        MlflowVersion: MLFLOW_VERSION,
        CreatedBy: who,
        LastModifiedBy: who,
      },
      course: [
        { status: 'Creating', seconds: 120 },
        failure === undefined ? { status: 'Created' } : { status: 'CreateFailed', reason: failure },
      ],
    };
  },
});

/**
 * Changes an MLflow app.
 * @throws ConflictException  a change is under way; another app has the name or is the default
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateMlflowApp.html
 */
export const updateMlflowApp = change<Identity, Settings, Valid<UpdateMlflowAppRequest>>(
  mlflowApp,
  async (resource, { Arn: _, Name = resource.name, ArtifactStoreUri = resource.settings.ArtifactStoreUri, ...changes }, call) => {
    requireStatus(resource, READY, call);
    await requireRoom(resource.arn, Name, changes, call);
    const updated = onCourse(resource, [{ status: 'Updating', seconds: 60 }, { status: 'Updated' }], call, {
      ...changes,
      ArtifactStoreUri,
      LastModifiedBy: userContext(call),
    });
    return { ...updated, name: Name };
  },
  { answer: ({ arn }) => ({ Arn: arn }) },
);

/**
 * The URL by which an MLflow app is opened.
 * @throws ResourceNotFound     no such app
 * @throws ValidationException  (unverified sentence) it is not there yet, or no more
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedMlflowAppUrl.html
 */
export async function createPresignedMlflowAppUrl(
  input: Valid<CreatePresignedMlflowAppUrlRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const resource = await need(mlflowApp, input, context);
  const status = phaseAt(resource, context.now)?.status ?? '';
  if (!READY.includes(status) && status !== 'Updating') throw invalid(`MlflowApp ${resource.arn} is in status ${status}.`);
  const token = tokenOf(context, input.ExpiresInSeconds ?? 300, { sessionDuration: input.SessionExpirationDurationInSeconds ?? 43_200 });
  return { AuthorizedUrl: `https://${resource.id}.mlflow.${context.region}.sagemaker.aws/auth?authToken=${token}` };
}
