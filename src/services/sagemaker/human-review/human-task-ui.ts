import { createHash } from 'node:crypto';
import type { CreateHumanTaskUiRequest } from '@aws-sdk/client-sagemaker';
import type { Valid } from '../../../model/valid.ts';
import { GONE, type SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { create, type Writing } from '../create.ts';
import { invalid } from '../errors.ts';
import { findByArn, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';

type Input = Valid<CreateHumanTaskUiRequest>;
/** The template itself; no answer shows it. */
export interface HumanTaskUiSettings {
  readonly content: string;
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHumanTaskUi.html */
export const humanTaskUi = familyOf<{ readonly HumanTaskUiName: string }, HumanTaskUiSettings>({
  type: 'human-task-ui',
  noun: 'HumanTaskUi',
  status: 'HumanTaskUiStatus',
  // AWS adds a URL that the template can be had from for a while; there is none here.
  describe: ({ settings }) => ({ UiTemplate: { ContentSha256: createHash('sha256').update(settings.content).digest('hex') } }),
  list: { operation: 'ListHumanTaskUis', result: 'HumanTaskUiSummaries', sort: 'CreationTime', order: 'Descending' },
  deletion: { course: [{ status: 'Deleting', seconds: 5 }, { status: GONE }] },
});

/** @throws ResourceInUse  the name is taken */
export const createHumanTaskUi = create<Input, HumanTaskUiSettings>(humanTaskUi, {
  name: (input) => input.HumanTaskUiName,
  draft: (input) => ({ settings: { content: input.UiTemplate.Content }, course: [{ status: 'Active' }] }),
});

export const findHumanTaskUi = (arn: string, where: Where): Promise<SageMakerResource<HumanTaskUiSettings> | undefined> =>
  findByArn<HumanTaskUiSettings>(humanTaskUi, arn, where);

/**
 * Makes sure of the page that workers are to see. Pages that AWS offers are of other accounts, and taken as named.
 * @throws ValidationException  (unverified sentence) one of this account that is not there
 */
export async function requireHumanTaskUi(arn: string | undefined, call: Writing): Promise<void> {
  if (arn === undefined || arn.split(':')[4] !== call.account || (await findHumanTaskUi(arn, call))) return;
  throw invalid(`The specified HumanTaskUi '${arn}' does not exist.`);
}
