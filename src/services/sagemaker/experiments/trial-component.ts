import type { CreateTrialComponentRequest, TrialComponentSource, UpdateTrialComponentRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { amend, amended, sent } from '../amend.ts';
import { create, withoutTags } from '../create.ts';
import { entityMissing, entityTaken, invalid } from '../errors.ts';
import { familyOf } from '../family-of.ts';
import { hasEnded, JOB_STATES, jobTimes } from '../job.ts';
import { inLineageGroup } from '../lineage/default-lineage-group.ts';
import { requireUnassociated } from '../lineage/edge.ts';
import { createdBy } from '../user-context.ts';
import { trialsOf } from './trial-association.ts';

type Input = Valid<CreateTrialComponentRequest>;
type Identity = { readonly TrialComponentName: string };
/** Of a job, `Source` is the job, and the course of the row is the job's. */
export type TrialComponentSettings = Omit<Input, 'Tags'> & { readonly Source?: TrialComponentSource } & ReturnType<typeof createdBy>;

const MAX_PARAMETERS = 300;
const MAX_ARTIFACTS = 60;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrialComponent.html */
export const trialComponent = familyOf<Identity, TrialComponentSettings>({
  type: 'experiment-trial-component',
  noun: 'TrialComponent',
  missing: entityMissing('TrialComponent'),
  taken: entityTaken('TrialComponent'),
  describe: (resource, now) => ({
    DisplayName: resource.name,
    ...resource.settings,
    ...(resource.settings.Source && ofJob(resource, now)),
    ...inLineageGroup(resource),
  }),
  list: {
    operation: 'ListTrialComponents',
    result: 'TrialComponentSummaries',
    more: ({ settings }) => ({ TrialComponentSource: settings.Source }),
    sort: 'CreationTime',
    order: 'Descending',
  },
  deletion: {
    refuse: async (resource, _, scope) => {
      for await (const _id of trialsOf(resource, scope))
        throw invalid(`TrialComponent '${resource.arn}' is linked to 1 or more trials and cannot be deleted.`);
      await requireUnassociated('TrialComponent', resource, scope);
    },
    course: [{ status: GONE }],
  },
});

/** How far the job is that a component tells of. */
function ofJob(resource: SageMakerResource<TrialComponentSettings>, now: number): object {
  const { started, ended } = jobTimes(resource, now);
  const status = phaseAt(resource, now)?.status;
  const reason = phaseAt(resource, now)?.reason;
  return {
    Sources: [resource.settings.Source],
    Status: { PrimaryStatus: status, Message: reason ?? (hasEnded(JOB_STATES, status) ? undefined : `Status: ${status}`) },
    StartTime: started,
    EndTime: ended,
  };
}

/** @throws ValidationException  the name is taken, in whatever case */
export const createTrialComponent = create<Input, TrialComponentSettings>(trialComponent, {
  name: (input) => input.TrialComponentName,
  draft: (input, call) => ({ settings: { ...withoutTags(input), ...createdBy(call) } }),
});

/**
 * Changes a component: what is sent replaces what was, entries of maps one by one.
 * @throws ValidationException  (unverified sentence) more parameters or artifacts than it may have
 */
export const updateTrialComponent = amend<Identity, TrialComponentSettings, Valid<UpdateTrialComponentRequest>>(
  trialComponent,
  (settings, input) => ({
    ...sent(input, 'DisplayName', 'Status', 'StartTime', 'EndTime'),
    Parameters: amended('Parameters', MAX_PARAMETERS, settings.Parameters, input.Parameters, input.ParametersToRemove),
    InputArtifacts: amended('InputArtifacts', MAX_ARTIFACTS, settings.InputArtifacts, input.InputArtifacts, input.InputArtifactsToRemove),
    OutputArtifacts: amended(
      'OutputArtifacts',
      MAX_ARTIFACTS,
      settings.OutputArtifacts,
      input.OutputArtifacts,
      input.OutputArtifactsToRemove,
    ),
  }),
);
