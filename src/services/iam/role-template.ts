import type { AcquireRoleRequest, GetRoleTemplateVersionRequest } from '@aws-sdk/client-iam';
import { parseArn } from '../../core/arn.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import { invalidInput, noSuchEntity } from './errors.ts';

/*
 * Templates from which role manager makes roles. AWS keeps them and publishes none of them, so there is none here: whoever may ask is told that
 * the template does not exist.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_role-manager.html
 */

/** `arn:aws:iam::aws:role-template/{service}/{name}:{major version}` @throws InvalidInput  400 */
export function refuseUnfitTemplateArn(text: string): void {
  const arn = parseArn(text);
  const [kind, service, name] = arn?.resource.split('/') ?? [];
  if (arn?.service !== 'iam' || arn.account !== 'aws' || kind !== 'role-template' || !service || !name)
    throw invalidInput(`ARN ${text.slice(0, 2048)} is not valid.`);
}

/** 404; (unverified) wording */
const noSuchTemplate = (arn: string): ServiceError => noSuchEntity(`The role template with arn ${arn} cannot be found.`);

/**
 * @throws InvalidInput  400  not the ARN of a template (from resources.ts)
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRoleTemplateVersion.html
 */
export async function getRoleTemplateVersion(input: Valid<GetRoleTemplateVersionRequest>): Promise<object> {
  throw noSuchTemplate(input.TemplateArn);
}

/**
 * @throws InvalidInput  400  not the ARN of a template (from resources.ts)
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcquireRole.html
 */
export async function acquireRole(input: Valid<AcquireRoleRequest>): Promise<object> {
  throw noSuchTemplate(input.TemplateArn);
}
