import type { CreateDeviceFleetRequest, GetDeviceFleetReportResponse, UpdateDeviceFleetRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext, Scope } from '../../../authorization/operation.ts';
import { iamArn } from '../../../core/arn.ts';
import type { Valid } from '../../../model/valid.ts';
import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { change } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { invalid, resourceInUse } from '../errors.ts';
import { find, liveIn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Found } from '../resources.ts';

type Input = Valid<CreateDeviceFleetRequest>;
export type FleetIdentity = { readonly DeviceFleetName: string };
export type DeviceFleetSettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDeviceFleet.html */
export const deviceFleet = familyOf<FleetIdentity, DeviceFleetSettings>({
  type: 'device-fleet',
  noun: 'DeviceFleet',
  missing: ({ name }) => invalid(`No devicefleet with name ${name} exists.`),
  describe: ({ accountId, settings }) => ({
    ...settings,
    ...(settings.EnableIotRoleAlias && { IotRoleAlias: iamArn(accountId, `rolealias/SageMakerEdge-${settings.DeviceFleetName}`) }),
  }),
  list: { operation: 'ListDeviceFleets', result: 'DeviceFleetSummaries', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: async (resource, _, scope) => {
      // (unverified) sentence
      for await (const device of devicesOf(resource, scope))
        throw resourceInUse(`Device fleet ${resource.name} cannot be deleted: device ${device.name} is registered in it.`);
    },
  },
});

/** The devices that are registered in a fleet, first registered first. */
export const devicesOf = ({ id }: Pick<SageMakerResource, 'id'>, scope: Scope): AsyncGenerator<SageMakerResource> =>
  liveIn(scope, 'child_created', [scope.account, scope.region, 'device', id]);

/**
 * A fleet that something else is about.
 * @throws ValidationException  no such fleet
 */
export async function requireFleet(DeviceFleetName: string, scope: Scope): Promise<SageMakerResource<DeviceFleetSettings>> {
  const found = await find(deviceFleet, { DeviceFleetName }, scope);
  if (!found) throw invalid(`No device fleet with name ${DeviceFleetName} exists.`);
  return found;
}

/** @throws ValidationException  (unverified sentence) a role alias without the role */
function requireRole({ EnableIotRoleAlias, RoleArn }: Pick<Input, 'EnableIotRoleAlias' | 'RoleArn'>): void {
  if (EnableIotRoleAlias && RoleArn === undefined) throw invalid('RoleArn is required when EnableIotRoleAlias is true.');
}

/**
 * Creates a fleet for devices.
 * @throws ResourceInUse        the name is taken
 * @throws ValidationException  the role cannot be taken up, or is missing
 */
export const createDeviceFleet = create<Input, DeviceFleetSettings>(deviceFleet, {
  name: (input) => input.DeviceFleetName,
  draft: (input) => {
    requireRole(input);
    return { settings: withoutTags(input) };
  },
  answer: () => ({}),
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDeviceFleet.html */
export const updateDeviceFleet = change<FleetIdentity, DeviceFleetSettings, Valid<UpdateDeviceFleetRequest>>(
  deviceFleet,
  (resource, input, call) => {
    const { DeviceFleetName: _, ...changes } = input;
    const settings = { ...resource.settings, ...changes };
    requireRole(settings);
    return { ...resource, changedAt: call.now, settings };
  },
  { passesRoles: 'UpdateDeviceFleet' },
);

/**
 * What a fleet has. No device has ever connected here, so there are none that run a model or an agent.
 * @throws ValidationException  no such fleet
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_GetDeviceFleetReport.html
 */
export async function getDeviceFleetReport(input: FleetIdentity, context: OperationContext<Found>): Promise<GetDeviceFleetReportResponse> {
  const fleet = await need(deviceFleet, input, context);
  let registered = 0;
  for await (const _ of devicesOf(fleet, context)) registered++;
  const { OutputConfig, Description } = fleet.settings;
  return {
    DeviceFleetArn: fleet.arn,
    DeviceFleetName: fleet.name,
    OutputConfig,
    ...(Description !== undefined && { Description }),
    ReportGenerated: new Date(context.now),
    DeviceStats: { ConnectedDeviceCount: 0, RegisteredDeviceCount: registered },
    AgentVersions: [],
    ModelStats: [],
  };
}
