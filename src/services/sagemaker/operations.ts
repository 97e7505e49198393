import { type Operations, row } from '../../authorization/operation.ts';
import { app, createApp, createdApp, namedApp } from './app.ts';
import * as key from './condition-keys.ts';
import { ownerHeld, requestTags, taggingAction, untaggedKeys, workteam } from './condition-keys.ts';
import * as needs from './dependent-actions.ts';
import { tagOnCreate } from './dependent-actions.ts';
import { createDomain, domain, updateDomain } from './domain.ts';
import { createEndpoint, endpoint, updateEndpoint, updateEndpointWeightsAndCapacities } from './endpoint.ts';
import { createEndpointConfig, endpointConfig } from './endpoint-config.ts';
import { createFlowDefinition, flowDefinition } from './flow-definition.ts';
import { handlersOf } from './handlers.ts';
import { createModel, model } from './model.ts';
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
import { createPresignedDomainUrl, createPresignedNotebookInstanceUrl } from './presigned-url.ts';
import { created, every, generated, named } from './resources.ts';
import { createSpace, space, updateSpace } from './space.ts';
import { createStudioLifecycleConfig, studioLifecycleConfig } from './studio-lifecycle-config.ts';
import { rolesOfDomain, rolesOfUser } from './studio-settings.ts';
import { addTags, deleteTags, listTags, taggedResource } from './tag.ts';
import { createTrainingJob, stopTrainingJob, trainingJob, updateTrainingJob } from './training-job.ts';
import { createUserProfile, updateUserProfile, userProfile } from './user-profile.ts';

// What each family's description makes by itself.
const apps = handlersOf(app);
const domains = handlersOf(domain);
const endpoints = handlersOf(endpoint);
const endpointConfigs = handlersOf(endpointConfig);
const flowDefinitions = handlersOf(flowDefinition);
const models = handlersOf(model);
const notebookInstances = handlersOf(notebookInstance);
const notebookLifecycleConfigs = handlersOf(notebookInstanceLifecycleConfig);
const spaces = handlersOf(space);
const studioLifecycleConfigs = handlersOf(studioLifecycleConfig);
const trainingJobs = handlersOf(trainingJob);
const userProfiles = handlersOf(userProfile);

// Roles that requests hand over.
const passRoleArn = needs.passRole((input: { readonly RoleArn?: string | undefined }) => [input.RoleArn]);
const passExecutionRole = needs.passRole((input: { readonly ExecutionRoleArn?: string | undefined }) => [input.ExecutionRoleArn]);
const passDomainRoles = needs.passRole(rolesOfDomain);
const passUserRoles = needs.passRole((input: { readonly UserSettings?: Parameters<typeof rolesOfUser>[0] }) =>
  rolesOfUser(input.UserSettings),
);

// Keys and needs of the longest rows.
const updateDomainKeys = [key.appNetworkAccess, ...key.domainApps, ...key.domainNetwork, key.domainSharingKey];
const createDomainKeys = [requestTags, key.authMode, ...updateDomainKeys, ...key.domainVolumeKeys];
const userKeys = [...key.userApps, key.userSecurityGroups, key.userSharingKey];
const updateNotebookKeys = [
  key.notebookAccelerators,
  key.notebookInstanceType,
  key.minimumMetadataVersion,
  key.notebookLifecycleConfig,
  key.rootAccess,
];
const createNotebookKeys = [requestTags, ...updateNotebookKeys, key.directInternetAccess, key.volumeKey, ...key.notebookNetwork];
const createTrainingKeys = [
  requestTags,
  key.remoteDebug,
  ...key.fileSystems,
  key.trainingInstanceTypes,
  key.trafficEncryption,
  key.keepAlivePeriod,
  key.maxRuntime,
  key.networkIsolation,
  ...key.trainingKeys,
  ...key.vpcConfig,
  key.gatedModelOfChannels,
];

const updateSpaceKeys = [ownerHeld, key.remoteAccess, ...key.spaceApps];
const createSpaceKeys = [requestTags, key.ownerAsked, key.remoteAccess, ...key.spaceApps];
const createAppKeys = [requestTags, ownerHeld, ...key.appSpec];
const createModelKeys = [requestTags, key.networkIsolation, ...key.vpcConfig, key.gatedModelOfContainers];
const createEndpointConfigKeys = [requestTags, ...key.variants, key.networkIsolation, key.volumeKey, ...key.vpcConfig];
const updateTrainingKeys = [key.profilerInstanceTypes, key.keepAlivePeriod, key.remoteDebug];
const createDomainNeeds = [passDomainRoles, needs.serviceLinkedRole, tagOnCreate('CreateDomain'), needs.domainFileSystem];
const createNotebookNeeds = [passRoleArn, tagOnCreate('CreateNotebookInstance'), needs.notebookResources];
const startNotebookNeeds = [needs.passRole(needs.storedRole), needs.notebookResourcesHeld];
const createTrainingNeeds = [passRoleArn, tagOnCreate('CreateTrainingJob'), needs.trainingVolume];

/**
 * Who may call what of Amazon SageMaker, in the column order of AWS's reference.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
// biome-ignore format: a table, to be read in columns.
export const sagemakerOperations: Operations = {
  //                                           action                                               access     resource                                    condition keys                dependent actions                                         handler
  // Studio
  CreateApp:                               row('sagemaker:CreateApp',                               'Write',   createdApp,                                 createAppKeys,                [tagOnCreate('CreateApp')],                               createApp),
  DeleteApp:                               row('sagemaker:DeleteApp',                               'Write',   namedApp,                                   [ownerHeld],                  [],                                                       apps.remove),
  DescribeApp:                             row('sagemaker:DescribeApp',                             'Read',    namedApp,                                   [],                           [],                                                       apps.describe),
  ListApps:                                row('sagemaker:ListApps',                                'List',    every(app),                                 [],                           [],                                                       apps.list),
  CreateDomain:                            row('sagemaker:CreateDomain',                            'Write',   generated(domain, 'd-'),                    createDomainKeys,             createDomainNeeds,                                        createDomain),
  DeleteDomain:                            row('sagemaker:DeleteDomain',                            'Write',   named(domain),                              [],                           [],                                                       domains.remove),
  DescribeDomain:                          row('sagemaker:DescribeDomain',                          'Read',    named(domain),                              [],                           [],                                                       domains.describe),
  ListDomains:                             row('sagemaker:ListDomains',                             'List',    every(domain),                              [],                           [],                                                       domains.list),
  UpdateDomain:                            row('sagemaker:UpdateDomain',                            'Write',   named(domain),                              updateDomainKeys,             [passDomainRoles],                                        updateDomain),
  CreatePresignedDomainUrl:                row('sagemaker:CreatePresignedDomainUrl',                'Write',   named(userProfile),                         [],                           [],                                                       createPresignedDomainUrl),
  CreateSpace:                             row('sagemaker:CreateSpace',                             'Write',   created(space),                             createSpaceKeys,              [tagOnCreate('CreateSpace')],                             createSpace),
  DeleteSpace:                             row('sagemaker:DeleteSpace',                             'Write',   named(space),                               [ownerHeld],                  [],                                                       spaces.remove),
  DescribeSpace:                           row('sagemaker:DescribeSpace',                           'Read',    named(space),                               [],                           [],                                                       spaces.describe),
  ListSpaces:                              row('sagemaker:ListSpaces',                              'List',    every(space),                               [],                           [],                                                       spaces.list),
  UpdateSpace:                             row('sagemaker:UpdateSpace',                             'Write',   named(space),                               updateSpaceKeys,              [],                                                       updateSpace),
  CreateStudioLifecycleConfig:             row('sagemaker:CreateStudioLifecycleConfig',             'Write',   created(studioLifecycleConfig),             [requestTags],                [tagOnCreate('CreateStudioLifecycleConfig')],             createStudioLifecycleConfig),
  DeleteStudioLifecycleConfig:             row('sagemaker:DeleteStudioLifecycleConfig',             'Write',   named(studioLifecycleConfig),               [],                           [],                                                       studioLifecycleConfigs.remove),
  DescribeStudioLifecycleConfig:           row('sagemaker:DescribeStudioLifecycleConfig',           'Read',    named(studioLifecycleConfig),               [],                           [],                                                       studioLifecycleConfigs.describe),
  ListStudioLifecycleConfigs:              row('sagemaker:ListStudioLifecycleConfigs',              'List',    '*',                                        [],                           [],                                                       studioLifecycleConfigs.list),
  CreateUserProfile:                       row('sagemaker:CreateUserProfile',                       'Write',   created(userProfile),                       [requestTags, ...userKeys],   [passUserRoles, tagOnCreate('CreateUserProfile')],        createUserProfile),
  DeleteUserProfile:                       row('sagemaker:DeleteUserProfile',                       'Write',   named(userProfile),                         [],                           [],                                                       userProfiles.remove),
  DescribeUserProfile:                     row('sagemaker:DescribeUserProfile',                     'Read',    named(userProfile),                         [],                           [],                                                       userProfiles.describe),
  ListUserProfiles:                        row('sagemaker:ListUserProfiles',                        'List',    every(userProfile),                         [],                           [],                                                       userProfiles.list),
  UpdateUserProfile:                       row('sagemaker:UpdateUserProfile',                       'Write',   named(userProfile),                         userKeys,                     [passUserRoles],                                          updateUserProfile),

  // Notebook instances
  CreateNotebookInstance:                  row('sagemaker:CreateNotebookInstance',                  'Write',   created(notebookInstance),                  createNotebookKeys,           createNotebookNeeds,                                      createNotebookInstance),
  DeleteNotebookInstance:                  row('sagemaker:DeleteNotebookInstance',                  'Write',   named(notebookInstance),                    [],                           [needs.notebookResourcesFreed],                           notebookInstances.remove),
  DescribeNotebookInstance:                row('sagemaker:DescribeNotebookInstance',                'Read',    named(notebookInstance),                    [],                           [],                                                       notebookInstances.describe),
  ListNotebookInstances:                   row('sagemaker:ListNotebookInstances',                   'List',    '*',                                        [],                           [],                                                       notebookInstances.list),
  StartNotebookInstance:                   row('sagemaker:StartNotebookInstance',                   'Write',   named(notebookInstance),                    [],                           startNotebookNeeds,                                       startNotebookInstance),
  StopNotebookInstance:                    row('sagemaker:StopNotebookInstance',                    'Write',   named(notebookInstance),                    [],                           [],                                                       stopNotebookInstance),
  UpdateNotebookInstance:                  row('sagemaker:UpdateNotebookInstance',                  'Write',   named(notebookInstance),                    updateNotebookKeys,           [passRoleArn],                                            updateNotebookInstance),
  CreatePresignedNotebookInstanceUrl:      row('sagemaker:CreatePresignedNotebookInstanceUrl',      'Write',   named(notebookInstance),                    [],                           [],                                                       createPresignedNotebookInstanceUrl),
  CreateNotebookInstanceLifecycleConfig:   row('sagemaker:CreateNotebookInstanceLifecycleConfig',   'Write',   created(notebookInstanceLifecycleConfig),   [requestTags],                [tagOnCreate('CreateNotebookInstanceLifecycleConfig')],   createNotebookInstanceLifecycleConfig),
  DeleteNotebookInstanceLifecycleConfig:   row('sagemaker:DeleteNotebookInstanceLifecycleConfig',   'Write',   named(notebookInstanceLifecycleConfig),     [],                           [],                                                       notebookLifecycleConfigs.remove),
  DescribeNotebookInstanceLifecycleConfig: row('sagemaker:DescribeNotebookInstanceLifecycleConfig', 'Read',    named(notebookInstanceLifecycleConfig),     [],                           [],                                                       notebookLifecycleConfigs.describe),
  ListNotebookInstanceLifecycleConfigs:    row('sagemaker:ListNotebookInstanceLifecycleConfigs',    'List',    '*',                                        [],                           [],                                                       notebookLifecycleConfigs.list),
  UpdateNotebookInstanceLifecycleConfig:   row('sagemaker:UpdateNotebookInstanceLifecycleConfig',   'Write',   named(notebookInstanceLifecycleConfig),     [],                           [],                                                       updateNotebookInstanceLifecycleConfig),

  // Training
  CreateTrainingJob:                       row('sagemaker:CreateTrainingJob',                       'Write',   created(trainingJob),                       createTrainingKeys,           createTrainingNeeds,                                      createTrainingJob),
  DeleteTrainingJob:                       row('sagemaker:DeleteTrainingJob',                       'Write',   named(trainingJob),                         [],                           [],                                                       trainingJobs.remove),
  DescribeTrainingJob:                     row('sagemaker:DescribeTrainingJob',                     'Read',    named(trainingJob),                         [],                           [],                                                       trainingJobs.describe),
  ListTrainingJobs:                        row('sagemaker:ListTrainingJobs',                        'List',    '*',                                        [],                           [],                                                       trainingJobs.list),
  StopTrainingJob:                         row('sagemaker:StopTrainingJob',                         'Write',   named(trainingJob),                         [],                           [],                                                       stopTrainingJob),
  UpdateTrainingJob:                       row('sagemaker:UpdateTrainingJob',                       'Write',   named(trainingJob),                         updateTrainingKeys,           [],                                                       updateTrainingJob),

  // Hosting
  CreateModel:                             row('sagemaker:CreateModel',                             'Write',   created(model),                             createModelKeys,              [passExecutionRole, tagOnCreate('CreateModel')],          createModel),
  DeleteModel:                             row('sagemaker:DeleteModel',                             'Write',   named(model),                               [],                           [],                                                       models.remove),
  DescribeModel:                           row('sagemaker:DescribeModel',                           'Read',    named(model),                               [],                           [],                                                       models.describe),
  ListModels:                              row('sagemaker:ListModels',                              'List',    '*',                                        [],                           [],                                                       models.list),
  CreateEndpointConfig:                    row('sagemaker:CreateEndpointConfig',                    'Write',   created(endpointConfig),                    createEndpointConfigKeys,     [passExecutionRole, tagOnCreate('CreateEndpointConfig')], createEndpointConfig),
  DeleteEndpointConfig:                    row('sagemaker:DeleteEndpointConfig',                    'Write',   named(endpointConfig),                      [],                           [],                                                       endpointConfigs.remove),
  DescribeEndpointConfig:                  row('sagemaker:DescribeEndpointConfig',                  'Read',    named(endpointConfig),                      [],                           [],                                                       endpointConfigs.describe),
  ListEndpointConfigs:                     row('sagemaker:ListEndpointConfigs',                     'List',    '*',                                        [],                           [],                                                       endpointConfigs.list),
  CreateEndpoint:                          row('sagemaker:CreateEndpoint',                          'Write',   [created(endpoint), named(endpointConfig)], [requestTags],                [tagOnCreate('CreateEndpoint'), needs.endpointVolume],    createEndpoint),
  DeleteEndpoint:                          row('sagemaker:DeleteEndpoint',                          'Write',   named(endpoint),                            [],                           [],                                                       endpoints.remove),
  DescribeEndpoint:                        row('sagemaker:DescribeEndpoint',                        'Read',    named(endpoint),                            [],                           [],                                                       endpoints.describe),
  ListEndpoints:                           row('sagemaker:ListEndpoints',                           'List',    '*',                                        [],                           [],                                                       endpoints.list),
  UpdateEndpoint:                          row('sagemaker:UpdateEndpoint',                          'Write',   [named(endpoint), named(endpointConfig)],   [],                           [needs.endpointVolume],                                   updateEndpoint),
  UpdateEndpointWeightsAndCapacities:      row('sagemaker:UpdateEndpointWeightsAndCapacities',      'Write',   named(endpoint),                            [],                           [],                                                       updateEndpointWeightsAndCapacities),

  // Human review
  CreateFlowDefinition:                    row('sagemaker:CreateFlowDefinition',                    'Write',   created(flowDefinition),                    [requestTags, workteam],      [passRoleArn, tagOnCreate('CreateFlowDefinition')],       createFlowDefinition),
  DeleteFlowDefinition:                    row('sagemaker:DeleteFlowDefinition',                    'Write',   named(flowDefinition),                      [],                           [],                                                       flowDefinitions.remove),
  DescribeFlowDefinition:                  row('sagemaker:DescribeFlowDefinition',                  'Read',    named(flowDefinition),                      [],                           [],                                                       flowDefinitions.describe),
  ListFlowDefinitions:                     row('sagemaker:ListFlowDefinitions',                     'List',    '*',                                        [],                           [],                                                       flowDefinitions.list),

  // Tags
  AddTags:                                 row('sagemaker:AddTags',                                 'Tagging', taggedResource,                             [requestTags, taggingAction], [],                                                       addTags),
  DeleteTags:                              row('sagemaker:DeleteTags',                              'Tagging', taggedResource,                             [untaggedKeys],               [],                                                       deleteTags),
  ListTags:                                row('sagemaker:ListTags',                                'List',    taggedResource,                             [],                           [],                                                       listTags),
};
