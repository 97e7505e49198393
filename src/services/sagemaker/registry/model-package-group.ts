import type { CreateModelPackageGroupInput, ListModelPackageGroupsInput } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE } from '../../../store/tables/sagemaker.ts';
import { create, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { liveIn } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { list } from '../list.ts';
import { userContext } from '../user-context.ts';

type Input = Valid<CreateModelPackageGroupInput>;
export type ModelPackageGroupIdentity = { readonly ModelPackageGroupName: string };
export type ModelPackageGroupSettings = Omit<Input, 'Tags'> & {
  readonly CreatedBy: ReturnType<typeof userContext>;
  /** Of the version that was made last. Numbers are never given again. */
  readonly lastVersion: number;
  /** Resource policy, principals bound to unique ids. */
  readonly policy?: string;
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html */
export const modelPackageGroup = familyOf<ModelPackageGroupIdentity, ModelPackageGroupSettings>({
  type: 'model-package-group',
  noun: 'ModelPackageGroup',
  status: 'ModelPackageGroupStatus',
  missing: ({ arn }) => invalid(`ModelPackageGroup ${arn} does not exist.`),
  taken: ({ arn }) => invalid(`Model Package Group already exists: ${arn}`),
  list: { operation: 'ListModelPackageGroups', result: 'ModelPackageGroupSummaryList', sort: 'CreationTime', order: 'Ascending' },
  deletion: {
    refuse: async ({ id, arn }, _, scope) => {
      // (unverified) sentence
      for await (const _package of liveIn(scope, 'child_created', [scope.account, scope.region, 'model-package', id]))
        throw conflict(`Model Package Group ${arn} cannot be deleted because it still contains Model Packages.`);
    },
    course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }],
  },
});

/** @throws ValidationException  the name is taken */
export const createModelPackageGroup = create<Input, ModelPackageGroupSettings>(modelPackageGroup, {
  name: (input) => input.ModelPackageGroupName,
  draft: (input, call) => ({
    settings: { ...withoutTags(input), CreatedBy: userContext(call), lastVersion: 0 },
    course: [{ status: 'Completed' }],
  }),
});

/** Groups of the account. Those of other accounts are listed when AWS RAM shares them, and nothing is shared so here. */
export const listModelPackageGroups = list<ModelPackageGroupSettings, Valid<ListModelPackageGroupsInput>>(
  modelPackageGroup,
  async ({ CrossAccountFilterOption }) =>
    () =>
      CrossAccountFilterOption !== 'CrossAccount',
);
