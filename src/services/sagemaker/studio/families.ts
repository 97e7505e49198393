import type { Family } from '../family.ts';
import { app } from './app.ts';
import { appImageConfig } from './app-image-config.ts';
import { domain } from './domain.ts';
import { image } from './image.ts';
import { imageVersion } from './image-version.ts';
import { space } from './space.ts';
import { studioLifecycleConfig } from './studio-lifecycle-config.ts';
import { userProfile } from './user-profile.ts';

export const studioFamilies: readonly Family<never, never>[] = [
  app,
  appImageConfig,
  domain,
  image,
  imageVersion,
  space,
  studioLifecycleConfig,
  userProfile,
];
