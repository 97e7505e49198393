import { expect, it } from 'vitest';
import { AwsFailure } from '../../console/src/aws/failure.ts';

const failed = (code: string, message: string) => new AwsFailure(403, code, message, {});
const DENIED = 'User: arn:aws:iam::123456789012:user/a is not authorized to perform: ec2:DescribeVpcs because no policy allows it';

it('a denial is told as one, with its action, whatever service it comes from', () => {
  for (const code of ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']) {
    expect(failed(code, DENIED)).toMatchObject({ isDenial: true, action: 'ec2:DescribeVpcs', sentence: DENIED });
  }
  expect(failed('NoSuchEntity', 'The user with name a cannot be found.')).toMatchObject({ isDenial: false, action: undefined });
});

it('what EC2 encodes is left out for people, and what follows it is not', () => {
  const { sentence, message } = failed(
    'UnauthorizedOperation',
    `${DENIED}. Encoded authorization failure message: ${'Ab-_'.repeat(500)} Bye.`,
  );
  expect(sentence).toBe(`${DENIED}. Bye.`);
  expect(message).toContain('Ab-_');
});
