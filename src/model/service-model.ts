import type { ModelFile, OperationEntry } from './model-file.ts';

/** One operation of a service, with its name. */
export interface OperationModel extends OperationEntry {
  readonly name: string;
}

/**
 * A service's model in memory. It stays in the words of its file: whoever needs a shape in another form (a reader, a writer, a validator)
 * compiles that form when it is first asked for, and keeps it.
 */
export interface ServiceModel extends ModelFile {
  readonly operations: Readonly<Record<string, OperationModel>>;
}
