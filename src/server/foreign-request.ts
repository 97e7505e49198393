import { isIP } from 'node:net';
import type { HttpRequest } from '../core/http.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Match } from '../protocol/index.ts';

/** The names by which this server may be called. A web page that was resolved to our address (DNS rebinding) calls us by its own name. */
export interface HostRules {
  /** Lower case, without port. */
  readonly names: ReadonlySet<string>;
  /** Whether any address will do: nobody can make an address resolve to something else. */
  readonly anyAddress: boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** The loopback names, the name bound to, and those configured. */
export const hostRules = (bound: string, configured: readonly string[], remote: boolean): HostRules => ({
  names: new Set([...LOOPBACK_NAMES, isIP(bound) === 6 ? `[${bound}]` : bound, ...configured].map((name) => name.toLowerCase())),
  anyAddress: remote,
});

const HOST = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?$/;

/** Hosts of AWS's sign-in, console and portal pages. Who makes them lead here owns the machine's own resolver: nobody else can rebind them. */
const AWS_PAGES =
  /(?:^|\.)(?:signin|console)\.aws\.amazon\.com$|^[a-z0-9-]+\.awsapps\.com$|^(?:oidc|portal\.sso|device\.sso)\.[a-z0-9-]+\.amazonaws\.com$/;

function isOurs(host: string | undefined, rules: HostRules): boolean {
  const name = HOST.exec(host ?? '')?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return rules.names.has(name) || AWS_PAGES.test(name) || (rules.anyAddress && isIP(name.replace(/^\[|\]$/g, '')) !== 0);
}

/** Why a request is not to be answered whatever page sent it: it calls us by a name that is not ours (threat C20). */
export const refusalOfHost = ({ headers }: HttpRequest, rules: HostRules): string | undefined =>
  isOurs(headers.host, rules) ? undefined : 'This server does not go by that host name. Use localhost, or name it with --allowed-host.';

/**
 * Why a request that nobody signed is not to be answered: it comes from a web page that is not ours (threat C20). Browsers say so in Origin
 * and Sec-Fetch-Site, which pages cannot set; other clients send neither. Undefined when nothing is wrong.
 * @param isPage  whether this is a page that changes nothing: a link from elsewhere may lead to it
 */
export function refusalOfForeign(request: HttpRequest, rules: HostRules, isPage: boolean): string | undefined {
  const wrongHost = refusalOfHost(request, rules);
  if (wrongHost !== undefined) return wrongHost;
  const { host, origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'Requests from other web sites are refused.';
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  const isLink = isPage && request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
  return isLink ? undefined : 'Requests from other web sites are refused.';
}

/** Whether the peer is this very machine. */
export const isLoopback = (address: string): boolean => address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));

/** Services that anybody may call without a signature from wherever they sit, a web page in somebody's browser included. */
const PORTAL_SERVICES: ReadonlySet<string> = new Set(['sso', 'sso-oidc']);

/**
 * Refuses calls of the portal and its token service that come from web pages of others, or by a name that is not ours (threat C20): programs
 * send no Origin, and ask for the name they were told.
 * @throws AccessDenied  403
 */
export const refuseForeignPortalCall =
  (rules: HostRules) =>
  ({ model }: Match, request: HttpRequest): void => {
    const refused = PORTAL_SERVICES.has(model.service) ? refusalOfForeign(request, rules, false) : undefined;
    if (refused !== undefined) throw new ServiceError('AccessDenied', refused, { status: 403 });
  };
