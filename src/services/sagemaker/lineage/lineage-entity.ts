import type { LineageType } from '@aws-sdk/client-sagemaker';
import type { ResourceTypes } from '../../../authorization/operation.ts';
import { parseArn } from '../../../core/arn.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { experiment } from '../experiments/experiment.ts';
import { trialComponent } from '../experiments/trial-component.ts';
import { type Family, findByArn, type Where } from '../family.ts';
import { type Found, named } from '../resources.ts';
import { action } from './action.ts';
import { artifact } from './artifact.ts';
import { context } from './context.ts';

/** A kind of what can be associated. */
export interface EntityKind {
  readonly family: Family<never, object>;
  /** Experiments have none: they are no vertices of their own kind. */
  readonly lineageType?: LineageType;
  /** What an entity of it says that it is. */
  readonly typeOf: (settings: object) => string;
}

const kind = <Settings extends object>(
  family: Family<never, Settings>,
  typeOf: (settings: Settings) => string,
  lineageType?: LineageType,
): EntityKind =>
  // Only rows of the family are asked.
  ({ family, typeOf, ...(lineageType && { lineageType }) }) as unknown as EntityKind;

const KINDS: readonly EntityKind[] = [
  kind(action, ({ ActionType }) => ActionType, 'Action'),
  kind(artifact, ({ ArtifactType }) => ArtifactType, 'Artifact'),
  kind(context, ({ ContextType }) => ContextType, 'Context'),
  kind(experiment, () => 'Experiment'),
  kind(trialComponent, ({ Source }) => Source?.SourceType ?? 'TrialComponent', 'TrialComponent'),
];

/** Kinds that are vertices. */
export const vertexKinds: readonly EntityKind[] = KINDS.filter(({ lineageType }) => lineageType !== undefined);

export interface Entity {
  readonly resource: SageMakerResource;
  readonly kind: EntityKind;
}

const typeOfArn = (arn: string): string | undefined => parseArn(arn)?.resource.split('/')[0];

export async function findEntity(arn: string, where: Where): Promise<Entity | undefined> {
  const kind = KINDS.find(({ family }) => family.type === typeOfArn(arn));
  const resource = kind && (await findByArn(kind.family, arn, where));
  return kind && resource && { resource, kind };
}

interface Pair {
  readonly SourceArn: string;
  readonly DestinationArn: string;
}

/** Both ends of an association, each as what it is. The model lets no other kinds through. */
export const associated = KINDS.map(
  ({ family }): ResourceTypes<Pair, Found> => ({
    name: family.type,
    arn: named(family).arn,
    locateEach: async ({ SourceArn, DestinationArn }, scope) => {
      const arns = [...new Set([SourceArn, DestinationArn])].filter((arn) => typeOfArn(arn) === family.type);
      return Promise.all(
        arns.map(async (arn) => {
          const resource = await findByArn(family, arn, scope);
          return { arn, account: parseArn(arn)?.account ?? '', stored: { resource }, tags: resource?.tags };
        }),
      );
    },
  }),
) as unknown as readonly [ResourceTypes<Pair, Found>, ...ResourceTypes<Pair>[]];
