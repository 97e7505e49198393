/**
 * The path of a canonical request. Every byte that is not unreserved is written `%XX`, `%` included, so a path that arrives percent-encoded
 * comes out encoded twice, as every service but S3 wants it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export interface PathRules {
  /** Whether dot segments and empty segments are removed first. Every service but S3. */
  readonly normalizePath: boolean;
}

const HEX = '0123456789ABCDEF';

/** Unreserved characters of RFC 3986 §2.3: all that stays as it is. Plain ASCII letters, not `\w`. */
const PLAIN = /^[A-Za-z0-9._~-]*$/;
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~-]+)+$/;

/** Encodes the UTF-8 bytes of `text`, leaving only unreserved characters as they are. A lone surrogate becomes U+FFFD; never throws. */
export function encodeUnreserved(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    encoded += PLAIN.test(character) ? character : `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
  }
  return encoded;
}

/** Removes dot segments and empty segments, keeps a trailing slash: RFC 3986 §5.2.4 with runs of slashes collapsed. */
function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const last = path.slice(path.lastIndexOf('/') + 1);
  const trailing = segments.length > 0 && (last === '' || last === '.' || last === '..') ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

/** `path` is the part of the request target before `?`, as received. */
export function canonicalPath(path: string, rules: PathRules): string {
  if (path === '/' || path === '') return '/';
  if (PLAIN_PATH.test(path)) return path;
  const normalized = rules.normalizePath ? normalize(path) : path;
  return normalized.split('/').map(encodeUnreserved).join('/');
}

/**
 * Why a path has more than one reading, or undefined when it has one. AWS would normalise some of these before signing; here the path that
 * is signed must be the path that is routed, so they are refused (threat S18; a rule of ours).
 */
export function pathAmbiguity(path: string): string | undefined {
  if (path === '/' || PLAIN_PATH.test(path)) return undefined;
  if (!path.startsWith('/')) return 'the path must begin with a slash';
  if (/[^\x21-\x7e]/.test(path)) return 'the path contains characters that must be percent-encoded';
  if (path.includes('\\')) return 'the path contains a backslash';
  if (path.includes('//')) return 'the path contains an empty segment';
  for (const segment of path.split('/')) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      return 'the path contains an invalid percent-encoding';
    }
    if (decoded === '.' || decoded === '..') return 'the path contains a dot segment';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\x00-\x1f\x7f\\]/.test(decoded)) return 'the path contains a control character or a backslash';
  }
  return undefined;
}
