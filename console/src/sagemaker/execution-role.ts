/** What AWS advises to begin with: everything of SageMaker, and buckets with `sagemaker` in their name. */
export const FULL_ACCESS = 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess';

/** A moment as AWS's console writes it into names: `20261126T150501`. */
export const stamp = (now: number): string => new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15);

/**
 * Who may take up an execution role: SageMaker, and only on behalf of this account, so that nobody else's resource can borrow it.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 */
export const executionTrust = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  });

/** Where a role that was made for SageMaker belongs, as AWS's console has it. */
export const PATH = '/service-role/';

export const newRoleName = (now: number): string => `AmazonSageMaker-ExecutionRole-${stamp(now)}`;
