/** An address: 32 or 128 bits as 16-bit groups, two or eight of them. IPv4 in IPv6 clothes (`::ffff:a.b.c.d`) is IPv4. */
export type IpAddress = readonly number[];

/** A block of addresses; bits after the prefix are ignored. */
export interface IpBlock {
  readonly address: IpAddress;
  readonly prefix: number;
}

const IPV6_GROUPS = 8;

/**
 * Reads an address in its plain spelling: four decimal numbers without leading zeros, or RFC 4291 text. No zones, no octal, no shortened
 * IPv4, no blanks: what other readers would take for another address is no address here.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const groups = parseIpv6(text);
  return groups && isMapped(groups) ? groups.slice(6) : groups;
}

/** Reads `203.0.113.0/24`, `2001:db8::/32`, or a single address. `::ffff:a.b.c.d/120` is the IPv4 block of 24 bits. */
export function parseIpBlock(text: string): IpBlock | undefined {
  const slash = text.indexOf('/');
  const bare = slash === -1 ? text : text.slice(0, slash);
  const groups = bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare);
  if (!groups) return undefined;
  const prefix = slash === -1 ? groups.length * 16 : parsePrefix(text.slice(slash + 1), groups.length * 16);
  if (prefix === undefined) return undefined;
  if (isMapped(groups) && prefix >= 96) return { address: groups.slice(6), prefix: prefix - 96 };
  return { address: groups, prefix };
}

/** False for another family. */
export function isInBlock(address: IpAddress, block: IpBlock): boolean {
  if (address.length !== block.address.length) return false;
  let bits = block.prefix;
  for (let i = 0; bits > 0; i++) {
    const difference = (address[i] ?? 0) ^ (block.address[i] ?? 0);
    if (bits >= 16 ? difference !== 0 : difference >> (16 - bits) !== 0) return false;
    bits -= 16;
  }
  return true;
}

const isMapped = (groups: IpAddress): boolean => groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;

function parsePrefix(text: string, most: number): number | undefined {
  const value = parseNumber(text);
  return value !== undefined && value <= most ? value : undefined;
}

/** Decimal digits without leading zeros. */
function parseNumber(text: string): number | undefined {
  if (text.length === 0 || (text.length > 1 && text[0] === '0')) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    const byte = parseNumber(part);
    if (byte === undefined || byte > 255) return undefined;
    bytes.push(byte);
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return [a * 256 + b, c * 256 + d];
}

function parseIpv6(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = parseGroups(halves[1] ?? '', true);
  if (!head || !tail) return undefined;
  if (halves.length === 1) return head.length === IPV6_GROUPS ? head : undefined;
  const missing = IPV6_GROUPS - head.length - tail.length;
  return missing >= 1 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : undefined;
}

/** Groups between colons; the last may be a dotted IPv4 address where the text ends there. */
function parseGroups(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const dotted = atEnd && i === parts.length - 1 ? parseIpv4(part) : undefined;
      if (!dotted) return undefined;
      groups.push(...dotted);
    } else {
      const group = parseGroup(part);
      if (group === undefined) return undefined;
      groups.push(group);
    }
  }
  return groups;
}

function parseGroup(text: string): number | undefined {
  if (text.length < 1 || text.length > 4) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const lower = code | 32;
    const digit = code <= 57 ? code - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1;
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}
