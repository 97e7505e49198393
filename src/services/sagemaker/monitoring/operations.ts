import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createJobDefinition, jobDefinitions, type MonitoringType } from './job-definition.ts';
import {
  createMonitoringSchedule,
  listMonitoringAlertHistory,
  listMonitoringAlerts,
  listMonitoringExecutions,
  monitoringSchedule,
  namedAlert,
  startMonitoringSchedule,
  stopMonitoringSchedule,
  updateMonitoringAlert,
  updateMonitoringSchedule,
} from './monitoring-schedule.ts';

const schedules = handlersOf(monitoringSchedule);

/** The same for each of the four families. */
const definitionOperations = (of: MonitoringType) => {
  const family = jobDefinitions[of];
  const definitions = handlersOf(family);
  return {
    [`Create${of}JobDefinition`]: on(created(family), createJobDefinition(of)),
    [`Delete${of}JobDefinition`]: on(named(family), definitions.remove),
    [`Describe${of}JobDefinition`]: on(named(family), definitions.describe),
    [`List${of}JobDefinitions`]: on('*', definitions.list),
  };
};

/** Monitoring: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const monitoringOperations = operationsOf({
  CreateMonitoringSchedule:   on(created(monitoringSchedule),             createMonitoringSchedule),
  DeleteMonitoringSchedule:   on(named(monitoringSchedule),               schedules.remove),
  DescribeMonitoringSchedule: on(named(monitoringSchedule),               schedules.describe),
  ListMonitoringSchedules:    on('*',                                     schedules.list),
  StartMonitoringSchedule:    on(named(monitoringSchedule),               startMonitoringSchedule),
  StopMonitoringSchedule:     on(named(monitoringSchedule),               stopMonitoringSchedule),
  UpdateMonitoringSchedule:   on(named(monitoringSchedule),               updateMonitoringSchedule),
  ListMonitoringExecutions:   on('*',                                     listMonitoringExecutions),
  ListMonitoringAlerts:       on('*',                                     listMonitoringAlerts),
  ListMonitoringAlertHistory: on('*',                                     listMonitoringAlertHistory),
  UpdateMonitoringAlert:      on([named(monitoringSchedule), namedAlert], updateMonitoringAlert),
  ...definitionOperations('DataQuality'),
  ...definitionOperations('ModelQuality'),
  ...definitionOperations('ModelBias'),
  ...definitionOperations('ModelExplainability'),
});
