import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsFiles, awsFiles, checkProfileName, readProfile, writeProfile } from '../../src/cli/aws-profile.ts';

let directory: string;
let files: AwsFiles;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sagegate-profile-'));
  files = awsFiles({ AWS_CONFIG_FILE: join(directory, '.aws/config'), AWS_SHARED_CREDENTIALS_FILE: join(directory, '.aws/credentials') });
});
afterEach(() => rm(directory, { recursive: true }));

const profile = {
  name: 'sagegate',
  region: 'us-east-2',
  endpoint: 'http://127.0.0.1:4566',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY=EXAMPLEKE',
};
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it('makes both files, private, where there are none', () => {
  writeProfile(files, profile);
  expect(readFileSync(files.config, 'utf8')).toBe(
    '[profile sagegate]\nregion = us-east-2\noutput = json\nendpoint_url = http://127.0.0.1:4566\n',
  );
  expect(readFileSync(files.credentials, 'utf8')).toBe(
    `[sagegate]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${profile.secretAccessKey}\n`,
  );
  expect([mode(files.config), mode(files.credentials), mode(join(directory, '.aws'))]).toEqual(['600', '600', '700']);
});

it('names the default profile without the word profile', () => {
  writeProfile(files, { ...profile, name: 'default' });
  expect(readFileSync(files.config, 'utf8')).toMatch(/^\[default\]\n/);
});

it('leaves everything else as it is: other profiles, comments, nested settings, settings of its own that it does not know', () => {
  mkdirSync(join(directory, '.aws'));
  const before = `# mine\r\n[default]\nregion=eu-west-1\n\n[ profile  sagegate ]\nregion = us-west-1\ncli_pager =\ns3 =\n    region = nested\n\n[sso-session x]\nsso_region = us-east-1\n`;
  writeFileSync(files.config, before, { mode: 0o644 });
  writeFileSync(files.credentials, '[sagegate]\naws_access_key_id=OLD\naws_session_token=OLD\n[other]\naws_access_key_id=KEEP', {
    mode: 0o644,
  });
  writeProfile(files, profile);
  expect(readFileSync(files.config, 'utf8')).toBe(
    '# mine\n[default]\nregion=eu-west-1\n\n[ profile  sagegate ]\nregion = us-east-2\noutput = json\nendpoint_url = http://127.0.0.1:4566\ncli_pager =\ns3 =\n    region = nested\n\n[sso-session x]\nsso_region = us-east-1\n',
  );
  expect(readFileSync(files.credentials, 'utf8')).toBe(
    `[sagegate]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${profile.secretAccessKey}\n[other]\naws_access_key_id=KEEP\n`,
  );
  expect([mode(files.config), mode(files.credentials)]).toEqual(['600', '600']);
});

it('writes the same twice without change', () => {
  writeProfile(files, profile);
  const once = readFileSync(files.config, 'utf8');
  writeProfile(files, profile);
  expect(readFileSync(files.config, 'utf8')).toBe(once);
  expect(readProfile(files, 'sagegate')).toEqual({
    region: 'us-east-2',
    output: 'json',
    endpoint_url: 'http://127.0.0.1:4566',
    aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE',
    aws_secret_access_key: profile.secretAccessKey,
  });
});

it('writes through a link, which stays one', () => {
  mkdirSync(join(directory, '.aws'));
  writeFileSync(join(directory, 'dotfile'), '');
  symlinkSync(join(directory, 'dotfile'), files.config);
  writeProfile(files, profile);
  expect(lstatSync(files.config).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(directory, 'dotfile'), 'utf8')).toContain('[profile sagegate]');
});

describe('V09 text that would become other settings', () => {
  it.each([
    { ...profile, secretAccessKey: 'x\n[default]\naws_access_key_id = EVIL' },
    { ...profile, endpoint: 'http://127.0.0.1:4566\r\nrole_arn = x' },
    { ...profile, region: '' },
    { ...profile, accessKeyId: ' AKIA' },
  ])('is not written: %#', (evil) => {
    expect(() => writeProfile(files, evil)).toThrow('plain text');
    expect(() => statSync(files.config)).toThrow();
  });

  it.each(['', 'a b', 'a]b', 'x'.repeat(65), 'a\nb', '../x'])('%j is no profile name', (name) => {
    expect(() => checkProfileName(name)).toThrow('A profile name');
  });
});
