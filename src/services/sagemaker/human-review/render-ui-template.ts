import type { RenderUiTemplateRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { parseJson } from '../../../core/json.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';
import { requirePassedRoles } from '../passed-roles.ts';
import type { Found } from '../resources.ts';
import { findHumanTaskUi, humanTaskUi } from './human-task-ui.ts';
import { renderTemplate, TemplateError } from './liquid.ts';

type Input = Valid<RenderUiTemplateRequest>;

/** @throws ResourceNotFound  there is no such page in this account @throws ValidationException  (unverified sentence) neither page nor template, or both */
async function templateOf({ UiTemplate, HumanTaskUiArn: arn }: Input, context: OperationContext<Found>): Promise<string> {
  if ((UiTemplate === undefined) === (arn === undefined)) throw invalid('Exactly one of UiTemplate and HumanTaskUiArn must be specified.');
  if (UiTemplate) return UiTemplate.Content;
  const page = await findHumanTaskUi(arn ?? '', context);
  if (!page) throw humanTaskUi.missing({ arn: arn ?? '', name: (arn ?? '').slice((arn ?? '').lastIndexOf('/') + 1) }, 'describe');
  return page.settings.content;
}

/**
 * Shows what a worker would see of a template. What is wrong with template or input is told in the answer (codes and sentences unverified).
 * @throws ResourceNotFound     there is no such page
 * @throws ValidationException  neither page nor template, or both; the role cannot be taken up
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RenderUiTemplate.html
 */
export async function renderUiTemplate(input: Input, context: OperationContext<Found>): Promise<object> {
  const template = await templateOf(input, context);
  await requirePassedRoles('RenderUiTemplate', input, context);
  const failed = (Code: string, Message: string) => ({ RenderedContent: '', Errors: [{ Code, Message }] });
  let value: unknown;
  try {
    value = parseJson(input.Task.Input);
  } catch {
    return failed('InvalidTaskInput', 'Task.Input is not valid JSON.');
  }
  try {
    return { RenderedContent: renderTemplate(template, { task: { input: value } }), Errors: [] };
  } catch (error) {
    if (error instanceof TemplateError) return failed('InvalidTemplate', error.message);
    throw error;
  }
}
