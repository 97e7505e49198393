import type { CreateImageRequest, UpdateImageRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { resourceInUse, resourceNotFound } from '../errors.ts';
import { familyOf } from '../family-of.ts';
import { userOfImage } from './image-use.ts';

type Input = Valid<CreateImageRequest>;
type Identity = { readonly ImageName: string };
export type ImageSettings = Omit<Input, 'Tags'> & {
  /** The number of the next version: none is given twice. */
  readonly nextVersion: number;
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImage.html */
export const image = familyOf<Identity, ImageSettings>({
  type: 'image',
  noun: 'Image',
  status: 'ImageStatus',
  missing: ({ name }) => resourceNotFound(`Image with the name ${name} does not exist.`),
  taken: ({ name }) => resourceInUse(`The Image with ImageName ${name} already exists. Please use a different ImageName.`),
  list: { operation: 'ListImages', result: 'Images', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: async (resource, status, scope) => {
      requireSettled(resource, status);
      const user = await userOfImage(resource.name, undefined, scope);
      // (unverified) sentence
      if (user) throw resourceInUse(`Image ${resource.name} is in use by ${user.arn}.`);
    },
    course: [{ status: 'DELETING', seconds: 10 }, { status: GONE }],
    cascade: ['image-version'],
  },
});

/** @throws ResourceInUse  (unverified sentence) a change is under way */
export function requireSettled({ arn }: SageMakerResource, status: string | undefined): void {
  if (status === 'CREATING' || status === 'UPDATING' || status === 'DELETING') throw resourceInUse(`${arn} is in status ${status}.`);
}

/**
 * Creates an image, of which versions are then made.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  the role cannot be taken up
 */
export const createImage = create<Input, ImageSettings>(image, {
  name: (input) => input.ImageName,
  draft: (input) => ({
    settings: { ...withoutTags(input), nextVersion: 1 },
    course: [{ status: 'CREATING', seconds: 10 }, { status: 'CREATED' }],
  }),
});

/**
 * Changes what is said of an image, and the role that reads its versions.
 * @throws ResourceNotFound     no such image
 * @throws ResourceInUse        a change is under way
 * @throws ValidationException  the role cannot be taken up
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImage.html
 */
export const updateImage = change<Identity, ImageSettings, Valid<UpdateImageRequest>>(
  image,
  (resource, input, call) => {
    requireSettled(resource, phaseAt(resource, call.now)?.status);
    const { ImageName: _, DeleteProperties = [], RoleArn = resource.settings.RoleArn, ...changes } = input;
    const kept = Object.entries(resource.settings).filter(([member]) => !DeleteProperties.includes(member));
    const updated = { ...resource, settings: Object.fromEntries(kept) as unknown as ImageSettings };
    return onCourse(updated, [{ status: 'UPDATING', seconds: 5 }, { status: 'CREATED' }], call, { ...changes, RoleArn });
  },
  { passesRoles: 'UpdateImage', answer: ({ arn }) => ({ ImageArn: arn }) },
);
