import type { ResourceType, Scope, Target } from '../../authorization/operation.ts';
import { parseArn } from '../../core/arn.ts';
import { lowerAlphanumeric } from '../../core/id.ts';
import type { SageMakerResource } from '../../store/tables/sagemaker.ts';
import { arnOf, findByArn, type Kind, type Place, sageMakerArn } from './family.ts';
import type { EndpointConfigSettings } from './hosting/endpoint-config.ts';

/** What is known of a target when a call is authorised. */
export interface Found {
  readonly resource: SageMakerResource | undefined;
  /** The space that a call is about: the target itself, or the one that an app runs in. */
  readonly space?: SageMakerResource | undefined;
  /** The configuration that an endpoint is to take: its key is asked for. */
  readonly endpointConfig?: SageMakerResource<EndpointConfigSettings> | undefined;
}

const template = (kind: Pick<Kind<never>, 'type' | 'arnType' | 'arnPath'>): string =>
  `arn:\${Partition}:sagemaker:\${Region}:\${Account}:${kind.arnType ?? kind.type}/${kind.arnPath}`;

/** The account of an ARN that a call sends is that of the ARN: another one's is decided across accounts. */
async function locate(kind: Pick<Kind<never>, 'type' | 'arnType' | 'names'>, arn: string, scope: Scope): Promise<Target<Found>> {
  const resource = await findByArn(kind, arn, scope);
  const space = kind.type === 'space' ? { space: resource } : {};
  return { arn, account: parseArn(arn)?.account ?? '', stored: { resource, ...space }, tags: resource?.tags };
}

/** Something that the caller names. */
export const named = <Identity extends object>(kind: Kind<Identity>): ResourceType<Identity, Found> => ({
  name: kind.type,
  arn: template(kind),
  locate: (input, scope) => locate(kind, arnOf(kind, input, scope), scope),
});

/**
 * Something that is to be created under a name of the caller's. What stands there already is known to the handler, but its tags are not the
 * new resource's: `aws:ResourceTag` is absent.
 */
export const created = <Identity extends object>(kind: Kind<Identity>): ResourceType<Identity, Found> => ({
  name: kind.type,
  arn: template(kind),
  locate: async (input, scope) => ({ ...(await locate(kind, arnOf(kind, input, scope), scope)), tags: undefined }),
});

/** Something that gets a generated id: the ARN is made here, and the handler takes the id from it. */
export const generated = (
  kind: Pick<Kind<never>, 'type' | 'arnType' | 'arnPath'>,
  prefix = '',
  characters = lowerAlphanumeric,
): ResourceType<object, Found> => ({
  name: kind.type,
  arn: template(kind),
  locate: (_, scope) => ({
    arn: sageMakerArn(scope, `${kind.arnType ?? kind.type}/${prefix}${characters(12, scope.installation.random)}`),
    account: scope.account,
    stored: { resource: undefined },
  }),
});

/** All of a kind: what a few List operations are checked on, and what their denials name. */
export const every = (kind: Pick<Kind<never>, 'type'>): ResourceType<object, Found> => ({
  name: kind.type,
  arn: `arn:\${Partition}:sagemaker:\${Region}:\${Account}:${kind.type}/*`,
  locate: (_, scope: Place) => ({ arn: sageMakerArn(scope, `${kind.type}/*`), account: scope.account }),
});
