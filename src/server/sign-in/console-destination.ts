/** Where the console begins. */
export const CONSOLE_HOME = '/console/';

/** Longest destination that is looked at. */
const MAX_LENGTH = 2048;

/** Hosts of AWS's consoles: their pages are ours here. */
const isConsoleHost = (host: string): boolean => host === 'console.aws.amazon.com' || host.endsWith('.console.aws.amazon.com');

/**
 * A path of this server for where somebody wants to go once signed in: a broker's Destination, a SAML RelayState. What leads elsewhere leads to
 * the console's first page, never to another site (threat C16): the URL is parsed as browsers parse it, and only what the parser found is used.
 * AWS's own console URLs, which brokers are written with, lead to our page of that service.
 * @param origin  ours, as the browser knows it: `http://localhost:4566`
 */
export function consoleDestination(wanted: string | undefined, origin: string): string {
  if (wanted === undefined || wanted === '' || wanted.length > MAX_LENGTH) return CONSOLE_HOME;
  // Browsers drop tabs and line ends from URLs and take a backslash for a slash: nobody means well by either.
  if (/[\p{Cc}\\]/u.test(wanted)) return CONSOLE_HOME;
  const url = URL.parse(wanted, origin);
  if (url?.username !== '' || url.password !== '') return CONSOLE_HOME;
  const { pathname, search, hash } = url;
  if (url.origin === origin) return isConsolePath(pathname) ? pathname + search + hash : CONSOLE_HOME;
  if (url.protocol !== 'https:' || url.port !== '' || !isConsoleHost(url.hostname)) return CONSOLE_HOME;
  return pathname === '/' || pathname === CONSOLE_HOME || pathname === '/console/home'
    ? CONSOLE_HOME
    : CONSOLE_HOME + pathname.replace(/^\/+/, '') + search + hash;
}

const isConsolePath = (path: string): boolean => path.startsWith(CONSOLE_HOME);
