import type { Family } from '../family.ts';
import { app } from './app.ts';
import { domain } from './domain.ts';
import { space } from './space.ts';
import { studioLifecycleConfig } from './studio-lifecycle-config.ts';
import { userProfile } from './user-profile.ts';

export const studioFamilies: readonly Family<never, never>[] = [app, domain, space, studioLifecycleConfig, userProfile];
