import type { Family } from '../family.ts';
import { codeRepository } from './code-repository.ts';
import { notebookInstance } from './notebook-instance.ts';
import { notebookInstanceLifecycleConfig } from './notebook-instance-lifecycle-config.ts';

export const notebookFamilies: readonly Family<never, never>[] = [codeRepository, notebookInstance, notebookInstanceLifecycleConfig];
