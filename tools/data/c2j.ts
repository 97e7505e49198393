/**
 * The model format of botocore (`service-2.json`, "C2J"), as far as it is read here.
 * @see https://github.com/boto/botocore/tree/develop/botocore/data
 */
export interface C2jReference {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  readonly locationName?: string;
  readonly queryName?: string;
  readonly idempotencyToken?: boolean;
  readonly eventpayload?: boolean;
}

export interface C2jShape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'timestamp' | 'blob';
  readonly members?: Readonly<Record<string, C2jReference>>;
  readonly member?: C2jReference;
  readonly key?: C2jReference;
  readonly value?: C2jReference;
  readonly required?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly timestampFormat?: string;
  readonly flattened?: boolean;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly payload?: string;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number; readonly senderFault?: boolean };
}

export interface C2jOperation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  readonly errors?: readonly { readonly shape: string }[];
  readonly authtype?: string;
}

export interface C2jModel {
  readonly metadata: {
    readonly apiVersion: string;
    readonly protocol: string;
    readonly serviceId: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly xmlNamespace?: string;
  };
  readonly operations: Readonly<Record<string, C2jOperation>>;
  readonly shapes: Readonly<Record<string, C2jShape>>;
}

export interface C2jPaginators {
  readonly pagination: Readonly<
    Record<
      string,
      {
        readonly input_token: string | readonly string[];
        readonly output_token: string | readonly string[];
        readonly limit_key?: string;
        readonly more_results?: string;
        readonly result_key: string | readonly string[];
      }
    >
  >;
}
