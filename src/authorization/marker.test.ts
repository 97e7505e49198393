import { describe, expect, it } from 'vitest';
import { createMasterKey, KeyRing } from '../authentication/master-key.ts';
import { systemRandom } from '../core/id.ts';
import { issueMarker, openMarker } from './marker.ts';

const installation = { keys: new KeyRing(createMasterKey(systemRandom)), random: systemRandom };
const place = { account: '111122223333', operation: 'iam:ListUsers', filters: ['=/team/'] };

describe('a marker', () => {
  const marker = issueMarker(installation, place, ['alice', 'x']);

  it('opens where it was issued', () => expect(openMarker(installation, place, marker)).toEqual(['alice', 'x']));

  it.each([
    ['another account', { ...place, account: '444455556666' }],
    ['another operation', { ...place, operation: 'iam:ListRoles' }],
    ['another filter', { ...place, filters: ['=/other/'] }],
    ['one filter more', { ...place, filters: ['=/team/', '-'] }],
    ['filters run together', { ...place, operation: 'iam:ListUsers=', filters: ['/team/'] }],
  ])('does not open for %s', (_, other) => expect(openMarker(installation, other, marker)).toBeUndefined());

  it.each([
    '',
    'AAAA',
    `${marker}A`,
    marker.slice(1),
    `${marker.slice(0, 40)}${marker[40] === 'A' ? 'B' : 'A'}${marker.slice(41)}`,
    '\u0000',
    'ü'.repeat(100),
  ])('that was made up does not open: %s', (text) => expect(openMarker(installation, place, text)).toBeUndefined());

  it('does not open under another master key', () =>
    expect(openMarker({ keys: new KeyRing(createMasterKey(systemRandom)) }, place, marker)).toBeUndefined());

  it('for a name of 128 characters stays below the 320 that IAM takes', () =>
    expect(issueMarker(installation, place, ['x'.repeat(128), 'x'.repeat(22)]).length).toBeLessThan(320));
});
