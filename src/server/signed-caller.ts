import type { Authenticator } from '../authentication/authenticate.ts';
import type { Caller } from '../authentication/caller.ts';
import type { HttpRequest } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import { AWS_REGIONS } from '../sigv4/index.ts';

/** What requests to the local API are signed for: `curl --aws-sigv4 aws:amz:us-east-1:sagegate`. */
export const SIGNING_NAME = 'sagegate';

/** Whoever has signed a request to the local API; undefined for one that nobody signed. @throws ServiceError  403  the signature is not right */
export async function findSignedCaller(
  request: HttpRequest,
  authenticator: Authenticator,
): Promise<{ readonly caller: Caller; readonly region: string } | undefined> {
  const signed = (request.headers.authorization ?? '').startsWith('AWS4-') || /[?&]X-Amz-Signature=/.test(request.target);
  if (!signed) return undefined;
  try {
    return await authenticator.authenticate(request, {
      service: SIGNING_NAME,
      regions: AWS_REGIONS,
      protocol: 'rest-json',
      clockWindowMinutes: 15,
    });
  } catch (error) {
    if (error instanceof ServiceError) throw new ServiceError(error.code, error.message, { status: 403 });
    throw error;
  }
}

/** What policies see of such a request. */
export const factsOfSigned = (
  request: HttpRequest,
  { caller, region }: { readonly caller: Caller; readonly region: string },
  now: number,
) => ({
  caller,
  now,
  region,
  sourceIp: request.remoteAddress,
  secure: request.secure,
  userAgent: request.headers['user-agent'] ?? '',
  referer: request.headers.referer,
  calledVia: [],
});
