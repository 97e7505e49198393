import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import type { ModelFile, ModelIndex } from '../model/model-file.ts';
import type { ServiceModel } from '../model/service-model.ts';
import { awsJson } from './aws-json.ts';
import { awsQuery, ec2Query } from './aws-query.ts';
import { commonError } from './common-errors.ts';
import { parseForm } from './form.ts';
import type { Codec, Match, Protocol, WireFailure } from './match.ts';
import { matchPath, type Route, routesOf } from './rest.ts';
import { restJson } from './rest-json.ts';
import { perModel } from './shapes.ts';

const CODECS: Readonly<Record<Protocol, Codec>> = { query: awsQuery, ec2: ec2Query, json: awsJson, 'rest-json': restJson };

/** Where models come from: an index that is small, and one model at a time when its service is first called. */
export interface ModelSource {
  readonly index: ModelIndex;
  load(service: string): ServiceModel;
}

export interface Router {
  /**
   * Which operation a request calls.
   * @throws RoutingError  400, 404  none that is modelled, or two ways of saying so at once
   */
  match(request: HttpRequest): Match;
  /** The answer to a refusal, in the protocol of the match, or else in the one that the request looks like. */
  refuse(error: ServiceError, match: Match | undefined, request: HttpRequest, requestId: string): HttpResponse;
  /** A service's model; undefined when there is no such service. */
  model(service: string): ServiceModel | undefined;
}

/** A request that calls nothing: answered before authentication, as on AWS. */
class RoutingError extends ServiceError {
  readonly protocol: Protocol;

  constructor(protocol: Protocol, message: string, code = 'InvalidAction') {
    super(code, message);
    this.protocol = protocol;
  }
}

const routes = perModel(routesOf);

const JSON_TYPE = /^application\/x-amz-json-1\.[01](; ?charset=utf-8)?$/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function createRouter(source: ModelSource): Router {
  const services = Object.entries(source.index.services);
  const byTarget = new Map(services.flatMap(([service, entry]) => (entry.targets ?? []).map((target) => [target, service] as const)));
  const byVersion = new Map(
    services
      .filter(([, { protocol }]) => protocol === 'query' || protocol === 'ec2')
      .map(([service, entry]) => [entry.apiVersion, service] as const),
  );
  const restServices = services.filter(([, { protocol }]) => protocol === 'rest-json');

  const found = (service: string, name: string, parameters?: ReadonlyMap<string, string>): Match | undefined => {
    const model = source.load(service);
    const operation = model.operations[name];
    if (!operation) return undefined;
    const match = { model, operation, protocol: model.protocol, codec: CODECS[model.protocol] };
    return parameters ? { ...match, parameters } : match;
  };

  /** By X-Amz-Target, those that are modelled: there are no more than operations. */
  const matches = new Map<string, Match>();

  function matchTarget(target: string, request: HttpRequest): Match {
    const plain = request.method === 'POST' && request.target === '/' && JSON_TYPE.test(request.headers['content-type'] ?? '');
    if (!plain) throw new RoutingError('json', '');
    const known = matches.get(target);
    if (known) return known;
    const dot = target.lastIndexOf('.');
    const service = byTarget.get(target.slice(0, dot));
    const match = service === undefined ? undefined : found(service, target.slice(dot + 1));
    if (!match) throw new RoutingError('json', '');
    matches.set(target, match);
    return match;
  }

  function matchAction(parameters: ReadonlyMap<string, string>, request: HttpRequest): Match {
    const action = parameters.get('Action') ?? '';
    const version = parameters.get('Version');
    const service = byVersion.get(version ?? '');
    const match = service === undefined ? undefined : found(service, action, parameters);
    if (!match) {
      const protocol = service === undefined ? protocolOfScope(request) : (source.index.services[service]?.protocol ?? 'query');
      throw new RoutingError(
        protocol,
        `Could not find operation ${printable(action)} for version ${printable(version ?? 'NO_VERSION_SPECIFIED')}`,
      );
    }
    return match;
  }

  /** For a request with an Action: XML, in the form that the claimed service has. */
  const protocolOfScope = (request: HttpRequest): Protocol => (protocolsOfScope(request).has('ec2') ? 'ec2' : 'query');

  /** What a request looks like that calls nothing known: so that its client can read the refusal. */
  function likelyProtocol(request: HttpRequest): Protocol {
    const type = request.headers['content-type'] ?? '';
    if (request.headers['x-amz-target'] !== undefined || type.includes('x-amz-json')) return 'json';
    const protocols = protocolsOfScope(request);
    if (protocols.has('rest-json') || type.includes('json')) return 'rest-json';
    return protocols.has('json') ? 'json' : protocolOfScope(request);
  }

  function protocolsOfScope(request: HttpRequest): ReadonlySet<Protocol> {
    const scope = scopeOf(request)?.service;
    return new Set(services.filter(([, entry]) => entry.signingName === scope).map(([, entry]) => entry.protocol));
  }

  function matchPathOf(request: HttpRequest): Match | undefined {
    const scope = scopeOf(request)?.service;
    const question = request.target.indexOf('?');
    const path = question === -1 ? request.target : request.target.slice(0, question);
    const steps = path.split('/').slice(1);
    const query = question === -1 ? [] : request.target.slice(question + 1).split('&');
    for (const [service, entry] of restServices) {
      // Services that are called unsigned have no scope to go by.
      if (scope === undefined ? !entry.unsigned : scope !== entry.signingName) continue;
      const model = source.load(service);
      for (const route of routes(model) as readonly Route[]) {
        if (route.method !== request.method) continue;
        const labels = matchPath(route, steps, query);
        if (labels) return found(service, route.operation, labels);
      }
    }
    return undefined;
  }

  return {
    match(request) {
      const target = request.headers['x-amz-target'];
      const question = request.target.indexOf('?');
      const inQuery = question !== -1 && /(?:^|&)(?:Action|%41ction)=/.test(request.target.slice(question + 1));
      const form = request.method === 'POST' && FORM_TYPE.test(request.headers['content-type'] ?? '') ? formOf(request.body) : undefined;
      const inForm = form?.has('Action') ?? false;
      if (Number(target !== undefined) + Number(inQuery) + Number(inForm) > 1) {
        throw new RoutingError(target === undefined ? 'query' : 'json', 'The request names more than one operation.');
      }
      if (target !== undefined) return matchTarget(target, request);
      if (inForm && form) {
        if (request.target !== '/')
          throw new RoutingError(protocolOfScope(request), `Could not find operation ${printable(form.get('Action') ?? '')} at this path`);
        return matchAction(form, request);
      }
      if (inQuery && request.method === 'GET') {
        if (!request.target.startsWith('/?')) throw new RoutingError('query', 'Could not find an operation at this path');
        return matchAction(withoutSignature(parseForm(request.target.slice(question + 1))), request);
      }
      const match = matchPathOf(request);
      if (match) return match;
      if (scopeOf(request) === undefined)
        throw new RoutingError('query', 'Request is missing Authentication Token', 'MissingAuthenticationToken');
      throw new RoutingError(likelyProtocol(request), 'Could not find an operation for this request');
    },

    refuse(error, match, request, requestId) {
      const protocol = match?.protocol ?? (error instanceof RoutingError ? error.protocol : likelyProtocol(request));
      return CODECS[protocol].serializeError(failureOf(error, protocol, match?.model), match?.model, requestId);
    },

    model: (service) => (Object.hasOwn(source.index.services, service) ? source.load(service) : undefined),
  };
}

/** How a refusal goes over the wire: by the model's error shape of that name, or as one of the shared errors. */
export function failureOf(error: ServiceError, protocol: Protocol, model: ModelFile | undefined): WireFailure {
  const shape = model && Object.hasOwn(model.shapes, error.code) ? model.shapes[error.code] : undefined;
  if (shape?.type === 'structure' && shape.error) {
    const isQuery = protocol === 'query' || protocol === 'ec2';
    const messageMember = Object.keys(shape.members).find((name) => name.toLowerCase() === 'message');
    return {
      code: isQuery ? (shape.error.code ?? error.code) : error.code,
      shape: error.code,
      status: error.status ?? shape.error.status ?? 400,
      message: error.message,
      fields: error.fields,
      messageMember: messageMember ?? 'message',
    };
  }
  const common = commonError(error.code, protocol);
  const ec2Text = protocol === 'ec2' && error.code === 'AccessDenied' ? 'You are not authorized to perform this operation. ' : '';
  return {
    // A code that neither the model nor the shared table has is a service's own undeclared one: EC2 has hundreds, none modelled.
    code: common?.code ?? error.code,
    status: error.status ?? common?.status ?? 400,
    message: ec2Text + error.message,
    fields: error.fields,
    // AWS's authorization layer writes it with a capital.
    messageMember: error.code === 'AccessDenied' ? 'Message' : 'message',
  };
}

function formOf(body: Uint8Array): Map<string, string> {
  try {
    return parseForm(decoder.decode(body));
  } catch (error) {
    if (error instanceof ServiceError) throw new RoutingError('query', error.message, error.code);
    throw new RoutingError('query', 'The request body is not valid UTF-8.', 'MalformedInput');
  }
}

/** The credential scope that a request claims: for routing and for the form of an error, never for more. */
function scopeOf(request: HttpRequest): { readonly service: string } | undefined {
  const header = request.headers.authorization;
  const credential =
    header === undefined ? /[?&]X-Amz-Credential=([^&]*)/.exec(request.target)?.[1] : /Credential=([^,\s]*)/.exec(header)?.[1];
  const service = credential?.replaceAll('%2F', '/').replaceAll('%2f', '/').split('/', 6)[3];
  return service === undefined ? undefined : { service };
}

/** The parameters of the signature are not the operation's. */
function withoutSignature(parameters: Map<string, string>): Map<string, string> {
  for (const name of parameters.keys()) if (name.startsWith('X-Amz-')) parameters.delete(name);
  return parameters;
}

/** Caller text in a message: cut, and without what a terminal would act on. */
const printable = (text: string): string => text.slice(0, 128).replace(/[^\x20-\x7e]/g, '?');
