import type {
  InstanceMetadataOptionsRequest,
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult,
} from '@aws-sdk/client-ec2';
import type { OperationContext } from '../../authorization/operation.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { type Instance, type InstanceMetadataOptions, instances } from '../../store/tables/ec2.ts';
import { requireOneOf } from './enumeration.ts';
import { noSuchInstance, stateOf } from './instance-state.ts';
import { refuseDryRun } from './page.ts';
import type { Known } from './resources.ts';

const SWITCH = ['enabled', 'disabled'] as const;

/**
 * The options that a call asks for, laid over others.
 * @throws InvalidParameterValue         400  a hop limit that is none, or IPv6, of which instances here have no address
 * @throws InvalidParameterCombination   400  the endpoint is switched off and set up in one call
 */
export function requireMetadataOptions(
  input: Valid<InstanceMetadataOptionsRequest>,
  current: InstanceMetadataOptions,
): InstanceMetadataOptions {
  const { HttpTokens, HttpPutResponseHopLimit: hops, HttpEndpoint, HttpProtocolIpv6, InstanceMetadataTags } = input;
  requireOneOf('HttpTokens', HttpTokens, ['optional', 'required']);
  requireOneOf('HttpEndpoint', HttpEndpoint, SWITCH);
  requireOneOf('HttpProtocolIpv6', HttpProtocolIpv6, SWITCH);
  requireOneOf('InstanceMetadataTags', InstanceMetadataTags, SWITCH);
  // (unverified) sentences
  if (hops !== undefined && (hops < 1 || hops > 64))
    throw new ServiceError(
      'InvalidParameterValue',
      `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. Expected an integer between 1 and 64`,
    );
  if (HttpProtocolIpv6 === 'enabled') throw new ServiceError('UnsupportedOperation', 'Sagegate records instances without IPv6 addresses.');
  if (HttpEndpoint === 'disabled' && (HttpTokens !== undefined || hops !== undefined))
    throw new ServiceError(
      'InvalidParameterCombination',
      'HttpTokens and HttpPutResponseHopLimit cannot be set when HttpEndpoint is disabled.',
    );
  return {
    ...current,
    ...(HttpTokens !== undefined && { httpTokens: HttpTokens }),
    ...(hops !== undefined && { httpPutResponseHopLimit: hops }),
    ...(HttpEndpoint !== undefined && { httpEndpoint: HttpEndpoint }),
    ...(InstanceMetadataTags !== undefined && { instanceMetadataTags: InstanceMetadataTags }),
  };
}

/** How long a change is on its way, in milliseconds; the installation's pace multiplies it. The metadata service heeds it at once. */
const APPLYING = 5000;

export function metadataOptionsOutput({ metadataOptions: options }: Instance, now: number, pace: number): InstanceMetadataOptionsResponse {
  return {
    State: now < options.changedAt + APPLYING * pace ? 'pending' : 'applied',
    HttpTokens: options.httpTokens,
    HttpPutResponseHopLimit: options.httpPutResponseHopLimit,
    HttpEndpoint: options.httpEndpoint,
    HttpProtocolIpv6: options.httpProtocolIpv6,
    InstanceMetadataTags: options.instanceMetadataTags,
  };
}

/**
 * Changes how the metadata service of an instance answers, from the next request on.
 * @throws InvalidInstanceID.NotFound  400
 * @throws IncorrectInstanceState      400  it has been terminated
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
 */
export async function modifyInstanceMetadataOptions(
  input: Valid<ModifyInstanceMetadataOptionsRequest>,
  context: OperationContext<Known>,
): Promise<ModifyInstanceMetadataOptionsResult> {
  const { account, region, now, installation } = context;
  refuseDryRun(input);
  const changed = await installation.store.write(async (writer) => {
    const instance = await writer.get(instances, [account, region, input.InstanceId]);
    const state = instance && stateOf(instance, now);
    if (!instance || !state) throw noSuchInstance(input.InstanceId);
    // (unverified) sentence
    if (state.Name === 'terminated' || state.Name === 'shutting-down')
      throw new ServiceError(
        'IncorrectInstanceState',
        `The instance '${input.InstanceId}' is not in a state from which its metadata options can be modified.`,
      );
    const after = { ...instance, metadataOptions: { ...requireMetadataOptions(input, instance.metadataOptions), changedAt: now } };
    await writer.update(instances, after);
    return after;
  });
  return { InstanceId: input.InstanceId, InstanceMetadataOptions: metadataOptionsOutput(changed, now, installation.pace) };
}
