import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Operation } from '../authorization/operation.ts';
import { globalConditionKeys } from '../authorization/request-context.ts';
import { createRowsFromData } from '../authorization/rows-from-data.ts';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import { ACCESS_LEVELS, type PublishedAccessLevel, type ServiceAuthorizations } from '../model/service-authorization.ts';
import type { ModelSource } from '../protocol/index.ts';
import type { Route } from './local-api.ts';
import { publicAnswer, takes } from './public-answer.ts';

/** A kind of resource, by its ARN's template: `arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}`. */
export interface ReferenceResource {
  readonly name: string;
  readonly arn: string;
}

/** Who may call one operation, as the pipeline asks. */
export interface ReferenceOperation {
  readonly service: string;
  /** `CreateRole` */
  readonly name: string;
  /** `iam:CreateRole`; null where no permission is asked. */
  readonly action: string | null;
  readonly access: PublishedAccessLevel;
  /** None: the action is allowed on `*` or not at all. */
  readonly resources: readonly ReferenceResource[];
  /** Besides the global ones. */
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
  /** Whether it is performed here, or authorised and then answered `NotImplemented`. */
  readonly isPerformed: boolean;
}

export interface ReferenceOperations {
  /** Service → name as AWS has it. */
  readonly services: Readonly<Record<string, string>>;
  readonly operations: readonly ReferenceOperation[];
}

/** Everything that policies can name, of every service that AWS has published. */
export interface ReferenceActions {
  /** Prefix → its actions by access level. */
  readonly services: Readonly<
    Record<string, { readonly name: string; readonly actions: Readonly<Partial<Record<PublishedAccessLevel, readonly string[]>>> }>
  >;
  readonly globalConditionKeys: readonly string[];
  /** Prefixes of which resources and condition keys are known too. */
  readonly whole: readonly string[];
}

export interface ReferenceParts {
  readonly models: ModelSource;
  readonly tables: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly published: ServiceAuthorizations;
}

/**
 * What there is to allow: the tables by which calls are authorised, and what AWS has published of all its services. The same for everybody and of no
 * account, so everybody may read it.
 */
export function referenceRoutes(parts: ReferenceParts): readonly Route[] {
  const { published } = parts;
  const operations = documentOf(() => listOperations(parts));
  const actions = documentOf(() => listActions(published));
  const services = new Map<string, (request: HttpRequest) => Promise<HttpResponse>>();
  const route = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path: `reference/${path}`,
    audience: 'everybody',
    isQuiet: true,
    handle,
  });
  return [
    route('operations', ({ request }) => operations(request)),
    route('actions', ({ request }) => actions(request)),
    route('services/*', ({ request, part }) => {
      const found = published.service(part);
      if (!found) throw new ServiceError('ResourceNotFoundException', 'There is no such service.', { status: 404 });
      let document = services.get(found.prefix);
      if (!document) {
        document = documentOf(() => found);
        services.set(found.prefix, document);
      }
      return document(request);
    }),
  ];
}

function listOperations({ models, tables, published }: ReferenceParts): ReferenceOperations {
  const services = Object.keys(models.index.services);
  const rowFromData = createRowsFromData(published);
  const found: ReferenceOperation[] = [];
  for (const service of services) {
    const rows = tables[service] ?? {};
    for (const [name, operation] of Object.entries(models.load(service).operations)) {
      const own = Object.hasOwn(rows, name) ? rows[name] : undefined;
      const row = own ?? rowFromData(service, operation);
      if (!row) continue;
      found.push({
        service,
        name,
        action: row.action,
        access: row.access,
        ...(own || row.action === null ? asRow(row) : asPublished(published, row.action)),
        isPerformed: row.handler !== undefined,
      });
    }
  }
  return { services: Object.fromEntries(services.map((service) => [service, models.load(service).serviceId])), operations: found };
}

type Asked = Pick<ReferenceOperation, 'resources' | 'conditionKeys' | 'dependentActions'>;

const asRow = ({ resources, conditionKeys, dependentActions }: Operation): Asked => ({
  resources: resources.map(({ name, arn }) => ({ name, arn })),
  conditionKeys: unique(conditionKeys.flatMap(({ keys }) => keys)),
  dependentActions: unique(dependentActions.flatMap(({ actions }) => actions)),
});

/** What AWS says of an action for which there is no row. */
function asPublished(published: ServiceAuthorizations, action: string): Asked {
  const [prefix = '', name = ''] = action.split(':');
  const service = published.service(prefix);
  const { resources = [], conditionKeys = [], dependentActions = [] } = service?.actions[name] ?? {};
  return {
    resources: resources.flatMap(({ type }) => {
      const arn = service?.resourceTypes[type]?.arn;
      return arn === undefined ? [] : [{ name: type, arn }];
    }),
    conditionKeys: unique([...conditionKeys, ...resources.flatMap((each) => each.conditionKeys ?? [])]),
    dependentActions,
  };
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function listActions(published: ServiceAuthorizations): ReferenceActions {
  const prefixes = published.prefixes();
  const services = prefixes.map((prefix) => {
    const byLevel = Map.groupBy(published.actions(prefix) ?? [], (action) => published.accessLevel(`${prefix}:${action}`));
    const actions = Object.fromEntries(
      ACCESS_LEVELS.flatMap((level) => {
        const names = byLevel.get(level);
        return names ? [[level, names] as const] : [];
      }),
    );
    return [prefix, { name: published.serviceName(prefix) ?? prefix, actions }] as const;
  });
  return {
    services: Object.fromEntries(services),
    globalConditionKeys,
    whole: prefixes.filter((prefix) => published.service(prefix) !== undefined),
  };
}

const compress = promisify(gzip);

/** A document that is the same for everybody, made when it is first asked for, kept with its compressed form. */
function documentOf(make: () => object): (request: HttpRequest) => Promise<HttpResponse> {
  let made: Promise<{ text: string; packed: Uint8Array; tag: string }> | undefined;
  const build = async () => {
    const text = JSON.stringify(make());
    return { text, packed: await compress(text), tag: createHash('sha256').update(text).digest('base64url').slice(0, 22) };
  };
  return async ({ headers: asked }) => {
    if (!made) {
      made = build();
      // What could not be made is tried again by whoever asks next; whoever asked now hears of it below.
      made.catch(() => {
        made = undefined;
      });
    }
    const { text, packed, tag } = await made;
    const isPacked = takes(asked['accept-encoding'], 'gzip');
    return publicAnswer(asked, {
      type: 'application/json',
      // Another version of the server has another.
      caching: 'no-cache',
      tag: isPacked ? `${tag}-gzip` : tag,
      encoding: isPacked ? 'gzip' : undefined,
      read: async () => (isPacked ? packed : text),
    });
  };
}
