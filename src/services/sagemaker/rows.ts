import {
  type AccessLevel,
  type Handler,
  type Operation,
  type Operations,
  type ResourceType,
  type ResourceTypes,
  row,
} from '../../authorization/operation.ts';
import { conditionKeysOf } from './condition-keys.ts';
import { dependentActionsOf } from './dependent-actions.ts';
import { partsOf } from './parts.ts';
import type { Found } from './resources.ts';

type AnyResource<Input, Stored = unknown> = ResourceType<Input, Stored> | ResourceTypes<Input, Stored>;

/** What a table says of an operation: what it acts on, and what it does. Everything else of its row is known by its name. */
export interface Acting {
  readonly rowOf: (operation: string) => Operation;
}

/**
 * An operation that acts on `resource`; on several, of which the first is the one the handler acts on; `*` where its action takes none. A
 * resource that does not fit the handler's input is a type error.
 */
export const on = <Input>(
  resource: AnyResource<NoInfer<Input>, Found> | readonly [AnyResource<NoInfer<Input>, Found>, ...AnyResource<NoInfer<Input>>[]] | '*',
  handler: Handler<Input, Found>,
): Acting => ({
  rowOf: (operation) =>
    row<Input, Found>(
      `sagemaker:${operation}`,
      accessLevelOf(operation),
      resource,
      conditionKeysOf(operation) as never,
      dependentActionsOf(operation) as never,
      handler,
      { parts: partsOf(operation) as never },
    ),
});

/**
 * Rows by operation: actions, access levels, condition keys and dependent actions are looked up by its name, when the row is first asked for.
 * Four hundred of them at once would be felt at the start.
 */
export function operationsOf(table: Readonly<Record<string, Acting>>): Operations {
  const rows: Record<string, Operation> = {};
  for (const [operation, acting] of Object.entries(table)) {
    let row: Operation | undefined;
    Object.defineProperty(rows, operation, {
      enumerable: true,
      get: () => {
        row ??= acting.rowOf(operation);
        return row;
      },
    });
  }
  return rows;
}

/** Several tables as one, without asking for their rows. */
export const together = (...tables: readonly Operations[]): Operations =>
  Object.defineProperties(
    {},
    Object.assign({}, ...tables.map((table) => Object.getOwnPropertyDescriptors(table))) as PropertyDescriptorMap,
  );

/** Access levels that an operation's name does not tell. */
const LEVELS: Readonly<Record<string, AccessLevel>> = {
  AddTags: 'Tagging',
  BatchDescribeModelPackage: 'Read',
  CreateHubContentPresignedUrls: 'Read',
  DeleteTags: 'Tagging',
  QueryLineage: 'List',
  RenderUiTemplate: 'Read',
  Search: 'Read',
  SearchTrainingPlanOfferings: 'Read',
};

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
function accessLevelOf(operation: string): AccessLevel {
  const exception = Object.hasOwn(LEVELS, operation) ? LEVELS[operation] : undefined;
  if (exception) return exception;
  if (operation.startsWith('List')) return 'List';
  return /^(Describe|Get)/.test(operation) ? 'Read' : 'Write';
}
