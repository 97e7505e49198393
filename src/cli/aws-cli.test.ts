import { describe, expect, it } from 'vitest';
import { awsCliOf, firstCall } from './aws-cli.ts';

describe('the AWS CLI of a machine', () => {
  it.each([
    ['aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0 source/x86_64.debian.12', 'aws-cli/2.9.19', false],
    ['aws-cli/2.12.7 Python/3.11.2', 'aws-cli/2.12.7', false],
    ['aws-cli/2.13.0 Python/3.11.4', 'aws-cli/2.13.0', true],
    ['aws-cli/1.28.1 Python/3.11.4', 'aws-cli/1.28.1', false],
    ['aws-cli/1.45.11 Python/3.13.5', 'aws-cli/1.45.11', true],
    ['aws-cli/3.0.0', 'aws-cli/3.0.0', true],
  ])('%s', (printed, version, readsEndpoint) => {
    expect(awsCliOf(printed)).toEqual({ version, readsEndpoint });
  });

  it('is none where something else is printed', () => {
    expect(awsCliOf('aws: command not found')).toBeUndefined();
  });
});

describe('the first call with a profile', () => {
  const call = '  aws --profile mine sts get-caller-identity';

  it('needs no more than the profile', () => {
    expect(firstCall('mine', 'http://127.0.0.1:4566', { version: 'aws-cli/2.13.0', readsEndpoint: true })).toBe(call);
  });

  it('names the endpoint to an AWS CLI that would call AWS itself', () => {
    const text = firstCall('mine', 'http://127.0.0.1:4566', { version: 'aws-cli/2.9.19', readsEndpoint: false });
    expect(text.split('\n').slice(0, 2)).toEqual(['  aws() { command aws --endpoint-url http://127.0.0.1:4566 "$@"; }', call]);
    expect(text).toContain('aws-cli/2.9.19 does not read endpoint_url');
  });

  it('leaves nothing of an endpoint to the shell', () => {
    const text = firstCall('mine', 'http://127.0.0.1:4566/$(id);x', { version: 'aws-cli/2.9.19', readsEndpoint: false });
    expect(text).toContain("--endpoint-url 'http://127.0.0.1:4566/$(id);x' ");
  });
});
