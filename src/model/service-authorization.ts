import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldCase } from '../core/name.ts';
import type { Provenance } from './model-file.ts';

/** As AWS's Service Authorization Reference says: which actions there are, on what, under which condition keys. */

export type PublishedAccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging';

export const ACCESS_LEVELS: readonly PublishedAccessLevel[] = ['List', 'Read', 'Write', 'Permissions management', 'Tagging'];

/** `data/service-authorization/<prefix>.json`: one service, whole. Absent means none. */
export interface ServiceAuthorization {
  /** Before the colon of its actions. */
  readonly prefix: string;
  /** `AWS Identity and Access Management (IAM)`. */
  readonly serviceName: string;
  readonly provenance: readonly Provenance[];
  readonly actions: Readonly<Record<string, PublishedAction>>;
  readonly resourceTypes: Readonly<Record<string, PublishedResourceType>>;
  /** Condition key → type: `String`, `ArrayOfString`, `Bool`, `Numeric`, `Date`, `ARN`, … */
  readonly conditionKeys: Readonly<Record<string, string>>;
}

export interface PublishedAction {
  readonly access: PublishedAccessLevel;
  /** Absent when the action has no resource-level permissions: policies must say `*`. */
  readonly resources?: readonly PublishedActionResource[];
  readonly conditionKeys?: readonly string[];
  /** What the caller must be allowed besides, as of December 2025: later data does not have it. */
  readonly dependentActions?: readonly string[];
}

export interface PublishedActionResource {
  readonly type: string;
  /** Without such a resource in the policy the action is never allowed. */
  readonly required?: true;
  /** Condition keys that apply when this resource is meant. */
  readonly conditionKeys?: readonly string[];
}

export interface PublishedResourceType {
  /** ARN template: `arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}`. */
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

/** `data/service-authorization/index.json`: names and access levels of every service's actions. */
export interface ServiceAuthorizationIndex {
  readonly provenance: readonly Provenance[];
  /** Prefixes that have a file of their own. */
  readonly whole: readonly string[];
  /** Prefix → its name, then its actions by access level, in the order of ACCESS_LEVELS, parted by blanks. */
  readonly services: Readonly<Record<string, readonly [name: string, ...actions: string[]]>>;
}

export interface ServiceAuthorizations {
  /** Prefixes of all services that AWS has published, sorted. */
  prefixes(): readonly string[];
  /** `AWS Identity and Access Management (IAM)`; undefined for an unknown service. Case of `prefix` does not matter. */
  serviceName(prefix: string): string | undefined;
  /** Names of a service's actions without the prefix, sorted; undefined for an unknown service. Case of `prefix` does not matter. */
  actions(prefix: string): readonly string[] | undefined;
  /** Access level of `iam:PassRole`, in any case; undefined when there is no such action. */
  accessLevel(action: string): PublishedAccessLevel | undefined;
  /** Everything about one service; undefined for services of which only names and access levels are kept. */
  service(prefix: string): ServiceAuthorization | undefined;
}

/** Opens `data/service-authorization`. Reads nothing before the first question, and one service's file when that service is asked for. */
export function openServiceAuthorization(directory: string): ServiceAuthorizations {
  let index: ServiceAuthorizationIndex | undefined;
  const levels = new Map<string, ReadonlyMap<string, { readonly name: string; readonly access: PublishedAccessLevel }>>();
  const whole = new Map<string, ServiceAuthorization>();
  const read = <File>(name: string): File => JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')) as File;
  const open = (): ServiceAuthorizationIndex => {
    index ??= read<ServiceAuthorizationIndex>('index');
    return index;
  };
  const levelsOf = (folded: string) => {
    const known = levels.get(folded);
    if (known) return known;
    const { services } = open();
    if (!Object.hasOwn(services, folded)) return undefined;
    const [, ...byLevel] = services[folded] ?? [''];
    const actions = new Map<string, { name: string; access: PublishedAccessLevel }>();
    byLevel.forEach((names, i) => {
      const access = ACCESS_LEVELS[i];
      if (access && names !== '') for (const name of names.split(' ')) actions.set(foldCase(name), { name, access });
    });
    levels.set(folded, actions);
    return actions;
  };
  return {
    prefixes: () => Object.keys(open().services),
    serviceName: (prefix) => {
      const folded = foldCase(prefix);
      const { services } = open();
      return Object.hasOwn(services, folded) ? services[folded]?.[0] : undefined;
    },
    actions: (prefix) => {
      const actions = levelsOf(foldCase(prefix));
      return actions && [...actions.values()].map(({ name }) => name).sort();
    },
    accessLevel: (action) => {
      const colon = action.indexOf(':');
      return levelsOf(foldCase(action.slice(0, colon)))?.get(foldCase(action.slice(colon + 1)))?.access;
    },
    service: (prefix) => {
      const folded = foldCase(prefix);
      // Only names on our own list become file names.
      if (!open().whole.includes(folded)) return undefined;
      let service = whole.get(folded);
      if (!service) {
        service = withoutPrototypes(read<ServiceAuthorization>(folded));
        whole.set(folded, service);
      }
      return service;
    },
  };
}

const withoutPrototypes = (file: ServiceAuthorization): ServiceAuthorization => ({
  ...file,
  actions: Object.assign(Object.create(null), file.actions),
  resourceTypes: Object.assign(Object.create(null), file.resourceTypes),
  conditionKeys: Object.assign(Object.create(null), file.conditionKeys),
});
