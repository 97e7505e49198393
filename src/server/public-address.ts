import { BlockList, isIP } from 'node:net';

/** Blocks of IPv4 that are nobody's on the Internet. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Of the one block of IPv6 that is routed, what leads elsewhere: Teredo and 6to4 carry IPv4 addresses, the rest is documentation and tests. */
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [block, prefix] of SPECIAL_IPV4) special.addSubnet(block, prefix, 'ipv4');
for (const [block, prefix] of SPECIAL_IPV6) special.addSubnet(block, prefix, 'ipv6');
const routed = new BlockList();
routed.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is one of the Internet: not of this machine, of a private network, or of a cloud's metadata service. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  // What maps or embeds IPv4 (`::ffff:…`, `64:ff9b::…`) lies outside the routed block.
  return family === 6 && routed.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** A list for each family: to `BlockList`, an IPv4 address lies in the block of IPv6 that maps it. */
const never = { ipv4: new BlockList(), ipv6: new BlockList() };
never.ipv4.addSubnet('0.0.0.0', 8);
never.ipv4.addSubnet('169.254.0.0', 16);
never.ipv4.addSubnet('224.0.0.0', 3);
never.ipv6.addAddress('::', 'ipv6');
never.ipv6.addSubnet('::ffff:0:0', 96, 'ipv6');
never.ipv6.addSubnet('64:ff9b::', 32, 'ipv6');
never.ipv6.addSubnet('fe80::', 10, 'ipv6');
never.ipv6.addSubnet('fd00:ec2::', 32, 'ipv6');
never.ipv6.addSubnet('ff00::', 8, 'ipv6');

/** Whether an address is no server's that could be allowed: link-local (with it a cloud's metadata service), multicast, unspecified, mapped. */
export function isNeverAllowed(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return family === 4 ? never.ipv4.check(address) : never.ipv6.check(address, 'ipv6');
}
