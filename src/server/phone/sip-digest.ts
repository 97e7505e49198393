import { createHash } from 'node:crypto';

/*
 * Digest access authentication, as SIP servers ask for it.
 * @see https://www.rfc-editor.org/rfc/rfc7616
 */

const ALGORITHMS: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), { MD5: 'md5', 'SHA-256': 'sha256' });

export interface DigestAsked {
  readonly method: string;
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /** Ours, for this answer alone. */
  readonly cnonce: string;
}

/**
 * The value of an (Proxy-)Authorization header: the strongest of the challenges that we can answer. Undefined when there is none.
 * @param challenges  values of (Proxy-)WWW-Authenticate headers
 */
export function answerDigest(challenges: readonly string[], asked: DigestAsked): string | undefined {
  const [best] = challenges.flatMap((text) => readChallenge(text) ?? []).sort((a, b) => (a.hash < b.hash ? 1 : -1));
  if (!best) return undefined;
  const { realm, nonce, opaque, algorithm, hash, qop } = best;
  const { method, uri, user, password, cnonce } = asked;
  const digest = (text: string): string => createHash(hash).update(text).digest('hex');
  const [secret, what] = [digest(`${user}:${realm}:${password}`), digest(`${method}:${uri}`)];
  const response = qop ? digest(`${secret}:${nonce}:00000001:${cnonce}:auth:${what}`) : digest(`${secret}:${nonce}:${what}`);
  const quoted: readonly (readonly [string, string | undefined])[] = [
    ['username', user],
    ['realm', realm],
    ['nonce', nonce],
    ['uri', uri],
    ['response', response],
    ['cnonce', qop ? cnonce : undefined],
    ['opaque', opaque],
  ];
  const parts = quoted.flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value.replace(/["\\]/g, '\\$&')}"`]));
  return `Digest ${parts.join(', ')}${algorithm === undefined ? '' : `, algorithm=${algorithm}`}${qop ? ', qop=auth, nc=00000001' : ''}`;
}

function readChallenge(text: string) {
  const [, list] = /^Digest[ \t]+(.*)$/is.exec(text) ?? [];
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, bare] of (list ?? '')
    .slice(0, 2000)
    .matchAll(/([a-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))/gi))
    fields.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  const [realm, nonce] = [fields.get('realm'), fields.get('nonce')];
  const algorithm = fields.get('algorithm');
  const hash = ALGORITHMS[(algorithm ?? 'MD5').toUpperCase()];
  const qops = fields
    .get('qop')
    ?.split(',')
    .map((each) => each.trim());
  if (realm === undefined || nonce === undefined || hash === undefined || (qops && !qops.includes('auth'))) return undefined;
  return { realm, nonce, opaque: fields.get('opaque'), algorithm, hash, qop: qops !== undefined };
}
