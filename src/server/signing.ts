import type { Match } from '../protocol/index.ts';
import { AWS_REGIONS, GLOBAL_REGION, type SigningRules } from '../sigv4/index.ts';

/** Services without regions: their one endpoint signs for us-east-1. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'organizations']);

/** Minutes that a signature's date may lie from now. IAM and STS print 15; SageMaker's 5 is (unverified). EC2 and the rest as IAM. */
const CLOCK_WINDOW: Readonly<Record<string, number>> = {
  sagemaker: 5,
  'sagemaker-runtime': 5,
  'sagemaker-a2i-runtime': 5,
  organizations: 5,
};

/** How a request to this operation must be signed. */
export function signingRulesOf(match: Match): Omit<SigningRules, 'now'> {
  const { service } = match.model;
  return {
    service: match.model.signingName,
    regions: GLOBAL_SERVICES.has(service) ? GLOBAL_REGION : AWS_REGIONS,
    protocol: match.protocol,
    clockWindowMinutes: CLOCK_WINDOW[service] ?? 15,
  };
}
