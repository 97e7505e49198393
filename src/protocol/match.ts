import type { HttpRequest, HttpResponse } from '../core/http.ts';
import type { ModelFile } from '../model/model-file.ts';
import type { OperationModel, ServiceModel } from '../model/service-model.ts';

export type Protocol = ModelFile['protocol'];

/** Which operation a request calls, and how its bytes are read and written. */
export interface Match {
  readonly model: ServiceModel;
  readonly operation: OperationModel;
  readonly protocol: Protocol;
  readonly codec: Codec;
  /** What routing has already read: the parameters of a query request, the labels of a REST path. */
  readonly parameters?: ReadonlyMap<string, string>;
}

/** One protocol, both ways. Shapes are compiled when first used; nothing walks a model per request. */
export interface Codec {
  /**
   * The input, in the model's member names: Date for timestamps, Uint8Array for blobs, absent for null.
   * @throws ServiceError MalformedInput (SerializationException in JSON)  400  not of the model's types, too deep, too many
   */
  parse(match: Match, request: HttpRequest): object;
  serialize(match: Match, output: object, requestId: string): HttpResponse;
  serializeError(error: WireFailure, model: ModelFile | undefined, requestId: string): HttpResponse;
}

/** A refusal, as it goes over the wire. */
export interface WireFailure {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  /** The error's shape, when the model has one. */
  readonly shape?: string | undefined;
  /** Further members, by wire name. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** How the error's shape spells its message member; `message` when absent. */
  readonly messageMember?: string | undefined;
}
