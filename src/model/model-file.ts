/**
 * The files `data/models/<service>.json`, as tools/data writes them and load-model.ts reads them. Absent means false, none or the default.
 * In the words of AWS's own models: a shape is a named type, a reference is its use as a member, with what that use adds on the wire.
 */
export interface ModelFile {
  readonly service: string;
  readonly serviceId: string;
  readonly apiVersion: string;
  readonly protocol: 'query' | 'ec2' | 'json' | 'rest-json';
  /** In the credential scope. */
  readonly signingName: string;
  readonly jsonVersion?: string;
  /** Prefixes of `X-Amz-Target` that clients send, up to the last dot. */
  readonly targets?: readonly string[];
  readonly xmlNamespace?: string;
  readonly provenance: readonly Provenance[];
  readonly operations: Readonly<Record<string, OperationEntry>>;
  readonly shapes: Readonly<Record<string, ShapeEntry>>;
}

export interface Provenance {
  readonly package: string;
  readonly version: string;
  readonly license: string;
  /** Day of the data, where the package tells. */
  readonly date?: string;
}

export interface OperationEntry {
  readonly input?: string;
  readonly output?: string;
  /** `GET /analyzer/{analyzerName}`; `POST /` when absent. */
  readonly http?: string;
  /** Success status, 200 when absent. */
  readonly status?: number;
  readonly errors?: readonly string[];
  /** Called without a signature. */
  readonly unsigned?: true;
  readonly paginator?: PaginatorEntry;
}

/** How clients page: names, or dotted paths, of members. */
export interface PaginatorEntry {
  readonly inputToken: readonly string[];
  readonly outputToken: readonly string[];
  readonly limit?: string;
  readonly moreResults?: string;
  readonly results: readonly string[];
}

export type Reference = string | ReferenceTraits;

export interface ReferenceTraits {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header';
  /** Name on the wire where it differs from the member's. */
  readonly locationName?: string;
  /** Name in ec2 requests where it is not the wire name with a capital. */
  readonly queryName?: string;
  /** Clients fill it in when the caller leaves it out. */
  readonly idempotencyToken?: true;
  readonly eventPayload?: true;
}

export type ShapeEntry =
  | StructureEntry
  | ListEntry
  | MapEntry
  | StringEntry
  | NumberEntry
  | { readonly type: 'boolean' | 'document' }
  | { readonly type: 'timestamp'; readonly format?: 'iso8601' }
  | { readonly type: 'blob'; readonly min?: number; readonly max?: number; readonly sensitive?: true };

export interface StructureEntry {
  readonly type: 'structure';
  readonly required?: readonly string[];
  /** In the model's order. */
  readonly members: Readonly<Record<string, Reference>>;
  readonly union?: true;
  readonly sensitive?: true;
  readonly eventStream?: true;
  /** The member that is the whole HTTP body. */
  readonly payload?: string;
  /** Set on errors: the code on the wire where it differs from the shape's name, the HTTP status where it is not 400. */
  readonly error?: { readonly code?: string; readonly status?: number };
}

export interface ListEntry {
  readonly type: 'list';
  readonly member: Reference;
  readonly min?: number;
  readonly max?: number;
}

export interface MapEntry {
  readonly type: 'map';
  readonly key: Reference;
  readonly value: Reference;
  readonly min?: number;
  readonly max?: number;
}

export interface StringEntry {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  /** As AWS prints it in messages: a Java expression. */
  readonly pattern?: string;
  /** The same for JavaScript with the `u` flag, where it is spelled differently. Both match the whole value. */
  readonly test?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: true;
}

export interface NumberEntry {
  readonly type: 'integer' | 'long' | 'float' | 'double';
  readonly min?: number;
  readonly max?: number;
}

/** `data/models/index.json`: what routing needs to know before it reads a model. */
export interface ModelIndex {
  readonly services: Readonly<Record<string, ModelIndexEntry>>;
}

export interface ModelIndexEntry {
  readonly protocol: ModelFile['protocol'];
  readonly signingName: string;
  readonly apiVersion: string;
  readonly targets?: readonly string[];
  readonly jsonVersion?: string;
  readonly xmlNamespace?: string;
  /** Whether some operation is called without a signature, so that there is no credential scope to route by. */
  readonly unsigned?: true;
}
