import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createExperiment, experiment, updateExperiment } from './experiment.ts';
import { associateTrialComponent, disassociateTrialComponent, listTrialComponents, listTrials } from './membership.ts';
import { createTrial, trial, updateTrial } from './trial.ts';
import { createTrialComponent, trialComponent, updateTrialComponent } from './trial-component.ts';

const experiments = handlersOf(experiment);
const trials = handlersOf(trial);
const trialComponents = handlersOf(trialComponent);

/** Experiments: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const experimentOperations = operationsOf({
  CreateExperiment:           on(created(experiment),                       createExperiment),
  DeleteExperiment:           on(named(experiment),                         experiments.remove),
  DescribeExperiment:         on(named(experiment),                         experiments.describe),
  ListExperiments:            on('*',                                       experiments.list),
  UpdateExperiment:           on(named(experiment),                         updateExperiment),
  CreateTrial:                on([created(trial), named(experiment)],       createTrial),
  DeleteTrial:                on(named(trial),                              trials.remove),
  DescribeTrial:              on(named(trial),                              trials.describe),
  ListTrials:                 on('*',                                       listTrials),
  UpdateTrial:                on(named(trial),                              updateTrial),
  CreateTrialComponent:       on(created(trialComponent),                   createTrialComponent),
  DeleteTrialComponent:       on(named(trialComponent),                     trialComponents.remove),
  DescribeTrialComponent:     on(named(trialComponent),                     trialComponents.describe),
  ListTrialComponents:        on('*',                                       listTrialComponents),
  UpdateTrialComponent:       on(named(trialComponent),                     updateTrialComponent),
  AssociateTrialComponent:    on([named(trialComponent), named(trial)],     associateTrialComponent),
  DisassociateTrialComponent: on([named(trialComponent), named(trial)],     disassociateTrialComponent),
});
