import type { DeregisterDevicesRequest, RegisterDevicesRequest, UpdateDevicesRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext, ResourceTypes } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { keyOf } from '../../../store/table.ts';
import { type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import type { Writing } from '../create.ts';
import { invalid } from '../errors.ts';
import { arnOf, find, idOfArn, NEVER_MODIFIED } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { created, type Found, named } from '../resources.ts';
import { newTags } from '../tag-rules.ts';
import { requireFleet } from './device-fleet.ts';

type Input = Valid<RegisterDevicesRequest>;
type Identity = { readonly DeviceFleetName: string; readonly DeviceName: string };
export type DeviceSettings = Input['Devices'][number] & { readonly DeviceFleetName: string };

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDevice.html */
export const device = familyOf<Identity, DeviceSettings>({
  type: 'device',
  arnType: 'device-fleet',
  noun: 'Device',
  path: ({ DeviceFleetName, DeviceName }) => `${DeviceFleetName}/device/${DeviceName}`,
  arnPath: '${DeviceFleetName}/device/${DeviceName}',
  missing: ({ name }) => invalid(`No device with name ${name} exists.`),
  describe: ({ createdAt, settings }) => ({ ...settings, ...NEVER_MODIFIED, RegistrationTime: new Date(createdAt) }),
  list: {
    operation: 'ListDevices',
    result: 'DeviceSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    within: ({ DeviceFleetName }: { readonly DeviceFleetName?: string }) =>
      DeviceFleetName === undefined ? undefined : foldCase(DeviceFleetName),
    // No device has ever connected here, or runs a model.
    passes: (_, { LatestHeartbeatAfter, ModelName }) => LatestHeartbeatAfter === undefined && ModelName === undefined,
  },
});

interface Several {
  readonly DeviceFleetName: string;
  readonly Devices?: readonly { readonly DeviceName: string }[];
  readonly DeviceNames?: readonly string[];
}

/** Devices of one call; each is decided on (unverified). */
const MOST_DEVICES = 100;

/** @throws ValidationException  (unverified sentence) more than one call takes */
function identitiesOf({ DeviceFleetName, Devices = [], DeviceNames = [] }: Several): Identity[] {
  const names = [...Devices.map((each) => each.DeviceName), ...DeviceNames];
  if (names.length > MOST_DEVICES) throw invalid(`At most ${MOST_DEVICES} devices can be specified.`);
  return names.map((DeviceName) => ({ DeviceFleetName, DeviceName }));
}

/** Every device that a call names; one that may not be touched refuses the call whole. */
const several = (one: typeof named): ResourceTypes<Several, Found> => {
  const { name, arn, locate } = one(device);
  return { name, arn, locateEach: (input, scope) => Promise.all(identitiesOf(input).map((identity) => locate(identity, scope))) };
};
export const createdDevices = several(created);
export const namedDevices = several(named);

/** @throws ValidationException  (unverified sentence) the same device twice */
function requireDistinct(input: Several): void {
  const names = identitiesOf(input).map(({ DeviceName }) => foldCase(DeviceName));
  if (names.length === 0) throw invalid('At least one device must be specified.');
  if (new Set(names).size < names.length) throw invalid('Device names must be unique.');
}

/** Does something with each device of a fleet, with all or none. */
const withDevices =
  <Input extends Several>(
    work: (found: SageMakerResource<DeviceSettings> | undefined, identity: Identity, input: Input, call: Writing) => Promise<void>,
  ) =>
  async (input: Input, context: OperationContext<Found>): Promise<object> => {
    requireDistinct(input);
    await context.installation.store.write(async (writer) => {
      const call: Writing = { ...context, reader: writer };
      await requireFleet(input.DeviceFleetName, call);
      for (const identity of identitiesOf(input)) await work(await find(device, identity, call), identity, input, call);
    });
    return {};
  };

/**
 * Registers devices in a fleet.
 * @throws ValidationException  no such fleet; a device that is registered already, or twice in the request
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RegisterDevices.html
 */
export const registerDevices = withDevices<Input>(async (found, identity, input, call) => {
  const { DeviceName, DeviceFleetName } = identity;
  // (unverified) sentence
  if (found) throw invalid(`Device with name ${DeviceName} is already registered in device fleet ${DeviceFleetName}.`);
  const asked = input.Devices.find((each) => each.DeviceName === DeviceName);
  const arn = arnOf(device, identity, call);
  await call.reader.insert(sageMakerResources, {
    accountId: call.account,
    region: call.region,
    type: device.type,
    id: idOfArn(device, arn),
    name: DeviceName,
    arn,
    parent: foldCase(DeviceFleetName),
    owner: '',
    createdAt: call.now,
    changedAt: call.now,
    settings: { ...asked, DeviceName, DeviceFleetName } satisfies DeviceSettings,
    phases: [],
    tags: newTags(input.Tags),
  });
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDevices.html */
export const updateDevices = withDevices<Valid<UpdateDevicesRequest>>(async (found, identity, input, call) => {
  if (!found) throw device.missing({ arn: '', name: identity.DeviceName }, 'update');
  const asked = input.Devices.find((each) => each.DeviceName === identity.DeviceName);
  const settings = { ...found.settings, ...asked, DeviceName: found.settings.DeviceName };
  await call.reader.update(sageMakerResources, { ...found, changedAt: call.now, settings });
});

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeregisterDevices.html */
export const deregisterDevices = withDevices<Valid<DeregisterDevicesRequest>>(async (found, { DeviceName, DeviceFleetName }, _, call) => {
  if (!found) throw invalid(`Device with name ${DeviceName} is not registered in device fleet ${DeviceFleetName}.`);
  await call.reader.delete(sageMakerResources, keyOf(sageMakerResources, found));
});
