import type { Protocol } from './match.ts';

interface WireError {
  readonly code: string;
  readonly status: number;
}

type ByProtocol = Readonly<Record<Protocol, WireError>>;

const wire = (code: string, status: number): WireError => ({ code, status });

/** Query code and status; JSON code (always 400 in awsJson); REST-JSON status; EC2 code and status where it has its own. */
const error = (query: [string, number], json: string, restStatus: number, ec2: [string, number] = query): ByProtocol => ({
  query: wire(...query),
  ec2: wire(...ec2),
  json: wire(json, 400),
  'rest-json': wire(json, restStatus),
});

/**
 * Errors that every service shares and no model lists, by the neutral code that `ServiceError` names, and how each protocol spells them.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
// biome-ignore format: a table, to be read in columns.
export const COMMON_ERRORS: Readonly<Record<string, ByProtocol>> = Object.assign(Object.create(null), {
  //                            query                                 json                              REST  EC2's own
  AccessDenied:          error(['AccessDenied', 403],                'AccessDeniedException',           403, ['UnauthorizedOperation', 403]),
  MissingAuthenticationToken: error(['MissingAuthenticationToken', 403], 'MissingAuthenticationTokenException', 403),
  IncompleteSignature:   error(['IncompleteSignature', 400],         'IncompleteSignatureException',    403),
  SignatureDoesNotMatch: error(['SignatureDoesNotMatch', 403],       'InvalidSignatureException',       403, ['AuthFailure', 401]),
  InvalidClientTokenId:  error(['InvalidClientTokenId', 403],        'UnrecognizedClientException',     403, ['AuthFailure', 401]),
  ExpiredToken:          error(['ExpiredToken', 403],                'ExpiredTokenException',           403, ['RequestExpired', 400]),
  ValidationError:       error(['ValidationError', 400],             'ValidationException',             400, ['InvalidParameterValue', 400]),
  MissingParameter:      error(['MissingParameter', 400],            'ValidationException',             400),
  InvalidParameterValue: error(['InvalidParameterValue', 400],       'ValidationException',             400),
  MalformedInput:        error(['MalformedInput', 400],              'SerializationException',          400, ['InvalidParameterValue', 400]),
  InvalidAction:         error(['InvalidAction', 400],               'UnknownOperationException',       404),
  Throttling:            error(['Throttling', 400],                  'ThrottlingException',             429, ['RequestLimitExceeded', 503]),
  InternalFailure:       error(['InternalFailure', 500],             'InternalFailure',                 500, ['InternalError', 500]),
  ServiceUnavailable:    error(['ServiceUnavailable', 503],          'ServiceUnavailable',              503, ['Unavailable', 503]),
  // Ours: AWS has every operation. 400 rather than 501, which SDKs would try again.
  NotImplemented:        error(['NotImplemented', 400],              'NotImplemented',                  400, ['UnsupportedOperation', 400]),
  RequestEntityTooLarge: error(['RequestEntityTooLarge', 413],       'RequestEntityTooLargeException',  413),
} satisfies Record<string, ByProtocol>);

// awsJson answers its server-side failures with their own status.
const JSON_STATUS: Readonly<Record<string, number>> = { InternalFailure: 500, ServiceUnavailable: 503, RequestEntityTooLarge: 413 };

/** How a shared error goes over the wire; undefined when there is none of that name. */
export function commonError(code: string, protocol: Protocol): WireError | undefined {
  const found = COMMON_ERRORS[code]?.[protocol];
  const status = protocol === 'json' ? JSON_STATUS[code] : undefined;
  return found && status !== undefined ? { ...found, status } : found;
}
