import { type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { newRow } from '../new-resource.ts';

/** Type of the rows by which callbacks find their execution. No family. */
export const CALLBACK_TOKEN = '(callback-token)';

/** By its token a step is found that waits for an answer. */
export async function keepToken(token: string, { arn, parent }: Pick<SageMakerResource, 'arn' | 'parent'>, call: Writing): Promise<void> {
  await call.reader.insert(sageMakerResources, newRow(CALLBACK_TOKEN, token, call, { arn, parent, settings: {} }));
}
