/**
 * Amazon Resource Names: `arn:partition:service:region:account:resource`. The resource part keeps its own colons and slashes.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The only partition served here. */
export const PARTITION = 'aws';

/**
 * Splits at the first five colons; undefined when `text` is not an ARN of six parts. Does not judge the parts: whoever finds something by one of them
 * must see to it that no other ARN finds the same, as policies name things by their ARNs.
 */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const parts: string[] = [];
  let start = 4;
  for (let i = 0; i < 4; i++) {
    const colon = text.indexOf(':', start);
    if (colon === -1) return undefined;
    parts.push(text.slice(start, colon));
    start = colon + 1;
  }
  const [partition = '', service = '', region = '', account = ''] = parts;
  return { partition, service, region, account, resource: text.slice(start) };
}

/** ARN of an IAM entity; `resource` is for example `user/path/name`. IAM ARNs have no region. */
export const iamArn = (account: string, resource: string): string => `arn:${PARTITION}:iam::${account}:${resource}`;

/** ARN of an STS session; `resource` is for example `assumed-role/name/session`. */
export const stsArn = (account: string, resource: string): string => `arn:${PARTITION}:sts::${account}:${resource}`;
