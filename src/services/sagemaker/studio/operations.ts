import { handlersOf } from '../handlers.ts';
import { created, every, generated, named } from '../resources.ts';
import { on, operationsOf } from '../rows.ts';
import { app, createApp, createdApp, deleteApp, namedApp } from './app.ts';
import { appImageConfig, createAppImageConfig, updateAppImageConfig } from './app-image-config.ts';
import { createDomain, domain, updateDomain } from './domain.ts';
import { createImage, image, updateImage } from './image.ts';
import {
  createImageVersion,
  deleteImageVersion,
  describeImageVersion,
  listAliases,
  listImageVersions,
  namedVersion,
  updateImageVersion,
  versionIfNamed,
} from './image-version.ts';
import { createPresignedDomainUrl } from './presigned-url.ts';
import { createSpace, space, updateSpace } from './space.ts';
import { connectedSpace, startSession } from './start-session.ts';
import { createStudioLifecycleConfig, studioLifecycleConfig } from './studio-lifecycle-config.ts';
import { createUserProfile, updateUserProfile, userProfile } from './user-profile.ts';

const apps = handlersOf(app);
const appImageConfigs = handlersOf(appImageConfig);
const domains = handlersOf(domain);
const images = handlersOf(image);
const spaces = handlersOf(space);
const studioLifecycleConfigs = handlersOf(studioLifecycleConfig);
const userProfiles = handlersOf(userProfile);

/** Studio: who may call what. */
// biome-ignore format: a table, to be read in columns.
export const studioOperations = operationsOf({
  CreateApp:                     on(createdApp,                     createApp),
  DeleteApp:                     on(namedApp,                       deleteApp),
  DescribeApp:                   on(namedApp,                       apps.describe),
  ListApps:                      on(every(app),                     apps.list),
  CreateDomain:                  on(generated(domain, 'd-'),        createDomain),
  DeleteDomain:                  on(named(domain),                  domains.remove),
  DescribeDomain:                on(named(domain),                  domains.describe),
  ListDomains:                   on(every(domain),                  domains.list),
  UpdateDomain:                  on(named(domain),                  updateDomain),
  CreatePresignedDomainUrl:      on(named(userProfile),             createPresignedDomainUrl),
  CreateSpace:                   on(created(space),                 createSpace),
  DeleteSpace:                   on(named(space),                   spaces.remove),
  DescribeSpace:                 on(named(space),                   spaces.describe),
  ListSpaces:                    on(every(space),                   spaces.list),
  UpdateSpace:                   on(named(space),                   updateSpace),
  CreateStudioLifecycleConfig:   on(created(studioLifecycleConfig), createStudioLifecycleConfig),
  DeleteStudioLifecycleConfig:   on(named(studioLifecycleConfig),   studioLifecycleConfigs.remove),
  DescribeStudioLifecycleConfig: on(named(studioLifecycleConfig),   studioLifecycleConfigs.describe),
  ListStudioLifecycleConfigs:    on('*',                            studioLifecycleConfigs.list),
  CreateUserProfile:             on(created(userProfile),           createUserProfile),
  DeleteUserProfile:             on(named(userProfile),             userProfiles.remove),
  DescribeUserProfile:           on(named(userProfile),             userProfiles.describe),
  ListUserProfiles:              on(every(userProfile),             userProfiles.list),
  UpdateUserProfile:             on(named(userProfile),             updateUserProfile),
  StartSession:                  on(connectedSpace,                 startSession),

  CreateAppImageConfig:          on(created(appImageConfig),        createAppImageConfig),
  DeleteAppImageConfig:          on(named(appImageConfig),          appImageConfigs.remove),
  DescribeAppImageConfig:        on(named(appImageConfig),          appImageConfigs.describe),
  ListAppImageConfigs:           on('*',                            appImageConfigs.list),
  UpdateAppImageConfig:          on(named(appImageConfig),          updateAppImageConfig),
  CreateImage:                   on(created(image),                 createImage),
  DeleteImage:                   on(named(image),                   images.remove),
  DescribeImage:                 on(named(image),                   images.describe),
  ListImages:                    on('*',                            images.list),
  UpdateImage:                   on(named(image),                   updateImage),
  CreateImageVersion:            on(named(image),                   createImageVersion),
  DeleteImageVersion:            on(namedVersion,                   deleteImageVersion),
  DescribeImageVersion:          on(namedVersion,                   describeImageVersion),
  ListImageVersions:             on(named(image),                   listImageVersions),
  UpdateImageVersion:            on(namedVersion,                   updateImageVersion),
  ListAliases:                   on([named(image), versionIfNamed], listAliases),
});
