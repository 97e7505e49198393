import { describe, expect, it } from 'vitest';
import { credentialFindings } from '../../console/src/iam/credential-findings.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const daysAgo = (days: number): string => new Date(NOW - days * 86_400_000).toISOString();
const NONE = { password_enabled: 'false', mfa_active: 'false', access_key_1_active: 'false', access_key_2_active: 'false' };
const textsOf = (line: Readonly<Record<string, string>>) =>
  credentialFindings([{ user: 'alice', ...NONE, ...line }], NOW).map(({ text }) => text);

describe('what a credential report shows that should not stay so', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['nothing of who has no credentials', {}, []],
    [
      'a password without a second factor',
      { password_enabled: 'true', password_last_used: daysAgo(1) },
      ['A password without a second factor'],
    ],
    ['not one with it', { password_enabled: 'true', mfa_active: 'true', password_last_used: daysAgo(90) }, []],
    [
      'one that nobody uses',
      { password_enabled: 'true', mfa_active: 'true', password_last_used: daysAgo(91) },
      ['A password that nobody has used for 91 days'],
    ],
    [
      'one that nobody has ever used',
      { password_enabled: 'true', mfa_active: 'true', password_last_used: 'no_information', password_last_changed: daysAgo(100) },
      ['A password that nobody has used for 100 days'],
    ],
    [
      'an old key that is in use',
      { access_key_1_active: 'true', access_key_1_last_rotated: daysAgo(200), access_key_1_last_used_date: daysAgo(1) },
      ['An access key that is 200 days old'],
    ],
    [
      'a key that nobody uses, once',
      { access_key_2_active: 'true', access_key_2_last_rotated: daysAgo(200), access_key_2_last_used_date: 'N/A' },
      ['An access key that nobody has used for 200 days'],
    ],
    ['no key that is off', { access_key_1_active: 'false', access_key_1_last_rotated: daysAgo(200) }, []],
    ['no key of yesterday', { access_key_1_active: 'true', access_key_1_last_rotated: daysAgo(1) }, []],
  ])('%s', (_, line, expected) => expect(textsOf(line)).toEqual(expected));

  it('leaves the root user to the checklist', () =>
    expect(credentialFindings([{ ...NONE, user: '<root_account>', password_enabled: 'true' }], NOW)).toEqual([]));
});
