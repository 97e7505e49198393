import { describe, expect, it } from 'vitest';
import { isNeverAllowed, isPublicAddress } from './public-address.ts';

describe('isPublicAddress (V08, O05)', () => {
  it.each(['1.1.1.1', '8.8.8.8', '52.94.236.248', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    '%s is',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '127.0.0.1',
    '127.255.255.255',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '100.64.0.1',
    '100.127.255.255',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2001:0:1::1',
    '2002:7f00:1::1',
    'localhost',
    '',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('isNeverAllowed', () => {
  it.each(['169.254.169.254', 'fd00:ec2::254', 'fe80::1', '0.0.0.0', '::', '::ffff:10.0.0.1', '64:ff9b::a00:1', '224.0.0.1', 'name'])(
    '%s',
    (address) => expect(isNeverAllowed(address)).toBe(true),
  );

  it.each(['10.0.0.1', '127.0.0.1', '::1', 'fd12::1', '8.8.8.8'])('%s may be allowed', (address) =>
    expect(isNeverAllowed(address)).toBe(false),
  );
});
