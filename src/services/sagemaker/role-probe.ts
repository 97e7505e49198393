import type { Scope } from '../../authorization/operation.ts';
import { invalid } from './errors.ts';
import { listsS3, type RefusedUse, type RoleUse, readsS3, refusedUse, repositoryOf, writesS3 } from './role-use.ts';

/*
 * What SageMaker tries with a role before it takes a request on: refused, the call is answered ValidationException, not AccessDenied. What only
 * the work itself would meet fails the work instead (role-use.ts). How AWS's sentences begin is observed, how they end is (unverified): here
 * with the denial of the role's own call.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */

interface Probe {
  readonly uses: readonly RoleUse[];
  readonly says: (refused: RefusedUse) => string;
}

/** @throws ValidationException  what the first probe says that the role does not allow */
async function requireProbes(roleArn: string, probes: readonly Probe[], scope: Scope): Promise<void> {
  for (const { uses, says } of probes) {
    const refused = await refusedUse(roleArn, uses, scope);
    if (refused) throw invalid(says(refused));
  }
}

/** Looking an image up in its repository. */
const findsImage = (image: string | undefined): RoleUse[] => {
  const repository = repositoryOf(image);
  return repository ? [{ action: 'ecr:BatchGetImage', arns: [repository.arn], purpose: `Failed to find image ${image}` }] : [];
};

/** What a training job is tried with. */
export interface TrainingAccess {
  readonly images: readonly (string | undefined)[];
  readonly inputs: readonly (string | undefined)[];
  readonly output: string | undefined;
}

/** @throws ValidationException  the role may not list an input, write the output or look up an image */
export const requireTrainingAccess = (roleArn: string, { images, inputs, output }: TrainingAccess, scope: Scope): Promise<void> =>
  requireProbes(
    roleArn,
    [
      ...inputs.map((uri) => ({
        uses: listsS3(uri),
        says: ({ denial }: RefusedUse) => `Unauthorized to List objects under S3 URL "${uri}" given in input data source. ${denial}`,
      })),
      { uses: writesS3(output), says: ({ denial }) => `Access denied to OutputDataConfig S3 bucket of "${output}". ${denial}` },
      ...images.map((image) => ({
        uses: findsImage(image),
        says: ({ denial }: RefusedUse) => {
          const { name, registry } = repositoryOf(image) ?? {};
          return `Access denied for repository: ${name} in registry with id: ${registry}. ${denial}`;
        },
      })),
    ],
    scope,
  );

/** What a container of a model is made of. */
export interface ContainerAccess {
  readonly image: string | undefined;
  readonly data: readonly (string | undefined)[];
}

/** @throws ValidationException  the role may not look up an image or read model data */
export const requireContainerAccess = (roleArn: string, containers: readonly ContainerAccess[], scope: Scope): Promise<void> =>
  requireProbes(
    roleArn,
    containers.flatMap(({ image, data }) => [
      {
        uses: findsImage(image),
        says: () => `The role '${roleArn}' does not have BatchGetImage permission for the image: '${image}'.`,
      },
      ...data.map((uri) => ({
        uses: readsS3(uri),
        says: ({ action }: RefusedUse) =>
          `Could not access model data at ${uri}. Please ensure that the role "${roleArn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "${action}" permissions and that the object is located in ${scope.region}.`,
      })),
    ]),
    scope,
  );
