import { ServiceError } from '../core/service-error.ts';
import type { Match } from '../protocol/index.ts';
import { AWS_REGIONS, GLOBAL_REGION, type SigningRules } from '../sigv4/index.ts';

/** Services without regions: AWS's one endpoint of each is in us-east-1. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'organizations']);

/**
 * The region that a call takes place in, given the one it is signed for. A service without regions is in us-east-1 whatever a client signs:
 * `aws:RequestedRegion` is not the client's choice there.
 */
export const regionOf = ({ model }: Match, signed: string): string => (GLOBAL_SERVICES.has(model.service) ? 'us-east-1' : signed);

const REGIONAL_HOST = /^[a-z0-9-]+(?:\.sso)?\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com(?::[0-9]+)?$/;

/** The region of AWS's host that a call was sent to: for calls that are signed for none. Undefined for other hosts. */
export const regionOfHost = (host: string | undefined): string | undefined => REGIONAL_HOST.exec(host ?? '')?.[1];

/** Minutes that a signature's date may lie from now. IAM and STS print 15; SageMaker's 5 is (unverified). EC2 and the rest as IAM. */
const CLOCK_WINDOW: Readonly<Record<string, number>> = {
  sagemaker: 5,
  'sagemaker-runtime': 5,
  'sagemaker-a2i-runtime': 5,
  organizations: 5,
};

/**
 * Regions that the scope of a call may name. AWS's own clients, once an endpoint is set, sign for their configured region even where the service
 * has none (`aws iam … --region us-east-2`), so only a host of AWS's holds them to us-east-1.
 */
const regionsFor = (service: string, host: string | undefined): ReadonlySet<string> =>
  GLOBAL_SERVICES.has(service) && host?.includes('.amazonaws.com') ? GLOBAL_REGION : AWS_REGIONS;

/** How a request to this operation must be signed. */
export function signingRulesOf(match: Match, host: string | undefined): Omit<SigningRules, 'now'> {
  const { service } = match.model;
  return {
    service: match.model.signingName,
    regions: regionsFor(service, host),
    protocol: match.protocol,
    clockWindowMinutes: CLOCK_WINDOW[service] ?? 15,
  };
}

/** Operations that STS has at its regional endpoints alone. */
const REGIONAL: ReadonlySet<string> = new Set(['AssumeRoot', 'GetWebIdentityToken']);

/**
 * AWS's global STS endpoint does not know some operations.
 * @throws InvalidAction  400
 */
export function refuseGlobalEndpoint({ model, operation }: Match, host: string | undefined): void {
  if (model.service === 'sts' && REGIONAL.has(operation.name) && host?.replace(/:\d+$/, '') === 'sts.amazonaws.com')
    throw new ServiceError('InvalidAction', 'Unknown Operation');
}
