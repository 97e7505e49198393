import { isTextList, type JsonRecord } from '../strict-json.ts';

/** Where an issuer signs people in, as its discovery document says. What is called there is judged by whoever calls it. */
export interface IssuerEndpoints {
  readonly authorization: string;
  readonly token: string;
  /** `client_secret_basic`, `client_secret_post`, `none`, …: how clients may prove themselves at the token endpoint. */
  readonly clientAuthentication: readonly string[];
  /** Whether its answers say whose they are (`iss`, RFC 9207). */
  readonly namesItself: boolean;
}

/** What a discovery document says when it does not say how clients prove themselves. */
const USUAL_AUTHENTICATION = ['client_secret_basic'];
const LONGEST_ADDRESS = 2048;

/**
 * Undefined of an issuer that signs nobody in by the authorization code flow: GitHub Actions' gives tokens to programs alone.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export function readEndpoints(discovery: JsonRecord): IssuerEndpoints | undefined {
  const {
    authorization_endpoint: authorization,
    token_endpoint: token,
    token_endpoint_auth_methods_supported: methods,
    response_types_supported: responseTypes,
    authorization_response_iss_parameter_supported: namesItself,
  } = discovery;
  if (!isAddress(authorization) || !isAddress(token)) return undefined;
  if (isTextList(responseTypes) && !responseTypes.includes('code')) return undefined;
  return {
    authorization,
    token,
    clientAuthentication: isTextList(methods) ? methods : USUAL_AUTHENTICATION,
    namesItself: namesItself === true,
  };
}

const isAddress = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_ADDRESS;
