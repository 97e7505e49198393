import { isoSeconds } from '../../core/clock.ts';
import type { Instance } from '../../store/tables/ec2.ts';
import type { IdentityKey } from './identity-key.ts';
import type { Directory } from './metadata-tree.ts';

/**
 * What an instance can show others to say which one it is.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
 */
export function identityDocument(instance: Instance): string {
  const members = {
    accountId: instance.accountId,
    architecture: 'x86_64',
    availabilityZone: instance.availabilityZone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: instance.imageId,
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    kernelId: null,
    pendingTime: isoSeconds(instance.launchedAt),
    privateIp: instance.privateIpAddress,
    ramdiskId: null,
    region: instance.region,
    version: '2017-09-30',
  };
  const lines = Object.entries(members).map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

const inLines = (bytes: Uint8Array, width: number): string =>
  (
    Buffer.from(bytes)
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  ).join('\n');

/** `dynamic/` of an instance. AWS signs `pkcs7` with DSA, which is not done any more; here both messages are signed with RSA. */
export function dynamicOf(instance: Instance, key: () => Promise<IdentityKey>): Directory {
  const document = identityDocument(instance);
  const message = async (): Promise<string> => inLines((await key()).signedMessage(document), 64);
  return {
    'instance-identity': {
      document,
      pkcs7: message,
      rsa2048: message,
      signature: async () => inLines((await key()).signature(document), 76),
    },
  };
}
