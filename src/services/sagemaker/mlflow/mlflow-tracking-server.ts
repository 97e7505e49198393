import type {
  CreateMlflowTrackingServerRequest,
  CreatePresignedMlflowTrackingServerUrlRequest,
  UpdateMlflowTrackingServerRequest,
  UserContext,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Course } from '../lifecycle.ts';
import type { Found } from '../resources.ts';
import { failureByRole, writesS3 } from '../role-use.ts';
import { requireStatus } from '../status.ts';
import { tokenOf } from '../studio/presigned-url.ts';
import { userContext } from '../user-context.ts';

type Input = Valid<CreateMlflowTrackingServerRequest>;
type Identity = { readonly TrackingServerName: string };
type Settings = Omit<Input, 'Tags'> & { readonly CreatedBy: UserContext; readonly LastModifiedBy: UserContext };

/** The newest when the caller does not say (unverified). */
const MLFLOW_VERSION = '3.0.0';

/** AWS says twenty-five minutes. */
const CREATING = 1500;
const ACTIVE: readonly (string | undefined)[] = [
  'Created',
  'Started',
  'Updated',
  'Updating',
  'MaintenanceInProgress',
  'MaintenanceComplete',
];

const urlOf = ({ region, name }: SageMakerResource): string => `https://${name}.${region}.experiments.sagemaker.aws`;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMlflowTrackingServer.html */
export const mlflowTrackingServer = familyOf<Identity, Settings>({
  type: 'mlflow-tracking-server',
  noun: 'MlflowTrackingServer',
  nameMember: 'TrackingServerName',
  arnMember: 'TrackingServerArn',
  arnPath: '${MlflowTrackingServerName}',
  names: 'unique regardless of case',
  status: 'TrackingServerStatus',
  taken: ({ name }) => conflict(`MlflowTrackingServer with name ${name} already exists. Choose a different name.`),
  describe: (resource, now) => ({
    ...resource.settings,
    IsActive: ACTIVE.includes(phaseAt(resource, now)?.status) ? 'Active' : 'Inactive',
    TrackingServerUrl: urlOf(resource),
  }),
  list: {
    operation: 'ListMlflowTrackingServers',
    result: 'TrackingServerSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    statusEquals: 'TrackingServerStatus',
    passes: ({ settings }, { MlflowVersion }) => MlflowVersion === undefined || settings.MlflowVersion === MlflowVersion,
  },
  deletion: {
    refuse: (resource, status, { now }) => {
      if (status === 'Deleting') requireStatus(resource, [], { now });
    },
    course: [{ status: 'Deleting', seconds: 300 }, { status: GONE }],
  },
});

/**
 * Creates a tracking server; it fails when its role may not write to its artifact store.
 * @throws ConflictException    (unverified) the name is taken
 * @throws ValidationException  the role cannot be taken up
 */
export const createMlflowTrackingServer = create<Input, Settings>(mlflowTrackingServer, {
  name: (input) => input.TrackingServerName,
  draft: async (input, call) => {
    const failure = await failureByRole(input.RoleArn, writesS3(input.ArtifactStoreUri), call);
    const who = userContext(call);
    return {
      settings: {
        TrackingServerSize: 'Small',
        MlflowVersion: MLFLOW_VERSION,
        AutomaticModelRegistration: false,
        ...withoutTags(input),
        CreatedBy: who,
        LastModifiedBy: who,
      },
      course: [
        { status: 'Creating', seconds: CREATING },
        failure === undefined ? { status: 'Created' } : { status: 'CreateFailed', reason: failure },
      ],
    };
  },
});

const answer = ({ arn }: SageMakerResource) => ({ TrackingServerArn: arn });

/**
 * Changes a tracking server.
 * @throws ConflictException  a change is under way, or it was never created
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateMlflowTrackingServer.html
 */
export const updateMlflowTrackingServer = change<Identity, Settings, Valid<UpdateMlflowTrackingServerRequest>>(
  mlflowTrackingServer,
  (resource, { TrackingServerName: _, ArtifactStoreUri = resource.settings.ArtifactStoreUri, ...changes }, call) => {
    requireStatus(resource, ['Created', 'Updated', 'UpdateFailed', 'Started', 'Stopped', 'MaintenanceComplete'], call);
    return onCourse(resource, [{ status: 'Updating', seconds: 300 }, { status: 'Updated' }], call, {
      ...changes,
      ArtifactStoreUri,
      LastModifiedBy: userContext(call),
    });
  },
  { answer },
);

const moving = (from: readonly string[], course: Course) =>
  change<Identity, Settings, Identity>(
    mlflowTrackingServer,
    (resource, _, call) => {
      requireStatus(resource, from, call);
      return onCourse(resource, course, call, { LastModifiedBy: userContext(call) });
    },
    { answer },
  );

/** @throws ConflictException  it is not stopped */
export const startMlflowTrackingServer = moving(
  ['Stopped', 'StopFailed', 'StartFailed'],
  [{ status: 'Starting', seconds: 300 }, { status: 'Started' }],
);

/** @throws ConflictException  it does not run */
export const stopMlflowTrackingServer = moving(
  ['Created', 'Started', 'Updated', 'MaintenanceComplete'],
  [{ status: 'Stopping', seconds: 120 }, { status: 'Stopped' }],
);

/**
 * The URL by which a tracking server is opened.
 * @throws ResourceNotFound     no such server
 * @throws ValidationException  (unverified sentence) it is not active
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedMlflowTrackingServerUrl.html
 */
export async function createPresignedMlflowTrackingServerUrl(
  input: Valid<CreatePresignedMlflowTrackingServerUrlRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const resource = await need(mlflowTrackingServer, input, context);
  const status = phaseAt(resource, context.now)?.status;
  if (!ACTIVE.includes(status)) throw invalid(`Tracking server ${resource.arn} is in status ${status}: it is not active.`);
  const token = tokenOf(context, input.ExpiresInSeconds ?? 300, { sessionDuration: input.SessionExpirationDurationInSeconds ?? 43_200 });
  return { AuthorizedUrl: `${urlOf(resource)}/auth?authToken=${token}` };
}
