import { isIP } from 'node:net';
import type { CallListener, PhoneChannel } from '../../services/accounts/channel.ts';
import { parsePhoneNumber } from '../../services/accounts/phone-number.ts';
import { GuardedFetch } from '../guarded-fetch.ts';
import type { SignInPage } from '../sign-in/sign-in-page.ts';
import { SipPhone } from './sip-phone.ts';
import { TwilioPhone } from './twilio-phone.ts';

export interface PhoneSettings {
  /** `https://SID:TOKEN@api.twilio.com` or `sip://user:password@pbx.example.com:5060`. */
  readonly url: string;
  /** Who calls, in international form. */
  readonly from?: string | undefined;
  /** By what a telephone service reaches this server. */
  readonly callback?: string | undefined;
  /** PEM certificates of further authorities to trust. */
  readonly authorities: readonly string[];
  readonly bytes: (length: number) => Uint8Array;
  /** For the operator: why a call came to nothing. */
  readonly logError: (error: unknown) => void;
}

export interface Phone {
  readonly channel: PhoneChannel;
  /** Where a telephone service tells what happens. */
  pages(listener: CallListener): readonly SignInPage[];
  /** A name by which the service calls this server. */
  readonly host?: string;
  close(): Promise<void>;
}

/**
 * A line to the telephones of the world.
 * @throws Error  with a sentence for the operator when the settings will not do; it does not repeat the password
 */
export async function openPhone(settings: PhoneSettings): Promise<Phone> {
  const url = URL.parse(settings.url);
  const from = settings.from === undefined ? undefined : parsePhoneNumber(settings.from);
  if (settings.from !== undefined && !from)
    throw new Error('--phone-from must be a number in international form, such as +1 206 555 0100.');
  if (url?.protocol === 'https:' || url?.protocol === 'http:') {
    if (!from) throw new Error('Say with --phone-from which of your numbers calls.');
    return openTwilio(url, from.number, settings);
  }
  if (url?.protocol === 'sip:') return openSip(url, from?.number, settings);
  throw new Error('--phone must look like https://SID:TOKEN@api.twilio.com or sip://user:password@pbx.example.com.');
}

/** A user part of an address, as it may stand there without escapes. */
const SIP_USER = /^[A-Za-z0-9_.!~*'()&=+$,-]{1,64}$/;

function openSip(url: URL, from: string | undefined, { callback, bytes, logError }: PhoneSettings): Phone {
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const known = [...url.searchParams.keys()].every((name) => name === 'address' || name === 'sound');
  const sound = url.searchParams.get('sound');
  const [, low, high] = /^([0-9]{4,5})-([0-9]{4,5})$/.exec(sound ?? '') ?? [];
  const address = url.searchParams.get('address') ?? undefined;
  const isWell =
    SIP_USER.test(user) && /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)$/i.test(url.hostname) && /^\/?$/.test(url.pathname) && url.hash === '';
  if (!isWell || !known) throw new Error('--phone must look like sip://user:password@pbx.example.com:5060.');
  if (sound !== null && !(Number(low) >= 1024 && Number(high) <= 65_535 && Number(low) <= Number(high)))
    throw new Error('sound= in --phone must be a range of ports, such as sound=16384-16484.');
  if (address !== undefined && isIP(address) === 0) throw new Error('address= in --phone must be an IP address.');
  if (callback !== undefined) throw new Error('--phone-callback is for services on the web, and not for sip://.');
  const channel = new SipPhone({
    line: {
      host: url.hostname,
      port: url.port === '' ? 5060 : Number(url.port),
      user,
      password,
      from: from ?? user,
      publicAddress: address,
      soundPorts: sound === null ? undefined : [Number(low), Number(high)],
    },
    bytes,
    logError,
  });
  return { channel, pages: () => [], close: async () => channel.close() };
}

function openTwilio(url: URL, from: string, { callback, authorities }: PhoneSettings): Phone {
  const [accountSid, authToken] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  if (!/^[A-Za-z0-9]{1,64}$/.test(accountSid) || authToken === '' || url.pathname + url.search + url.hash !== '/')
    throw new Error('--phone must name account and token: https://SID:TOKEN@api.twilio.com.');
  const back = callback === undefined ? undefined : URL.parse(callback);
  if (callback !== undefined && (!back || !/^https?:$/.test(back.protocol) || back.href !== `${back.origin}/`))
    throw new Error('--phone-callback must be where this server is reached from outside, such as https://sagegate.example.com.');
  const outbound = new GuardedFetch({ to: 'telephones', allowed: [url.origin], authorities });
  const channel = new TwilioPhone({ origin: url.origin, accountSid, authToken, from, callback: back?.origin }, outbound);
  return {
    channel,
    pages: (listener) => channel.pages(listener),
    ...(back && { host: back.hostname }),
    close: async () => outbound.close(),
  };
}
