import { isIP } from 'node:net';
import { countAttempts } from '../../authentication/attempt-limit.ts';
import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import { spend } from '../../authentication/spent-token.ts';
import { ALGORITHMS, type Ceremony, type PasskeyKey, verifyAssertion, verifyRegistration } from '../../authentication/webauthn/ceremony.ts';
import type { Installation } from '../../authorization/installation.ts';
import { type FidoDevice, fidoDevices } from '../../store/tables/iam.ts';
import { checkShape, object, text } from '../shape.ts';
import { type PageCall, refuse } from './sign-in-page.ts';

/** A ceremony that a page has begun: what its script asks the browser for, and what comes back with the form. */
export interface BegunCeremony {
  /** `PublicKeyCredentialCreationOptions` or `…RequestOptions`, with bytes as base64url. */
  readonly options: object;
  /** Opens as nothing but this ceremony of this person, once. */
  readonly sealed: string;
}

interface Challenge {
  readonly challenge: string;
  readonly expiresAt: number;
}

const LIFE = 5 * 60_000;
const MAX_DEVICES = 8;
/** Of one person, over all doors. */
const TRIES = { max: 20, window: 15 * 60_000 };
/** Characters of what a browser answers. */
const MAX_ANSWER = 12_000;

const part = text({ max: MAX_ANSWER });
const created = object({ id: part, response: object({ clientDataJSON: part, attestationObject: part }) });
const asserted = object({ id: part, response: object({ clientDataJSON: part, authenticatorData: part, signature: part }) });

/** The host name that passkeys are made for on this page; undefined where browsers make none: at a bare address. */
export function rpIdOf({ request }: PageCall): string | undefined {
  const host = (request.headers.host ?? '').replace(/:[0-9]+$/, '').toLowerCase();
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 ? host : undefined;
}

/** A proxy in front may speak TLS for us. */
const originsOf = ({ request }: PageCall): string[] => [`https://${request.headers.host}`, `http://${request.headers.host}`];

/** Passkeys of console users: each ceremony has a challenge of its own that works once, for one person, for five minutes (threat C11). */
export class Passkeys {
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  of(ownerId: string): Promise<readonly FidoDevice[]> {
    return this.#installation.store.list(fidoDevices, { index: 'user', prefix: [ownerId], limit: MAX_DEVICES });
  }

  /** @param rpId  from `rpIdOf` */
  async beginRegistration(ownerId: string, userName: string, rpId: string): Promise<BegunCeremony> {
    const { challenge, sealed } = this.#begin('register', ownerId);
    const options = {
      challenge,
      rp: { id: rpId, name: 'Sagegate' },
      user: { id: Buffer.from(ownerId).toString('base64url'), name: userName, displayName: userName },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
      excludeCredentials: credentials(await this.of(ownerId), rpId),
      attestation: 'none',
      timeout: LIFE,
    };
    return { options, sealed };
  }

  /** @throws AccessDeniedException  403  it is not as it was asked for, too late, or a second time */
  async register(call: PageCall, ownerId: string): Promise<PasskeyKey & { readonly rpId: string }> {
    const ceremony = await this.#take(call, 'register', ownerId);
    const answer = readAnswer(call, created);
    const key = answer && verifyRegistration(answer.response, ceremony);
    if (!key || key.credentialId !== answer.id) throw refused('The passkey could not be taken. Try again.');
    return { ...key, rpId: ceremony.rpId };
  }

  /** Undefined when the person has no passkey that works under this name. */
  async beginAssertion(ownerId: string, rpId: string | undefined): Promise<BegunCeremony | undefined> {
    const allowed = rpId === undefined ? [] : credentials(await this.of(ownerId), rpId);
    if (allowed.length === 0) return undefined;
    const { challenge, sealed } = this.#begin('sign-in', ownerId);
    return { options: { challenge, rpId, allowCredentials: allowed, userVerification: 'required', timeout: LIFE }, sealed };
  }

  /** @throws AccessDeniedException  403  as for `register`, or another's passkey, or one whose count went back; ThrottlingException  429 */
  async prove(call: PageCall, ownerId: string): Promise<void> {
    const { store, clock } = this.#installation;
    const counted = [{ subject: `passkey:${ownerId}`, limit: TRIES }];
    const until = await store.write((writer) => countAttempts(writer, counted, clock.now()));
    if (until !== undefined) throw refuse(429, 'ThrottlingException', 'Too many attempts. Try again later.');
    const ceremony = await this.#take(call, 'sign-in', ownerId);
    const answer = readAnswer(call, asserted);
    const isProved = await store.write(async (writer) => {
      const device = answer && (await writer.find(fidoDevices, 'credential', [answer.id]));
      if (!answer || device?.userId !== ownerId || device.rpId !== ceremony.rpId) return false;
      // In the transaction that stores the count: of two sign-ins with one count, one is refused.
      const signCount = verifyAssertion(answer.response, device, ceremony);
      if (signCount === undefined) return false;
      await writer.update(fidoDevices, { ...device, signCount });
      return true;
    });
    if (!isProved) throw refused('The passkey was not accepted. Try again.');
  }

  #begin(what: 'register' | 'sign-in', ownerId: string): { challenge: string; sealed: string } {
    const { random, clock } = this.#installation;
    const challenge = Buffer.from(random.bytes(32)).toString('base64url');
    const value: Challenge = { challenge, expiresAt: clock.now() + LIFE };
    return { challenge, sealed: sealValue(value, 'webauthn-challenge', [what, ownerId], this.#installation) };
  }

  async #take(call: PageCall, what: 'register' | 'sign-in', ownerId: string): Promise<Ceremony> {
    const { store, clock } = this.#installation;
    const now = clock.now();
    const known = openValue<Challenge>(call.form.get('challenge') ?? '', 'webauthn-challenge', [what, ownerId], this.#installation);
    const rpId = rpIdOf(call);
    const isFresh =
      known !== undefined && now < known.expiresAt && (await spend(store, `webauthn:${known.challenge}`, known.expiresAt, now));
    if (!isFresh || rpId === undefined) throw refused('That took too long. Try again.');
    return { challenge: known.challenge, origins: originsOf(call), rpId };
  }
}

const refused = (message: string) => refuse(403, 'AccessDeniedException', message);

const credentials = (devices: readonly FidoDevice[], rpId: string): object[] =>
  devices.filter((device) => device.rpId === rpId).map(({ credentialId }) => ({ type: 'public-key', id: credentialId }));

/** What the browser has answered, as the page's script sends it; more than is asked for does not count. */
function readAnswer<T>({ form }: PageCall, shape: Parameters<typeof checkShape<T>>[1]): T | undefined {
  const given = form.get('credential') ?? '';
  if (given.length > MAX_ANSWER) return undefined;
  try {
    const checked = checkShape(JSON.parse(given), shape);
    return 'value' in checked ? checked.value : undefined;
  } catch {
    // Not JSON: no answer of a browser's.
    return undefined;
  }
}
