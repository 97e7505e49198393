/** Longest redirect URI. */
const MAX_LENGTH = 512;

/**
 * Whether a program may be answered at this URI: plain HTTP on this machine's loopback interface, and nowhere else (threat D03). AWS's own
 * applications have other URIs; programs that people install have these.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export function isLoopbackRedirect(uri: string): boolean {
  if (uri.length > MAX_LENGTH || /[\p{Cc}\\\s]/u.test(uri)) return false;
  const url = URL.parse(uri);
  if (url?.protocol !== 'http:' || url.username !== '' || url.password !== '' || url.hash !== '' || uri.includes('#')) return false;
  return url.hostname === '127.0.0.1' || url.hostname === '[::1]' || url.hostname === 'localhost';
}

/** Whether a URI is one that was registered: the port is the program's choice each time it listens, the rest is as registered. */
export function isRegisteredRedirect(uri: string, registered: readonly string[]): boolean {
  const withoutPort = (text: string): string | undefined => {
    const url = URL.parse(text);
    return url ? `${url.hostname}${url.pathname}${url.search}` : undefined;
  };
  return isLoopbackRedirect(uri) && registered.some((each) => withoutPort(each) === withoutPort(uri));
}
