import type { OperationContext } from '../../authorization/operation.ts';
import { refuseForeignRole, requireAssumable, SAGEMAKER } from './execution-role.ts';
import { type MemberPath, pathReader } from './member-path.ts';

/** A member of a request that hands a role over. */
export interface PassedRole {
  readonly at: MemberPath;
  /** The service that the role is passed to. */
  readonly to: string;
  /**
   * `now`: SageMaker takes it up for what is being made, so it must trust SageMaker. `later`: it is taken up later or by another service, so it
   * need only be of this account. `anybody's`: roles that code assumes for itself, which may be other accounts'.
   */
  readonly taken: 'now' | 'later' | "anybody's";
}

const role = (at: MemberPath, taken: PassedRole['taken'] = 'now', to = SAGEMAKER): PassedRole => ({ at, to, taken });

/**
 * Roles in users' settings. The one of the model register is another account's: it is assumed, never passed. Which of the Canvas and EMR
 * roles AWS asks iam:PassRole for is (unverified); here all of them.
 */
const ofUsers = (settings: string): PassedRole[] => [
  role(`${settings}.ExecutionRole`),
  role(`${settings}.CanvasAppSettings.TimeSeriesForecastingSettings.AmazonForecastRoleArn`, 'later'),
  role(`${settings}.CanvasAppSettings.GenerativeAiSettings.AmazonBedrockRoleArn`, 'later'),
  role(`${settings}.CanvasAppSettings.EmrServerlessSettings.ExecutionRoleArn`, 'later'),
  role(`${settings}.JupyterLabAppSettings.EmrSettings.ExecutionRoleArns[]`, 'later'),
  role(`${settings}.JupyterLabAppSettings.EmrSettings.AssumableRoleArns[]`, "anybody's"),
];

const ofSpaces: readonly PassedRole[] = [
  role('DefaultSpaceSettings.ExecutionRole'),
  role('DefaultSpaceSettings.JupyterLabAppSettings.EmrSettings.ExecutionRoleArns[]', 'later'),
  role('DefaultSpaceSettings.JupyterLabAppSettings.EmrSettings.AssumableRoleArns[]', "anybody's"),
];

const ROLE_ARN = [role('RoleArn')] as const;
const EXECUTION_ROLE = [role('ExecutionRoleArn')] as const;
const VALIDATION = [role('ValidationSpecification.ValidationRole')] as const;
/** None when the schedule names a definition: that one's was passed when it was created. */
const SCHEDULED = [role('MonitoringScheduleConfig.MonitoringJobDefinition.RoleArn')] as const;
const CLUSTER = [role('InstanceGroups[].ExecutionRole'), role('RestrictedInstanceGroups[].ExecutionRole'), role('ClusterRole')] as const;

/**
 * Which roles the requests of which operation hand over. AWS lists most of them; that the others are asked for too is (unverified), and asks
 * for more than AWS may rather than less: UpdateDeviceFleet, CreatePartnerApp, CreateAlgorithm, CreateModelPackage.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
 */
const PASSED: Readonly<Record<string, readonly PassedRole[]>> = {
  CreateAIBenchmarkJob: ROLE_ARN,
  CreateAIRecommendationJob: ROLE_ARN,
  CreateAlgorithm: VALIDATION,
  CreateAutoMLJob: ROLE_ARN,
  CreateAutoMLJobV2: [
    ...ROLE_ARN,
    role('AutoMLComputeConfig.EmrServerlessComputeConfig.ExecutionRoleARN', 'later', 'emr-serverless.amazonaws.com'),
  ],
  CreateCluster: CLUSTER,
  CreateCompilationJob: ROLE_ARN,
  CreateDataQualityJobDefinition: ROLE_ARN,
  CreateDeviceFleet: ROLE_ARN,
  CreateDomain: [
    ...ofUsers('DefaultUserSettings'),
    ...ofSpaces,
    role('DomainSettings.RStudioServerProDomainSettings.DomainExecutionRoleArn', 'later'),
  ],
  CreateEdgePackagingJob: ROLE_ARN,
  CreateEndpointConfig: EXECUTION_ROLE,
  CreateFeatureGroup: ROLE_ARN,
  CreateFlowDefinition: ROLE_ARN,
  CreateHyperParameterTuningJob: [role('TrainingJobDefinition.RoleArn'), role('TrainingJobDefinitions[].RoleArn')],
  CreateImage: ROLE_ARN,
  CreateInferenceExperiment: ROLE_ARN,
  CreateInferenceRecommendationsJob: ROLE_ARN,
  CreateJob: ROLE_ARN,
  CreateLabelingJob: ROLE_ARN,
  CreateMlflowApp: ROLE_ARN,
  CreateMlflowTrackingServer: ROLE_ARN,
  CreateModel: EXECUTION_ROLE,
  CreateModelBiasJobDefinition: ROLE_ARN,
  CreateModelExplainabilityJobDefinition: ROLE_ARN,
  CreateModelPackage: VALIDATION,
  CreateModelQualityJobDefinition: ROLE_ARN,
  CreateMonitoringSchedule: SCHEDULED,
  CreateNotebookInstance: ROLE_ARN,
  CreateOptimizationJob: ROLE_ARN,
  CreatePartnerApp: EXECUTION_ROLE,
  CreatePipeline: ROLE_ARN,
  CreateProcessingJob: [
    ...ROLE_ARN,
    // (unverified) that the cluster's role is asked for
    role('ProcessingInputs[].DatasetDefinition.RedshiftDatasetDefinition.ClusterRoleArn', 'later', 'redshift.amazonaws.com'),
  ],
  CreateProject: [role('TemplateProviders[].CfnTemplateProvider.RoleARN', 'later', 'cloudformation.amazonaws.com')],
  CreateTrainingJob: ROLE_ARN,
  CreateUserProfile: ofUsers('UserSettings'),
  RenderUiTemplate: ROLE_ARN,
  UpdateCluster: CLUSTER,
  UpdateDeviceFleet: ROLE_ARN,
  UpdateDomain: [
    ...ofUsers('DefaultUserSettings'),
    ...ofSpaces,
    role('DomainSettingsForUpdate.RStudioServerProDomainSettingsForUpdate.DomainExecutionRoleArn', 'later'),
  ],
  UpdateImage: ROLE_ARN,
  UpdateMonitoringSchedule: SCHEDULED,
  UpdateNotebookInstance: ROLE_ARN,
  UpdatePipeline: ROLE_ARN,
  UpdateUserProfile: ofUsers('UserSettings'),
};

interface Reader extends PassedRole {
  readonly read: (input: object) => string[];
}

const readers: ReadonlyMap<string, readonly Reader[]> = new Map(
  Object.entries(PASSED).map(([operation, roles]) => [
    operation,
    roles.map((each) => {
      const read = pathReader(each.at);
      return { ...each, read: (input: object) => read(input).filter((value) => typeof value === 'string') };
    }),
  ]),
);

/** The members of an operation's request that hand roles over; empty for most operations. */
export const passedRolesOf = (operation: string): readonly Reader[] => readers.get(operation) ?? [];

/** Every operation that hands roles over, for the test that holds the paths against the model. */
export const operationsThatPassRoles: readonly string[] = Object.keys(PASSED);

/**
 * Makes sure of the roles that a request hands over, which its caller has been found to be allowed to pass: of this account, and those that
 * SageMaker takes up at once must trust it.
 * @throws ValidationException  a role of another account; one that is not there or does not trust SageMaker
 */
export async function requirePassedRoles(operation: string, input: object, context: OperationContext): Promise<void> {
  for (const { taken, read } of passedRolesOf(operation)) {
    for (const arn of read(input)) {
      if (taken === 'now') await requireAssumable(arn, context);
      else if (taken === 'later') refuseForeignRole(arn, context);
    }
  }
}
