import { type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { newRow } from '../new-resource.ts';
import type { StepRecord } from './schedule.ts';

/** Type of the rows by which callbacks find their execution. No family. */
export const CALLBACK_TOKEN = '(callback-token)';

/** Removes the tokens that only records of before have: nobody is waited for by them any more. */
export async function forgetTokens(before: readonly StepRecord[], after: readonly StepRecord[], call: Writing): Promise<void> {
  const kept = new Set(after.map(({ token }) => token));
  for (const { token } of before)
    if (token !== undefined && !kept.has(token))
      await call.reader.delete(sageMakerResources, [call.account, call.region, CALLBACK_TOKEN, token]);
}

/** By its token a step is found that waits for an answer. */
export async function keepToken(token: string, { arn, parent }: Pick<SageMakerResource, 'arn' | 'parent'>, call: Writing): Promise<void> {
  await call.reader.insert(sageMakerResources, newRow(CALLBACK_TOKEN, token, call, { arn, parent, settings: {} }));
}
