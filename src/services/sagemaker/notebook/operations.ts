import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createPresignedNotebookInstanceUrl } from '../studio/presigned-url.ts';
import { codeRepository, createCodeRepository, updateCodeRepository } from './code-repository.ts';
import {
  createNotebookInstance,
  notebookInstance,
  startNotebookInstance,
  stopNotebookInstance,
  updateNotebookInstance,
} from './notebook-instance.ts';
import {
  createNotebookInstanceLifecycleConfig,
  notebookInstanceLifecycleConfig,
  updateNotebookInstanceLifecycleConfig,
} from './notebook-instance-lifecycle-config.ts';

const codeRepositories = handlersOf(codeRepository);
const notebookInstances = handlersOf(notebookInstance);
const notebookLifecycleConfigs = handlersOf(notebookInstanceLifecycleConfig);

/** Notebook instances: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const notebookOperations = operationsOf({
  CreateNotebookInstance:                  on(created(notebookInstance),                createNotebookInstance),
  DeleteNotebookInstance:                  on(named(notebookInstance),                  notebookInstances.remove),
  DescribeNotebookInstance:                on(named(notebookInstance),                  notebookInstances.describe),
  ListNotebookInstances:                   on('*',                                      notebookInstances.list),
  StartNotebookInstance:                   on(named(notebookInstance),                  startNotebookInstance),
  StopNotebookInstance:                    on(named(notebookInstance),                  stopNotebookInstance),
  UpdateNotebookInstance:                  on(named(notebookInstance),                  updateNotebookInstance),
  CreatePresignedNotebookInstanceUrl:      on(named(notebookInstance),                  createPresignedNotebookInstanceUrl),
  CreateNotebookInstanceLifecycleConfig:   on(created(notebookInstanceLifecycleConfig), createNotebookInstanceLifecycleConfig),
  DeleteNotebookInstanceLifecycleConfig:   on(named(notebookInstanceLifecycleConfig),   notebookLifecycleConfigs.remove),
  DescribeNotebookInstanceLifecycleConfig: on(named(notebookInstanceLifecycleConfig),   notebookLifecycleConfigs.describe),
  ListNotebookInstanceLifecycleConfigs:    on('*',                                      notebookLifecycleConfigs.list),
  UpdateNotebookInstanceLifecycleConfig:   on(named(notebookInstanceLifecycleConfig),   updateNotebookInstanceLifecycleConfig),
  CreateCodeRepository:                    on(created(codeRepository),                  createCodeRepository),
  DeleteCodeRepository:                    on(named(codeRepository),                    codeRepositories.remove),
  DescribeCodeRepository:                  on(named(codeRepository),                    codeRepositories.describe),
  ListCodeRepositories:                    on('*',                                      codeRepositories.list),
  UpdateCodeRepository:                    on(named(codeRepository),                    updateCodeRepository),
});
