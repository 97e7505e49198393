import { describe, expect, it } from 'vitest';
import { readPolicyArn } from './policy-arn.ts';

describe('the ARN of a policy', () => {
  it.each([
    ['arn:aws:iam::aws:policy/AdministratorAccess', 'aws', '/', 'AdministratorAccess'],
    [
      'arn:aws:iam::aws:policy/service-role/AmazonSageMakerServiceCatalogProductsUseRole',
      'aws',
      '/service-role/',
      'AmazonSageMakerServiceCatalogProductsUseRole',
    ],
    ['arn:aws:iam::111122223333:policy/a//b/c', '111122223333', '/a//b/', 'c'],
  ])('%s', (text, account, path, policyName) => expect(readPolicyArn(text)).toMatchObject({ account, path, policyName }));

  it.each(['x', 'AdministratorAccess', 'arn:aws:iam', 'arn:aws:iam::aws'])('that is none: %s', (text) =>
    expect(() => readPolicyArn(text)).toThrow(
      expect.objectContaining({ code: 'ValidationError', message: 'Invalid ARN:  Could not be parsed!' }),
    ),
  );

  it.each([
    'arn:aws:iam::111122223333:user/Bob',
    'arn:aws:iam::111122223333:policy/',
    'arn:aws:iam:us-east-1:111122223333:policy/x',
    'arn:aws:s3::111122223333:policy/x',
    'arn:aws:iam::*:policy/x',
    'arn:aws:iam:::policy/x',
  ])('of something else: %s', (text) =>
    expect(() => readPolicyArn(text)).toThrow(
      expect.objectContaining({ code: 'InvalidInputException', message: `ARN ${text} is not valid.` }),
    ),
  );
});
