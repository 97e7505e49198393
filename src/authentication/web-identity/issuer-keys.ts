import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { type Outbound, OutboundError } from '../../core/outbound.ts';
import { type JsonRecord, readJsonObject } from '../strict-json.ts';
import { type IssuerEndpoints, readEndpoints } from './issuer-endpoints.ts';
import { fits } from './json-web-token.ts';
import { readKeySet, type VerificationKey } from './key-set.ts';

/** An issuer whose keys are asked for, and the fingerprints by which its account knows its server. */
export interface Issuer {
  /** As tokens name it: `https://idp.example.com/tenant`. */
  readonly url: string;
  readonly thumbprints: readonly string[];
}

interface Entry {
  keys: readonly VerificationKey[];
  endpoints?: IssuerEndpoints | undefined;
  /** When they were fetched, and until when they are good. */
  fetchedAt: number;
  freshUntil: number;
  /** What the last attempt ended with, and until when nobody tries again. */
  failure?: { readonly error: OutboundError; readonly until: number } | undefined;
  /** The attempt under way: all who ask wait for the same one. */
  loading?: Promise<void> | undefined;
}

/** Issuers whose keys are at hand, the least recently used dropped first. */
const MOST_ISSUERS = 1000;
const LONGEST_DISCOVERY = 256 * 1024;
const LONGEST_KEY_SET = 512 * 1024;
/** Milliseconds that keys are kept: what the issuer's server says, within bounds. */
const SHORTEST_LIFE = 5 * 60_000;
const USUAL_LIFE = 3_600_000;
const LONGEST_LIFE = 24 * 3_600_000;
/** Milliseconds between two looks for a key that is not there: invented key ids must not become calls (threat O03). */
const BETWEEN_LOOKS = 30_000;
/** Milliseconds for which a failure stands. */
const BETWEEN_FAILURES = 10_000;
/** Keys of one name that are tried. */
const MOST_NAMESAKES = 4;

/**
 * The keys of issuers and where they sign people in, found by OpenID Connect Discovery and kept for a while. An issuer that takes new keys is asked again when a token names one
 * that is not known yet; keys that it has withdrawn are good until theirs are fetched anew, a day at most.
 *
 * INVARIANT: a key is found only for the very issuer and fingerprints it was fetched for, so no account can put keys into another's (threat Z09).
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export class IssuerKeys {
  readonly #outbound: Outbound;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(outbound: Outbound, clock: Clock) {
    this.#outbound = outbound;
    this.#clock = clock;
  }

  /**
   * The keys that may have signed a token: of this name and of the algorithm's kind. None when the issuer has none.
   * @throws OutboundError  the issuer's keys cannot be had
   */
  async find(issuer: Issuer, keyId: string | undefined, algorithm: string): Promise<readonly KeyObject[]> {
    // A token that does not name its key could only be tried with all of them.
    if (keyId === undefined) return [];
    const entry = this.#entry(issuer);
    const now = this.#clock.now();
    if (now < entry.freshUntil) {
      const known = matching(entry.keys, keyId, algorithm);
      if (known.length > 0 || now < entry.fetchedAt + BETWEEN_LOOKS) return known;
    }
    await this.#loaded(issuer, entry, now);
    return matching(entry.keys, keyId, algorithm);
  }

  /**
   * Where the issuer signs people in; undefined when it signs nobody in by the authorization code flow.
   * @throws OutboundError  its discovery document, or its keys, cannot be had
   */
  async endpoints(issuer: Issuer): Promise<IssuerEndpoints | undefined> {
    const entry = this.#entry(issuer);
    const now = this.#clock.now();
    if (now >= entry.freshUntil) await this.#loaded(issuer, entry, now);
    return entry.endpoints;
  }

  /** Asks the issuer, or waits for whoever asks it already. */
  async #loaded(issuer: Issuer, entry: Entry, now: number): Promise<void> {
    if (entry.failure && now < entry.failure.until) throw entry.failure.error;
    entry.loading ??= this.#load(issuer, entry).finally(() => {
      entry.loading = undefined;
    });
    await entry.loading;
  }

  /** Forgets everything; the next tokens have their issuers asked. */
  clear(): void {
    this.#entries.clear();
  }

  #entry({ url, thumbprints }: Issuer): Entry {
    const place = JSON.stringify([url, [...thumbprints].sort()]);
    const entry = this.#entries.get(place) ?? { keys: [], fetchedAt: 0, freshUntil: 0 };
    this.#entries.delete(place);
    this.#entries.set(place, entry);
    if (this.#entries.size > MOST_ISSUERS) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return entry;
  }

  async #load({ url, thumbprints }: Issuer, entry: Entry): Promise<void> {
    try {
      const discovery = await this.#object(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`, thumbprints, LONGEST_DISCOVERY);
      if (discovery.value.issuer !== url) throw new OutboundError('unfit', `${url} says that it is another issuer`);
      const { jwks_uri: place } = discovery.value;
      if (typeof place !== 'string') throw new OutboundError('unfit', `${url} does not say where its keys are`);
      const { value, maxAge } = await this.#object(place, thumbprints, LONGEST_KEY_SET);
      const keys = readKeySet(value);
      if (!keys) throw new OutboundError('unfit', `${place} is no key set`);
      const now = this.#clock.now();
      const life = maxAge === undefined ? USUAL_LIFE : Math.min(Math.max(maxAge * 1000, SHORTEST_LIFE), LONGEST_LIFE);
      const endpoints = readEndpoints(discovery.value);
      Object.assign(entry, { keys, endpoints, fetchedAt: now, freshUntil: now + life, failure: undefined });
    } catch (error) {
      if (error instanceof OutboundError) entry.failure = { error, until: this.#clock.now() + BETWEEN_FAILURES };
      throw error;
    }
  }

  async #object(
    place: string,
    thumbprints: readonly string[],
    maxBytes: number,
  ): Promise<{ value: JsonRecord; maxAge: number | undefined }> {
    const { status, body, maxAge } = await this.#outbound.get(place, { maxBytes, thumbprints });
    const value = status === 200 ? readJsonObject(Buffer.from(body).toString('utf8')) : undefined;
    if (!value) throw new OutboundError('unfit', `${place} is not a JSON object (status ${status})`);
    return { value, maxAge };
  }
}

function matching(keys: readonly VerificationKey[], keyId: string, algorithm: string): readonly KeyObject[] {
  return keys
    .filter((each) => each.keyId === keyId && (each.algorithm ?? algorithm) === algorithm && fits(algorithm, each.key))
    .slice(0, MOST_NAMESAKES)
    .map(({ key }) => key);
}
