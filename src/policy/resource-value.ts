import { globOfText, matchesGlob } from './match/glob.ts';

/** AWS's sentence about a Resource or NotResource value that is not well-formed; undefined when it is. */
export function resourceProblem(text: string, partition: string): string | undefined {
  if (text === '*') return undefined;
  if (!text.includes(':')) return `Resource ${text} must be in ARN format or "*".`;
  const parts = text.split(':');
  const [, givenPartition = '*', service = '*', region = '*', account = '*'] = parts;
  const resource = parts.length > 5 ? parts.slice(5).join(':') : '*';
  // Wildcards are for any partition: AWS's own managed policies write `arn:*:…`.
  if (!matchesGlob(globOfText(givenPartition), partition)) {
    return `Partition "${givenPartition}" is not valid for resource "arn:${givenPartition}:${service}:${region}:${account}:${resource}".`;
  }
  if (service.includes('*') || service.includes('?')) return 'Resource vendor must be fully qualified and cannot contain regexes.';
  const hasRegion = parts.length > 3 && region !== '';
  if (service === 'iam' && hasRegion) return `IAM resource ${text} cannot contain region information.`;
  if (service === 's3' && hasRegion && !REGIONAL_S3.some((type) => resource.startsWith(type)))
    return `Resource ${text} can not contain region information.`;
  if (service === 'iam' && resource !== '*' && resource !== 'root' && !IAM_PATHS.some((path) => resource.startsWith(path))) {
    return `IAM resource path must either be "*", root, or start with ${IAM_PATHS.join(', ')}.`;
  }
  return undefined;
}

/** What of S3 lives in a region; buckets and objects do not. AWS's managed policies name the first two. */
const REGIONAL_S3 = ['accesspoint/', 'access-grants/', 'job/', 'storage-lens/', 'async-request/'];

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];
