import type { Reader } from '../../store/store.ts';
import { type IdentityCenterInstance, identityCenterInstances } from '../../store/tables/identity-center.ts';

const STORE = /^d-[0-9a-f]{10}$/;

/**
 * The instance whose portal a start URL leads to: `https://d-0123456789.awsapps.com/start` as on AWS, our own `…/start/d-0123456789`, or
 * `…/start` where there is one instance; also an issuer URL, `https://identitycenter.amazonaws.com/ssoins-…`. Undefined for others.
 */
export async function instanceOfStartUrl(reader: Reader, startUrl: string): Promise<IdentityCenterInstance | undefined> {
  const url = startUrl.length <= 512 ? URL.parse(startUrl) : null;
  if (!url) return undefined;
  const { hostname, pathname } = url;
  const [first = '', second = '', ...more] = pathname
    .split('/')
    .slice(1)
    .filter((part) => part !== '');
  if (more.length > 0) return undefined;
  if (hostname.endsWith('.awsapps.com')) {
    const store = hostname.slice(0, -'.awsapps.com'.length);
    return STORE.test(store) && first === 'start' ? reader.find(identityCenterInstances, 'store', [store]) : undefined;
  }
  if (hostname === 'identitycenter.amazonaws.com') return reader.get(identityCenterInstances, [first]);
  return first === 'start' ? instanceOfStartPath(reader, second) : undefined;
}

/** The same of what stands behind `/start/`; the only instance when that is nothing. */
export async function instanceOfStartPath(reader: Reader, store: string): Promise<IdentityCenterInstance | undefined> {
  if (store !== '') return STORE.test(store) ? reader.find(identityCenterInstances, 'store', [store]) : undefined;
  const [only, ...others] = await reader.list(identityCenterInstances, { prefix: [], limit: 2 });
  return others.length === 0 ? only : undefined;
}
