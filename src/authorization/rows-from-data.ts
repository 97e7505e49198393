import { foldCase } from '../core/name.ts';
import type { PublishedAction, ServiceAuthorization, ServiceAuthorizations } from '../model/service-authorization.ts';
import type { OperationModel } from '../model/service-model.ts';
import type { ActionName, Operation, ResourceType, Scope, Target } from './operation.ts';

/** Services whose actions have another prefix than the service's id here. */
const ACTION_PREFIXES: Readonly<Record<string, string>> = {
  'sagemaker-runtime': 'sagemaker',
  'sagemaker-a2i-runtime': 'sagemaker',
  accessanalyzer: 'access-analyzer',
  'sso-admin': 'sso',
};

/** The prefix of a service's actions. */
export const actionPrefixOf = (service: string): string => ACTION_PREFIXES[service] ?? service;

/**
 * Rows for operations that are modelled but have none of their own, from AWS's published authorization data: the action of the operation's
 * name, on the resource that its ARN template and the input's members make, or on `*` where they make none. Such a row has no handler:
 * who passes it is told that the operation is not performed yet. No published action, no row.
 */
export function createRowsFromData(
  published: ServiceAuthorizations,
): (service: string, operation: OperationModel) => Operation | undefined {
  return (service, operation) => {
    if (operation.unsigned) return { action: null, access: 'Read', resources: [], conditionKeys: [], dependentActions: [] };
    const prefix = actionPrefixOf(service);
    const data = published.service(prefix);
    const action = data?.actions[operation.name];
    if (!data || !action) return undefined;
    const name: ActionName = `${prefix}:${operation.name}`;
    return { action: name, access: action.access, resources: resourcesOf(data, action), conditionKeys: [], dependentActions: [] };
  };
}

function resourcesOf(data: ServiceAuthorization, action: PublishedAction): readonly ResourceType<never>[] {
  const required = (action.resources ?? []).filter((resource) => resource.required);
  // Several kinds of which any may be meant, or none that must be: the input does not tell which.
  const [only] = required;
  const arn = required.length === 1 && only ? data.resourceTypes[only.type]?.arn : undefined;
  if (arn === undefined || !only) return [];
  return [
    {
      name: only.type,
      arn,
      locate: (input: object, scope: Scope): Target => ({ arn: fill(arn, input, scope) ?? '*', account: scope.account }),
    },
  ];
}

/** An ARN template with the input's members in it; undefined when one is missing. */
function fill(template: string, input: object, scope: Scope): string | undefined {
  let complete = true;
  const arn = template.replace(/\$\{([A-Za-z]+)\}/g, (_, variable: string) => {
    if (variable === 'Partition') return 'aws';
    if (variable === 'Region') return scope.region;
    if (variable === 'Account') return scope.account;
    const value = memberOf(input, variable);
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete ? arn : undefined;
}

/** The text member that a template's variable stands for: of the same name, whatever its case and a trailing `WithPath`. */
function memberOf(input: object, variable: string): string | undefined {
  const wanted = foldCase(variable.replace(/WithPath$/, ''));
  for (const [name, value] of Object.entries(input)) if (typeof value === 'string' && foldCase(name) === wanted) return value;
  return undefined;
}
