import type { ResourceType } from '@aws-sdk/client-sagemaker';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { describeResource } from '../describe.ts';
import { families } from '../families.ts';
import { type Family, liveIn, type Where } from '../family.ts';
import { lookThrough } from '../gather.ts';
import { pipelineVersion } from '../pipelines/pipeline.ts';

/** A kind of what can be searched: where it is stored, and the member of a record that shows it. */
export interface Searchable {
  readonly family: Pick<Family<never, object>, 'type'>;
  /** The member of `SearchRecord`, whose shape says which properties there are. */
  readonly member: string;
  /** A row may be none or several. */
  readonly many?: true;
  /** What there is of a row: most are one. */
  readonly recordsOf: (row: SageMakerResource, extra: object) => readonly object[];
  /** What a kind's records tell of other rows, by the id of the row that it is told of. */
  readonly extras?: (where: Where) => Promise<ReadonlyMap<string, object>>;
}

/** Records are descriptions, with their tags. */
const described =
  (family: Family<never, object>, now: number): Searchable['recordsOf'] =>
  (row, extra) => [{ ...describeResource(family, row, now), Tags: row.tags, ...extra }];

interface Features {
  readonly FeatureDefinitions?: readonly { readonly FeatureName: string; readonly FeatureType: string }[];
  readonly metadata?: Readonly<
    Record<string, { readonly description?: string; readonly parameters?: Readonly<Record<string, string>>; readonly changedAt?: number }>
  >;
}

/** Each feature of a group is a record of its own. */
function featuresOf({ name, arn, createdAt, settings }: SageMakerResource): object[] {
  // Only rows of feature groups are asked.
  const { FeatureDefinitions = [], metadata = {} } = settings as Features;
  return FeatureDefinitions.map(({ FeatureName, FeatureType }) => {
    const told = Object.hasOwn(metadata, FeatureName) ? metadata[FeatureName] : undefined;
    return {
      FeatureGroupArn: arn,
      FeatureGroupName: name,
      FeatureName,
      FeatureType,
      CreationTime: new Date(createdAt),
      LastModifiedTime: new Date(told?.changedAt ?? createdAt),
      Description: told?.description,
      Parameters: Object.entries(told?.parameters ?? {}).map(([Key, Value]) => ({ Key, Value })),
    };
  });
}

/** The trials and experiments of components: what clients search them by. */
async function parentsOfComponents(where: Where): Promise<ReadonlyMap<string, object>> {
  const { account, region } = where;
  const trials = new Map<string, object>();
  await lookThrough(liveIn(where, 'name', [account, region, 'experiment-trial']), ({ id, settings }) => {
    const { TrialName, ExperimentName } = settings as { readonly TrialName?: string; readonly ExperimentName?: string };
    trials.set(id, { TrialName, ExperimentName });
  });
  const parents = new Map<string, { Parents: object[] }>();
  await lookThrough(liveIn(where, 'name', [account, region, 'trial-association']), ({ id, parent }) => {
    const component = id.slice(parent.length + 1);
    const held = parents.get(component) ?? { Parents: [] };
    const trial = trials.get(parent);
    if (trial) held.Parents.push(trial);
    parents.set(component, held);
  });
  return parents;
}

/** Type of the rows, and member of a record where it is not the kind's own name. */
const KINDS: Readonly<Partial<Record<ResourceType, readonly [type: string, member?: string]>>> = {
  Endpoint: ['endpoint'],
  Experiment: ['experiment'],
  ExperimentTrial: ['experiment-trial', 'Trial'],
  ExperimentTrialComponent: ['experiment-trial-component', 'TrialComponent'],
  FeatureGroup: ['feature-group'],
  HyperParameterTuningJob: ['hyper-parameter-tuning-job'],
  Job: ['job'],
  Model: ['model'],
  ModelCard: ['model-card'],
  ModelPackage: ['model-package'],
  ModelPackageGroup: ['model-package-group'],
  Pipeline: ['pipeline'],
  PipelineExecution: ['pipeline-execution'],
  Project: ['project'],
  TrainingJob: ['training-job'],
};

/**
 * How a kind is searched; undefined for kinds of which records cannot tell: the model has no member for images and their versions (unverified
 * what AWS answers).
 */
export function searchableOf(resource: ResourceType, now: number): Searchable | undefined {
  if (resource === 'FeatureMetadata') return { family: { type: 'feature-group' }, member: resource, many: true, recordsOf: featuresOf };
  if (resource === 'PipelineVersion')
    return { family: pipelineVersion, member: resource, recordsOf: described(pipelineVersion as unknown as Family<never, object>, now) };
  const [type, member = resource] = KINDS[resource] ?? [];
  const family = families.find((each) => each.type === type) as Family<never, object> | undefined;
  if (!family) return undefined;
  const recordsOf = described(family, now);
  // A model is shown as on the dashboard of models, inside of what is told around it.
  if (resource === 'Model') return { family, member, recordsOf: (row, extra) => recordsOf(row, extra).map((Model) => ({ Model })) };
  return { family, member, recordsOf, ...(resource === 'ExperimentTrialComponent' && { extras: parentsOfComponents }) };
}
