import { handlersOf } from '../handlers.ts';
import { created, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { createHub, hub, updateHub } from './hub.ts';
import {
  createdReference,
  createHubContentPresignedUrls,
  createHubContentReference,
  deleteHubContent,
  deleteHubContentReference,
  describeHubContent,
  hubContent,
  importHubContent,
  listHubContents,
  listHubContentVersions,
  updateHubContent,
  updateHubContentReference,
} from './hub-content.ts';
import { createModelCard, deleteModelCard, describeModelCard, listModelCardVersions, modelCard, updateModelCard } from './model-card.ts';
import { createModelCardExportJob, listModelCardExportJobs, modelCardExportJob } from './model-card-export-job.ts';
import {
  batchDescribeModelPackage,
  createdPackage,
  createModelPackage,
  deleteModelPackage,
  describeModelPackage,
  listModelPackages,
  modelPackage,
  packagesListed,
  packagesNamed,
  updateModelPackage,
} from './model-package.ts';
import {
  createModelPackageGroup,
  listModelPackageGroups,
  type ModelPackageGroupIdentity,
  modelPackageGroup,
} from './model-package-group.ts';
import { deleteModelPackageGroupPolicy, getModelPackageGroupPolicy, putModelPackageGroupPolicy } from './model-package-group-policy.ts';
import { createProject, deleteProject, project, updateProject } from './project.ts';
import {
  disableSagemakerServicecatalogPortfolio,
  enableSagemakerServicecatalogPortfolio,
  getSagemakerServicecatalogPortfolioStatus,
} from './servicecatalog-portfolio.ts';
import { inOwnersAccount, shared } from './shared-resource.ts';

const groups = handlersOf(modelPackageGroup);
const modelCards = handlersOf(modelCard);
const exportJobs = handlersOf(modelCardExportJob);
const hubs = handlersOf(hub);
const projects = handlersOf(project);

/** The model registry, cards, hubs and projects: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const registryOperations = operationsOf({
  CreateModelPackageGroup:       on(created(modelPackageGroup), createModelPackageGroup),
  DeleteModelPackageGroup:       on(shared(modelPackageGroup),  inOwnersAccount<ModelPackageGroupIdentity>(groups.remove)),
  DescribeModelPackageGroup:     on(shared(modelPackageGroup),  groups.describe),
  ListModelPackageGroups:        on('*',                        listModelPackageGroups),
  PutModelPackageGroupPolicy:    on(shared(modelPackageGroup),  putModelPackageGroupPolicy),
  GetModelPackageGroupPolicy:    on(shared(modelPackageGroup),  getModelPackageGroupPolicy),
  DeleteModelPackageGroupPolicy: on(shared(modelPackageGroup),  deleteModelPackageGroupPolicy),
  CreateModelPackage:            on(createdPackage,             createModelPackage),
  DeleteModelPackage:            on(shared(modelPackage),       deleteModelPackage),
  DescribeModelPackage:          on(shared(modelPackage),       describeModelPackage),
  BatchDescribeModelPackage:     on(packagesNamed,              batchDescribeModelPackage),
  ListModelPackages:             on(packagesListed,             listModelPackages),
  UpdateModelPackage:            on(shared(modelPackage),       updateModelPackage),

  CreateModelCard:            on(created(modelCard),        createModelCard),
  DeleteModelCard:            on(named(modelCard),          deleteModelCard),
  DescribeModelCard:          on(named(modelCard),          describeModelCard),
  ListModelCards:             on('*',                       modelCards.list),
  ListModelCardVersions:      on(named(modelCard),          listModelCardVersions),
  UpdateModelCard:            on(named(modelCard),          updateModelCard),
  CreateModelCardExportJob:   on(named(modelCard),          createModelCardExportJob),
  DescribeModelCardExportJob: on(named(modelCardExportJob), exportJobs.describe),
  ListModelCardExportJobs:    on(named(modelCard),          listModelCardExportJobs),

  CreateHub:                     on(created(hub),                     createHub),
  DeleteHub:                     on(named(hub),                       hubs.remove),
  DescribeHub:                   on(named(hub),                       hubs.describe),
  ListHubs:                      on('*',                              hubs.list),
  UpdateHub:                     on(named(hub),                       updateHub),
  ImportHubContent:              on([named(hubContent), named(hub)],  importHubContent),
  DeleteHubContent:              on([named(hubContent), named(hub)],  deleteHubContent),
  DescribeHubContent:            on([named(hubContent), named(hub)],  describeHubContent),
  ListHubContents:               on(named(hub),                       listHubContents),
  ListHubContentVersions:        on([named(hubContent), named(hub)],  listHubContentVersions),
  UpdateHubContent:              on([named(hubContent), named(hub)],  updateHubContent),
  CreateHubContentReference:     on([createdReference, named(hub)],   createHubContentReference),
  DeleteHubContentReference:     on([named(hubContent), named(hub)],  deleteHubContentReference),
  UpdateHubContentReference:     on([named(hubContent), named(hub)],  updateHubContentReference),
  CreateHubContentPresignedUrls: on([named(hubContent), named(hub)],  createHubContentPresignedUrls),

  CreateProject:   on(created(project), createProject),
  DeleteProject:   on(named(project),   deleteProject),
  DescribeProject: on(named(project),   projects.describe),
  ListProjects:    on('*',              projects.list),
  UpdateProject:   on(named(project),   updateProject),

  DisableSagemakerServicecatalogPortfolio:   on('*', disableSagemakerServicecatalogPortfolio),
  EnableSagemakerServicecatalogPortfolio:    on('*', enableSagemakerServicecatalogPortfolio),
  GetSagemakerServicecatalogPortfolioStatus: on('*', getSagemakerServicecatalogPortfolioStatus),
});
