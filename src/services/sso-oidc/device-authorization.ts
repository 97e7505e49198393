import type { StartDeviceAuthorizationRequest, StartDeviceAuthorizationResponse } from '@aws-sdk/client-sso-oidc';
import { countAttempts, sourceOf } from '../../authentication/attempt-limit.ts';
import { hashSecret, newSecret, sweepPortal } from '../../authentication/portal-access.ts';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Random } from '../../core/id.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { type DeviceAuthorization, deviceAuthorizations } from '../../store/tables/portal.ts';
import { requireClient } from './client-registration.ts';
import { invalidRequest, slowDown } from './errors.ts';
import { instanceOfStartUrl } from './start-url.ts';

/** Seconds. Short, so that a code which was sent to somebody is stale when they read it (threat D01). */
const EXPIRES_IN = 600;
/** Seconds to wait between two questions. */
export const INTERVAL = 1;
const MAX_USER_AGENT = 256;

const HOUR = 3_600_000;
const LIMITS = { bySource: { max: 300, window: HOUR }, altogether: { max: 10_000, window: HOUR } };

/** Without vowels, so that no word comes of it; 20^8 codes. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

function newUserCode(random: Random): string {
  let code = '';
  // Drawn evenly: 240 is twelve times twenty.
  while (code.length < 8) for (const byte of random.bytes(8)) if (byte < 240 && code.length < 8) code += LETTERS[byte % 20];
  return code;
}

/** As it is shown: `BCDF-GHJK`. */
export const showUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What somebody typed, as it is stored: case, hyphens and blanks do not count. Undefined for what is no code. */
export function readUserCode(typed: string): string | undefined {
  if (typed.length > 32) return undefined;
  const code = typed.replace(/[\s-]/g, '').toUpperCase();
  return /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(code) ? code : undefined;
}

/**
 * Begins to let a device in: it shows a code, and somebody types that in a browser.
 * @throws InvalidClient   401
 * @throws InvalidRequest  400  no such start URL, or one of another region
 * @throws SlowDown        400  too many from one source
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
 */
export async function startDeviceAuthorization(
  input: Valid<StartDeviceAuthorizationRequest>,
  context: OperationContext,
): Promise<StartDeviceAuthorizationResponse> {
  const { reader, now, installation, origin } = context;
  const client = await requireClient(reader, input, now);
  const instance = await instanceOfStartUrl(reader, input.startUrl);
  const host = URL.parse(origin.endpoint ?? '')?.hostname ?? '';
  const isElsewhere = host.endsWith('.amazonaws.com') && instance?.region !== context.region;
  if (!instance || isElsewhere) throw invalidRequest('The start URL is not known in this region.');
  const deviceCode = newSecret(installation.random);
  const begun = await installation.store.write(async (writer) => {
    const counted = [
      { subject: `device-authorization:${sourceOf(origin.sourceIp)}`, limit: LIMITS.bySource },
      { subject: 'device-authorization', limit: LIMITS.altogether },
    ];
    if ((await countAttempts(writer, counted, now)) !== undefined) return undefined;
    await sweepPortal(writer, now);
    const authorization: DeviceAuthorization = {
      deviceId: hashSecret('device-code', deviceCode),
      userCode: await freeUserCode(writer, installation.random),
      clientId: client.clientId,
      clientName: client.name,
      instanceId: instance.instanceId,
      sourceIp: origin.sourceIp,
      userAgent: origin.userAgent.slice(0, MAX_USER_AGENT),
      createdAt: now,
      expiresAt: now + EXPIRES_IN * 1000,
      state: 'pending',
    };
    await writer.insert(deviceAuthorizations, authorization);
    return authorization;
  });
  if (!begun) throw slowDown();
  const userCode = showUserCode(begun.userCode);
  const verificationUri = host.endsWith('.amazonaws.com')
    ? `https://device.sso.${instance.region}.amazonaws.com/device`
    : `${origin.endpoint ?? ''}/device`;
  return {
    deviceCode,
    userCode,
    verificationUri,
    // The page does not take the code from its address: it is typed by hand (threat D01).
    verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
    expiresIn: EXPIRES_IN,
    interval: INTERVAL,
  };
}

async function freeUserCode(writer: Writer, random: Random): Promise<string> {
  for (;;) {
    const code = newUserCode(random);
    if (!(await writer.find(deviceAuthorizations, 'user_code', [code]))) return code;
  }
}
