import type { Scope } from '../../authorization/operation.ts';
import { PARTITION, parseArn } from '../../core/arn.ts';
import { ServiceError } from '../../core/service-error.ts';
import { samlProviders } from '../../store/tables/iam.ts';
import { parseRoleArn } from './resources.ts';

const invalid = (message: string): ServiceError => new ServiceError('InvalidIdentityTokenException', message);

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The caller whom a SAML assertion proves: nobody yet. Every assertion ends at its signature, which nothing here verifies so far, and what is
 * not verified is not accepted. The verified caller is to be returned from here.
 * @throws ValidationError       400  no role ARN, no provider ARN
 * @throws InvalidIdentityToken  400  always
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export async function identifyBySaml(
  input: { readonly RoleArn: string; readonly PrincipalArn: string; readonly SAMLAssertion: string },
  { reader }: Scope,
): Promise<never> {
  parseRoleArn(input.RoleArn);
  const { account, name } = parseProviderArn(input.PrincipalArn);
  if (!BASE64.test(input.SAMLAssertion.replace(/\s/g, ''))) throw invalid('Invalid base64 SAMLResponse');
  if (!(await reader.get(samlProviders, [account, name]))) throw invalid("Specified provider doesn't exist.");
  throw invalid('Response signature invalid');
}

function parseProviderArn(arn: string): { account: string; name: string } {
  const parsed = parseArn(arn);
  const [, name] = /^saml-provider\/([\w._-]{1,128})$/.exec(parsed?.resource ?? '') ?? [];
  const isProvider = parsed?.partition === PARTITION && parsed.service === 'iam' && parsed.region === '' && /^\d{12}$/.test(parsed.account);
  if (!isProvider || name === undefined) throw new ServiceError('ValidationError', `${arn} is invalid`);
  return { account: parsed.account, name };
}
