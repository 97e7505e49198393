import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import type { Scope } from '../../authorization/operation.ts';
import { iamArn, parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Reader } from '../../store/store.ts';
import { type InstanceProfile, instanceProfiles, type Role, roles } from '../../store/tables/iam.ts';

/*
 * Instance profiles as EC2 sees them: what an instance is given, and the role that comes with it.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
 */

export type ProfileSpecification = IamInstanceProfileSpecification;

export const profileArn = ({ accountId, path, instanceProfileName }: InstanceProfile): string =>
  iamArn(accountId, `instance-profile${path}${instanceProfileName}`);

/** A profile that a call names, by name or ARN. `arn` is known from the call, whether or not there is such a profile. */
export interface NamedProfile {
  readonly arn: string;
  readonly profile: InstanceProfile | undefined;
  readonly role: Role | undefined;
}

/** The profile of the caller's own account; undefined when the call names none. */
export async function namedProfile(
  specification: ProfileSpecification | undefined,
  { account, reader }: Pick<Scope, 'account' | 'reader'>,
): Promise<NamedProfile | undefined> {
  const { Arn: arn, Name: name } = specification ?? {};
  if (arn === undefined && name === undefined) return undefined;
  const parsed = arn === undefined ? undefined : parseArn(arn);
  const own = arn === undefined || (parsed?.account === account && parsed.resource.startsWith('instance-profile/'));
  const wanted = name ?? parsed?.resource.slice(parsed.resource.lastIndexOf('/') + 1) ?? '';
  const found = own && wanted !== '' ? await reader.get(instanceProfiles, [account, foldCase(wanted)]) : undefined;
  const profile = found && (arn === undefined || profileArn(found) === arn) ? found : undefined;
  const role = profile?.roleId === undefined ? undefined : await reader.find(roles, 'id', [profile.roleId]);
  return { arn: arn ?? (profile ? profileArn(profile) : iamArn(account, `instance-profile/${wanted}`)), profile, role };
}

/**
 * What an instance is to be given: the profile that was authorised, with the role that the caller was allowed to pass.
 * @throws InvalidParameterCombination  400  both a name and an ARN
 * @throws InvalidParameterValue        400  there is no such profile, or it has no role
 */
export function requireProfile(
  specification: ProfileSpecification,
  named: NamedProfile | undefined,
): { readonly profile: InstanceProfile; readonly role: Role } {
  if (specification.Arn !== undefined && specification.Name !== undefined) {
    // (unverified) sentence
    throw new ServiceError(
      'InvalidParameterCombination',
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  if (!named?.profile) {
    const [member, value, what] =
      specification.Arn === undefined ? ['name', specification.Name ?? '', 'name'] : ['arn', specification.Arn, 'ARN'];
    throw new ServiceError(
      'InvalidParameterValue',
      `Value (${value}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${what}`,
    );
  }
  if (!named.role) throw new ServiceError('InvalidParameterValue', `IAM Instance Profile "${named.arn}" has no associated IAM Roles`);
  return { profile: named.profile, role: named.role };
}

/**
 * What was authorised must be what is given: the caller was allowed to pass this role and no other.
 * @throws IncorrectState  400  (unverified) the profile has another role by now, or is gone
 */
export async function refuseChangedProfile(
  reader: Reader,
  { profile, role }: { readonly profile: InstanceProfile; readonly role: Role },
): Promise<void> {
  const current = await reader.get(instanceProfiles, [profile.accountId, foldCase(profile.instanceProfileName)]);
  if (current?.instanceProfileId === profile.instanceProfileId && current.roleId === role.roleId) return;
  throw new ServiceError('IncorrectState', `The IAM instance profile '${profileArn(profile)}' has changed meanwhile. Try again.`);
}
