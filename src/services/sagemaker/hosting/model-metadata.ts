import type { ListModelMetadataRequest, ListModelMetadataResponse, ModelMetadataSummary } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { pageOf } from '../page.ts';
import type { Found } from '../resources.ts';

/** A few well-known models of public collections. AWS lists some hundred, which change (unverified which). */
const CATALOGUE: readonly ModelMetadataSummary[] = (
  [
    ['COMPUTER_VISION', 'IMAGE_CLASSIFICATION', 'MXNET', '1.8.0', 'resnet50'],
    ['COMPUTER_VISION', 'IMAGE_CLASSIFICATION', 'PYTORCH', '1.10.0', 'densenet121'],
    ['COMPUTER_VISION', 'IMAGE_CLASSIFICATION', 'TENSORFLOW', '2.6.0', 'efficientnetb7'],
    ['COMPUTER_VISION', 'IMAGE_SEGMENTATION', 'TENSORFLOW', '2.6.0', 'unet'],
    ['COMPUTER_VISION', 'OBJECT_DETECTION', 'PYTORCH', '1.10.0', 'yolov5'],
    ['MACHINE_LEARNING', 'CLASSIFICATION', 'XGBOOST', '1.3.0', 'xgboost'],
    ['MACHINE_LEARNING', 'REGRESSION', 'SKLEARN', '0.23.0', 'sagemaker-scikit-learn'],
    ['NATURAL_LANGUAGE_PROCESSING', 'FILL_MASK', 'PYTORCH', '1.10.0', 'bert-base-uncased'],
    ['NATURAL_LANGUAGE_PROCESSING', 'TEXT_GENERATION', 'PYTORCH', '1.10.0', 'gpt2'],
  ] as const
).map(([Domain, Task, Framework, FrameworkVersion, Model]) => ({ Domain, Task, Framework, FrameworkVersion, Model }));

/** Models of public collections that recommendations can be asked for. Every filter must hold, whatever its case (unverified). */
export async function listModelMetadata(
  input: Valid<ListModelMetadataRequest>,
  context: OperationContext<Found>,
): Promise<ListModelMetadataResponse> {
  const filters = input.SearchExpression?.Filters ?? [];
  const passing = CATALOGUE.filter((entry) => filters.every(({ Name, Value }) => foldCase(entry[Name] ?? '') === foldCase(Value)));
  const { page, next } = pageOf(passing, 'ListModelMetadata', input, context);
  return { ModelMetadataSummaries: [...page], ...next };
}
