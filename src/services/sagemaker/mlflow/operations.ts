import { upperAlphanumeric } from '../../../core/id.ts';
import { handlersOf } from '../handlers.ts';
import { created, generated, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createMlflowApp, createPresignedMlflowAppUrl, mlflowApp, updateMlflowApp } from './mlflow-app.ts';
import {
  createMlflowTrackingServer,
  createPresignedMlflowTrackingServerUrl,
  mlflowTrackingServer,
  startMlflowTrackingServer,
  stopMlflowTrackingServer,
  updateMlflowTrackingServer,
} from './mlflow-tracking-server.ts';
import { createPartnerApp, createPartnerAppPresignedUrl, partnerApp, updatePartnerApp } from './partner-app.ts';

const mlflowApps = handlersOf(mlflowApp);
const trackingServers = handlersOf(mlflowTrackingServer);
const partnerApps = handlersOf(partnerApp);

/** MLflow and apps of partners: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const mlflowOperations = operationsOf({
  CreateMlflowTrackingServer:             on(created(mlflowTrackingServer), createMlflowTrackingServer),
  CreatePresignedMlflowTrackingServerUrl: on(named(mlflowTrackingServer),   createPresignedMlflowTrackingServerUrl),
  DeleteMlflowTrackingServer:             on(named(mlflowTrackingServer),   trackingServers.remove),
  DescribeMlflowTrackingServer:           on(named(mlflowTrackingServer),   trackingServers.describe),
  ListMlflowTrackingServers:              on('*',                           trackingServers.list),
  StartMlflowTrackingServer:              on(named(mlflowTrackingServer),   startMlflowTrackingServer),
  StopMlflowTrackingServer:               on(named(mlflowTrackingServer),   stopMlflowTrackingServer),
  UpdateMlflowTrackingServer:             on(named(mlflowTrackingServer),   updateMlflowTrackingServer),

  CreateMlflowApp:                        on(generated(mlflowApp, 'app-', upperAlphanumeric), createMlflowApp),
  CreatePresignedMlflowAppUrl:            on(named(mlflowApp),                                createPresignedMlflowAppUrl),
  DeleteMlflowApp:                        on(named(mlflowApp),                                mlflowApps.remove),
  DescribeMlflowApp:                      on(named(mlflowApp),                                mlflowApps.describe),
  ListMlflowApps:                         on('*',                                             mlflowApps.list),
  UpdateMlflowApp:                        on(named(mlflowApp),                                updateMlflowApp),

  CreatePartnerApp:                       on(generated(partnerApp, 'app-', upperAlphanumeric), createPartnerApp),
  CreatePartnerAppPresignedUrl:           on(named(partnerApp),                                createPartnerAppPresignedUrl),
  DeletePartnerApp:                       on(named(partnerApp),                                partnerApps.remove),
  DescribePartnerApp:                     on(named(partnerApp),                                partnerApps.describe),
  ListPartnerApps:                        on('*',                                              partnerApps.list),
  UpdatePartnerApp:                       on(named(partnerApp),                                updatePartnerApp),
});
