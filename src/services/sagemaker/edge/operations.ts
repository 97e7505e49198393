import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createdDevices, deregisterDevices, device, namedDevices, registerDevices, updateDevices } from './device.ts';
import { createDeviceFleet, deviceFleet, getDeviceFleetReport, updateDeviceFleet } from './device-fleet.ts';
import {
  createEdgeDeploymentPlan,
  createEdgeDeploymentStage,
  deleteEdgeDeploymentStage,
  describeEdgeDeploymentPlan,
  edgeDeploymentPlan,
  listStageDevices,
  startEdgeDeploymentStage,
  stopEdgeDeploymentStage,
} from './edge-deployment-plan.ts';
import { createEdgePackagingJob, edgePackagingJob, stopEdgePackagingJob } from './edge-packaging-job.ts';

const devices = handlersOf(device);
const fleets = handlersOf(deviceFleet);
const plans = handlersOf(edgeDeploymentPlan);
const packagingJobs = handlersOf(edgePackagingJob);

/** Devices at the edge: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const edgeOperations = operationsOf({
  CreateDeviceFleet:          on(created(deviceFleet),        createDeviceFleet),
  DeleteDeviceFleet:          on(named(deviceFleet),          fleets.remove),
  DescribeDeviceFleet:        on(named(deviceFleet),          fleets.describe),
  GetDeviceFleetReport:       on(named(deviceFleet),          getDeviceFleetReport),
  ListDeviceFleets:           on('*',                         fleets.list),
  UpdateDeviceFleet:          on(named(deviceFleet),          updateDeviceFleet),
  DeregisterDevices:          on(namedDevices,                deregisterDevices),
  DescribeDevice:             on(named(device),               devices.describe),
  ListDevices:                on('*',                         devices.list),
  RegisterDevices:            on(createdDevices,              registerDevices),
  UpdateDevices:              on(namedDevices,                updateDevices),
  CreateEdgeDeploymentPlan:   on(created(edgeDeploymentPlan), createEdgeDeploymentPlan),
  CreateEdgeDeploymentStage:  on(named(edgeDeploymentPlan),   createEdgeDeploymentStage),
  DeleteEdgeDeploymentPlan:   on(named(edgeDeploymentPlan),   plans.remove),
  DeleteEdgeDeploymentStage:  on(named(edgeDeploymentPlan),   deleteEdgeDeploymentStage),
  DescribeEdgeDeploymentPlan: on(named(edgeDeploymentPlan),   describeEdgeDeploymentPlan),
  ListEdgeDeploymentPlans:    on('*',                         plans.list),
  ListStageDevices:           on('*',                         listStageDevices),
  StartEdgeDeploymentStage:   on(named(edgeDeploymentPlan),   startEdgeDeploymentStage),
  StopEdgeDeploymentStage:    on(named(edgeDeploymentPlan),   stopEdgeDeploymentStage),
  CreateEdgePackagingJob:     on(created(edgePackagingJob),   createEdgePackagingJob),
  DescribeEdgePackagingJob:   on(named(edgePackagingJob),     packagingJobs.describe),
  ListEdgePackagingJobs:      on('*',                         packagingJobs.list),
  StopEdgePackagingJob:       on(named(edgePackagingJob),     stopEdgePackagingJob),
});
